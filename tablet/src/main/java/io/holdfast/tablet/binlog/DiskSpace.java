package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large a disk is and how much of it is free. */
public interface DiskSpace {
  /** Bytes that the file system has in all. */
  long totalBytes() throws IOException;

  /** Bytes that this process may still write. */
  long usableBytes() throws IOException;

  /** The file system that a directory is on. */
  static DiskSpace under(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return new DiskSpace() {
      @Override
      public long totalBytes() throws IOException {
        return store.getTotalSpace();
      }

      @Override
      public long usableBytes() throws IOException {
        return store.getUsableSpace();
      }
    };
  }
}
