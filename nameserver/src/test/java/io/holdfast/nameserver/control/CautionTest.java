package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
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

  /** Once a request is decided, nobody is asked any more whom it reaches. */
  @Test
  void whoReachesWhomIsAskedOnlyWhileItMatters() {
    ControlRoom room = aboutToBeAlone();
    room.pass(2_000);
    assertThat(room.record().members().tablets()).as("nobody hears anybody").containsExactly(A);
    int asked = room.sent(B, ReachQuery.class).size();
    room.pass(2_000);
    assertThat(room.sent(B, ReachQuery.class)).hasSize(asked);
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

  // ---- old data in ZooKeeper

  /** A tablet knows a higher term than ZooKeeper: the record is old, whoever it names. */
  @Test
  void anOldRecordIsNotActedOn() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.replicates(B, Role.LEADER, 3);
    room.dies(A);
    room.pass(50);
    room.orders.clear();
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    room.pass(12_000);
    assertThat(room.record().term()).isEqualTo(1);
    assertThat(room.orders).isEmpty();
    assertThat(room.controller.mistrusted()).contains("b:1", "term 3", "Restore");
    assertThat(room.controller.condition(ControlRoom.PARTITION).code())
        .isEqualTo(PartitionCondition.Code.METADATA_TOO_OLD);
    assertThat(room.submit(new AdminCommand.CreateDatabase("more", false)).code())
        .isEqualTo(AdminResult.SET_ZK_FAILED);
  }

  /** A leader that has a later set of members than ZooKeeper knows. */
  @Test
  void anOldVersionIsNoticed() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, B);
    room.leadsUnder(A, 7);
    room.pass(50);
    room.requests(A, 1, 3, A);
    assertThat(room.record().members().tablets()).containsExactly(A, B);
    assertThat(room.controller.mistrusted()).contains("version 7");
  }

  /** Tablets have heard a nameserver of a higher epoch, and yet ZooKeeper says this one is it. */
  @Test
  void anOldEpochIsNoticed() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(C).epoch = 9;
    room.pass(50);
    assertThat(room.controller.mistrusted()).contains("c:1", "epoch 9");
    room.dies(A);
    room.silent(B, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
  }

  /** Another nameserver has taken over, and the tablets have heard of it first: no alarm. */
  @Test
  void aSuccessorIsNotTakenForOldData() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.get(C).epoch = 2;
    room.replicates(B, Role.LEADER, 2);
    room.storedEpoch = 2;
    room.pass(50);
    assertThat(room.controller.isActive()).isFalse();
    assertThat(room.controller.mistrusted()).isEmpty();
  }

  // ---- for whom it waits

  /** The last in-sync member is down, an outsider is up: the sentence names both. */
  @Test
  void aPartitionSaysForWhomItWaits() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.pass(10_100);
    assertThat(room.record().term()).as("nobody else may lead").isEqualTo(1);
    PartitionCondition condition = room.controller.condition(ControlRoom.PARTITION);
    assertThat(condition.code()).isEqualTo(PartitionCondition.Code.WAITS_FOR_MEMBERS);
    assertThat(condition.waitsFor()).containsExactly(A);
    assertThat(condition.text())
        .contains("a:1 (uid ", "down), the last in-sync member", "not in sync", "b:1", "c:1");
    assertThat(room.told).filteredOn(line -> line.startsWith("WAITS_FOR_MEMBERS")).hasSize(1);
  }
}
