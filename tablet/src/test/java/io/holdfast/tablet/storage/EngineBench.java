package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.TableSchema;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * What the memory engine does and takes: keys of 16 bytes, rows of about 100, on one thread.
 *
 * <p>Arguments: how many rows, versions of each key, rounds of reads.
 */
public final class EngineBench {
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 70;

  private final int keys;
  private final int versions;
  private final StorageEngine engine;
  private final List<byte[]> payloads = new ArrayList<>();
  private final RowEncoder encoder;
  private final byte[] answer = new byte[1024];
  private long offset;
  private long longestNanos;

  private EngineBench(int keys, int versions) throws Exception {
    this.keys = keys;
    this.versions = versions;
    this.engine = new MemoryEngine(schema());
    this.encoder = new RowEncoder(engine.schema());
  }

  private static TableSchema schema() throws Exception {
    return TableSchema.of(
        List.of(
            ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString).build(),
            ColumnDesc.newBuilder().setName("v").setDataType(DataType.kString).build()),
        List.of(ColumnKey.newBuilder().setIndexName("k").addColName("k").build()));
  }

  private static byte[] key(int number) {
    return String.format("key-%012d", number).getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] payload(byte[] key, long ts, ByteString row) {
    return WriteOp.newBuilder()
        .setLeaderMillis(ts)
        .setPut(
            PutOp.newBuilder()
                .setTime(ts)
                .setValue(row)
                .addKeys(IndexKey.newBuilder().setIndex(0).setKey(ByteString.copyFrom(key))))
        .build()
        .toByteArray();
  }

  private static long memory() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Puts a version of every key; the records are made before the time is taken. */
  private long load(int version) throws Exception {
    Random random = new Random(version);
    byte[] filling = new byte[VALUE_BYTES];
    long nanos = 0;
    for (int from = 0; from < keys; from += 10_000) {
      payloads.clear();
      for (int i = from; i < Math.min(keys, from + 10_000); i++) {
        for (int b = 0; b < VALUE_BYTES; b++) {
          filling[b] = (byte) ('a' + random.nextInt(26));
        }
        byte[] key = key((int) (i * 7_919L % keys));
        String text = new String(key, StandardCharsets.US_ASCII);
        ByteString row =
            ByteString.copyFrom(
                encoder.encode(List.of(text, new String(filling, StandardCharsets.US_ASCII))));
        payloads.add(payload(key, 1 + version, row));
      }
      long begun = System.nanoTime();
      long last = begun;
      for (int i = 0; i < payloads.size(); i++) {
        engine.apply(++offset, payloads.get(i));
        if ((i & 63) == 63) {
          long now = System.nanoTime();
          longestNanos = Math.max(longestNanos, now - last);
          last = now;
        }
      }
      nanos += System.nanoTime() - begun;
    }
    return nanos;
  }

  private double perSecond(int count, IntConsumer each) {
    long begun = System.nanoTime();
    for (int i = 0; i < count; i++) {
      each.accept(i);
    }
    return count * 1e9 / (System.nanoTime() - begun);
  }

  private void run(int rounds) throws Exception {
    long before = memory();
    long nanos = 0;
    for (int version = 0; version < versions; version++) {
      nanos += load(version);
    }
    payloads.clear();
    long rows = (long) keys * versions;
    long raw = engine.rowBytes() + rows * Long.BYTES + (long) keys * KEY_BYTES;
    long taken = memory() - before;
    System.out.printf(
        "%,d keys x %,d versions: apply %,.0f/s, longest 64 applies %.2f ms, %.1f bytes/version,"
            + " %.2f times the raw bytes%n",
        keys,
        versions,
        rows * 1e9 / nanos,
        longestNanos / 1e6,
        (double) taken / rows,
        (double) taken / raw);
    byte[][] asked = new byte[100_000][];
    Random random = new Random(1);
    for (int i = 0; i < asked.length; i++) {
      asked[i] = key(random.nextInt(keys));
    }
    long[] seen = new long[1];
    for (int round = 0; round < rounds; round++) {
      double newest =
          perSecond(
              1_000_000,
              i ->
                  seen[0] +=
                      answer(
                          engine
                              .get(
                                  0,
                                  asked[i % asked.length],
                                  TimeRange.ALL,
                                  StorageEngine.NO_EXPIRY)
                              .orElseThrow()));
      double ten = perSecond(200_000, i -> seen[0] += scan(asked[i % asked.length], 10));
      double hundred = perSecond(50_000, i -> seen[0] += scan(asked[i % asked.length], 100));
      System.out.printf(
          "  newest %,.0f/s, scan-10 %,.0f/s, scan-100 %,.0f/s%n", newest, ten, hundred);
    }
    if (seen[0] == 0) {
      throw new IllegalStateException("nothing was read");
    }
  }

  /**
   * Copies a row, as an answer does: an engine that only hands out references would look better.
   */
  private int answer(Entry entry) {
    System.arraycopy(entry.value(), 0, answer, 0, entry.value().length);
    return entry.value().length;
  }

  private int scan(byte[] key, int rows) {
    int bytes = 0;
    for (Entry entry :
        engine
            .scan(
                0,
                key,
                TimeRange.ALL,
                0,
                false,
                new ReadLimits(rows, Integer.MAX_VALUE),
                StorageEngine.NO_EXPIRY)
            .entries()) {
      bytes += answer(entry);
    }
    return bytes;
  }

  private static void small() throws Exception {
    long before = memory();
    long begun = System.nanoTime();
    List<EngineBench> many = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      EngineBench bench = new EngineBench(10, 1);
      bench.load(0);
      many.add(bench);
    }
    double millis = (System.nanoTime() - begun) / 1e6;
    System.out.printf(
        "%d engines with 10 rows each: %.1f ms, %,d bytes each%n",
        many.size(), millis, (memory() - before) / many.size());
  }

  /** See above. */
  public static void main(String[] args) throws Exception {
    int rows = Integer.parseInt(args[0]);
    int versions = Integer.parseInt(args[1]);
    small();
    new EngineBench(rows / versions / 4, versions).run(1);
    System.out.println("warm:");
    new EngineBench(rows / versions, versions).run(Integer.parseInt(args[2]));
  }
}
