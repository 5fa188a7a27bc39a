package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;

/** Makes the engines of one replica: which kind they are is the table's choice. */
public interface Engines {
  /** In memory. */
  Engines MEMORY =
      new Engines() {
        @Override
        public StorageEngine empty(TableSchema schema) {
          return new MemoryEngine(schema);
        }

        @Override
        public StateBuilder builder(TableSchema schema, long appliedOffset, long logTimeMillis) {
          return new MemoryStateBuilder(schema, appliedOffset, logTimeMillis);
        }
      };

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
