package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tablet is emptied, and stays empty until somebody says otherwise. */
class DrainTest {
  private static final NodeId D = new NodeId("d:1");

  /** A leads with B and C in sync. */
  private static ControlRoom room(NodeId... spares) {
    return ControlRoom.ledByA(AckMode.ALL, spares);
  }

  private static AdminResult drain(ControlRoom room, NodeId tablet) {
    return room.submit(new AdminCommand.DrainEndpoint(tablet)).result;
  }

  private static OpRecord last(ControlRoom room, OpType type) {
    return room.ops().stream()
        .filter(op -> op.goal().type() == type)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  void theCopyMovesAndTheTabletGetsNoMore() {
    ControlRoom room = room(D);
    AdminResult begun = drain(room, C);
    assertThat(begun.isOk()).isTrue();
    room.pass(300);
    OpRecord move = last(room, OpType.MIGRATE);
    assertThat(move.parentId()).isEqualTo(begun.ops().get(0));
    assertThat(move.goal().source()).isEqualTo(C);
    assertThat(move.goal().target()).isEqualTo(D);
    assertThat(room.record().members().tablets()).containsExactly(A, B, C);
    room.replicates(D, Role.LEARNER, 1);
    room.pass(100);
    room.requests(A, 1, 2, A, B, C, D);
    room.pass(500);
    assertThat(room.record().wishes().isLeaving(C)).isTrue();
    room.requests(A, 1, 3, A, B, D);
    room.leadsUnder(A, 4);
    room.tablets.get(C).replicas.clear();
    room.pass(1000);
    assertThat(last(room, OpType.DRAIN_ENDPOINT).state()).isEqualTo(OpState.DONE);
    assertThat(room.record().holders()).containsExactly(A, B, D);

    AdminResult back =
        room.submit(new AdminCommand.AddReplica("db", "t", List.of(0), C, false)).result;
    assertThat(back.message()).contains("c:1 is to be emptied").contains("recoverendpoint");
    assertThat(room.submit(new AdminCommand.RecoverEndpoint(C)).result.isOk()).isTrue();
    room.pass(200);
    assertThat(
            room.submit(new AdminCommand.AddReplica("db", "t", List.of(0), C, false)).result.isOk())
        .isTrue();
  }

  @Test
  void whatHasNowhereToGoIsSaidBeforeAnythingIsChanged() {
    ControlRoom room = room();
    AdminResult refused = drain(room, C);
    assertThat(refused.message())
        .contains("nothing was changed: of the 1 copies on c:1, 1 would have nowhere to go")
        .contains("add a tablet");
    room.pass(500);
    assertThat(room.ops()).noneMatch(op -> op.goal().type() == OpType.DRAIN_ENDPOINT);
    assertThat(drain(room, new NodeId("nobody:1")).code())
        .isEqualTo(AdminResult.ENDPOINT_NOT_FOUND);
  }

  /** The spare goes while the copy is on its way, and there is no other. */
  @Test
  void aMoveThatFailsIsToldAndCanBeBegunOnceMore() {
    ControlRoom room = room(D);
    drain(room, C);
    room.pass(300);
    OpRecord move = last(room, OpType.MIGRATE);
    room.dies(D);
    room.submit(new AdminCommand.CancelOp(move.id()));
    room.pass(500);
    OpRecord drain = last(room, OpType.DRAIN_ENDPOINT);
    assertThat(drain.state()).isEqualTo(OpState.FAILED);
    assertThat(drain.course().error()).contains("1 of its parts failed; op " + move.id());
    assertThat(room.record().members().tablets()).containsExactly(A, B, C);

    room.tablets.get(D).up = true;
    room.pass(500);
    assertThat(room.submit(new AdminCommand.RetryOp(drain.id())).result.isOk()).isTrue();
    room.pass(500);
    assertThat(last(room, OpType.DRAIN_ENDPOINT).id()).isGreaterThan(drain.id());
    assertThat(last(room, OpType.MIGRATE).id()).isGreaterThan(move.id());
  }

  @Test
  void whoeverWantsTheTabletBackEndsIt() {
    for (boolean cancel : new boolean[] {true, false}) {
      ControlRoom room = room(D);
      drain(room, C);
      room.pass(300);
      OpRecord drain = last(room, OpType.DRAIN_ENDPOINT);
      AdminCommand end =
          cancel ? new AdminCommand.CancelOp(drain.id()) : new AdminCommand.RecoverEndpoint(C);
      assertThat(room.submit(end).result.isOk()).isTrue();
      room.pass(500);
      assertThat(last(room, OpType.DRAIN_ENDPOINT).state()).isEqualTo(OpState.CANCELED);
      assertThat(last(room, OpType.MIGRATE).state()).isEqualTo(OpState.CANCELED);
      assertThat(room.record().members().tablets()).containsExactly(A, B, C);
      assertThat(room.record().involves(D)).isFalse();
    }
  }

  /** One that is dead is emptied as well: its copies come from the others. */
  @Test
  void aDeadTabletIsEmptied() {
    ControlRoom room = room(D);
    room.dies(C);
    room.requests(A, 1, 2, A, B);
    room.pass(1500);
    assertThat(drain(room, C).isOk()).isTrue();
    room.pass(300);
    room.replicates(D, Role.LEARNER, 1);
    room.pass(100);
    room.requests(A, 1, 3, A, B, D);
    room.pass(1000);
    assertThat(last(room, OpType.DRAIN_ENDPOINT).state()).isEqualTo(OpState.DONE);
    assertThat(room.record().holders()).containsExactly(A, B, D);
  }
}
