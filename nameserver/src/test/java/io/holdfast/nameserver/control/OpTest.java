package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static io.holdfast.nameserver.control.ControlRoom.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.control.ControlRoom.Answer;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ControlMessage.MakeSnapshot;
import io.holdfast.protocol.message.ReportMessage.TransferReady;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wanted of the cluster is written down, brought to its end, and remembered. */
class OpTest {
  private static final NodeId D = new NodeId("d:1");

  private static AdminCommand.ChangeLeader leaderTo(NodeId target) {
    return new AdminCommand.ChangeLeader("db", "t", 0, target, true);
  }

  private static AdminCommand.AddReplica with(NodeId tablet) {
    return new AdminCommand.AddReplica("db", "t", List.of(0), tablet, false);
  }

  private static AdminCommand.DelReplica without(NodeId tablet) {
    return new AdminCommand.DelReplica("db", "t", List.of(0), tablet);
  }

  private static ControlRoom roomWithD() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.tablets.put(D, new ControlRoom.Tablet());
    room.pass(50);
    return room;
  }

  private static OpRecord last(ControlRoom room) {
    return room.ops().get(room.ops().size() - 1);
  }

  private static void completes(ControlRoom room, NodeId from, NodeId target, long term) {
    room.says(from, new TransferReady(PARTITION, term, target));
    room.turn();
    for (NodeId tablet : List.of(A, B, C)) {
      room.answersTo(term + 1, tablet, term, 5);
    }
    room.replicates(from, Role.FOLLOWER, term + 1);
    room.replicates(target, Role.LEADER, term + 1);
    room.pass(50);
  }

  /** The operation stands there as soon as what it wishes for, and says how it ended. */
  @Test
  void anOperationIsWrittenWithItsWish() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    Answer answer = room.submit(leaderTo(C));
    assertThat(room.written.get(0).changes())
        .hasExactlyElementsOfTypes(
            MetaChange.PartitionChanged.class,
            MetaChange.OpCreated.class,
            MetaChange.OpIdsUsed.class);
    assertThat(last(room).state()).isEqualTo(OpState.DOING);
    assertThat(last(room).reason()).isEqualTo("operator command changeleader");
    assertThat(room.controller.op(last(room)).task()).isEqualTo("kSelectLeader");

    completes(room, A, C, 1);
    assertThat(answer.result.isOk()).isTrue();
    assertThat(room.ops()).hasSize(1);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
    assertThat(last(room).course().endMillis()).isEqualTo(room.wallMillis());
  }

  /** A partition is at one operation at a time; the next begins when the first is over. */
  @Test
  void operationsOfOnePartitionWaitForEachOther() {
    ControlRoom room = roomWithD();
    room.submit(leaderTo(C));
    room.submit(with(D));
    OpRecord second = last(room);
    assertThat(second.state()).isEqualTo(OpState.INITED);
    assertThat(room.record().involves(D)).isFalse();
    assertThat(room.controller.op(second).progress()).contains("waits for op 1");
    assertThat(room.submit(with(D)).code()).isEqualTo(AdminResult.REPLICA_EXISTS);

    completes(room, A, C, 1);
    assertThat(last(room).state()).isEqualTo(OpState.DOING);
    assertThat(room.record().wishes().joining()).containsExactly(D);
  }

  /** A leader that dies is replaced first; what an operator wanted is planned anew after it. */
  @Test
  void failoverComesFirst() {
    ControlRoom room = roomWithD();
    room.submit(with(D));
    room.dies(A);
    room.silent(B, 1, 0, true);
    OpRecord failover = last(room);
    assertThat(failover.automatic()).isTrue();
    assertThat(failover.goal().type()).isEqualTo(OpType.CHANGE_LEADER);
    assertThat(failover.reason()).contains("a:1 is down");
    OpRecord added = room.ops().get(0);
    assertThat(added.state()).isEqualTo(OpState.INITED);
    assertThat(added.course().progress()).contains("waits for op 2");

    room.answersTo(2, B, 1, 5);
    room.answersTo(2, C, 1, 5);
    room.pass(600);
    NodeId leader = room.record().leader();
    room.replicates(leader, Role.LEADER, 2);
    room.pass(50);
    assertThat(room.ops().get(1).state()).isEqualTo(OpState.DONE);
    assertThat(room.ops().get(0).state()).isEqualTo(OpState.DOING);
    assertThat(room.ops().get(0).course().attempts()).isEqualTo(2);
  }

  /** What is given up is taken back: the copy that was to join is removed. */
  @Test
  void aReplicaThatNeverJoinsIsGivenUp() {
    ControlRoom room = roomWithD();
    room.submit(with(D));
    room.pass(OpSettings.DEFAULTS.moveMillis() + 200);
    assertThat(last(room).state()).isEqualTo(OpState.FAILED);
    assertThat(last(room).course().error()).contains("d:1 is told to make a copy");
    assertThat(last(room).course().task()).isEqualTo("kLoadTable");
    assertThat(room.record().involves(D)).isFalse();
    assertThat(room.record().wishes().isNone()).isTrue();
  }

  /** Another nameserver goes on from the record alone. */
  @Test
  void theNextNameserverEndsIt() {
    ControlRoom room = roomWithD();
    room.submit(with(D));
    room.storedEpoch = 2;
    room.controller.deactivate();
    room.controller.activate(2, room.now);
    room.replicates(D, Role.LEARNER, 1);
    room.pass(500);
    room.requests(A, 1, 2, A, B, C, D);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
    assertThat(room.ops()).hasSize(1);
  }

  /** A command whose write was done, though nobody heard of it, is not refused for itself. */
  @Test
  void aCommandIsNotInItsOwnWay() {
    ControlRoom room = roomWithD();
    room.result = CommitResult.UNKNOWN;
    room.lostAfterWriting = true;
    assertThat(room.submit(with(D)).result.isOk()).isTrue();
    assertThat(room.ops()).hasSize(1);

    room.result = CommitResult.UNKNOWN;
    Answer made =
        room.submit(
            new AdminCommand.CreateTable(
                ControlRoom.table(0, "u", 1, io.holdfast.protocol.model.TableOptions.defaults(1)),
                false));
    assertThat(made.result).as("made, and waited for").isNull();
  }

  /** What the nameserver decides again and again is listed once, with how often. */
  @Test
  void repeatedDecisionsAreOneOperation() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.requests(A, 1, 2, A, B);
    room.requests(A, 1, 3, A, B, C);
    room.requests(A, 1, 4, A, B);
    room.requests(A, 1, 5, A, B, C);
    assertThat(room.ops())
        .extracting(op -> op.goal().type())
        .containsExactly(OpType.OFFLINE_REPLICA, OpType.READD_REPLICA);
    assertThat(room.ops()).extracting(OpRecord::id).containsExactly(3L, 4L);
    assertThat(last(room).reason()).contains("2 times");

    room.pass(OpSettings.DEFAULTS.coalesceMillis() + 50);
    room.requests(A, 1, 6, A, B);
    assertThat(room.ops()).hasSize(3);
  }

  /** A tablet that goes out of service has a part per partition, and the whole ends with them. */
  @Test
  void aTabletOutOfServiceIsOneOperationWithParts() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.OfflineEndpoint(C));
    assertThat(room.ops())
        .extracting(op -> op.goal().type())
        .containsExactly(OpType.OFFLINE_ENDPOINT, OpType.OFFLINE_REPLICA);
    assertThat(last(room).parentId()).isEqualTo(1);
    assertThat(room.controller.op(room.ops().get(0)).progress()).isEqualTo("0 of 1 partitions");

    room.submit(new AdminCommand.RecoverEndpoint(C));
    assertThat(room.ops().get(0).state()).isEqualTo(OpState.CANCELED);
    assertThat(room.ops().get(1).state()).isEqualTo(OpState.FAILED);
    assertThat(last(room).goal().type()).isEqualTo(OpType.RECOVER_ENDPOINT);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
  }

  /** A replica moves by being added first; it goes only when the new one is in sync. */
  @Test
  void aReplicaMovesWithoutBeingMissed() {
    ControlRoom room = roomWithD();
    room.submit(new AdminCommand.Migrate("db", "t", List.of(0), C, D));
    assertThat(room.record().wishes().joining()).containsExactly(D);
    assertThat(room.record().wishes().isLeaving(C)).isFalse();
    room.replicates(D, Role.LEARNER, 1);
    room.pass(100);
    assertThat(room.controller.op(last(room)).task()).isEqualTo("kCheckBinlogSyncProgress");
    room.requests(A, 1, 2, A, B, C, D);
    room.pass(600);
    assertThat(room.record().wishes().isLeaving(C)).isTrue();
    room.requests(A, 1, 3, A, B, D);
    room.tablets.get(C).replicas.clear();
    room.pass(100);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
    assertThat(room.record().members().tablets()).containsExactly(A, B, D);
  }

  /** Cancelled, a move is undone as far as it has come; begun again, it is a new operation. */
  @Test
  void whatIsCancelledIsTakenBack() {
    ControlRoom room = roomWithD();
    room.submit(new AdminCommand.Migrate("db", "t", List.of(0), C, D));
    assertThat(room.submit(new AdminCommand.DeleteOp(1)).code())
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(room.submit(new AdminCommand.RetryOp(1)).code())
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(room.submit(new AdminCommand.CancelOp(1)).result.isOk()).isTrue();
    assertThat(last(room).state()).isEqualTo(OpState.CANCELED);
    room.pass(100);
    assertThat(room.record().involves(D)).isFalse();
    assertThat(room.record().wishes().isNone()).isTrue();
    assertThat(room.submit(new AdminCommand.CancelOp(1)).code()).isEqualTo(AdminResult.OP_IS_OVER);
    assertThat(room.submit(new AdminCommand.CancelOp(7)).code())
        .isEqualTo(AdminResult.OP_NOT_FOUND);

    assertThat(room.submit(new AdminCommand.RetryOp(1)).result.isOk()).isTrue();
    assertThat(last(room).id()).isEqualTo(2);
    assertThat(room.record().wishes().joining()).containsExactly(D);
    assertThat(room.submit(new AdminCommand.DeleteOps(OpState.CANCELED, "")).result.isOk())
        .isTrue();
    assertThat(room.ops()).hasSize(1);
  }

  /** A cancelled tablet-wide operation ends its parts, and the tablet is in service again. */
  @Test
  void aCancelledWholeEndsItsParts() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.OfflineEndpoint(C));
    room.submit(new AdminCommand.CancelOp(1));
    assertThat(room.ops())
        .extracting(OpRecord::state)
        .containsExactly(OpState.CANCELED, OpState.CANCELED);
    assertThat(room.controller.state().isOffline(C)).isFalse();
  }

  /** With automatic failover off a leader that has restarted leads again when somebody asks. */
  @Test
  void aRestartedLeaderIsRecoveredByCommand() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.SetConfig("auto_failover", "false"));
    room.tablets.get(A).incarnation = 2;
    room.replicates(A, Role.FENCED, 1);
    room.pass(500);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    assertThat(room.submit(new AdminCommand.UpdateTableAlive("db", "t", 0, A, true)).result.isOk())
        .isTrue();
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    for (NodeId tablet : List.of(A, B, C)) {
      room.answersTo(2, tablet, 1, 5);
    }
    room.replicates(room.record().leader(), Role.LEADER, 2);
    room.pass(50);
    assertThat(room.ops()).extracting(OpRecord::state).containsExactly(OpState.DONE);
    assertThat(
            room.submit(new AdminCommand.UpdateTableAlive("db", "t", -1, B, false)).result.isOk())
        .isTrue();
    assertThat(room.submit(new AdminCommand.RecoverTable("db", "t", 0, B)).result.isOk()).isTrue();
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
  }

  /** A member that is away is not said to be in sync as if nothing were the matter. */
  @Test
  void aLostMemberIsNamedWhileItCannotBeTakenOut() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.SetConfig("auto_failover", "false"));
    assertThat(condition(room).code()).isEqualTo(PartitionCondition.Code.HEALTHY);
    room.dies(C);
    room.pass(2_000);
    assertThat(condition(room).code()).isEqualTo(PartitionCondition.Code.MEMBER_LOST);
    assertThat(condition(room).waitsFor()).containsExactly(C);
    assertThat(condition(room).text()).contains("offlineendpoint: " + C);
  }

  private static PartitionCondition condition(ControlRoom room) {
    return room.controller.condition(ControlRoom.PARTITION);
  }

  /** So does one that has given up in the life in which it was elected. */
  @Test
  void aLeaderThatGaveUpIsRecoveredByCommand() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(new AdminCommand.SetConfig("auto_failover", "false"));
    room.replicates(A, ControlRoom.PARTITION, Role.FENCED, 1, true);
    room.pass(500);
    assertThat(room.record().phase()).isEqualTo(Phase.LEAD);
    assertThat(condition(room).code()).isEqualTo(PartitionCondition.Code.AUTOMATION_OFF);
    assertThat(room.submit(new AdminCommand.RecoverTable("db", "t", 0, A)).result.isOk()).isTrue();
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    for (NodeId tablet : List.of(A, B, C)) {
      room.answersTo(2, tablet, 1, 5);
    }
    room.replicates(room.record().leader(), Role.LEADER, 2);
    room.pass(50);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
  }

  /** The leader is asked for a snapshot until it says that it has one that reaches far enough. */
  @Test
  void aSnapshotIsAskedForUntilItIsThere() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    assertThat(room.submit(new AdminCommand.MakeSnapshot("db", "t", 0)).result.isOk()).isTrue();
    room.pass(2_000);
    assertThat(room.sent(A, MakeSnapshot.class)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(room.sent(A, MakeSnapshot.class).get(0).offset()).isEqualTo(1);
    assertThat(last(room).state()).isEqualTo(OpState.DOING);
    room.hasSnapshot(A, 1);
    room.pass(50);
    assertThat(last(room).state()).isEqualTo(OpState.DONE);
  }

  /** A replica that cannot be spared any more when it is its turn stays, and it is said why. */
  @Test
  void whatIsNeededIsNotRemoved() {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL);
    room.submit(leaderTo(C));
    Answer answer = room.submit(without(C));
    room.says(A, new TransferReady(PARTITION, 1, C));
    room.turn();
    room.dies(A);
    room.dies(B);
    room.answersTo(2, C, 1, 5);
    room.pass(4_000);
    assertThat(room.record().members().tablets()).containsExactly(C);
    room.replicates(C, Role.LEADER, 2);
    room.pass(50);
    assertThat(answer.code()).isEqualTo(AdminResult.CREATE_OP_FAILED);
    assertThat(answer.result.message()).contains("c:1 is needed");
    assertThat(room.record().wishes().isNone()).isTrue();
  }
}
