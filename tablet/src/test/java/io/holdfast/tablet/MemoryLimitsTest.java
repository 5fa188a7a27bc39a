package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class MemoryLimitsTest {
  private static final long GIB = 1L << 30;

  @Test
  void unsetItIsAsMuchAsCanBe() {
    MemoryLimits limits = MemoryLimits.of(0, 4 * GIB, 16 * GIB, GIB);
    assertThat(limits.limitBytes())
        .as("the network and files need some, too")
        .isEqualTo(7 * GIB / 2);
    assertThat(limits.writeLimitBytes()).isEqualTo(7 * GIB / 2 / 100 * 80);
  }

  /** The JVM would allow it, the machine would kill the process. */
  @Test
  void itIsNeverMoreThanTheMachineHas() {
    assertThat(MemoryLimits.of(0, 4 * GIB, 3 * GIB, GIB).limitBytes()).isEqualTo(2 * GIB);
    assertThat(MemoryLimits.of(0, 4 * GIB, GIB, GIB).limitBytes()).isEqualTo(16 << 20);
  }

  @Test
  void setItLeavesTheRestForWhatFollowersNeedMore() {
    MemoryLimits limits = MemoryLimits.of(512, 4 * GIB, 16 * GIB, GIB);
    assertThat(limits.writeLimitBytes()).isEqualTo(512 << 20);
    assertThat(limits.limitBytes()).isEqualTo(7 * GIB / 2);
  }

  @Test
  void moreThanThereIsIsRefusedWithWhatToDo() {
    assertThatThrownBy(() -> MemoryLimits.of(3_500, 4 * GIB, 16 * GIB, GIB))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("max_memory_mb is 3500, but it can be 2867 at most")
        .hasMessageContaining("raise -XX:MaxDirectMemorySize");
  }

  @Test
  void thisProcessHasSome() {
    assertThat(MemoryLimits.of(0).writeLimitBytes()).isGreaterThan(32 << 20);
  }
}
