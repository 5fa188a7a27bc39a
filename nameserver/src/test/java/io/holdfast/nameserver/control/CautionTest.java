package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import org.junit.jupiter.api.Test;

/** What the nameserver does not do, although somebody asks for it or it looks as if it should. */
class CautionTest {
  private static final int REPLICAS = 5;

  /** A leader of five that has dropped three asks to drop its last companion. */
  private static ControlRoom aboutToBeAlone() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL, REPLICAS);
    room.requests(A, 1, 2, A, B);
    assertThat(room.record().members().tablets()).containsExactly(A, B);
    room.requests(A, 1, 3, A);
    return room;
  }

  // ---- shrinking

  /** The others are well and hear each other, but not the leader: one of them is to lead. */
  @Test
  void aLeaderThatIsCutOffDoesNotGoOnAlone() {
    ControlRoom room = aboutToBeAlone();
    assertThat(room.record().members().tablets()).containsExactly(A, B);
    assertThat(room.sent(B, ReachQuery.class)).isNotEmpty();
    for (int i = 0; i < 6; i++) {
      room.reaches(B, C);
      room.reaches(C, B);
      room.pass(100);
    }
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    assertThat(room.record().term()).isEqualTo(2);

    room.answersTo(2, A, 1, 9);
    room.pass(1000);
    assertThat(room.record().phase()).as("it has the longest log").isEqualTo(Phase.ELECT);
    room.answersTo(2, B, 1, 7);
    room.pass(100);
    assertThat(room.record().leader()).isEqualTo(B);
    assertThat(room.record().members().tablets()).containsExactly(B);
    assertThat(room.record().learners()).containsExactlyInAnyOrder(A, C);
  }

  /** When nobody but the leader is left after all, it leads again. */
  @Test
  void whoWasPassedOverIsTakenWhenNobodyElseComes() {
    ControlRoom room = aboutToBeAlone();
    for (int i = 0; i < 6; i++) {
      room.reaches(B, C);
      room.pass(100);
    }
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.answersTo(2, A, 1, 9);
    room.dies(B);
    room.pass(11_000);
    assertThat(room.record().leader()).isEqualTo(A);
  }

  /** A companion that reaches the leader is dropped for being slow, and rightly so. */
  @Test
  void aSlowCompanionMayBeDropped() {
    ControlRoom room = aboutToBeAlone();
    for (int i = 0; i < 6; i++) {
      room.reaches(B, A, C);
      room.reaches(C, A, B);
      room.pass(100);
    }
    assertThat(room.record().members().tablets()).containsExactly(A);
    assertThat(room.record().leader()).isEqualTo(A);
  }

  /** Others that do not hear each other are no better than the leader. */
  @Test
  void othersThatAreAloneThemselvesAreNotPreferred() {
    ControlRoom room = aboutToBeAlone();
    for (int i = 0; i < 6; i++) {
      room.reaches(B);
      room.reaches(C);
      room.pass(100);
    }
    assertThat(room.record().members().tablets()).containsExactly(A);
  }

  /** Nobody is asked when the nameserver, too, sees that the others are gone. */
  @Test
  void theLastOneLeftGoesOnAtOnce() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL, REPLICAS);
    room.dies(B);
    room.dies(C);
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A);
    assertThat(room.record().members().tablets()).containsExactly(A);
  }

  /** Two of three may always be dropped: that is what three copies are for. */
  @Test
  void aLeaderOfThreeMayGoOnAlone() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A);
    assertThat(room.record().members().tablets()).containsExactly(A);
    assertThat(room.sent(B, ReachQuery.class)).isEmpty();
  }

  // ---- freeze

  /** Two of three tablets vanish; what is left of the group hears the leader. */
  @Test
  void aLeaderIsNotReplacedUnseenWhenMostTabletsVanish() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(A).up = false;
    room.tablets.get(B).up = false;
    for (int i = 0; i < 250; i++) {
      room.pass(100);
      room.silent(C, 1, 10, false);
    }
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    for (int i = 0; i < 80; i++) {
      room.pass(100);
      room.silent(C, 1, 10, false);
    }
    assertThat(room.record().phase()).as("a freeze ends").isEqualTo(Phase.ELECT);
  }

  /** The last of three says that the leader is silent: that is proof, and nothing waits. */
  @Test
  void proofIsActedOnDuringAFreeze() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.dies(A);
    room.dies(B);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.answersTo(2, C, 1, 5);
    room.pass(3100);
    assertThat(room.record().leader()).isEqualTo(C);
  }
}
