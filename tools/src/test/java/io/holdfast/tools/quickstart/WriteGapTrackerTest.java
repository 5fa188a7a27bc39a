package io.holdfast.tools.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The longest pause between two successes is found, for each partition on its own. */
class WriteGapTrackerTest {
  private final WriteGapTracker tracker = new WriteGapTracker(2);

  @Test
  void aPartitionWithOneWriteHasNoGap() {
    tracker.succeeded(0, -50);
    assertThat(tracker.longestGapNanos(0)).isZero();
    assertThat(tracker.longestGapNanos(1)).isZero();
  }

  @Test
  void theLongestGapStays() {
    tracker.succeeded(0, 10);
    tracker.succeeded(0, 15);
    tracker.succeeded(0, 115);
    tracker.succeeded(0, 120);
    tracker.succeeded(1, 0);
    tracker.succeeded(1, 7);
    assertThat(tracker.longestGapNanos(0)).isEqualTo(100);
    assertThat(tracker.longestGapNanos(1)).isEqualTo(7);
  }

  @Test
  void aLateToldCompletionDoesNotInventAGap() {
    tracker.succeeded(0, 10);
    tracker.succeeded(0, 30);
    tracker.succeeded(0, 20);
    tracker.succeeded(0, 45);
    assertThat(tracker.longestGapNanos(0)).isEqualTo(20);
  }

  @Test
  void silenceUntilTheEndCounts() {
    tracker.succeeded(0, 10);
    tracker.finish(500);
    assertThat(tracker.longestGapNanos(0)).isEqualTo(490);
    assertThat(tracker.longestGapNanos(1)).isZero();
  }
}
