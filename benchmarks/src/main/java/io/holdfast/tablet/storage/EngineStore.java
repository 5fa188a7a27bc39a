package io.holdfast.tablet.storage;

import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

/** An engine of ours, driven as a replica drives it. */
final class EngineStore implements BenchStore {
  /** As in a tablet, see its garbage collector. */
  static final int GC_BUDGET = 2_000;

  private static final long CACHE_BYTES = 256 << 20;
  private static final long BUFFER_BYTES = 64 << 20;
  private static final int CHECKPOINT_ASKED_EVERY = 1_024;

  private final StorageEngine engine;
  private final Runnable afterwards;

  EngineStore(StorageEngine engine) {
    this(engine, () -> {});
  }

  private EngineStore(StorageEngine engine, Runnable afterwards) {
    this.engine = engine;
    this.afterwards = afterwards;
  }

  static EngineStore onDisk(TableSchema schema, Path directory) throws IOException {
    DiskEnvironment environment = environment();
    DiskIdentity identity = new DiskIdentity("bench", new UUID(1, 1), 1, 0, 1);
    StorageEngine engine = new DiskEngines(directory, environment, identity).empty(schema);
    return new EngineStore(engine, environment::close);
  }

  /** Bare RocksDB gets the same. */
  static DiskEnvironment environment() {
    return new DiskEnvironment(CACHE_BYTES, BUFFER_BYTES);
  }

  @Override
  public void put(byte[] payload) {
    long offset = engine.appliedOffset() + 1;
    ApplyResult result = engine.apply(offset, payload);
    if (result.outcome() != ApplyResult.Outcome.PUT) {
      throw new IllegalStateException(result.toString());
    }
    if (offset % CHECKPOINT_ASKED_EVERY == 0) {
      long now = System.nanoTime();
      if (engine.checkpointDue(now)) {
        engine.checkpoint(1, new byte[0], now);
      }
    }
  }

  @Override
  public void newest(byte[] key, ByteBuffer answer) {
    engine
        .get(0, key, TimeRange.ALL, StorageEngine.NO_EXPIRY)
        .ifPresent(entry -> answer.put(entry.value()));
  }

  @Override
  public void scan(byte[] key, int rows, ByteBuffer answer) {
    ReadLimits limits = new ReadLimits(rows, Integer.MAX_VALUE);
    for (Entry entry :
        engine
            .scan(0, key, TimeRange.ALL, ScanSkip.NONE, false, limits, StorageEngine.NO_EXPIRY)
            .entries()) {
      answer.put(entry.value());
    }
  }

  @Override
  public long collect(long nowMillis) {
    long removed = 0;
    GcResult result;
    do {
      result = engine.gc(nowMillis, GC_BUDGET);
      removed += result.removed();
    } while (!result.roundDone());
    return removed;
  }

  @Override
  public long nativeBytes() {
    return engine.reservedBytes();
  }

  @Override
  public void close() {
    engine.discard();
    afterwards.run();
  }
}
