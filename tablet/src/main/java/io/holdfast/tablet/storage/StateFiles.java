package io.holdfast.tablet.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A state as files that an engine has on the disk anyway: what {@link StorageEngine#checkpoint} was
 * called for last. Until {@link #release} the engine makes no other checkpoint.
 */
public interface StateFiles {
  /**
   * Whether the files are on the disk. Owner only.
   *
   * @throws java.io.UncheckedIOException when the engine's disk has failed
   */
  boolean isReady();

  /**
   * Puts the files into a directory as well, as hard links where they never change, and as copies
   * where the engine goes on writing to them. Any thread, once they are ready; takes no rows into
   * memory.
   *
   * @param into an empty directory of the same file system
   * @return their names
   */
  List<String> linkInto(Path into) throws IOException;

  /** Lets the engine go on. Any thread; a second call does nothing. */
  void release();
}
