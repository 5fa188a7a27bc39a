package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/** Opens the files that are written to and synced; a test's may lose what was not synced. */
@FunctionalInterface
public interface LogFileOpener {
  /** The machine's files. */
  LogFileOpener REAL = FileChannel::open;

  FileChannel open(Path file, OpenOption... options) throws IOException;
}
