package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copies of tablets that stay away are made anew on others. */
class SpareRebuildTest {
  private static final NodeId D = new NodeId("d:1");
  private static final NodeId E = new NodeId("e:1");

  /** A leads with B and C in sync; D has nothing. Tablets are waited for two seconds. */
  private static ControlRoom room(NodeId... spares) {
    ControlRoom room = ControlRoom.ledByA(AckMode.ALL, spares);
    set(room, "node_remove_millis", "2000");
    room.pass(100);
    return room;
  }

  private static void set(ControlRoom room, String key, String value) {
    assertThat(room.submit(new AdminCommand.SetConfig(key, value)).result.isOk()).isTrue();
  }

  /** C is down, and its leader goes on without it. */
  private static ControlRoom withoutC(NodeId... spares) {
    ControlRoom room = room(spares);
    room.dies(C);
    room.requests(A, 1, 2, A, B);
    room.pass(1500);
    assertThat(rebuilds(room)).isEmpty();
    return room;
  }

  private static List<OpRecord> rebuilds(ControlRoom room) {
    return room.ops().stream().filter(op -> op.goal().type() == OpType.MIGRATE).toList();
  }

  private static OpRecord rebuild(ControlRoom room) {
    List<OpRecord> ops = rebuilds(room);
    return ops.get(ops.size() - 1);
  }

  @Test
  void aCopyIsMadeAnewAndTheOldOnePutAside() {
    ControlRoom room = withoutC(D);
    room.pass(1500);
    OpRecord op = rebuild(room);
    assertThat(op.automatic()).isTrue();
    assertThat(op.reason()).contains("c:1 is down").contains("node_remove_millis is 2000");
    assertThat(room.record().wishes().joining()).containsExactly(D);
    // Until the new copy counts, the old one is not given up.
    assertThat(room.record().learners()).contains(C);
    room.replicates(D, Role.LEARNER, 1);
    room.pass(100);
    room.requests(A, 1, 3, A, B, D);
    room.pass(1000);
    assertThat(rebuild(room).state()).isEqualTo(OpState.DONE);
    assertThat(room.record().holders()).containsExactly(A, B, D);
    assertThat(room.record().wishes().isLeaving(C)).isTrue();
    room.leadsUnder(A, 4);
    // Back at last, it is told to put its copy aside, and nothing else happens.
    room.tablets.get(C).up = true;
    room.pass(3000);
    assertThat(rebuilds(room)).hasSize(1);
    assertThat(room.sent(C, DropReplica.class)).isNotEmpty();
    room.tablets.get(C).replicas.clear();
    room.pass(200);
    assertThat(room.record().wishes().isNone()).isTrue();
  }

  @Test
  void aTabletThatIsBackInTimeFillsItsOwnCopy() {
    ControlRoom room = withoutC(D);
    room.pass(1500);
    assertThat(rebuild(room).state()).isEqualTo(OpState.DOING);
    room.tablets.get(C).up = true;
    room.pass(1000);
    assertThat(rebuild(room).state()).isEqualTo(OpState.CANCELED);
    assertThat(rebuild(room).course().error()).contains("c:1 is back");
    assertThat(room.record().involves(D)).isFalse();
    assertThat(room.record().learners()).containsExactly(C);
    room.pass(5000);
    assertThat(rebuilds(room)).hasSize(1);
  }

  @Test
  void aSpareThatIsGoneTooIsReplaced() {
    ControlRoom room = withoutC(D, E);
    room.pass(1500);
    assertThat(rebuild(room).goal().target()).isEqualTo(D);
    room.dies(D);
    room.pass(3000);
    assertThat(rebuild(room).state()).isEqualTo(OpState.CANCELED);
    // Not at once again, whatever the reason was.
    assertThat(rebuilds(room)).hasSize(1);
    room.pass(61_000);
    assertThat(rebuilds(room)).hasSize(2);
    assertThat(rebuild(room).goal().target()).isEqualTo(E);
    assertThat(rebuild(room).state()).isEqualTo(OpState.DOING);
  }

