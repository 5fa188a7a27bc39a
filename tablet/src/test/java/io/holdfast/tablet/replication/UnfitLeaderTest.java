package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.ReliefReason;
import io.holdfast.tablet.replication.ReplicaGroup.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Disks that are slow, stuck or full, and processes that stand still, under a leader or others. */
class UnfitLeaderTest {

  /** A leader whose disk is far slower than the members' asks to be replaced by one of them. */
  @Test
  void aSlowDiskAsksForRelief() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    for (int i = 0; i < 70; i++) {
      group.tablet(A).diskHeld = true;
      group.write(A);
      group.live(200);
      group.tablet(A).diskHeld = false;
      group.settle();
    }
    assertThat(group.tablet(A).last(RelieveMe.class))
        .isEqualTo(new RelieveMe(PARTITION, 1, ReliefReason.SLOW_DISK, B));
  }

  /** One long pause may happen to anybody; two within a minute put leases at risk. */
  @Test
  void twoPausesAMinuteAskForRelief() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.live(100);
    group.pass(400);
    group.live(5_000);
    assertThat(group.tablet(A).last(RelieveMe.class)).isNull();
    group.pass(400);
    group.live(1_500);
    assertThat(group.tablet(A).last(RelieveMe.class).reason()).isEqualTo(ReliefReason.PAUSES);

    group.live(60_000);
    group.tablet(A).reports.clear();
    group.live(2_000);
    assertThat(group.tablet(A).last(RelieveMe.class)).isNull();
  }

  /** What a leader without room refuses is nowhere, and is taken again when there is room. */
  @Test
  void aFullLeaderRefusesAndAsksForRelief() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.live(200);
    group.tablet(A).disk = DiskLevel.LOW;
    group.tablet(B).disk = DiskLevel.LOW;
    group.live(200);
    Answer refused = group.write(A);
    assertThat(refused.outcome).isEqualTo(WriteOutcome.DISK_FULL);
    assertThat(refused.outcome.isRefusal()).isTrue();
    assertThat(group.tablet(A).view().history().lastOffset()).isEqualTo(1);
    assertThat(group.holdsLease(A)).as("reads go on").isTrue();
    group.live(1_500);
    assertThat(group.tablet(A).last(RelieveMe.class))
        .isEqualTo(new RelieveMe(PARTITION, 1, ReliefReason.DISK_FULL, C));

    group.tablet(A).disk = DiskLevel.ROOMY;
    group.live(20);
    Answer taken = group.write(A);
    group.settle();
    assertThat(taken.outcome).isEqualTo(WriteOutcome.OK);
  }

  /** Where nobody has room, nobody would lead better. */
  @Test
  void withoutRoomAnywhereNobodyIsAskedForRelief() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablets.values().forEach(tablet -> tablet.disk = DiskLevel.LOW);
    group.live(3_000);
    assertThat(group.tablet(A).last(RelieveMe.class)).isNull();
    assertThat(group.request(A)).as("nor left out").isNull();
  }

  /** A full follower takes nothing, says so, is left out, and comes back when it has room. */
  @Test
  void aFullFollowerIsLeftOut() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).disk = DiskLevel.FULL;
    group.live(10);
    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isNull();
    assertThat(group.tablet(B).store().log).hasSize(1);

    group.live(200);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
    group.grantAndAdvise(A);
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);

    group.live(15_000);
    assertThat(group.tablet(A).view().pending()).isNull();
    group.tablet(B).disk = DiskLevel.ROOMY;
    group.live(11_000);
    assertThat(group.tablet(B).store().log).hasSize(2);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C, B);
  }

  /** The record that opens a term passes: without it a leader could not even leave others out. */
  @Test
  void aTermBeginsWithFullDisks() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.tablets.values().forEach(tablet -> tablet.disk = DiskLevel.FULL);
    group.live(10);
    group.elect(A, 1, A, B, C);
    group.settle();
    assertThat(group.tablet(A).view().isActive()).isTrue();
  }

  /**
   * A leader with a stuck disk hears nothing, since it says nothing; nobody is evicted for that.
   */
  @Test
  void aStalledLeaderEvictsNobody() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A);
    group.tablet(A).stalled = true;
    group.live(3_000);
    assertThat(group.tablet(A).last(ChangeMembers.class)).isNull();
    group.tablet(A).stalled = false;
    group.live(300);
    assertThat(group.tablet(A).last(ChangeMembers.class)).isNull();
  }

  /** A stuck follower does not acknowledge, not vote, and not say that its leader is silent. */
  @Test
  void aStalledFollowerIsSilent() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).stalled = true;
    group.write(A);
    group.live(550);
    group.onTheWay.clear();
    group.tablet(B).reports.clear();
    assertThat(group.fence(B, 7)).isNull();
    group.tablet(B).host.onMessage(NAMESERVER, new SilenceQuery(1, List.of(PARTITION)), group.now);
    assertThat(group.tablet(B).last(SilenceReport.class)).isNull();
    group.endTurns();
    group.deliver();
    assertThat(group.onTheWay)
        .noneMatch(e -> e.from().equals(B) && e.message() instanceof AppendAck);
    assertThat(group.tablet(B).view().term()).isEqualTo(1);
  }
}
