package io.holdfast.tablet.storage;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What rows take in memory, what many small tables take, and how an index grows: the memory engine,
 * maps of the JDK, and a ChronicleMap as the index. Prints as it goes; needs no arguments, but the
 * options of the JVM that {@code scripts/bench.sh --memory} gives.
 */
public final class FootprintMain {
  private static final int SMALL_STORES = 200;
  private static final int SMALL_ROWS = 1_000;
  private static final int PREPARED_KEYS = 100_000;
  private static final int GROWN_TIMES = 10;
  private static final List<String> SUBJECTS =
      List.of(BenchStores.MEMORY, BenchStores.CHRONICLE, BenchStores.MAPS);

  private FootprintMain() {}

  /** See above. */
  public static void main(String[] args) throws IOException {
    firstMap();
    rows(100_000, 10);
    rows(500_000, 1);
    small();
    System.out.printf(
        Locale.ROOT,
        "keys added to an index, thousand for a second of the processor, %,d after the other;"
            + " a ChronicleMap was made for as many%n",
        PREPARED_KEYS);
    for (int round = 0; round < 2; round++) {
      grow("own index", HeadIndex.own(arena()));
      grow("ChronicleMap, made so", new ChronicleIndex(arena(), PREPARED_KEYS, 1));
      grow(
          "ChronicleMap, 10 times at most",
          new ChronicleIndex(arena(), PREPARED_KEYS, GROWN_TIMES));
      grow(
          "ChronicleMap, made for 10 times",
          new ChronicleIndex(arena(), (long) PREPARED_KEYS * GROWN_TIMES, 1));
    }
  }

  private static Arena arena() {
    return new Arena(ChunkPool.unlimited());
  }

  /** How long a process waits for its first table and for a second. */
  private static void firstMap() throws IOException {
    BenchRows rows = new BenchRows(1);
    for (String subject : List.of(BenchStores.MEMORY, BenchStores.CHRONICLE)) {
      double[] millis = new double[2];
      double[] cpuMillis = new double[2];
      for (int i = 0; i < 2; i++) {
        long begun = System.nanoTime();
        long cpuBegun = threadNanos();
        try (BenchStore store = make(subject, rows, SMALL_ROWS)) {
          store.put(rows.payload(0, 1));
          millis[i] = (System.nanoTime() - begun) / 1e6;
          cpuMillis[i] = (threadNanos() - cpuBegun) / 1e6;
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%s: a table with a row after %.1f ms (%.1f of the processor), a second one after %.1f ms"
              + " (%.1f)%n",
          subject,
          millis[0],
          cpuMillis[0],
          millis[1],
          cpuMillis[1]);
    }
  }

  private static BenchStore make(String subject, BenchRows rows, long keys) throws IOException {
    return BenchStores.make(subject, rows, Path.of("unused"), keys);
  }

  private static long heapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static void rows(int keys, int versions) throws IOException {
    double raw = BenchRows.ROW_BYTES + Long.BYTES + (double) BenchRows.KEY_BYTES / versions;
    for (String subject : SUBJECTS) {
      BenchRows rows = new BenchRows(1);
      long before = heapBytes();
      try (BenchStore store = make(subject, rows, keys)) {
        for (long i = 0; i < (long) keys * versions; i++) {
          store.put(rows.payload(i, keys));
        }
        double each =
            (double) (heapBytes() - before + store.nativeBytes()) / ((long) keys * versions);
        System.out.printf(
            Locale.ROOT,
            "%s: %,d keys of %d versions: %.1f bytes a version, %.2f times the raw bytes%n",
            subject,
            keys,
            versions,
            each,
            each / raw);
        // Used after it was measured, or the collector might have taken it before.
        store.newest(BenchRows.key(0), ByteBuffer.allocate(BenchRows.ROW_BYTES));
      }
    }
  }

  private static void small() throws IOException {
    for (String subject : SUBJECTS) {
      BenchRows rows = new BenchRows(1);
      long heapBefore = heapBytes();
      List<BenchStore> stores = new ArrayList<>();
      long begun = System.nanoTime();
      for (int i = 0; i < SMALL_STORES; i++) {
        stores.add(make(subject, rows, SMALL_ROWS));
      }
      double millis = (System.nanoTime() - begun) / 1e6;
      for (BenchStore store : stores) {
        store.put(rows.payload(0, 1));
      }
      long nativeBytes = stores.stream().mapToLong(BenchStore::nativeBytes).sum();
      long bytes = heapBytes() - heapBefore + nativeBytes;
      System.out.printf(
          Locale.ROOT,
          "%s: %d tables for %,d rows with one in each: made in %.1f ms, %,d bytes each%n",
          subject,
          SMALL_STORES,
          SMALL_ROWS,
          millis,
          bytes / SMALL_STORES);
      stores.forEach(BenchStore::close);
    }
  }

  private static void grow(String name, HeadIndex index) {
    StringBuilder rates = new StringBuilder();
    int added = 0;
    try (index) {
      for (int step = 0; step < GROWN_TIMES; step++) {
        byte[][] keys = new byte[PREPARED_KEYS][];
        for (int i = 0; i < PREPARED_KEYS; i++) {
          keys[i] = BenchRows.key((long) step * PREPARED_KEYS + i);
        }
        long begun = threadNanos();
        for (byte[] key : keys) {
          var unused = index.findOrAdd(key);
          added++;
        }
        rates.append(
            String.format(Locale.ROOT, " %.0f", PREPARED_KEYS * 1e6 / (threadNanos() - begun)));
      }
    } catch (IllegalStateException e) {
      rates.append(String.format(Locale.ROOT, " failed at %,d: %s", added, firstLine(e)));
    }
    System.out.printf(Locale.ROOT, "%s:%s%n", name, rates);
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
