package io.holdfast.tablet.storage;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Many rows beside a small heap: loads memory tables until their keys, rows and times are so many
 * GiB, reads them at random, then has half of all versions grow too old and collects them by steps
 * as a tablet does. Prints what the rows take, how long the JVM's collector stopped it and how long
 * a step took. Run by {@code scripts/bench.sh --heap}: {@code HeapMain GIB VERSIONS}.
 */
public final class HeapMain {
  private static final int TABLES = 8;
  private static final int READS = 2_000_000;
  private static final int BATCH = 64;

  /** No step of a collection is to take longer. */
  private static final long GOAL_NANOS = 10_000_000;

  private final BenchRows rows = new BenchRows(1);
  private final List<StorageEngine> engines = new ArrayList<>();
  private final long keys;
  private final int versions;

  private HeapMain(double gib, int versions) throws IOException {
    this.versions = versions;
    this.keys = (long) (gib * (1L << 30) / (rawBytes(versions) * versions) / TABLES);
    for (int i = 0; i < TABLES; i++) {
      engines.add(Engines.MEMORY.empty(rows.schema()));
    }
  }

  /** See above. */
  public static void main(String[] args) throws IOException {
    if (args.length != 2 || !args[0].matches("\\d+(\\.\\d+)?") || !args[1].matches("\\d{1,4}")) {
      System.err.println("HeapMain GIB VERSIONS");
      System.exit(2);
    }
    new HeapMain(Double.parseDouble(args[0]), Integer.parseInt(args[1])).run();
  }

  /** Of a version with its share of the key. */
  private static double rawBytes(int versions) {
    return BenchRows.ROW_BYTES + Long.BYTES + (double) BenchRows.KEY_BYTES / versions;
  }

  private void run() {
    long count = TABLES * keys * versions;
    load();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    double each = (double) (directBytes() + heap) / count;
    System.out.printf(
        Locale.ROOT,
        "%,d rows in %d tables, %,d keys of %d versions, raw %.2f GiB: %.1f bytes each, %.2f times"
            + " the raw bytes; heap in use %.0f MiB, outside %.2f GiB%n",
        count,
        TABLES,
        TABLES * keys,
        versions,
        count * rawBytes(versions) / (1 << 30),
        each,
        each / rawBytes(versions),
        heap / 1048576.0,
        directBytes() / 1073741824.0);
    read();
    collect();
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private void load() {
    Map<String, Long> before = pauses();
    long count = keys * versions;
    byte[][] batch = new byte[BATCH][];
    long nanos = 0;
    long longest = 0;
    for (long from = 0; from < count; from += BATCH) {
      int size = (int) Math.min(BATCH, count - from);
      for (StorageEngine engine : engines) {
        for (int i = 0; i < size; i++) {
          batch[i] = rows.payload(from + i, keys);
        }
        long begun = System.nanoTime();
        for (int i = 0; i < size; i++) {
          engine.apply(engine.appliedOffset() + 1, batch[i]);
        }
        long taken = System.nanoTime() - begun;
        nanos += taken;
        longest = Math.max(longest, taken);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "load: %,.0f rows/s, longest %d in turn %.1f ms; %s%n",
        TABLES * count * 1e9 / nanos,
        BATCH,
        longest / 1e6,
        since(before));
  }

  private void read() {
    Map<String, Long> before = pauses();
    byte[][] asked = BenchRows.asked(1 << 20, (int) keys);
    long bytes = 0;
    long begun = System.nanoTime();
    for (int i = 0; i < READS; i++) {
      bytes +=
          engines
              .get(i % TABLES)
              .get(0, asked[i & (asked.length - 1)], TimeRange.ALL, StorageEngine.NO_EXPIRY)
              .orElseThrow()
              .value()
              .length;
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (bytes != (long) READS * BenchRows.ROW_BYTES) {
      throw new IllegalStateException(bytes + " bytes were read");
    }
    System.out.printf(
        Locale.ROOT, "newest rows: %,.0f a second; %s%n", READS / seconds, since(before));
  }

  private void collect() {
    Map<String, Long> before = pauses();
    long now = BenchRows.lastOf((versions + 1) / 2);
    long removed = 0;
    long steps = 0;
    long longest = 0;
    long longestCpu = 0;
    long longestAt = 0;
    long tooLong = 0;
    long begun = System.nanoTime();
    for (StorageEngine engine : engines) {
      engine.apply(engine.appliedOffset() + 1, rows.payload(BenchRows.key(0), now));
      GcResult result;
      do {
        long from = System.nanoTime();
        long cpuFrom = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        result = engine.gc(now, EngineStore.GC_BUDGET);
        long cpuTo = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        longest = Math.max(longest, System.nanoTime() - from);
        if (cpuTo - cpuFrom > longestCpu) {
          longestCpu = cpuTo - cpuFrom;
          longestAt = steps;
        }
        tooLong += cpuTo - cpuFrom > GOAL_NANOS ? 1 : 0;
        removed += result.removed();
        steps++;
      } while (!result.roundDone());
    }
    System.out.printf(
        Locale.ROOT,
        "collection: %,d versions in %,d steps, %,.0f a second, longest step %.2f ms, by"
            + " processor time %.2f ms, which was step %,d; %,d steps took more than %d ms of it;"
            + " %s%n",
        removed,
        steps,
        removed * 1e9 / (System.nanoTime() - begun),
        longest / 1e6,
        longestCpu / 1e6,
        longestAt,
        tooLong,
        GOAL_NANOS / 1_000_000,
        since(before));
  }

  /** By collector: milliseconds, and how often under its name with a mark. */
  private static Map<String, Long> pauses() {
    Map<String, Long> pauses = new TreeMap<>();
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      pauses.put(bean.getName(), bean.getCollectionCount());
      pauses.put(bean.getName() + ", ms", bean.getCollectionTime());
    }
    return pauses;
  }

  private static Map<String, Long> since(Map<String, Long> before) {
    Map<String, Long> pauses = pauses();
    pauses.replaceAll((name, value) -> value - before.get(name));
    return pauses;
  }
}
