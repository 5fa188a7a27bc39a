package io.holdfast.tablet;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.holdfast.common.config.ConfigException;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * How much memory the rows of a tablet's memory tables may take, all tables together.
 *
 * @param writeLimitBytes from here on clients' rows are refused
 * @param limitBytes that are never exceeded: what is committed must be applied, and the copies of a
 *     partition do not need exactly the same
 */
record MemoryLimits(long writeLimitBytes, long limitBytes) {
  private static final long LEAST_BYTES = 16 << 20;

  /** What a follower may need beyond the leader that took the rows: a quarter more. */
  private static final int WRITE_PERCENT = 80;

  /** Of the JVM's memory outside the heap, for network and files: a part, and no less than this. */
  private static final int OTHERS_PART = 8;

  private static final long OTHERS_LEAST_BYTES = 64 << 20;

  /**
   * The limits of this process.
   *
   * @param maxMemoryMb from which on rows are refused, in MiB; 0 for as much as can be
   * @throws ConfigException when the JVM does not have so much outside its heap
   */
  static MemoryLimits of(long maxMemoryMb) {
    return of(maxMemoryMb, directBytes(), machineBytes(), Runtime.getRuntime().maxMemory());
  }

  /**
   * As above.
   *
   * @param directBytes that the JVM allows outside its heap
   * @param machineBytes that the machine, or the container, has
   */
  static MemoryLimits of(long maxMemoryMb, long directBytes, long machineBytes, long heapBytes) {
    long others = Math.max(OTHERS_LEAST_BYTES, directBytes / OTHERS_PART);
    long limit = Math.max(LEAST_BYTES, Math.min(directBytes - others, machineBytes - heapBytes));
    long most = limit / 100 * WRITE_PERCENT;
    long wanted = maxMemoryMb << 20;
    if (wanted > most) {
      throw new ConfigException(
          List.of(
              "max_memory_mb is "
                  + maxMemoryMb
                  + ", but it can be "
                  + (most >> 20)
                  + " at most, which leaves room for what copies need more than their leader, for"
                  + " network and files (-XX:MaxDirectMemorySize is "
                  + (directBytes >> 20)
                  + " MiB, the machine has "
                  + (machineBytes >> 20)
                  + " MiB, the heap may take "
                  + (heapBytes >> 20)
                  + " MiB); lower it, or raise -XX:MaxDirectMemorySize in jvm.options"));
    }
    return new MemoryLimits(wanted == 0 ? most : wanted, limit);
  }

  private static long directBytes() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long set =
        options == null ? 0 : Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
    // Not set, it is as much as the heap.
    return set > 0 ? set : Runtime.getRuntime().maxMemory();
  }

  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }
}
