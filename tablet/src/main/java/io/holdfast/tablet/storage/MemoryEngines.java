package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.TableSchema;

/** Makes memory engines that share a tablet's memory. Thread-safe. */
public final class MemoryEngines implements Engines {
  private final ChunkPool pool;

  public MemoryEngines(ChunkPool pool) {
    this.pool = pool;
  }

  @Override
  public StorageEngine empty(TableSchema schema) {
    return new MemoryEngine(schema, 0, pool);
  }

  @Override
  public StateBuilder builder(TableSchema schema, long appliedOffset, long logTimeMillis) {
    return new MemoryStateBuilder(schema, appliedOffset, logTimeMillis, pool);
  }
}
