package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.replication.ReplicaGroup.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader makes way for the one that shall follow it, and goes on if that does not happen. */
class HandOverTest {
  private static void transfer(ReplicaGroup group, NodeId leader, long term, NodeId target) {
    group
        .tablet(leader)
        .host
        .onMessage(NAMESERVER, new TransferLeader(1, PARTITION, term, target), group.now);
  }

  private static long ready(ReplicaGroup group) {
    return group.tablet(A).reports.stream().filter(TransferReady.class::isInstance).count();
  }

  /** Writes are refused until the target holds all, and what was under way is still answered. */
  @Test
  void theLeaderWaitsForTheTarget() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.tablet(C).diskHeld = true;
    Answer before = group.write(A);
    group.settle();
    assertThat(before.outcome).isEqualTo(WriteOutcome.OK);

    transfer(group, A, 1, C);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.HANDING_OVER);
    assertThat(WriteOutcome.HANDING_OVER.isRefusal()).isTrue();
    assertThat(ready(group)).isZero();
    assertThat(group.holdsLease(A)).as("reads go on").isTrue();

    group.tablet(C).diskHeld = false;
    group.settle();
    assertThat(ready(group)).isEqualTo(1);
    assertThat(group.tablet(A).last(TransferReady.class).target()).isEqualTo(C);
    transfer(group, A, 1, C);
    assertThat(ready(group)).as("asked again, answered again").isEqualTo(2);
  }

  /** What is not committed yet is waited for, too: its client must learn what became of it. */
  @Test
  void nothingMayBeUnderWay() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).diskHeld = true;
    Answer answer = group.write(A);
    group.settle();
    transfer(group, A, 1, C);
    group.settle();
    assertThat(ready(group)).isZero();
    group.tablet(B).diskHeld = false;
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(ready(group)).isEqualTo(1);
  }

  /** The pause ends by itself, and is followed by a time of rest even if the order is repeated. */
  @Test
  void thePauseEndsByItself() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.tablet(C).diskHeld = true;
    group.write(A);
    group.settle();
    transfer(group, A, 1, C);
    group.live(290);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.HANDING_OVER);
    group.live(20);
    transfer(group, A, 1, C);
    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);

    group.tablet(C).diskHeld = false;
    group.live(900);
    transfer(group, A, 1, C);
    group.settle();
    assertThat(ready(group)).isEqualTo(1);
    group.live(880);
    assertThat(group.write(A).outcome)
        .as("the next term may be open already")
        .isEqualTo(WriteOutcome.HANDING_OVER);
    group.live(30);
    answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
  }

  /** Orders that name now one and now another member do not add up to one pause without an end. */
  @Test
  void anotherTargetDoesNotBeginThePauseAnew() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    int taken = 0;
    for (int i = 0; i < 30; i++) {
      transfer(group, A, 1, i % 2 == 0 ? B : C);
      group.live(100);
      taken += group.write(A).outcome == WriteOutcome.HANDING_OVER ? 0 : 1;
      group.settle();
    }
    assertThat(ready(group)).isPositive();
    assertThat(taken).isGreaterThan(10);
  }

  /** Nobody makes way for a learner, for itself, or in another term. */
  @Test
  void onlyAMemberOfThisTermIsATarget() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.elect(A, 1, A, B);
    group.settle();
    transfer(group, A, 1, C);
    transfer(group, A, 1, A);
    transfer(group, A, 2, B);
    assertThat(ready(group)).isZero();
    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
  }

  /** Once the next term is open, clients are sent to whoever was to lead it. */
  @Test
  void clientsAreSentToTheSuccessor() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    transfer(group, A, 1, C);
    group.fence(A, 2);
    assertThat(group.tablet(A).host.knownLeader(PARTITION)).isEqualTo(C);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.NOT_LEADER);
    group.fence(A, 3);
    assertThat(group.tablet(A).host.knownLeader(PARTITION)).as("of that term only").isNull();
  }

  /** An unwanted member is asked to be left out; the leader never leaves its own set. */
  @Test
  void whoIsNotWantedIsLeftOut() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.advise(A, 1, false, List.of(), List.of(), List.of(A, C));
    group.pass(10);
    assertThat(group.request(A).members().tablets()).containsExactly(A, B);
  }

  /** A request that is refused leaves the old set in force, under the next version. */
  @Test
  void aRefusedChangeIsOver() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.elect(A, 1, A, B);
    group.settle();
    group.advise(A, 1, true, C);
    group.pass(10);
    assertThat(group.tablet(A).view().pending().tablets()).containsExactly(A, B, C);
    group
        .tablet(A)
        .host
        .onMessage(
            NAMESERVER,
            new MembersChanged(1, PARTITION, 1, 101, group.members(A, B), List.of(C)),
            group.now);
    assertThat(group.tablet(A).view().pending()).isNull();
    assertThat(group.tablet(A).view().version()).isEqualTo(101);
    assertThat(group.tablet(A).view().members().tablets()).containsExactly(A, B);
    group.live(50);
    assertThat(group.tablet(A).view().pending()).as("old advice is not followed").isNull();
  }

  /** A copy is put aside only if it is the one that is meant, and nothing newer is known here. */
  @Test
  void onlyTheCopyThatIsMeantGoes() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    ReplicaUid uid = group.tablet(C).store().uid();
    ReplicaHost host = group.tablet(C).host;
    host.onMessage(NAMESERVER, new DropReplica(1, PARTITION, 1, new ReplicaUid(9, 9)), group.now);
    host.onMessage(NAMESERVER, new DropReplica(1, PARTITION, 0, uid), group.now);
    assertThat(group.tablet(C).view().role()).isEqualTo(Role.FOLLOWER);
    host.onMessage(NAMESERVER, new DropReplica(1, PARTITION, 1, uid), group.now);
    assertThat(host.partitions()).isEmpty();
  }
}
