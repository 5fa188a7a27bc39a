package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A partition whose leader is lost gets another; one whose leader lives keeps it. */
class FailoverTest {

  private static void switchOff(ControlRoom room) {
    room.submit(new AdminCommand.SetConfig("auto_failover", "FALSE"));
  }

  // ---- when

  /** A dead connection is not enough: the voters are asked, and one who is silent elects. */
  @Test
  void votersDecideWhetherTheLeaderIsLost() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.dies(A);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    assertThat(room.sent(B, SilenceQuery.class)).isNotEmpty();
    assertThat(room.sent(C, SilenceQuery.class)).isNotEmpty();

    room.silent(B, 1, 200, false);
    assertThat(room.record().phase()).as("it was heard").isEqualTo(Phase.LEAD);
    room.silent(B, 1, 301, false);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    assertThat(room.record().term()).isEqualTo(2);
    for (var tablet : room.tablets.keySet()) {
      assertThat(room.sent(tablet, NewTerm.class)).extracting(NewTerm::term).containsOnly(2L);
    }
  }

  /** A voter whose connection to the leader was closed need not wait. */
  @Test
  void aClosedConnectionCountsAtOnce() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.dies(A);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** With a majority, two of three must be silent: one alone could not stop a lease. */
  @Test
  void aMajorityNeedsTwoSilentVoters() {
    ControlRoom room = ControlRoom.ledByA(AckMode.MAJORITY);
    room.dies(A);
    room.silent(B, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** What a voter said long ago, or said before the leader came back, is not counted. */
  @Test
  void oldSilenceIsForgotten() {
    ControlRoom room = ControlRoom.ledByA(AckMode.MAJORITY);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.pass(1100);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);

    room.tablets.get(A).up = true;
    room.pass(50);
    room.dies(A);
    room.silent(B, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
  }

  /** Silence of a second is as suspicious as a closed connection. */
  @Test
  void aTabletThatSaysNothingIsSuspected() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(A).up = false;
    room.pass(950);
    assertThat(room.sent(B, SilenceQuery.class)).isEmpty();
    room.pass(100);
    assertThat(room.sent(B, SilenceQuery.class)).isNotEmpty();
  }

  /** A leader that only the nameserver cannot hear is kept, but not for ever. */
  @Test
  void aLeaderThatItsGroupHearsIsReplacedLate() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.dies(A);
    for (int i = 0; i < 99; i++) {
      room.silent(B, 1, 10, false);
      room.pass(100);
    }
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    room.pass(200);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /**
   * Who answered and was restarted is asked again: it may hold less now, and what nobody holds any
   * more must not be waited for.
   */
  @Test
  void anAnswerEndsWithItsProcess() {
    ControlRoom room = ControlRoom.ledByA(AckMode.MAJORITY);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.dies(C);
    room.answersTo(2, B, 1, 7);
    room.pass(200);
    int asked = room.sent(B, NewTerm.class).size();
    room.pass(500);
    assertThat(room.sent(B, NewTerm.class)).hasSize(asked);

    room.tablets.get(B).incarnation = 2;
    room.pass(200);
    assertThat(room.sent(B, NewTerm.class)).hasSizeGreaterThan(asked);
    room.answersTo(2, B, 1, 6);
    room.tablets.get(C).up = true;
    room.pass(50);
    room.answersTo(2, C, 1, 6);
    room.pass(5_000);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
  }

  /** A leader whose process was restarted leads no more, however alive its tablet is. */
  @Test
  void anotherIncarnationElects() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(A).incarnation = 2;
    room.replicates(A, Role.FENCED, 1);
    room.pass(50);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** A leader that gave up is replaced. */
  @Test
  void aLeaderThatGaveUpIsReplaced() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.replicates(A, ControlRoom.PARTITION, Role.FENCED, 1, true);
    room.pass(50);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** A leader whose tablet lives but has lost the replica is replaced, after a moment. */
  @Test
  void aLeaderWithoutItsReplicaIsReplaced() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(A).replicas.clear();
    room.pass(900);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    room.pass(200);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** With auto_failover switched off nothing of this happens, until it is on again. */
  @Test
  void withoutAutomaticFailoverNobodyIsElected() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    switchOff(room);
    room.pass(600);
    assertThat(room.sent(A, LeaderAdvice.class))
        .last()
        .extracting(LeaderAdvice::automatic)
        .isEqualTo(false);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    room.pass(12_000);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);

    room.submit(new AdminCommand.SetConfig("auto_failover", "true"));
    room.silent(B, 1, 400, false);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  // ---- whom

  private static ControlRoom electing(AckMode acks) {
    ControlRoom room = ControlRoom.ledByA(acks);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    room.orders.clear();
    return room;
  }

  /** Who may still answer is waited for; then the answers name the leader, who is told. */
  @Test
  void theAnswersNameTheLeader() {
    ControlRoom room = electing(AckMode.ALL);
    room.answersTo(2, B, 1, 10);
    assertThat(room.record().phase()).as("C is alive").isEqualTo(Phase.ELECT);
    room.answersTo(2, C, 1, 11);
    assertThat(room.record().phase()).as("A may answer within the grace").isEqualTo(Phase.ELECT);
    room.pass(50);

    PartitionRecord record = room.record();
    assertThat(record.leader()).isEqualTo(C);
    assertThat(record.members().tablets()).containsExactly(B, C);
    assertThat(record.learners()).containsExactly(A);
    BecomeLeader order = room.sent(C, BecomeLeader.class).get(0);
    assertThat(order.term()).isEqualTo(2);
    assertThat(order.version()).isEqualTo(record.version());
    assertThat(order.incarnation()).isEqualTo(1);
    assertThat(order.members()).isEqualTo(record.members());
  }

  /** One who is alive but does not answer is waited for half a second. */
  @Test
  void theLivingAreWaitedForLonger() {
    ControlRoom room = electing(AckMode.ALL);
    room.answersTo(2, B, 1, 10);
    room.pass(450);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.pass(100);
    assertThat(room.record().leader()).isEqualTo(B);
  }

  /** Answers to an earlier term do not count. */
  @Test
  void answersToAnotherTermAreIgnored() {
    ControlRoom room = electing(AckMode.ALL);
    room.answersTo(1, B, 1, 10);
    room.answersTo(3, B, 1, 10);
    room.pass(1000);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /** The order to lead is repeated until the leader is seen to lead. */
  @Test
  void theOrderToLeadIsRepeated() {
    ControlRoom room = electing(AckMode.MAJORITY);
    room.answersTo(2, B, 1, 10);
    room.answersTo(2, C, 1, 10);
    room.pass(300);
    assertThat(room.sent(B, BecomeLeader.class)).hasSizeGreaterThan(1);
    room.replicates(B, Role.LEADER, 2);
    room.pass(50);
    room.orders.clear();
    room.pass(300);
    assertThat(room.sent(B, BecomeLeader.class)).isEmpty();
  }

  // ---- members

  /** A change is made when it is based on the present version, and its leader is told. */
  @Test
  void aChangeOfMembersIsGranted() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, C);
    assertThat(room.record().members().tablets()).containsExactly(A, C);
    assertThat(room.record().learners()).containsExactly(B);
    assertThat(room.record().version()).isEqualTo(3);
    assertThat(room.sent(A, MembersChanged.class)).hasSize(1);

    room.requests(A, 1, 2, A, C);
    assertThat(room.record().version()).as("repeated, but not made twice").isEqualTo(3);
    assertThat(room.sent(A, MembersChanged.class))
        .hasSize(2)
        .extracting(MembersChanged::version)
        .containsOnly(3L);
  }

  /** Not so one that is based on another version, of another term, or of another tablet. */
  @Test
  void aChangeOfMembersMustFit() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 3, A, C);
    room.requests(A, 2, 2, A, C);
    room.requests(B, 1, 2, B, C);
    room.requests(A, 1, 2, B, C);
    assertThat(room.record().version()).isEqualTo(2);
    assertThat(room.sent(A, MembersChanged.class)).isEmpty();
    room.requests(A, 1, 1, A, C);
    assertThat(room.record().version()).isEqualTo(2);
    assertThat(room.sent(A, MembersChanged.class))
        .extracting(answer -> answer.members().tablets())
        .as("what is true, which is not what was asked for")
        .containsExactly(List.of(A, B, C));

    room.requests(A, 1, 2, A, C);
    room.requests(A, 1, 3, A, B, C);
    assertThat(room.record().members().tablets()).containsExactly(A, B, C);
    assertThat(room.record().learners()).isEmpty();
    room.requests(A, 1, 2, A, C);
    assertThat(room.record().members().tablets()).as("an old request").hasSize(3);
    assertThat(room.sent(A, MembersChanged.class)).hasSize(3);
  }

  /** A dropped member becomes a learner, and its leader hears of it. */
  @Test
  void learnersAreAdvisedAndMade() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, C);
    room.tablets.get(B).replicas.clear();
    room.pass(600);
    assertThat(room.sent(A, LeaderAdvice.class))
        .last()
        .extracting(LeaderAdvice::learners)
        .isEqualTo(List.of(B));
    assertThat(room.sent(B, CreateReplica.class)).isNotEmpty();
  }

  /** A member that lost its copy gets none made: what it lost may have counted. */
  @Test
  void aMembersCopyIsNeverMadeAnew() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(B).replicas.clear();
    room.pass(2000);
    assertThat(room.sent(B, CreateReplica.class)).isEmpty();
  }

  // ---- the store

  /** After a conflict everything is read anew and decided again. */
  @Test
  void aConflictReloads() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.result = CommitResult.CONFLICT;
    room.requests(A, 1, 2, A, C);
    assertThat(room.loads).isEqualTo(2);
    assertThat(room.written).hasSize(2);
    assertThat(room.record().members().tablets()).containsExactly(A, C);
  }

  /** A transaction of unknown fate that was written after all is seen, and not made twice. */
  @Test
  void anUnknownCommitIsLookedUp() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.result = CommitResult.UNKNOWN;
    room.lostAfterWriting = true;
    room.requests(A, 1, 2, A, C);
    assertThat(room.loads).isEqualTo(2);
    assertThat(room.written).hasSize(1);
    assertThat(room.record().version()).isEqualTo(3);
    assertThat(room.sent(A, MembersChanged.class)).hasSize(1);
  }

  /** While a transaction is under way nothing else is decided, and no late outcome confuses it. */
  @Test
  void oneTransactionAtATime() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.held = true;
    room.requests(A, 1, 2, A, C);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.pass(500);
    assertThat(room.written).hasSize(1);

    room.controller.onCommitted(
        new MetaTransaction(1, room.written.get(0).changes()), CommitResult.CONFLICT, room.now);
    assertThat(room.loads).as("equal, but not the same").isEqualTo(1);
  }

  /** A nameserver that reads another epoch than its own gives up. */
  @Test
  void anotherEpochDeposes() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.storedEpoch = 2;
    room.requests(A, 1, 2, A, C);
    assertThat(room.controller.isActive()).isFalse();
    assertThat(room.record().version()).isEqualTo(2);

    room.orders.clear();
    room.pass(500);
    assertThat(room.orders).isEmpty();
  }
}
