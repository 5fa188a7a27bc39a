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
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table gets more or fewer replicas while it lives. */
class ResizeTest {
  private static final NodeId D = new NodeId("d:1");

  /** A leads with B and C in sync. */
  private static ControlRoom room(NodeId... spares) {
    return ControlRoom.ledByA(AckMode.ALL, spares);
  }

  private static AdminResult resize(ControlRoom room, int replicas) {
    return room.submit(new AdminCommand.SetReplicaNum("db", "t", replicas)).result;
  }

  private static List<OpRecord> ops(ControlRoom room, OpType type) {
    return room.ops().stream().filter(op -> op.goal().type() == type).toList();
  }

  @Test
  void oneMoreIsAddedOnTheSpare() {
    ControlRoom room = room(D);
    AdminResult begun = resize(room, 4);
    assertThat(begun.isOk()).isTrue();
    room.pass(300);
    OpRecord add = ops(room, OpType.ADD_REPLICA).get(0);
    assertThat(add.parentId()).isEqualTo(begun.ops().get(0));
    assertThat(add.goal().target()).isEqualTo(D);
    assertThat(room.record().wishes().joining()).containsExactly(D);
  }

  @Test
  void whatCannotBeIsRefusedBeforeAnythingIsChanged() {
    ControlRoom room = room();
    assertThat(resize(room, 4).message())
        .contains("nothing was changed")
        .contains("4 members")
        .contains("3 tablets are up and in service; add tablets first");
    assertThat(resize(room, 0).code()).isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(room.submit(new AdminCommand.SetReplicaNum("db", "x", 2)).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    room.submit(new AdminCommand.SetConfig("replica_reliability_level", "1"));
    room.tablets.put(D, new ControlRoom.Tablet());
    room.submit(new AdminCommand.SetConfig("host_label.c:1", "rack"));
    room.pass(100);
    room.submit(new AdminCommand.SetConfig("host_label.d:1", "rack"));
    room.pass(100);
    assertThat(resize(room, 4).message()).contains("on 3 hosts; add hosts first");
    room.pass(500);
    assertThat(ops(room, OpType.SET_REPLICA_NUM)).isEmpty();
  }

  /** Rather one that is gone than one that is there, and the leader last. */
  @Test
  void theCopyThatIsMissedLeastGoes() {
    ControlRoom room = room();
    room.dies(B);
    room.requests(A, 1, 2, A, C);
    room.pass(1500);
    assertThat(resize(room, 2).isOk()).isTrue();
    room.pass(300);
    assertThat(ops(room, OpType.DEL_REPLICA).get(0).goal().target()).isEqualTo(B);

    ControlRoom whole = room();
    assertThat(resize(whole, 2).isOk()).isTrue();
    whole.pass(300);
    assertThat(ops(whole, OpType.DEL_REPLICA).get(0).goal().target()).isNotEqualTo(A);
  }

  /** The last word counts; and said once more it goes on with what is under way. */
  @Test
  void anotherNumberReplacesTheFirst() {
    ControlRoom room = room(D);
    AdminResult first = resize(room, 4);
    room.pass(300);
    assertThat(resize(room, 4).ops()).isEqualTo(first.ops());
    AdminResult second = resize(room, 3);
    room.pass(500);
    List<OpRecord> wholes = ops(room, OpType.SET_REPLICA_NUM);
    assertThat(wholes).hasSize(2);
    assertThat(wholes.get(0).state()).isEqualTo(OpState.CANCELED);
    assertThat(wholes.get(0).course().error()).contains("to have 3 replicas by now");
    assertThat(ops(room, OpType.ADD_REPLICA).get(0).state()).isEqualTo(OpState.CANCELED);
    assertThat(wholes.get(1).id()).isEqualTo(second.ops().get(0));
    assertThat(wholes.get(1).state()).isEqualTo(OpState.DONE);
    assertThat(room.record().involves(D)).isFalse();
  }
}