  @Test
  void nothingIsMadeWithoutASpareOrAgainstAnOperatorsWord() {
    ControlRoom alone = withoutC();
    alone.pass(3000);
    assertThat(rebuilds(alone)).isEmpty();

    ControlRoom off = withoutC(D);
    set(off, "node_remove_millis", "0");
    off.pass(3000);
    assertThat(rebuilds(off)).isEmpty();

    ControlRoom manual = withoutC(D);
    set(manual, "auto_failover", "false");
    manual.pass(3000);
    assertThat(rebuilds(manual)).isEmpty();

    ControlRoom serviced = room(D);
    serviced.submit(new AdminCommand.OfflineEndpoint(C));
    serviced.requests(A, 1, 2, A, B);
    serviced.dies(C);
    serviced.pass(5000);
    assertThat(rebuilds(serviced)).isEmpty();
  }

  /** A rebuild under way ends when the operator wants none. */
  @Test
  void switchedOffWhatIsUnderWayIsTakenBack() {
    ControlRoom room = withoutC(D);
    room.pass(1500);
    set(room, "auto_failover", "false");
    room.pass(1000);
    assertThat(rebuild(room).state()).isEqualTo(OpState.CANCELED);
    assertThat(room.record().involves(D)).isFalse();
  }

  /** A nameserver that hears hardly anybody must not believe that the others are gone. */
  @Test
  void mostTabletsAwayAreNotReplaced() {
    ControlRoom room = room(D, E);
    room.dies(D);
    room.dies(E);
    room.dies(C);
    room.requests(A, 1, 2, A, B);
    room.pass(60_000);
    assertThat(rebuilds(room)).isEmpty();
  }

  /** Where hosts must differ, a spare on the host of another copy is none. */
  @Test
  void aSpareIsOnAHostOfItsOwn() {
    ControlRoom room = room(D, E);
    set(room, "host_label.a:1", "rack1");
    set(room, "host_label.b:1", "rack2");
    set(room, "host_label.c:1", "rack3");
    set(room, "host_label.d:1", "rack1");
    set(room, "host_label.e:1", "rack3");
    set(room, "replica_reliability_level", "1");
    room.dies(C);
    room.requests(A, 1, 2, A, B);
    room.pass(3000);
    assertThat(rebuild(room).goal().target()).isEqualTo(E);

    ControlRoom none = room(D);
    set(none, "host_label.a:1", "rack1");
    set(none, "host_label.d:1", "rack1");
    set(none, "replica_reliability_level", "1");
    none.dies(C);
    none.requests(A, 1, 2, A, B);
    none.pass(3000);
    assertThat(rebuilds(none)).isEmpty();
    // If hosts only should differ, one copy too few is worse.
    set(none, "replica_reliability_level", "0");
    none.pass(1000);
    assertThat(rebuild(none).goal().target()).isEqualTo(D);
  }

  /** Cancelled by an operator, it is not begun again at once. */
  @Test
  void anOperatorMayCancelIt() {
    ControlRoom room = withoutC(D);
    room.pass(1500);
    assertThat(room.submit(new AdminCommand.CancelOp(rebuild(room).id())).result.isOk()).isTrue();
    room.pass(5000);
    assertThat(rebuilds(room)).hasSize(1);
    assertThat(rebuild(room).state()).isEqualTo(OpState.CANCELED);
    assertThat(room.record().involves(D)).isFalse();
  }

  /** Failover comes first, and the rebuild is gone on with behind it. */
  @Test
  void aChangeOfLeaderComesFirst() {
    ControlRoom room = withoutC(D);
    room.pass(1500);
    room.dies(A);
    room.silent(B, 1, 0, true);
    OpRecord rebuild = rebuilds(room).get(0);
    assertThat(rebuild.state()).isEqualTo(OpState.INITED);
    assertThat(room.ops())
        .anyMatch(op -> op.automatic() && op.goal().type() == OpType.CHANGE_LEADER);
  }
}
