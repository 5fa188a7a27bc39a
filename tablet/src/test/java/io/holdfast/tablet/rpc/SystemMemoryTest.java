package io.holdfast.tablet.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMemoryTest {
  @TempDir Path directory;

  private long nanos = 1;

  private final Clock clock =
      new Clock() {
        @Override
        public long nanoTime() {
          return nanos;
        }

        @Override
        public long currentTimeMillis() {
          return 0;
        }
      };

  private Path says(long total, long available) throws IOException {
    return Files.writeString(
        directory.resolve("meminfo"),
        "MemTotal:       "
            + total
            + " kB\nMemFree:        17 kB\nMemAvailable:   "
            + available
            + " kB\n");
  }

  /** What the kernel can give up at once is not in use, and it is asked once in a second. */
  @Test
  void isWhatTheKernelSaysAndAtMostASecondOld() throws Exception {
    SystemMemory memory = new SystemMemory(says(1_000, 250), clock);
    assertThat(memory.usedPercent()).isEqualTo(75);
    says(1_000, 500);
    assertThat(memory.usedPercent()).isEqualTo(75);
    nanos += 1_100_000_000L;
    assertThat(memory.usedPercent()).isEqualTo(50);
  }

  /** Puts with a limit are taken where nobody says how much is in use. */
  @Test
  void isNothingWhereTheSystemDoesNotSay() throws Exception {
    assertThat(new SystemMemory(directory.resolve("none"), clock).usedPercent()).isZero();
    Path odd = Files.writeString(directory.resolve("odd"), "MemTotal: many kB\n");
    assertThat(new SystemMemory(odd, clock).usedPercent()).isZero();
  }
}
