package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which disks are given up. */
class DiskWatchdogTest {
  private static final long MILLI = 1_000_000;

  /** An operator who reads of a healthy disk that it does not answer replaces the wrong one. */
  @Test
  void onlyDisksThatHaveOwedAnAnswerForTooLongAreNamed() {
    Map<String, Long> pending =
        Map.of("/a", 0L, "/b", 2999 * MILLI, "/c", 3000 * MILLI, "/d", 4567 * MILLI);
    assertThat(DiskWatchdog.overdue(pending, 3000 * MILLI))
        .containsExactlyInAnyOrder(
            "the disk under /c has owed an answer for 3000 ms; at 3000 ms it is given up",
            "the disk under /d has owed an answer for 4567 ms; at 3000 ms it is given up");
    assertThat(DiskWatchdog.overdue(pending, 5000 * MILLI)).isEmpty();
  }
}
