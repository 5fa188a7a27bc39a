package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.file.Path;

/** Makes the engines of one replica: which kind they are is the table's choice. */
public interface Engines {
  /** In memory, which only the JVM bounds: for tests. */
  Engines MEMORY = new MemoryEngines(ChunkPool.unlimited());

  /** An empty engine whose first record has offset 1. */
  StorageEngine empty(TableSchema schema) throws IOException;

  /**
   * Begins an engine that holds a saved state.
   *
   * @param schema as the table was defined
   * @param appliedOffset of the state
   * @param logTimeMillis of the state
   */
  StateBuilder builder(TableSchema schema, long appliedOffset, long logTimeMillis)
      throws IOException;

  /**
   * Makes an engine of files that {@link StateFiles#linkInto} has put into a directory, perhaps on
   * another machine. The files stay as they are.
   *
   * @param schema as the table was defined
   * @param term of the last record that the state must include
   * @param offset of that record
   * @throws IllegalArgumentException when they are the files of another state, or these engines
   *     have no files
   */
  default StorageEngine adopt(TableSchema schema, Path files, long term, long offset)
      throws IOException {
    throw new IllegalArgumentException("it is of a table on disk, and this one is in memory");
  }
}
