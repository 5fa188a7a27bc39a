package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A dry run says what would be done, refuses what would be refused, and does nothing. */
class PreviewTest {
  private static final NodeId D = new NodeId("d:1");

  /** A leads with B and C in sync; D has nothing. */
  private static ControlRoom room() {
    return ControlRoom.ledByA(AckMode.ALL, D);
  }

  private static List<String> lines(ControlRoom room, AdminCommand command) {
    PartitionRecord before = room.record();
    int ops = room.ops().size();
    CommandPreview preview = room.controller.preview(command);
    assertThat(preview.result()).isEqualTo(AdminResult.OK);
    room.pass(500);
    assertThat(room.record()).isEqualTo(before);
    assertThat(room.ops()).hasSize(ops);
    return preview.lines();
  }

  @Test
  void whoLeadsAndWhoLeavesIsSaid() {
    assertThat(lines(room(), new AdminCommand.OfflineEndpoint(A)))
        .containsExactly(
            "a:1 goes out of service",
            "partition 1_0 of t: b:1 leads instead of a:1, which leaves the in-sync set; in sync"
                + " stay [b:1, c:1]");
    assertThat(lines(room(), new AdminCommand.OfflineEndpoint(C)))
        .last()
        .isEqualTo("partition 1_0 of t: c:1 leaves the in-sync set; in sync stay [a:1, b:1]");
    assertThat(lines(room(), new AdminCommand.ChangeLeader("db", "t", 0, C, true)))
        .containsExactly(
            "partition 1_0 of t: c:1 leads instead of a:1, once it holds all there is");
    assertThat(lines(room(), new AdminCommand.DelReplica("db", "t", List.of(0), B)))
        .containsExactly(
            "partition 1_0 of t: b:1 leaves the in-sync set; its copy is put aside; in sync stay"
                + " [a:1, c:1]");
  }

  @Test
  void whatWouldMoveIsSaidAndMovesWhenItIsAskedFor() {
    ControlRoom room = room();
    assertThat(lines(room, new AdminCommand.DrainEndpoint(C)))
        .containsExactly(
            "c:1 gets no more copies, until recoverendpoint",
            "partition 1_0 of t: d:1 gets a copy, filled by the leader; once it is in sync, c:1"
                + " leaves the in-sync set, and its copy is put aside");
    assertThat(lines(room, new AdminCommand.SetReplicaNum("db", "t", 4)))
        .containsExactly(
            "table db.t(1) asks for 4 replicas",
            "partition 1_0 of t: d:1 gets a copy, filled by the leader");
    assertThat(lines(room, new AdminCommand.Rebalance(true, true))).isEmpty();
    assertThat(lines(room, new AdminCommand.AddReplica("db", "t", List.of(0), D, true)))
        .containsExactly(
            "partition 1_0 of t: d:1 gets a copy, filled by the leader; it stays a learner");
    assertThat(lines(room, new AdminCommand.DropTable("db", "t")))
        .containsExactly(
            "table db.t(1) is dropped: the tablets put aside the 3 copies of its 1 partitions");
    room.submit(new AdminCommand.SetReplicaNum("db", "t", 4));
    room.pass(300);
    assertThat(room.record().learners()).containsExactly(D);
  }

  /** What becomes of an operation is told from the draft that would be written. */
  @Test
  void whatBecomesOfAnOperationIsSaid() {
    ControlRoom room = room();
    assertThat(lines(room, new AdminCommand.MakeSnapshot("db", "t", 0)))
        .containsExactly("partition 1_0 of t: a:1 makes a snapshot of all it has applied");
    room.submit(new AdminCommand.Migrate("db", "t", List.of(0), C, D));
    assertThat(lines(room, new AdminCommand.CancelOp(1)))
        .containsExactly(
            "partition 1_0: what the operation asked for is taken back",
            "op 1 kMigrateOP of t 0 becomes kCanceled");
    room.submit(new AdminCommand.CancelOp(1));
    assertThat(lines(room, new AdminCommand.RetryOp(1)))
        .containsExactly(
            "a new operation begins: kMigrateOP of t 0",
            "partition 1_0 of t: d:1 gets a copy, filled by the leader; once it is in sync, c:1"
                + " leaves the in-sync set, and its copy is put aside");
    assertThat(lines(room, new AdminCommand.DeleteOps(OpState.CANCELED, "")))
        .containsExactly("op 1 kMigrateOP of t 0, kCanceled, leaves the list");
    assertThat(room.controller.preview(new AdminCommand.CancelOp(1)).result().code())
        .isEqualTo(AdminResult.OP_IS_OVER);
  }

  @Test
  void whatBecomesOfPartsIsSaid() {
    ControlRoom room = room();
    room.submit(new AdminCommand.DrainEndpoint(C));
    room.pass(200);
    assertThat(lines(room, new AdminCommand.CancelOp(1)))
        .containsExactly(
            "c:1 may get copies again",
            "op 1 kDrainEndpointOP of c:1 becomes kCanceled",
            "1 of its parts are not over, and become kCanceled");
    room.submit(new AdminCommand.CancelOp(1));
    room.pass(200);
    assertThat(lines(room, new AdminCommand.RetryOp(1)))
        .containsExactly(
            "c:1 gets no more copies, until recoverendpoint",
            "a new operation begins: kDrainEndpointOP of c:1",
            "partition 1_0 of t: d:1 gets a copy, filled by the leader; once it is in sync, c:1"
                + " leaves the in-sync set, and its copy is put aside");
  }

  /** A goal that the table does not have any more is not retried in earnest. */
  @Test
  void whatIsSupersededIsSaid() {
    ControlRoom room = room();
    room.submit(new AdminCommand.SetReplicaNum("db", "t", 4));
    room.submit(new AdminCommand.CancelOp(1));
    room.pass(200);
    room.submit(new AdminCommand.SetReplicaNum("db", "t", 3));
    room.pass(200);
    assertThat(lines(room, new AdminCommand.RetryOp(1)))
        .last()
        .isEqualTo("it ends at once, since the table is to have 3 replicas by now");
  }

  @Test
  void whatWouldBeRefusedIsRefused() {
    ControlRoom room = room();
    AdminCommand unknown = new AdminCommand.OfflineEndpoint(new NodeId("nobody:1"));
    assertThat(room.controller.preview(unknown).result().code())
        .isEqualTo(AdminResult.ENDPOINT_NOT_FOUND);
    assertThat(room.controller.preview(new AdminCommand.CancelOp(1)).result().code())
        .isEqualTo(AdminResult.OP_NOT_FOUND);
    AdminCommand clear = new AdminCommand.ClearLoss("db", "t", 0);
    assertThat(room.controller.preview(clear).result().message()).contains("no dry run");
  }
}
