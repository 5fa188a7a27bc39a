package io.holdfast.tablet.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The percentile is right within a quarter, and forgets. */
class LatencyWindowTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  @Test
  void aWindowThatIsEmptyKnowsNothing() {
    LatencyWindow window = new LatencyWindow(10 * SECOND);
    assertThat(window.count(5)).isZero();
    assertThat(window.p99Nanos(5)).isZero();
    assertThat(window.ewmaNanos()).isZero();
  }

  /** Against a sorted list of the same values. */
  @Test
  void thePercentileIsRightWithinAQuarter() {
    Random random = new Random(1);
    for (int round = 0; round < 200; round++) {
      LatencyWindow window = new LatencyWindow(10 * SECOND);
      long[] values = new long[1 + random.nextInt(1000)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (long) (Math.exp(random.nextDouble() * 13 + 11.2));
        window.record(values[i], SECOND);
      }
      Arrays.sort(values);
      long exact = values[values.length - 1 - values.length / 100];
      assertThat(window.p99Nanos(SECOND)).isBetween(exact, exact + Math.max(exact / 4, 1L << 16));
    }
  }

  /** What lies longer back than a window is forgotten, what is younger than half of one is not. */
  @Test
  void itForgets() {
    LatencyWindow window = new LatencyWindow(10 * SECOND);
    window.record(500 * MILLI, 0);
    assertThat(window.p99Nanos(4_900 * MILLI)).isGreaterThanOrEqualTo(500 * MILLI);
    window.record(MILLI, 5 * SECOND);
    assertThat(window.count(9 * SECOND)).isEqualTo(2);
    window.record(MILLI, 10 * SECOND);
    assertThat(window.p99Nanos(10 * SECOND)).isLessThan(2 * MILLI);
    assertThat(window.count(25 * SECOND)).isZero();
  }

  /** Longer than any bucket is as long as the last one. */
  @Test
  void nothingIsTooLong() {
    LatencyWindow window = new LatencyWindow(10 * SECOND);
    window.record(Long.MAX_VALUE, 1);
    window.record(-1, 1);
    assertThat(window.p99Nanos(1)).isGreaterThan(60 * SECOND);
  }

  @Test
  void theAverageFollows() {
    LatencyWindow window = new LatencyWindow(10 * SECOND);
    for (int i = 0; i < 50; i++) {
      window.record(8 * MILLI, i);
    }
    assertThat(window.ewmaNanos()).isEqualTo(8 * MILLI);
    for (int i = 0; i < 50; i++) {
      window.record(80 * MILLI, i);
    }
    assertThat(window.ewmaNanos()).isBetween(79 * MILLI, 80 * MILLI);
  }
}
