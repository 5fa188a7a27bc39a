package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.Role;
import org.junit.jupiter.api.Test;

/** An operator goes on without what is lost: only when it is lost, and never silently. */
class LossTest {
  private static AdminCommand accept(String reason, boolean stopped) {
    return new AdminCommand.AcceptLoss("db", "t", 0, reason, stopped, 1234);
  }

  /** A was the last in-sync member; it is gone, and B and C are there. */
  private static ControlRoom withoutItsLastMember() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A);
    room.dies(A);
    room.pass(1000);
    assertThat(room.record().members().tablets()).containsExactly(A);
    return room;
  }

  @Test
  void whatIsNotLostIsNotGivenUp() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    assertThat(room.submit(accept("why not", true)).result.message()).contains("that is up");
    room.dies(A);
    room.pass(100);
    assertThat(room.submit(accept("A is down", true)).result.message()).contains("safe election");
    assertThat(room.record().term()).isEqualTo(1);
  }

  @Test
  void theOperatorSaysWhyAndThatTheOthersAreStopped() {
    ControlRoom room = withoutItsLastMember();
    assertThat(room.submit(accept(" ", true)).result.message()).contains("reason");
    assertThat(room.submit(accept("disk lost", false)).result.message())
        .contains("a:1", "have ended", "--bypassed-are-stopped");
    assertThat(room.record().term()).isEqualTo(1);
  }

  /**
   * The best of what is there leads, alone, after every lease has run out, and it is written down.
   */
  @Test
  void theBestCopyBecomesTheTruth() {
    ControlRoom room = withoutItsLastMember();
    ControlRoom.Answer answer = room.submit(accept("disk of a lost", true));
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    assertThat(room.record().term()).isEqualTo(2);
    room.answersTo(2, B, 1, 40);
    room.answersTo(2, C, 1, 41);
    room.pass(4_000);
    assertThat(room.record().phase()).as("leases first").isEqualTo(Phase.ELECT);
    room.pass(1_500);

    assertThat(room.record().leader()).isEqualTo(C);
    assertThat(room.record().members().tablets()).containsExactly(C);
    assertThat(room.record().learners()).containsExactlyInAnyOrder(A, B);
    assertThat(room.record().lossTerm()).isEqualTo(2);
    assertThat(room.sent(C, BecomeLeader.class)).last().matches(BecomeLeader::lossAccepted);
    LossReport report = room.controller.state().loss(ControlRoom.PARTITION);
    assertThat(report.bypassed()).containsExactly(A);
    assertThat(report.lastOffset()).isEqualTo(41);
    assertThat(report.reason()).isEqualTo("disk of a lost");
    assertThat(report.open()).isTrue();
    assertThat(answer.result.isOk()).isTrue();
    assertThat(answer.result.message()).contains("c:1", "up to 41");

    assertThat(room.submit(new AdminCommand.ClearLoss("db", "t", 0)).result.isOk()).isTrue();
    assertThat(room.controller.state().loss(ControlRoom.PARTITION).open()).isFalse();
    assertThat(room.controller.state().loss(ControlRoom.PARTITION).count()).isEqualTo(1);
  }

  /**
   * What a bypassed member knows to be committed cannot be taken from it, so that copy is put aside
   * and another made; but not where nobody has accepted a loss.
   */
  @Test
  void aBypassedCopyThatHasDivergedIsMadeAnew() {
    ControlRoom peaceful = ControlRoom.ledByA(AckMode.ALL);
    peaceful.requests(A, 1, 2, A, B);
    peaceful.leadsUnder(A, 3);
    peaceful.flags(C, ReplicaFlags.of(ReplicaFlags.Flag.DIVERGED));
    peaceful.pass(1_000);
    assertThat(peaceful.sent(C, DropReplica.class)).isEmpty();

    ControlRoom room = withoutItsLastMember();
    ControlRoom.Answer answer = room.submit(accept("disk of a lost", true));
    room.answersTo(2, C, 1, 41);
    room.pass(6_000);
    assertThat(answer.result.isOk()).isTrue();
    room.replicates(C, Role.LEADER, 2);
    room.leadsUnder(C, room.record().version());
    room.tablets.get(A).up = true;
    room.tablets.get(A).incarnation = 2;
    room.replicates(A, Role.FENCED, 2);
    room.pass(500);
    assertThat(room.sent(A, DropReplica.class)).as("it may yet follow").isEmpty();

    room.flags(A, ReplicaFlags.of(ReplicaFlags.Flag.DIVERGED));
    room.pass(500);
    assertThat(room.sent(A, DropReplica.class))
        .last()
        .isEqualTo(new DropReplica(1, ControlRoom.PARTITION, 2, ControlRoom.uid(A)));
    assertThat(room.sent(C, DropReplica.class)).isEmpty();
    room.tablets.get(A).replicas.clear();
    room.pass(500);
    assertThat(room.sent(A, CreateReplica.class)).isNotEmpty();
  }

  /** The lost member comes back in time: the ordinary election takes place, and nothing is lost. */
  @Test
  void whoComesBackInTimeSavesEverything() {
    ControlRoom room = withoutItsLastMember();
    ControlRoom.Answer answer = room.submit(accept("a does not start", true));
    room.answersTo(2, C, 1, 41);
    room.tablets.get(A).up = true;
    room.tablets.get(A).incarnation = 2;
    room.answersTo(2, A, 1, 60);
    room.pass(6_000);
    assertThat(room.record().leader()).isEqualTo(A);
    assertThat(room.record().lossTerm()).isZero();
    assertThat(answer.result.message()).contains("nothing was given up");
  }

  /** Nobody answers: the operator is told, and the partition goes on waiting. */
  @Test
  void aWishEndsWhenNobodyAnswers() {
    ControlRoom room = withoutItsLastMember();
    ControlRoom.Answer answer = room.submit(accept("disk of a lost", true));
    room.pass(31_000);
    assertThat(answer.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  /**
   * The last in-sync member is back, with the end of its log cut off. Where that asks for an
   * operator's word, the word is heard, and until then it is said what is waited for.
   */
  @Test
  void aCutOffEndIsAcceptedByAnOperator() {
    ControlRoom room = ControlRoom.strictAboutTails();
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A);
    room.tablets.get(A).incarnation = 2;
    room.pass(100);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    ReplicaFlags cutOff = ReplicaFlags.of(ReplicaFlags.Flag.TAIL_SUSPECT);
    room.answersTo(2, A, 1, 60, cutOff);
    room.pass(10_000);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    assertThat(room.controller.condition(ControlRoom.PARTITION).code())
        .isEqualTo(PartitionCondition.Code.WAITS_FOR_MEMBERS);

    ControlRoom.Answer answer = room.submit(accept("a lost power, nothing else is wrong", true));
    long term = room.record().term();
    room.answersTo(term, A, 1, 60, cutOff);
    room.answersTo(term, B, 1, 40);
    room.pass(6_000);
    assertThat(answer.result.isOk()).as(answer.result.message()).isTrue();
    assertThat(room.record().leader()).isEqualTo(A);
  }
}
