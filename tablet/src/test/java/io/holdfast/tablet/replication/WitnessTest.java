package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** C is a witness: it counts, keeps the log as long as somebody may need it, and has no rows. */
class WitnessTest {
  private static final ReplicationSettings EAGER =
      ReplicaGroup.snapshots(
          new SnapshotSettings(5, 1 << 20, 3_600_000_000_000L, 1_000, 1 << 10, 1 << 20), 1000);

  private static ReplicaGroup group(AckMode acks) {
    return ReplicaGroup.withWitness(acks, 1, ReplicationSettings.DEFAULTS);
  }

  private static void fetch(ReplicaGroup group, NodeId candidate, NodeId source, Fenced best) {
    group
        .tablet(candidate)
        .host
        .onMessage(
            NAMESERVER,
            new FetchLog(1, PARTITION, best.term(), source, best.lastTerm(), best.lastOffset()),
            group.now);
    group.settle();
  }

  @Test
  void writesCommitWithTheWitnessWhileACopyIsAway() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.cutOff(B);
    ReplicaGroup.Answer write = group.write(A);
    group.settle();
    assertThat(write.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(group.tablet(C).host.status(PARTITION).role()).isEqualTo(Role.WITNESS);
    assertThat(group.tablet(C).store().applied).isEmpty();
  }

  /** What B lacks stays in the witness's log, whatever is committed; then it goes. */
  @Test
  void theWitnessKeepsWhatACopyLacks() {
    ReplicaGroup group = ReplicaGroup.withWitness(AckMode.MAJORITY, 1, EAGER);
    group.live(300);
    group.tablet(B).diskHeld = true;
    long held = group.tablet(B).view().durable();
    for (int i = 0; i < 40; i++) {
      group.write(A, 1);
    }
    group.live(500);
    assertThat(group.tablet(C).view().commit()).isGreaterThanOrEqualTo(held + 40);
    assertThat(group.tablet(C).view().applied()).isLessThanOrEqualTo(held);
    assertThat(group.tablet(C).store().base).isLessThanOrEqualTo(held);
    // Nor may the leader's own log begin later: it could not go on with the witness then.
    assertThat(group.tablet(A).store().base).isLessThanOrEqualTo(held);

    group.tablet(B).diskHeld = false;
    group.live(500);
    for (int i = 0; i < 12; i++) {
      group.write(A, 1);
      group.live(200);
    }
    assertThat(group.tablet(C).store().base).isGreaterThan(held + 30);
    assertThat(group.tablet(C).store().applied).isEmpty();
  }

  @Test
  void aWitnessDoesNotLead() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.fence(C, 2);
    group
        .tablet(C)
        .host
        .onMessage(
            NAMESERVER,
            new BecomeLeader(
                1,
                PARTITION,
                2,
                200,
                group.tablet(C).life,
                group.members(A, B, C),
                List.of(),
                0,
                group.options,
                true,
                false,
                List.of()),
            group.now);
    assertThat(group.tablet(C).view().role()).isEqualTo(Role.FENCED);
    assertThat(group.tablet(C).host.isReadable(PARTITION)).isFalse();
  }

  /** Two copies are asked for, and a witness is none. */
  @Test
  void minInsyncCountsCopiesOfTheData() {
    ReplicaGroup group = ReplicaGroup.withWitness(AckMode.ALL, 2, ReplicationSettings.DEFAULTS);
    group.cutOff(B);
    group.live(2_000);
    group.grant(A);
    group.live(100);
    assertThat(group.tablet(A).view().members().tablets()).containsExactly(A, C);
    assertThat(group.tablet(A).view().dataCopies()).isEqualTo(1);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.TOO_FEW_REPLICAS);
  }

  /** The candidate's end differs from the witness's: it is cut off, and the rest copied. */
  @Test
  void aCandidateCopiesWhatItLacksAndCutsWhatDiffers() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.cutOff(A);
    group.leaveLog(B, ReplicaGroup.records(1, 1, 2, 2, 2));
    group.leaveLog(C, ReplicaGroup.records(1, 1, 3, 3));
    Fenced best = group.fence(C, 4);
    group.fence(B, 4);

    fetch(group, B, C, best);
    Fenced answer = group.tablet(B).last(Fenced.class);
    assertThat(answer.lastTerm()).isEqualTo(3);
    assertThat(answer.lastOffset()).isEqualTo(4);
    assertThat(group.tablet(B).store().log)
        .extracting(LogRecord::term)
        .containsExactly(1L, 1L, 3L, 3L);
    assertThat(group.tablet(B).store().cuts).containsExactly(2L);
  }

  /** A request or an answer that is lost is made up for by the order, which is repeated. */
  @Test
  void whatIsLostOnTheWayIsAskedForAgain() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.cutOff(A);
    group.leaveLog(B, ReplicaGroup.records(1, 1));
    group.leaveLog(C, ReplicaGroup.records(1, 1, 1, 1));
    Fenced best = group.fence(C, 4);
    group.fence(B, 4);
    var cutOff = group.lost;
    group.lost = envelope -> true;
    fetch(group, B, C, best);
    assertThat(group.tablet(B).last(Fenced.class).lastOffset()).isEqualTo(2);

    group.lost = cutOff;
    group.pass(1_000);
    fetch(group, B, C, best);
    assertThat(group.tablet(B).last(Fenced.class).lastOffset()).isEqualTo(4);
  }

  /** Only within the term of the election, and only from one that is fenced in it. */
  @Test
  void aFormerElectionsOrderIsRefused() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.cutOff(A);
    group.leaveLog(B, ReplicaGroup.records(1, 1));
    group.leaveLog(C, ReplicaGroup.records(1, 1, 1, 1));
    Fenced best = group.fence(C, 4);
    group.fence(B, 5);
    fetch(group, B, C, best);
    assertThat(group.tablet(B).view().history().lastOffset()).isEqualTo(2);
  }

  /** An order of this leader that comes late, to a copy that is opened anew since, is void. */
  @Test
  void whatIsSaidToAnotherOpeningIsIgnored() {
    ReplicaGroup group = group(AckMode.MAJORITY);
    group.cutOff(B);
    for (int i = 0; i < 5; i++) {
      group.write(A);
    }
    group.settle();
    long before = group.tablet(C).view().applied();
    group
        .tablet(C)
        .host
        .onMessage(
            A,
            new Dispensable(
                PARTITION, 1, group.tablet(C).store().uid(), 999_999, 6, 1, false, false),
            group.now);
    assertThat(group.tablet(C).view().applied()).isEqualTo(before);
  }
}
