package io.holdfast.tablet.storage;

import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/**
 * The disk engine against the memory engine: puts, newest rows, scans of a whole key, a collection
 * that finds nothing and the state hash. Run it with {@code KEYS VERSIONS}. One thread, as in a
 * tablet; the table has one index, rows of about 100 bytes, and no limit of age.
 */
public final class DiskEngineBench {
  private static final int BATCH = 1000;
  private static final int READS = 200_000;
  private static final long NOW = 1_700_000_000_000L;

  private DiskEngineBench() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    int keys = Integer.parseInt(args[0]);
    int versions = Integer.parseInt(args[1]);
    try (TestEngines engines = new TestEngines(256 << 20, 64 << 20)) {
      for (int round = 0; round < 2; round++) {
        for (TestEngines.Kind kind : TestEngines.Kind.values()) {
          run(engines, kind, keys, versions);
        }
      }
    }
  }

  private static void run(TestEngines engines, TestEngines.Kind kind, int keys, int versions)
      throws Exception {
    TableSchema schema = EngineFixture.schema(TTLType.kAbsoluteTime, 1_000_000, 0);
    WriteOpCodec codec = new WriteOpCodec(schema);
    StorageEngine engine = engines.of(kind).empty(schema);
    Random random = new Random(1);
    String padding = "p".repeat(75);
    long nanos = 0;
    long checkpoints = 0;
    byte[][] batch = new byte[BATCH][];
    for (long next = 0; next < (long) keys * versions; next += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        long ts = NOW + (next + i) / keys;
        batch[i] =
            codec.encode(
                EngineFixture.put(schema, text(random, keys), padding, ts, i, NOW, 0).build(), NOW);
      }
      long began = System.nanoTime();
      for (byte[] payload : batch) {
        engine.apply(engine.appliedOffset() + 1, payload);
      }
      if (engine.checkpointDue(began)) {
        engine.checkpoint(1, new byte[0], began);
        checkpoints++;
      }
      nanos += System.nanoTime() - began;
    }
    long rows = engine.rowCount();
    String puts = perSecond(rows, nanos);
    long began = System.nanoTime();
    for (int i = 0; i < READS; i++) {
      var unused = engine.get(0, key(random, keys), TimeRange.ALL, NOW);
    }
    String gets = perSecond(READS, System.nanoTime() - began);
    ReadLimits limits = new ReadLimits(1000, 1 << 20);
    began = System.nanoTime();
    for (int i = 0; i < READS / 4; i++) {
      var unused =
          engine.scan(0, key(random, keys), TimeRange.ALL, ScanSkip.NONE, false, limits, NOW);
    }
    String scans = perSecond(READS / 4, System.nanoTime() - began);
    began = System.nanoTime();
    while (!engine.gc(NOW, 2_000).roundDone()) {
      // Goes on.
    }
    String collected = perSecond(engine.keyCount(0), System.nanoTime() - began);
    began = System.nanoTime();
    long unused = engine.stateHash();
    String hashed = perSecond(rows, System.nanoTime() - began);
    System.out.printf(
        Locale.ROOT,
        "%s: %d rows; put %s, get %s, scan %s, keys collected %s, rows hashed %s;"
            + " %d checkpoints, %d bytes a row on disk, %d in memory%n",
        kind,
        rows,
        puts,
        gets,
        scans,
        collected,
        hashed,
        checkpoints,
        engine.diskBytes() / rows,
        engine.memoryBytes() / rows);
    engine.discard();
  }

  private static String text(Random random, int keys) {
    return new String(key(random, keys), StandardCharsets.UTF_8);
  }

  private static byte[] key(Random random, int keys) {
    return EngineFixture.key("key-" + (100_000_000_000L + random.nextInt(keys)));
  }

  private static String perSecond(long count, long nanos) {
    return String.format(Locale.ROOT, "%.0f k/s", count * 1e6 / nanos);
  }
}
