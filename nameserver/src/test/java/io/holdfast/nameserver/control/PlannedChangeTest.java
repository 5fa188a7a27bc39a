package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static io.holdfast.nameserver.control.ControlRoom.PARTITION;
import static io.holdfast.nameserver.control.ControlRoom.uid;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.control.ControlRoom.Answer;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.Held;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.message.ReportMessage.RelieveMe;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReliefReason;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Leaders that live make way, tablets go out of service, replicas come and go: as operators want.
 */
class PlannedChangeTest {
  private static final NodeId D = new NodeId("d:1");

  private static AdminCommand.ChangeLeader leaderTo(NodeId target) {
    return new AdminCommand.ChangeLeader("db", "t", 0, target, true);
  }

  private static AdminCommand.DelReplica without(NodeId tablet) {
    return new AdminCommand.DelReplica("db", "t", List.of(0), tablet);
  }

  private static AdminCommand.AddReplica with(NodeId tablet, boolean learner) {
    return new AdminCommand.AddReplica("db", "t", List.of(0), tablet, learner);
  }

  /** A fourth tablet, which has no replica yet. */
  private static ControlRoom roomWithD(AckMode acks) {
    ControlRoom room = ControlRoom.ledByA(acks);
    room.tablets.put(D, new ControlRoom.Tablet());
    room.pass(50);
    return room;
  }

  private static LeaderAdvice lastAdvice(ControlRoom room) {
    List<LeaderAdvice> all = room.sent(room.record().leader(), LeaderAdvice.class);
    return all.get(all.size() - 1);
  }

  private static void departs(ControlRoom room, NodeId tablet, Departure departure) {
    room.tablets.get(tablet).departure = departure;
    room.pass(50);
  }

  // ---- relief

  /** A leader that is not fit is replaced by the member it names, but only once a minute. */
  @Test
  void aLeaderThatAsksIsRelieved() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.says(A, new RelieveMe(PARTITION, 1, ReliefReason.DISK_FULL, C));
    room.turn();
    assertThat(room.sent(A, TransferLeader.class))
        .extracting(TransferLeader::target)
        .containsExactly(C);
    room.says(A, new TransferReady(PARTITION, 1, C));
    room.turn();
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.answersTo(2, B, 1, 5);
    room.answersTo(2, C, 1, 5);
    room.answersTo(2, A, 1, 5);
    room.turn();
    assertThat(room.record().leader()).isEqualTo(C);

