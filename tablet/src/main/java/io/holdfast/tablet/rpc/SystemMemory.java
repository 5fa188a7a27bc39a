package io.holdfast.tablet.rpc;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of the machine's memory is in use, for puts that bring a limit with them. Looked at no
 * more than once in a second: the kernel answers from memory, no disk is waited for. Thread-safe.
 */
final class SystemMemory {
  private static final long FRESH_NANOS = 1_000_000_000L;

  private record Look(int usedPercent, long nanos) {}

  private final Path source;
  private final Clock clock;
  private volatile Look last;

  SystemMemory(Clock clock) {
    this(Path.of("/proc/meminfo"), clock);
  }

  SystemMemory(Path source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Parts of a hundred that are in use, what the kernel can give up at once not counted; 0 where
   * the system does not say.
   */
  int usedPercent() {
    Look look = last;
    long now = clock.nanoTime();
    if (look == null || now - look.nanos() > FRESH_NANOS) {
      look = new Look(read(), now);
      last = look;
    }
    return look.usedPercent();
  }

  private int read() {
    long total = 0;
    long available = 0;
    try {
      for (String line : Files.readAllLines(source)) {
        if (line.startsWith("MemTotal:")) {
          total = kibibytes(line);
        } else if (line.startsWith("MemAvailable:")) {
          available = kibibytes(line);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
    return total <= 0 ? 0 : (int) (100 - 100 * Math.min(available, total) / total);
  }

  /** A line is a name, a number and "kB". */
  private static long kibibytes(String line) {
    return Long.parseLong(line.split("\\s+")[1]);
  }
}
