package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.HeartbeatAck;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.Speaker;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.tablet.replication.ReplicaGroup.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three replicas on one thread keep the protocol's rules, one short story each. */
class ReplicaScenarioTest {

  // ---- commit

  /** With acks=all a write is done when the last copy has it on disk, and not before. */
  @Test
  void everyCopyMustHoldIt() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(C).diskHeld = true;

    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isNull();
    assertThat(group.tablet(A).view().commit()).isEqualTo(1);

    group.tablet(C).diskHeld = false;
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(answer.offset).isEqualTo(2);
    assertThat(answer.times).isEqualTo(1);
  }

  /** With acks=majority two of three are enough, whoever they are: the leader's disk may lag. */
  @Test
  void aMajorityIsEnough() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.tablet(A).diskHeld = true;
    group.tablet(C).diskHeld = true;

    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isNull();

    group.tablet(C).diskHeld = false;
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(group.tablet(A).view().durable()).isEqualTo(1);
  }

  /** With acks=leader the client is answered at once, but nothing uncommitted is applied. */
  @Test
  void theLeaderAloneAnswersButDoesNotApply() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.LEADER);
    group.cutOff(A);

    Answer answer = group.write(A);
    assertThat(answer.outcome).isNull();
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(group.tablet(A).view().applied()).isEqualTo(1);

    group.heal();
    group.live(500);
    assertThat(group.tablet(A).view().applied()).isEqualTo(2);
  }

  /** A follower says nothing of a record before its disk has it. */
  @Test
  void noAcknowledgementBeforeTheSync() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).diskHeld = true;
    group.write(A);
    group.deliver();
    assertThat(group.tablet(B).store().log).hasSize(2);
    assertThat(group.onTheWay)
        .filteredOn(envelope -> envelope.from().equals(B))
        .extracting(envelope -> ((AppendAck) envelope.message()).match())
        .containsOnly(1L);

    group.sync(B);
    assertThat(group.onTheWay)
        .filteredOn(envelope -> envelope.from().equals(B))
        .extracting(envelope -> ((AppendAck) envelope.message()).match())
        .contains(2L);
  }

  /** Followers apply up to the commit offset they were told of, which follows within moments. */
  @Test
  void followersApplyWhatIsCommitted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(C).diskHeld = true;
    group.write(A);
    group.settle();
    assertThat(group.tablet(B).store().log).hasSize(2);
    assertThat(group.tablet(B).view().applied()).isLessThan(2);

    group.tablet(C).diskHeld = false;
    group.live(30);
    assertThat(group.tablet(B).view().applied()).isEqualTo(2);
    assertThat(group.tablet(C).view().applied()).isEqualTo(2);
  }

  /** Records of earlier terms are not committed by counting copies, only by what follows them. */
  @Test
  void earlierTermsAreCommittedByTheTermsFirstRecord() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.MAJORITY);
    group.leaveLog(A, ReplicaGroup.records(1, 1, 2));
    group.leaveLog(B, ReplicaGroup.records(1, 1, 2));
    group.elect(A, 3, A, B, C);
    group.tablet(A).diskHeld = true;
    group.tablet(B).diskHeld = true;
    group.tablet(C).diskHeld = true;
    group.settle();

    assertThat(group.tablet(A).view().commit()).isZero();
    assertThat(group.tablet(A).view().isActive()).isFalse();

    group.tablet(A).diskHeld = false;
    group.tablet(B).diskHeld = false;
    group.settle();
    assertThat(group.tablet(A).view().commit()).isEqualTo(4);
    assertThat(group.tablet(A).view().isActive()).isTrue();
    assertThat(group.tablet(A).store().applied).hasSize(4);
  }

  /** A copy with another uid than the in-sync set names is never counted. */
  @Test
  void aForeignCopyIsNotCounted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.leaveLog(B, List.of());

    Answer answer = group.write(A);
    group.live(400);
    assertThat(group.tablet(B).store().durable()).isEqualTo(2);
    assertThat(group.tablet(A).view().followerOffsets()).containsEntry(B, 2L);
    assertThat(answer.outcome).isNull();
    assertThat(group.holdsLease(A)).as("its promises do not count either").isFalse();
  }

  /** A copy that took a member's place under another uid is evicted, with a majority, too. */
  @Test
  void aForeignCopyIsEvicted() {
    for (AckMode acks : AckMode.values()) {
      ReplicaGroup group = ReplicaGroup.ledByA(acks);
      group.leaveLog(B, List.of());
      group.live(400);
      assertThat(group.request(A).members().tablets()).as("%s", acks).containsExactly(A, C);
    }
  }

  // ---- disk reports

  /** A sync that was reported for a log which has been cut since says nothing about this one. */
  @Test
  void aReportOfAnEarlierGenerationIsIgnored() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.MAJORITY);
    group.elect(A, 1, A, B, C);
    group.settle();
    group.lost = envelope -> envelope.to().equals(C);
    group.tablet(B).diskHeld = true;
    group.write(A);
    group.write(A);
    group.settle();
    assertThat(group.tablet(B).store().log).hasSize(3);

    group.heal();
    group.cutOff(A);
    group.elect(C, 2, A, B, C);
    group.deliver();
    group.deliver();
    group.deliver();
    assertThat(group.tablet(B).store().terms()).containsExactly(1L, 2L);

    group.tablet(B).host.onSynced(PARTITION, 0, 3, group.now);
    assertThat(group.tablet(B).view().durable()).isEqualTo(1);
    group.tablet(B).diskHeld = false;
    group.tablet(B).store().owed.removeIf(sync -> sync.generation() == 0);
    group.settle();
    assertThat(group.tablet(B).view().durable()).isEqualTo(2);
  }

  // ---- terms

  /** A leader that was deposed learns so from whoever knows, and its pending writes are unknown. */
  @Test
  void aHigherTermEndsALeadership() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.fence(B, 2);
    Answer answer = group.write(A);
    group.endTurns();
    group.deliver();
    assertThat(group.onTheWay).anyMatch(envelope -> envelope.message() instanceof StaleTerm);
    group.settle();

    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);
    assertThat(group.tablet(A).view().term()).isEqualTo(2);
    assertThat(group.tablet(A).store().term()).as("durable").isEqualTo(2);
    assertThat(answer.outcome).isEqualTo(WriteOutcome.UNKNOWN);
    assertThat(answer.times).isEqualTo(1);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.NOT_LEADER);
  }

  /** A fenced replica takes nothing from the leader of an earlier term. */
  @Test
  void aLowerTermIsRefused() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.fence(B, 2);
    group.cutOff(C);
    group.write(A);
    group.deliver();
    assertThat(group.tablet(B).store().log).hasSize(1);
    assertThat(group.tablet(B).view().role()).isEqualTo(Role.FENCED);
  }

  /** The answer to a new term tells what the replica holds, and a repeated order is answered. */
  @Test
  void aFencedReplicaSaysWhatItHolds() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    Fenced first = group.fence(B, 5);
    assertThat(first.term()).isEqualTo(5);
    assertThat(first.lastTerm()).isEqualTo(1);
    assertThat(first.lastOffset()).isEqualTo(1);
    assertThat(first.uid()).isEqualTo(group.tablet(B).store().uid());
    assertThat(group.fence(B, 5)).isEqualTo(first);
    assertThat(group.fence(B, 4)).isNull();
  }

  /** It tells the promises that still hold; after a restart, one to nobody it remembers. */
  @Test
  void promisesAreTold() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.pass(100);
    assertThat(group.fence(B, 2).grants()).containsExactly(new Grant(A, 500 * ReplicaGroup.MILLI));

    group.tablet(B).restart();
    assertThat(group.fence(B, 3).grants())
        .containsExactly(new Grant(null, 600 * ReplicaGroup.MILLI));
    group.pass(600);
    assertThat(group.fence(B, 4).grants()).isEmpty();
  }

  /** Orders of a nameserver that was replaced are refused. */
  @Test
  void anOldEpochIsRefused() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    ReplicaHost host = group.tablet(B).host;
    host.onMessage(ReplicaGroup.NAMESERVER, new NewTerm(9, PARTITION, 2), group.now);
    host.onMessage(ReplicaGroup.NAMESERVER, new NewTerm(8, PARTITION, 3), group.now);
    assertThat(group.tablet(B).view().term()).isEqualTo(2);
  }

  /** Only the life of the process that was elected may lead. */
  @Test
  void anOrderToLeadIsBoundToTheIncarnation() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.fence(A, 1);
    group.tablet(A).restart();
    group.lead(A, 1, 0, 1, group.members(A, B, C));
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);

    group.lead(A, 1, 0, 2, group.members(A, B, C));
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.LEADER);
  }

  /** Who gave a term up does not lead it again, and says that it is over. */
  @Test
  void nobodyLeadsTwiceInATerm() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(A);
    Answer answer = group.write(A);
    group.live(15_000);

    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);
    assertThat(group.tablet(A).host.status(PARTITION).steppedDown()).isTrue();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.UNKNOWN);

    group.lead(A, 1, 0, A, B, C);
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);
  }

  /** An order to lead another term than the one the replica is fenced in is refused. */
  @Test
  void anOrderToLeadMustMeetTheTerm() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.fence(A, 3);
    group.lead(A, 2, 0, A, B, C);
    group.lead(A, 4, 0, A, B, C);
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);
  }

  /** A damaged replica says so, promises nothing and takes nothing. */
  @Test
  void aDamagedReplicaTakesNoPart() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.tablet(C).store().flag(Flag.CORRUPT);
    group.tablet(C).restart();
    assertThat(group.fence(C, 1).flags().isOutOfService()).isTrue();
    group.elect(A, 1, A, B, C);
    group.settle();
    assertThat(group.tablet(C).store().log).isEmpty();
    assertThat(group.tablet(A).view().isActive()).isFalse();
  }

  // ---- truncation

  /** What a deposed leader had alone is cut when it follows; what it shares stays. */
  @Test
  void theTailOfADeposedLeaderIsCut() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.cutOff(A);
    Answer lostWrite = group.write(A);
    group.write(A);
    group.settle();
    assertThat(group.tablet(A).store().terms()).containsExactly(1L, 1L, 1L);

    group.fence(B, 2);
    group.fence(C, 2);
    group.lead(B, 2, 0, A, B, C);
    group.settle();
    assertThat(group.tablet(B).view().isActive()).isTrue();

    group.heal();
    group.live(300);
    assertThat(lostWrite.outcome).isEqualTo(WriteOutcome.UNKNOWN);
    assertThat(group.tablet(A).store().cuts).containsExactly(1L);
    assertThat(group.tablet(A).store().terms()).containsExactly(1L, 2L);
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FOLLOWER);
  }

  /** A replica that is asked to cut what it knows committed stops instead. */
  @Test
  void committedRecordsAreNeverCut() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A);
    group.live(50);
    assertThat(group.tablet(B).view().commit()).isEqualTo(2);

    group
        .tablet(B)
        .host
        .onMessage(
            C, new Append(PARTITION, 9, 0, 0, ReplicaGroup.records(8, 8, 8), 0, false), group.now);
    assertThat(group.tablet(B).faults).hasSize(1);
    assertThat(group.tablet(B).store().log).hasSize(2);
    assertThat(group.tablet(B).host.view(PARTITION)).isNull();
  }

  // ---- members

  /** While a change is under way both sets must hold a record. */
  @Test
  void bothSetsMustAgreeToACommit() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.tablet(A).host.onPeerClosed(B);
    Answer answer = group.write(A);
    group.pass(10);
    group.settle();
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
    assertThat(group.tablet(A).view().pending()).isNotNull();
    assertThat(answer.outcome).as("B is still in the old set").isNull();

    group.grant(A);
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(group.tablet(A).view().members().tablets()).containsExactly(A, C);
    assertThat(group.tablet(A).view().pending()).isNull();
  }

  /** A learner counts from the moment it is proposed, not only when it is a member. */
  @Test
  void aProposedMemberMustHoldTheRecord() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.elect(A, 1, A, B);
    group.settle();
    group.advise(A, 1, true, C);
    group.pass(10);
    assertThat(group.request(A).members().tablets()).containsExactly(A, B, C);

    group.tablet(C).diskHeld = true;
    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isNull();
    group.tablet(C).diskHeld = false;
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
  }

  /** A proposal is repeated as it was until it is answered, and only its own version answers it. */
  @Test
  void aProposalIsRepeatedAndMatchedByVersion() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.tablet(A).host.onPeerClosed(B);
    group.pass(10);
    var first = group.request(A);
    group.tablet(A).reports.clear();
    group.pass(100);
    assertThat(group.request(A)).isEqualTo(first);

    group.grant(A, first, first.version());
    group.grant(A, first, first.version() + 2);
    assertThat(group.tablet(A).view().pending()).isNotNull();
    group.grant(A, first, first.version() + 1);
    assertThat(group.tablet(A).view().pending()).isNull();
    assertThat(group.tablet(A).view().version()).isEqualTo(first.version() + 1);
  }

  /** A member that says nothing for too long is proposed for removal. */
  @Test
  void aSilentMemberIsEvicted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.live(600);
    assertThat(group.request(A)).isNull();
    group.live(20);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
  }

  /** A member that talks but does not acknowledge is removed, too. */
  @Test
  void aMemberThatOwesIsEvicted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).diskHeld = true;
    group.write(A);
    group.live(620);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
  }

  /** With a majority, a silent member is given five times as long. */
  @Test
  void aMajorityIsPatient() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.cutOff(B);
    group.tablet(A).host.onPeerClosed(B);
    group.live(2900);
    assertThat(group.request(A)).isNull();
    group.live(200);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
  }

  /** Led by A, which has lost B while the nameserver does nothing by itself. */
  private static ReplicaGroup leftAloneWithoutB() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.advise(A, 1, false);
    group.cutOff(B);
    group.tablet(A).host.onPeerClosed(B);
    return group;
  }

  /** When the nameserver acts on nothing by itself, the leader evicts nobody either. */
  @Test
  void withoutAutomaticFailoverNobodyIsEvicted() {
    ReplicaGroup group = leftAloneWithoutB();
    group.live(1000);
    assertThat(group.request(A)).isNull();
  }

  /**
   * Nor does the leader give up then: nobody would be elected. It goes on when the member is back.
   */
  @Test
  void withoutAutomaticFailoverALeaderWaitsForItsMember() {
    ReplicaGroup group = leftAloneWithoutB();
    Answer answer = group.write(A);
    group.live(10_000);
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.LEADER);
    assertThat(group.holdsLease(A)).isFalse();
    group.heal();
    group.live(2_000);
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(group.holdsLease(A)).isTrue();
  }

  /** As soon as somebody would be elected, a leader gives up that has its way with nothing. */
  @Test
  void aLeaderThatNobodyConfirmsGivesUp() {
    ReplicaGroup group = leftAloneWithoutB();
    group.write(A);
    group.live(2_000);
    group.advise(A, 1, true);
    group.live(13_000);
    assertThat(group.tablet(A).view().role()).isEqualTo(Role.FENCED);
  }

  /** A leader that is not active yet may drop a dead member, since all of them hold everything. */
  @Test
  void aLeaderThatIsNotActiveMayOnlyShrink() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.lost = envelope -> envelope.from().equals(B);
    group.elect(A, 1, A, B);
    group.live(700);
    assertThat(group.tablet(A).view().isActive()).isFalse();
    assertThat(group.request(A).members().tablets()).containsExactly(A);
    group.grant(A);
    assertThat(group.tablet(A).view().isActive()).isTrue();
  }

  /** With a majority it may change nothing before it is active. */
  @Test
  void aLeaderThatIsNotActiveKeepsAMajority() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.MAJORITY);
    group.elect(A, 1, A, B, C);
    group.cutOff(A);
    group.write(A);
    for (int i = 0; i < 100; i++) {
      group.live(10);
    }
    assertThat(group.request(A)).isNull();
  }

  /** A learner becomes a member only when it holds what is committed, and lags little. */
  @Test
  void aLearnerMustCatchUp() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.elect(A, 1, A, B);
    group.advise(A, 1, true, C);
    group.tablet(C).diskHeld = true;
    group.live(50);
    assertThat(group.tablet(C).view().role()).isEqualTo(Role.LEARNER);
    assertThat(group.request(A)).isNull();

    group.tablet(C).diskHeld = false;
    group.live(20);
    assertThat(group.request(A).members().tablets()).containsExactly(A, B, C);
    group.grant(A);
    group.live(120);
    assertThat(group.tablet(C).view().role()).isEqualTo(Role.FOLLOWER);
  }

  // ---- leases and reads

  /** A lease lasts a little less than the promise, counted from when it was asked for. */
  @Test
  void aLeaseEndsBeforeThePromise() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    assertThat(group.holdsLease(A)).isTrue();
    assertThat(group.holdsLease(B)).isFalse();
    group.lost = envelope -> true;
    long usable = group.settings.usableLeaseNanos();
    assertThat(usable).isLessThan(group.settings.leaseNanos());
    group.now += usable - 1;
    assertThat(group.holdsLease(A)).isTrue();
    group.now += 1;
    assertThat(group.holdsLease(A)).isFalse();
  }

  /** It needs a write quorum's promises: all with acks=all, two of three with a majority. */
  @Test
  void aLeaseNeedsAWriteQuorum() {
    for (AckMode acks : AckMode.values()) {
      ReplicaGroup group = ReplicaGroup.ledByA(acks);
      group.lost = envelope -> envelope.message() instanceof HeartbeatAck && envelope.from() == B;
      group.live(560);
      assertThat(group.holdsLease(A)).as("%s", acks).isEqualTo(acks != AckMode.ALL);
      group.lost = envelope -> envelope.message() instanceof HeartbeatAck;
      group.live(560);
      assertThat(group.holdsLease(A)).as("%s", acks).isFalse();
    }
  }

  /** While a change is under way, the proposed set must have promised, too. */
  @Test
  void aProposedMemberMustPromise() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.lost = envelope -> envelope.message() instanceof Heartbeat && envelope.to() == C;
    group.elect(A, 1, A, B);
    group.settle();
    assertThat(group.holdsLease(A)).isTrue();
    group.advise(A, 1, true, C);
    group.pass(10);
    assertThat(group.tablet(A).view().pending().tablets()).containsExactly(A, B, C);
    assertThat(group.holdsLease(A)).isFalse();

    group.heal();
    group.live(110);
    assertThat(group.holdsLease(A)).isTrue();
  }

  /** A leader that has not committed in its term reads nothing, whoever promised. */
  @Test
  void noLeaseBeforeTheFirstCommit() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    group.elect(A, 1, A, B, C);
    group.tablet(C).diskHeld = true;
    group.settle();
    assertThat(group.holdsLease(A)).isFalse();
    assertThat(group.read(A).confirmed).isFalse();
  }

  /** Only promises that were asked for after a quorum read confirm it. */
  @Test
  void aQuorumReadNeedsAnswersFromAfterIt() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.pass(100);
    group.endTurns();
    group.pass(1);
    Answer read = group.read(A);
    // The heartbeat that was on its way already is answered: that says nothing.
    var early = List.copyOf(group.onTheWay);
    group.onTheWay.clear();
    early.forEach(e -> group.tablet(e.to()).host.onMessage(e.from(), e.message(), group.now));
    var answers = List.copyOf(group.onTheWay);
    group.onTheWay.clear();
    assertThat(answers).anyMatch(e -> e.message() instanceof HeartbeatAck);
    answers.forEach(e -> group.tablet(e.to()).host.onMessage(e.from(), e.message(), group.now));
    assertThat(read.confirmed).isNull();

    group.settle();
    assertThat(read.confirmed).isTrue();
    assertThat(read.times).isEqualTo(1);
  }

  /** A quorum read that nobody confirms ends, as does one of a leader that is deposed. */
  @Test
  void aQuorumReadEnds() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.lost = envelope -> true;
    group.pass(1);
    Answer late = group.read(A);
    group.live(1210);
    assertThat(late.confirmed).isFalse();

    Answer deposed = group.read(A);
    group.fence(A, 2);
    assertThat(deposed.confirmed).isFalse();
    assertThat(group.read(A).confirmed).isFalse();
  }

  /** The wait that the nameserver orders delays the first commit, and no later one. */
  @Test
  void theFirstCommitWaitsForOldPromises() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    for (var id : List.of(A, B, C)) {
      group.fence(id, 1);
    }
    group.lead(A, 1, 300, A, B, C);
    group.live(290);
    assertThat(group.tablet(A).view().isActive()).isFalse();
    assertThat(group.tablet(A).view().commit()).isZero();
    group.live(10);
    assertThat(group.tablet(A).view().isActive()).isTrue();
    Answer answer = group.write(A);
    group.settle();
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
  }

  // ---- refusals

  /** Writes are refused where they cannot be taken, with the reason. */
  @Test
  void writesAreRefusedWithAReason() {
    TableOptions options = new TableOptions(3, AckMode.ALL, 2, ReadMode.LEADER);
    ReplicaGroup group = new ReplicaGroup(options, ReplicaGroup.window(2, 100, 50));
    assertThat(group.write(B).outcome).isEqualTo(WriteOutcome.NOT_LEADER);

    group.elect(A, 1, A, B, C);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.NOT_READY);
    group.settle();
    assertThat(group.write(A, 51).outcome).isEqualTo(WriteOutcome.TOO_LARGE);
    Answer first = group.write(A, 30);
    group.write(A, 30);
    assertThat(group.write(A, 1).outcome).as("too many records").isEqualTo(WriteOutcome.BUSY);
    group.settle();
    assertThat(first.outcome).isEqualTo(WriteOutcome.OK);

    group.write(A, 50);
    assertThat(group.write(A, 50).outcome).as("just fits").isNull();
    group.settle();
    group.elect(A, 2, A);
    group.settle();
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.TOO_FEW_REPLICAS);
  }

  /** Too many bytes under way are refused, however few records they are. */
  @Test
  void tooManyBytesAreRefused() {
    ReplicaGroup group =
        new ReplicaGroup(TableOptions.defaults(3), ReplicaGroup.window(100, 100, 60));
    group.elect(A, 1, A, B, C);
    group.settle();
    group.write(A, 60);
    assertThat(group.write(A, 41).outcome).isEqualTo(WriteOutcome.BUSY);
    assertThat(group.write(A, 40).outcome).isNull();
  }

  /**
   * A write that was taken when enough copies were in sync is not acknowledged by too few: its
   * record is committed, but the client was promised more copies than there are.
   */
  @Test
  void tooFewCopiesDoNotAcknowledge() {
    TableOptions options = new TableOptions(3, AckMode.ALL, 2, ReadMode.LEADER);
    ReplicaGroup group = new ReplicaGroup(options, ReplicaGroup.window(100, 1000, 100));
    group.elect(A, 1, A, B);
    group.settle();
    group.advise(A, 1, true);
    group.cutOff(B);
    Answer answer = group.write(A);
    group.live(700);
    assertThat(group.request(A).members().tablets()).containsExactly(A);
    group.grant(A);

    assertThat(group.tablet(A).view().commit()).isEqualTo(2);
    assertThat(answer.outcome).isEqualTo(WriteOutcome.UNKNOWN);
    assertThat(group.write(A).outcome).isEqualTo(WriteOutcome.TOO_FEW_REPLICAS);
  }

  // ---- disks that are stuck

  /** A replica whose disk is stuck makes no promises. */
  @Test
  void aStalledDiskPromisesNothing() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).stalled = true;
    group.live(560);
    assertThat(group.holdsLease(A)).isFalse();
  }

  /** Who did not listen while its disk was stuck does not call its leader silent afterwards. */
  @Test
  void aStalledFollowerDoesNotAccuseItsLeader() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).stalled = true;
    group.live(500);
    group.tablet(B).stalled = false;
    group.tablet(B).reports.clear();
    group.tablet(B).host.onMessage(NAMESERVER, new SilenceQuery(1, List.of(PARTITION)), group.now);
    SilenceReport answer =
        group.tablet(B).reports.stream()
            .filter(SilenceReport.class::isInstance)
            .map(SilenceReport.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(answer.silences().get(0).silentNanos()).isLessThan(50 * ReplicaGroup.MILLI);
  }

  /** A leader whose disk is stuck falls silent, so that its followers notice. */
  @Test
  void aStalledLeaderFallsSilent() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(A).stalled = true;
    group.write(A);
    group.pass(150);
    group.endTurns();
    assertThat(group.onTheWay).noneMatch(envelope -> envelope.from().equals(A));

    group.tablet(A).stalled = false;
    group.pass(10);
    group.endTurns();
    assertThat(group.onTheWay).anyMatch(envelope -> envelope.message() instanceof Heartbeat);
    assertThat(group.onTheWay).anyMatch(envelope -> envelope.message() instanceof Append);
  }

  /** An acknowledgement of another uid does not stand in for the member's. */
  @Test
  void anAcknowledgementUnderAnotherUidIsNotCounted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.cutOff(B);
    group.cutOff(C);
    Answer answer = group.write(A);
    group.settle();
    ReplicaHost host = group.tablet(A).host;
    ReplicaUid foreign = new ReplicaUid(1, 1);
    host.onMessage(
        B, new AppendAck(PARTITION, 1, new Speaker(foreign, 7, ReplicaFlags.NONE), 2), group.now);
    assertThat(answer.outcome).isNull();
    host.onMessage(
        B,
        new AppendAck(
            PARTITION, 1, new Speaker(group.tablet(B).store().uid(), 8, ReplicaFlags.NONE), 2),
        group.now);
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
  }
}
