package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a RocksDB database that a snapshot has. Stateless. */
final class DiskFiles {
  /** How those with rows end; they are written once and never again. */
  static final String ROWS = ".sst";

  /** How the list of files begins, to which RocksDB adds. */
  static final String LIST = "MANIFEST-";

  /** Says which list counts; without it there is no database. */
  static final String CURRENT = "CURRENT";

  private DiskFiles() {}

  /** Gives a file that never changes a second name; where that cannot be, a copy. */
  static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      copy(from, to, Files.size(from));
    }
  }

  /** Copies the beginning of a file, durably. */
  static void copy(Path from, Path to, long bytes) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long done = 0; done < bytes; ) {
        long n = in.transferTo(done, bytes - done, out);
        if (n <= 0) {
          throw new IOException(from + " ends before byte " + bytes);
        }
        done += n;
      }
      out.force(true);
    }
  }

  /** Makes a database of a snapshot's files, which stay as they are. */
  static void adopt(Path files, Path database) throws IOException {
    List<Path> all;
    try (Stream<Path> children = Files.list(files)) {
      all = children.toList();
    }
    for (Path file : all) {
      String name = file.getFileName().toString();
      if (name.endsWith(ROWS)) {
        link(file, database.resolve(name));
      } else if (!name.equals(CURRENT)) {
        copy(file, database.resolve(name), Files.size(file));
      }
    }
    DurableFiles.syncDirectory(database);
    // Last, for the same reason as when the files were put there.
    DurableFiles.replaceAtomically(
        database.resolve(CURRENT), Files.readAllBytes(files.resolve(CURRENT)));
  }
}
