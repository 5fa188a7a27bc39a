package io.holdfast.tablet.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Speaker;
import org.junit.jupiter.api.Test;

class FollowerProgressTest {
  private static final ReplicaUid UID = new ReplicaUid(1, 2);
  private static final Speaker FIRST_LIFE = new Speaker(UID, 77, ReplicaFlags.NONE);
  private static final Speaker SECOND_LIFE = new Speaker(UID, 33, ReplicaFlags.NONE);
  private static final long UNKNOWN_TIME = FollowerProgress.UNKNOWN_TIME;

  private final FollowerProgress progress = new FollowerProgress(new NodeId("b:1"), 10, 0, 0);

  /** Shows that what an earlier life said counts for nothing once a later one has spoken. */
  @Test
  void earlierLifeIsNotHeardAfterALaterOne() {
    assertThat(progress.heard(FIRST_LIFE, UNKNOWN_TIME, 10, 100)).isTrue();
    progress.matched(9, 10, 100);
    assertThat(progress.heard(SECOND_LIFE, UNKNOWN_TIME, 10, 200)).isTrue();
    assertThat(progress.match()).isZero();
    assertThat(progress.heard(FIRST_LIFE, UNKNOWN_TIME, 10, 300)).isFalse();
    // It answers what was sent before its successor spoke.
    assertThat(progress.heard(FIRST_LIFE, 150, 10, 300)).isFalse();
    assertThat(progress.match()).isZero();
  }

  /**
   * Shows that a late word of an earlier life, if it is the first that this leader hears of it,
   * silences the later one only until that has answered something that was sent since.
   */
  @Test
  void laterLifeIsHeardAgainWhenItShowsThatItLives() {
    assertThat(progress.heard(SECOND_LIFE, UNKNOWN_TIME, 10, 100)).isTrue();
    progress.matched(10, 10, 100);
    assertThat(progress.heard(FIRST_LIFE, UNKNOWN_TIME, 10, 200)).isTrue();
    progress.matched(8, 10, 200);

    assertThat(progress.heard(SECOND_LIFE, UNKNOWN_TIME, 10, 300)).isFalse();
    assertThat(progress.heard(SECOND_LIFE, 200, 10, 300)).isFalse();
    assertThat(progress.heard(SECOND_LIFE, 201, 10, 300)).isTrue();
    assertThat(progress.match()).isZero();
    assertThat(progress.heard(SECOND_LIFE, UNKNOWN_TIME, 10, 301)).isTrue();
    assertThat(progress.heard(FIRST_LIFE, UNKNOWN_TIME, 10, 400)).isFalse();
  }
}
