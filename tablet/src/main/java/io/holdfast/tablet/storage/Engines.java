package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;

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
}
