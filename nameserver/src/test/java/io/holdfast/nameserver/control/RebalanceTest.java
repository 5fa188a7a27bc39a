package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Levelling ends when all is level, and not when something cannot move just now. */
class RebalanceTest {
  private static final PartitionId SECOND = new PartitionId(1, 1);
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final ControlRoom room = ControlRoom.twoLedByA();

  private OpRecord begun() {
    AdminResult result = room.submit(new AdminCommand.Rebalance(false, true)).result;
    assertThat(result.ops()).hasSize(1);
    return rebalance();
  }

  private OpRecord rebalance() {
    return room.ops().stream()
        .filter(op -> op.goal().type() == OpType.REBALANCE)
        .findFirst()
        .orElseThrow();
  }

  private List<OpRecord> changes() {
    return room.ops().stream().filter(op -> op.goal().type() == OpType.CHANGE_LEADER).toList();
  }

  @Test
  void anHeirThatHasNotReportedIsWaitedFor() {
    OpRecord op = begun();
    room.pass(5_000);
    assertThat(rebalance().state()).isEqualTo(OpState.DOING);
    assertThat(changes()).isEmpty();
    assertThat(room.controller.op(rebalance()).progress())
        .contains("waits: b:1 should lead partition 1_0: b:1 is up, and says nothing");
    for (NodeId tablet : List.of(B, C)) {
      room.replicates(tablet, SECOND, Role.FOLLOWER, 1, false);
    }
    room.pass(500);
    assertThat(changes()).hasSize(1);
    assertThat(changes().get(0).parentId()).isEqualTo(op.id());
    assertThat(changes().get(0).goal().partition()).isEqualTo(SECOND);
    assertThat(changes().get(0).goal().source()).isEqualTo(A);
  }

  @Test
  void whoNeverComesIsNamedInTheEnd() {
    OpRecord unused = begun();
    room.pass(31_000);
    assertThat(rebalance().state()).isEqualTo(OpState.FAILED);
    assertThat(rebalance().course().error())
        .contains("b:1 should lead partition 1_0")
        .contains("says nothing of its replica yet");
  }

  /** One that is new in office knows of no tablet, and must not take the few for all. */
  @Test
  void nothingIsDecidedBeforeEverybodyWasHeard() {
    TabletRegistry tablets = new TabletRegistry(SECOND_NANOS);
    FailureFreeze freeze =
        new FailureFreeze(SafetySettings.DEFAULTS, SECOND_NANOS, Mutants.NONE, tablets);
    ClusterState state = new ClusterState();
    state.loadPartition(PartitionRecord.created(ControlRoom.PARTITION, List.of(A, B, C)), 0);
    ClusterSight sight = new ClusterSight(tablets, freeze);
    sight.tookOffice(0);
    for (NodeId tablet : List.of(A, B)) {
      tablets.onReport(tablet, report(), 1);
      sight.look(state, 2);
      assertThat(sight.missing()).contains("has not heard every tablet yet");
    }
    tablets.onReport(C, report(), 3);
    sight.look(state, 4);
    assertThat(sight.isClear()).isTrue();

    // One that stays away is not waited for for ever.
    sight.tookOffice(5);
    TabletRegistry fewer = new TabletRegistry(SECOND_NANOS);
    fewer.onReport(A, report(), 6);
    ClusterSight dim = new ClusterSight(fewer, freeze);
    dim.tookOffice(5);
    dim.look(state, 9 * SECOND_NANOS);
    assertThat(dim.isClear()).isFalse();
    dim.look(state, 11 * SECOND_NANOS);
    assertThat(dim.isClear()).isTrue();
  }

  private static TabletReport report() {
    return new TabletReport(1, 0, 1, 0, List.of(), Departure.NONE, 1);
  }
}