    room.says(C, new RelieveMe(PARTITION, 2, ReliefReason.DISK_FULL, A));
    room.turn();
    assertThat(room.sent(C, TransferLeader.class)).isEmpty();
  }

  /** What is said by anybody but the leader of the term changes nothing. */
  @Test
  void onlyTheLeaderIsRelieved() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.says(B, new RelieveMe(PARTITION, 1, ReliefReason.PAUSES, C));
    room.says(A, new RelieveMe(PARTITION, 7, ReliefReason.PAUSES, C));
    room.says(A, new RelieveMe(PARTITION, 1, ReliefReason.PAUSES, D));
    room.turn();
    assertThat(room.sent(A, TransferLeader.class)).isEmpty();
  }

  // ---- change of leader

  /** The leader is asked to make way; when it has, the target leads, and the sender is told. */
  @Test
  void theTargetLeadsOnceTheLeaderHasMadeWay() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    Answer answer = room.submit(leaderTo(C));
    assertThat(room.sent(A, TransferLeader.class))
        .extracting(TransferLeader::target)
        .containsExactly(C);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);

    room.says(A, new TransferReady(PARTITION, 1, C));
    room.turn();
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    room.answersTo(2, B, 1, 5);
    room.answersTo(2, C, 1, 5);
    assertThat(room.record().phase()).as("A is alive and would be left out").isEqualTo(Phase.ELECT);
    room.answersTo(2, A, 1, 5);
    assertThat(room.record().leader()).isEqualTo(C);
    assertThat(room.record().members().size()).isEqualTo(3);
    assertThat(room.record().waitMillis()).isZero();
    assertThat(room.record().wishes()).isEqualTo(PartitionWishes.NONE);
    assertThat(answer.result).as("C does not serve yet").isNull();

    room.replicates(C, Role.LEADER, 2);
    room.replicates(A, Role.FOLLOWER, 2);
    room.pass(50);
    assertThat(answer.result.isOk()).isTrue();
  }

  /** With a majority rule the third is not waited for, since nobody can be left out. */
  @Test
  void aMajoritySettlesAtOnce() {
    ControlRoom room = ControlRoom.ledByA(AckMode.MAJORITY);
    room.submit(leaderTo(C));
    room.says(A, new TransferReady(PARTITION, 1, C));
    room.turn();
    room.answersTo(2, A, 1, 5);
    room.answersTo(2, C, 1, 5);
    assertThat(room.record().leader()).isEqualTo(C);
    assertThat(room.record().members().size()).isEqualTo(3);
  }

  /** What another leader, or the same one in an earlier term, said is of no use. */
  @Test
  void onlyTheLeaderOfTheTermCanBeReady() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(leaderTo(C));
    room.says(B, new TransferReady(PARTITION, 1, C));
    room.says(A, new TransferReady(PARTITION, 0, C));
    room.says(A, new TransferReady(PARTITION, 1, B));
    room.turn();
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
  }

  /** A target that cannot be prepared in time is given up, and the sender is told why. */
  @Test
  void aTargetThatDoesNotCatchUpLapses() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    Answer answer = room.submit(leaderTo(C));
    room.pass(4_900);
    assertThat(answer.result).isNull();
    room.pass(200);
    assertThat(answer.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(answer.result.message()).contains("c:1").contains("catch up");
    assertThat(room.record().leader()).isEqualTo(A);
    assertThat(room.record().wishes()).isEqualTo(PartitionWishes.NONE);

    int orders = room.sent(A, TransferLeader.class).size();
    room.pass(500);
    assertThat(room.sent(A, TransferLeader.class)).hasSize(orders);
  }

  /** A target that dies meanwhile is given up at once. */
  @Test
  void aTargetThatDiesLapses() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    Answer answer = room.submit(leaderTo(C));
    room.dies(C);
    assertThat(answer.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(room.record().wishes()).isEqualTo(PartitionWishes.NONE);
  }

  /** A nameserver that takes over finds the wish in the record and goes on. */
  @Test
  void theNextNameserverGoesOn() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(leaderTo(B));
    int orders = room.sent(A, TransferLeader.class).size();
    room.storedEpoch = 2;
    room.controller.deactivate();
    room.controller.activate(2, room.now);
    room.pass(150);
    assertThat(room.sent(A, TransferLeader.class).size()).isGreaterThan(orders);
    assertThat(room.record().wishes().nextLeader()).isEqualTo(B);
  }

  /** What cannot be is refused with the reason, and nothing changes. */
  @Test
  void whoIsNotInSyncIsRefused() {
    ControlRoom room = roomWithD(AckMode.ALL);
    assertThat(room.submit(leaderTo(A)).result.isOk()).isTrue();
    assertThat(room.submit(leaderTo(D)).result.message())
        .contains("d:1 has no replica of partition 1_0");
    assertThat(room.submit(new AdminCommand.ChangeLeader("db", "x", 0, B, true)).code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    assertThat(room.submit(new AdminCommand.ChangeLeader("db", "t", 7, B, true)).code())
        .isEqualTo(AdminResult.PARTITION_NOT_FOUND);
    assertThat(room.submit(new AdminCommand.ChangeLeader("db", "t", 0, null, false)).code())
        .isEqualTo(AdminResult.LEADER_IS_ALIVE);
    room.dies(B);
    assertThat(room.submit(leaderTo(B)).result.message()).contains("b:1 is down or out of reach");
    assertThat(room.written).isEmpty();
  }

  /** Without automatic failover it is the operator who has a dead leader replaced. */
  @Test
  void aDeadLeaderIsReplacedByCommand() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.SetConfig("auto_failover", "false"));
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    room.submit(new AdminCommand.ChangeLeader("db", "t", 0, null, false));
    room.silent(B, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
  }

  // ---- tablets that depart

  /** A tablet that stops is followed by another one, and stays in sync until it is gone. */
  @Test
  void whoStopsHandsOver() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    departs(room, A, Departure.STOPPING);
    NodeId heir = room.sent(A, TransferLeader.class).get(0).target();
    assertThat(heir).isEqualTo(B);
    DepartureAnswer held = room.sent(A, DepartureAnswer.class).get(0);
    assertThat(held.left()).isEqualTo(1);
    assertThat(held.held()).containsExactly(new Held(PARTITION, Hindrance.UNDER_WAY));

    room.says(A, new TransferReady(PARTITION, 1, heir));
    room.turn();
    for (NodeId tablet : List.of(A, B, C)) {
      room.answersTo(2, tablet, 1, 5);
    }
    room.replicates(B, Role.LEADER, 2);
    room.replicates(A, Role.FOLLOWER, 2);
    room.pass(50);
    assertThat(room.record().leader()).isEqualTo(B);
    assertThat(room.record().members().contains(A)).isTrue();
    List<DepartureAnswer> answers = room.sent(A, DepartureAnswer.class);
    assertThat(answers.get(answers.size() - 1).left()).isZero();
    assertThat(lastAdvice(room).unwanted()).isEmpty();
  }

  /** Nobody hands over to one that is about to end as well. */
  @Test
  void whoStopsIsNoHeir() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    departs(room, B, Departure.STOPPING);
    departs(room, C, Departure.LEAVING);
    departs(room, A, Departure.STOPPING);
    assertThat(room.sent(A, TransferLeader.class)).isEmpty();
    List<DepartureAnswer> answers = room.sent(A, DepartureAnswer.class);
    assertThat(answers.get(answers.size() - 1).held())
        .containsExactly(new Held(PARTITION, Hindrance.NO_SUCCESSOR));
  }

  /** Who leaves is also out of the in-sync set, and does not come back while it says so. */
  @Test
  void whoLeavesIsOutOfTheSet() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    departs(room, C, Departure.LEAVING);
    room.pass(500);
    assertThat(lastAdvice(room).unwanted()).containsExactly(C);
    room.requests(A, 1, 2, A, B);
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).isEmpty();

    room.requests(A, 1, 3, A, B, C);
    assertThat(room.record().members().contains(C)).isFalse();
    assertThat(room.record().version()).as("so that nobody can grant it later").isEqualTo(4);
    List<MembersChanged> told = room.sent(A, MembersChanged.class);
    assertThat(told.get(told.size() - 1).members().tablets()).containsExactly(A, B);
    assertThat(told.get(told.size() - 1).version()).isEqualTo(4);

    room.tablets.get(C).incarnation = 2;
    departs(room, C, Departure.NONE);
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).extracting(Member::tablet).containsExactly(C);
  }

  /** The only copy that is in sync is never given up, whoever wants to leave. */
  @Test
  void theLastInSyncStays() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A);
    departs(room, A, Departure.LEAVING);
    List<DepartureAnswer> answers = room.sent(A, DepartureAnswer.class);
    assertThat(answers.get(answers.size() - 1).held())
        .containsExactly(new Held(PARTITION, Hindrance.LAST_IN_SYNC));
    assertThat(room.sent(A, TransferLeader.class)).isEmpty();

    Answer offline = room.submit(new AdminCommand.OfflineEndpoint(A));
    assertThat(offline.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(offline.result.message()).contains("only copy").contains("nothing was changed");
    assertThat(room.submit(without(A)).result.message()).contains("only copy");
  }

  // ---- out of service and back

  /** A tablet out of service leads nothing and is in no set, until it is put back. */
  @Test
  void outOfServiceAndBack() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    Answer answer = room.submit(new AdminCommand.OfflineEndpoint(C));
    assertThat(answer.result).isNull();
    room.pass(500);
    assertThat(lastAdvice(room).unwanted()).containsExactly(C);
    room.requests(A, 1, 2, A, B);
    assertThat(answer.result.isOk()).isTrue();
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).isEmpty();

    assertThat(room.submit(new AdminCommand.RecoverEndpoint(C)).result.isOk()).isTrue();
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).containsExactly(new Member(C, uid(C)));
    room.requests(A, 1, 3, A, B, C);
    assertThat(room.record().members().size()).isEqualTo(3);
    assertThat(room.record().wishes()).isEqualTo(PartitionWishes.NONE);
  }

  /** Whoever is unknown, or away, cannot be put back. */
  @Test
  void unknownEndpointsAreRefused() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    assertThat(room.submit(new AdminCommand.OfflineEndpoint(D)).code())
        .isEqualTo(AdminResult.ENDPOINT_NOT_FOUND);
    assertThat(room.submit(new AdminCommand.RecoverEndpoint(D)).code())
        .isEqualTo(AdminResult.ENDPOINT_NOT_FOUND);
    room.dies(C);
    assertThat(room.submit(new AdminCommand.RecoverEndpoint(C)).code())
        .isEqualTo(AdminResult.TABLET_NOT_HEALTHY);
  }

  // ---- replicas come and go

  /** A lasting learner is streamed to and never promoted, until an operator wants it to be. */
  @Test
  void aLastingLearnerStaysOneUntilPromoted() {
    ControlRoom room = roomWithD(AckMode.ALL);
    assertThat(room.submit(with(D, true)).result.isOk()).isTrue();
    assertThat(room.record().version()).as("no new configuration").isEqualTo(2);
    room.replicates(D, Role.LEARNER, 1);
    room.requests(A, 1, 2, A, B);
    room.pass(500);
    assertThat(lastAdvice(room).learners()).containsExactly(D, C);
    assertThat(lastAdvice(room).promotable()).extracting(Member::tablet).containsExactly(C);
    room.requests(A, 1, 3, A, B, D);
    assertThat(room.record().members().contains(D)).isFalse();

    room.submit(new AdminCommand.Promote("db", "t", List.of(0), D));
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).extracting(Member::tablet).contains(D);
    room.requests(A, 1, 4, A, B, D);
    assertThat(room.record().members().contains(D)).isTrue();
  }

  /** One more replica than the table asks for joins, too, since it was asked for. */
  @Test
  void anAddedReplicaJoins() {
    ControlRoom room = roomWithD(AckMode.ALL);
    room.submit(with(D, false));
    assertThat(room.submit(with(D, false)).code()).isEqualTo(AdminResult.REPLICA_EXISTS);
    room.replicates(D, Role.LEARNER, 1);
    room.pass(500);
    assertThat(lastAdvice(room).promotable()).containsExactly(new Member(D, uid(D)));
  }

  /** A replica is out of the set before its copy is put aside, and then forgotten. */
  @Test
  void aReplicaIsRemovedInThatOrder() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    assertThat(room.submit(without(A)).code()).isEqualTo(AdminResult.IS_LEADER);
    Answer answer = room.submit(without(C));
    room.pass(500);
    assertThat(lastAdvice(room).unwanted()).containsExactly(C);
    assertThat(room.sent(C, DropReplica.class)).isEmpty();

    room.requests(A, 1, 2, A, B);
    room.leadsUnder(A, 3);
    room.pass(500);
    DropReplica drop = room.sent(C, DropReplica.class).get(0);
    assertThat(drop.uid()).isEqualTo(uid(C));
    assertThat(drop.term()).isEqualTo(1);
    assertThat(answer.result).isNull();

    room.tablets.get(C).replicas.clear();
    room.pass(50);
    assertThat(answer.result.isOk()).isTrue();
    assertThat(room.record().involves(C)).isFalse();
    assertThat(room.submit(without(C)).code()).isEqualTo(AdminResult.PARTITION_NOT_FOUND);
  }

  /** A tablet that is away puts the copy aside when it is back; until then it gets no new one. */
  @Test
  void aTabletThatIsAwayIsNotWaitedFor() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.dies(C);
    Answer answer = room.submit(without(C));
    room.requests(A, 1, 2, A, B);
    room.leadsUnder(A, 3);
    assertThat(answer.result.isOk()).isTrue();
    assertThat(room.record().involves(C)).isFalse();
    assertThat(room.submit(with(C, false)).code()).isEqualTo(AdminResult.TABLET_NOT_HEALTHY);

    room.tablets.get(C).up = true;
    room.pass(600);
    assertThat(room.submit(with(C, false)).code()).isEqualTo(AdminResult.REPLICA_EXISTS);
    assertThat(room.sent(C, DropReplica.class)).isNotEmpty();
    room.tablets.get(C).replicas.clear();
    room.pass(100);
    assertThat(room.submit(with(C, false)).result.isOk()).isTrue();
  }

  /**
   * The leader in the record has restarted, and nobody is elected without an operator. To say that
   * it leads, or that it is just starting, would keep the operator from doing anything.
   */
  @Test
  void aLeaderThatHasRestartedIsNotSaidToLead() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.SetConfig("auto_failover", "false"));
    room.tablets.get(A).incarnation = 2;
    room.replicates(A, Role.FENCED, 1);
    room.pass(500);
    assertThat(room.controller.condition(ControlRoom.PARTITION).code())
        .isEqualTo(PartitionCondition.Code.AUTOMATION_OFF);

    ControlRoom.Answer answer = room.submit(leaderTo(A));
    room.pass(16_000);
    assertThat(answer.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
  }

  /** It would take the leadership over only to lose it again. */
  @Test
  void whoIsToStopLeadingIsNotMadeLeader() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.OfflineEndpoint(B));
    assertThat(room.submit(leaderTo(B)).code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(room.record().wishes().isNone()).isTrue();
  }
}
