package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.control.ControlRoom.Answer;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import org.junit.jupiter.api.Test;

/** Every command ends once, with the code that says how. */
class AdminCommandTest {
  private final ControlRoom room = ControlRoom.empty();

  private static TableSpec table(String name, int partitions, int replicas) {
    return ControlRoom.table(0, name, partitions, TableOptions.defaults(replicas));
  }

  private Answer create(TableSpec table) {
    return room.submit(new AdminCommand.CreateTable(table, false));
  }

  private int code(AdminCommand command) {
    Answer answer = room.submit(command);
    assertThat(answer.times).isEqualTo(1);
    return answer.code();
  }

  /** Databases are made once, and removed when they are empty. */
  @Test
  void databases() {
    assertThat(code(new AdminCommand.CreateDatabase("", false)))
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(code(new AdminCommand.CreateDatabase("a/b", false)))
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(code(new AdminCommand.CreateDatabase("x", false))).isZero();
    assertThat(code(new AdminCommand.CreateDatabase("x", false)))
        .isEqualTo(AdminResult.DATABASE_EXISTS);
    assertThat(code(new AdminCommand.CreateDatabase("x", true))).isZero();
    assertThat(code(new AdminCommand.DropDatabase("x"))).isZero();
    assertThat(code(new AdminCommand.DropDatabase("x"))).isEqualTo(AdminResult.DATABASE_NOT_FOUND);
    create(table("t", 1, 1));
    assertThat(code(new AdminCommand.DropDatabase("db"))).isEqualTo(AdminResult.DATABASE_NOT_EMPTY);
  }

  /** What cannot be made is refused with the reason. */
  @Test
  void tablesThatCannotBeMade() {
    assertThat(create(table("t", 1, 4)).code()).isEqualTo(AdminResult.TOO_FEW_TABLETS);
    assertThat(create(table("t", AdminDesk.MAX_PARTITIONS + 1, 1)).code())
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    TableSpec elsewhere =
        new TableSpec(0, "nowhere", "t", 1, TableOptions.defaults(1), new byte[0]);
    assertThat(create(elsewhere).code()).isEqualTo(AdminResult.DATABASE_NOT_FOUND);
    create(table("t", 1, 1));
    assertThat(create(table("t", 1, 1)).code()).isEqualTo(AdminResult.TABLE_EXISTS);
    assertThat(code(new AdminCommand.CreateTable(table("t", 1, 1), true))).isZero();
    assertThat(code(new AdminCommand.DropTable("db", "other")))
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    room.dies(C);
    assertThat(create(table("u", 1, 3)).code()).isEqualTo(AdminResult.TOO_FEW_TABLETS);
  }

  /** A table is made when every partition has a leader that says so. */
  @Test
  void creationWaitsForLeaders() {
    Answer answer = create(table("t", 1, 3));
    PartitionId partition = new PartitionId(1, 0);
    assertThat(answer.result).isNull();
    assertThat(room.record(partition).phase()).isEqualTo(Phase.ELECT);
    for (NodeId tablet : room.tablets.keySet()) {
      assertThat(room.sent(tablet, CreateReplica.class)).hasSize(1);
    }
    for (NodeId tablet : room.tablets.keySet()) {
      room.replicates(tablet, partition, Role.FENCED, 1, false);
      room.report(tablet);
      room.answersTo(1, tablet, 0, 0);
    }
    assertThat(room.record(partition).phase()).isEqualTo(Phase.LEAD);
    assertThat(answer.result).isNull();

    NodeId leader = room.record(partition).leader();
    room.replicates(leader, partition, Role.LEADER, 1, false);
    room.pass(50);
    assertThat(answer.code()).isZero();
    assertThat(answer.times).isEqualTo(1);
  }

  /** Its creator is told when that takes too long, or when it was dropped meanwhile. */
  @Test
  void creationMayFail() {
    Answer slow = create(table("t", 2, 3));
    room.pass(14_900);
    assertThat(slow.result).isNull();
    room.pass(200);
    assertThat(slow.code()).isEqualTo(AdminResult.CREATE_FAILED);
    assertThat(slow.result.message()).contains("2 of its partitions");

    Answer dropped = create(table("u", 1, 3));
    room.submit(new AdminCommand.DropTable("db", "u"));
    assertThat(dropped.code()).isEqualTo(AdminResult.CREATE_FAILED);
  }

  /** Replicas of a dropped table are put aside whenever they show up, and its id is not reused. */
  @Test
  void aDroppedTablesReplicasGo() {
    create(table("t", 1, 3));
    assertThat(code(new AdminCommand.DropTable("db", "t"))).isZero();
    room.orders.clear();
    room.replicates(B, Role.FOLLOWER, 1);
    room.report(B);
    assertThat(room.sent(B, DropReplica.class)).hasSize(1);
    assertThat(room.sent(A, DropReplica.class)).isEmpty();

    create(table("t", 1, 1));
    assertThat(room.controller.state().table("db", "t").tid()).isEqualTo(2);
  }

  /** Only the known setting can be set, to what it can be. */
  @Test
  void settings() {
    assertThat(code(new AdminCommand.SetConfig("other", "true")))
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(code(new AdminCommand.SetConfig("auto_failover", "maybe")))
        .isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(code(new AdminCommand.SetConfig("auto_failover", "False"))).isZero();
    assertThat(room.controller.state().isAutoFailover()).isFalse();
  }

  /** One that is not active, or is deposed, refuses what it has not done. */
  @Test
  void onlyTheActiveOneActs() {
    room.held = true;
    Answer underWay = room.submit(new AdminCommand.CreateDatabase("x", false));
    Answer waiting = room.submit(new AdminCommand.CreateDatabase("y", false));
    room.controller.deactivate();
    assertThat(underWay.code()).isEqualTo(AdminResult.NOT_ACTIVE);
    assertThat(waiting.code()).isEqualTo(AdminResult.NOT_ACTIVE);
    assertThat(code(new AdminCommand.CreateDatabase("z", false))).isEqualTo(AdminResult.NOT_ACTIVE);
  }

  /** A command whose transaction lost a race is decided again. */
  @Test
  void aConflictIsDecidedAgain() {
    room.result = CommitResult.CONFLICT;
    assertThat(code(new AdminCommand.CreateDatabase("x", false))).isZero();
    assertThat(room.written).hasSize(2);
  }

  /** A command that the store never takes ends, and what waited behind it is done. */
  @Test
  void aPoisonousCommandEnds() {
    room.held = true;
    Answer poison = room.submit(new AdminCommand.CreateDatabase("x", false));
    Answer behind = room.submit(new AdminCommand.CreateDatabase("y", false));
    room.stubborn = true;
    room.result = CommitResult.UNKNOWN;
    room.held = false;
    room.turn();
    assertThat(poison.code()).isEqualTo(AdminResult.SET_ZK_FAILED);
    assertThat(poison.times).isEqualTo(1);
    assertThat(behind.times).isEqualTo(1);
  }

  /** A stream of commands does not keep a partition from getting its next leader. */
  @Test
  void commandsDoNotHoldUpFailover() {
    ControlRoom busy = ControlRoom.ledByA(AckMode.ALL);
    busy.held = true;
    busy.dies(A);
    for (int i = 0; i < 10; i++) {
      busy.submit(new AdminCommand.CreateDatabase("x" + i, false));
    }
    busy.silent(B, 1, 0, true);
    busy.held = false;
    busy.turn();
    assertThat(busy.written.get(1).changes())
        .as("the first command, then the election")
        .hasOnlyElementsOfTypes(
            MetaChange.PartitionChanged.class,
            MetaChange.OpCreated.class,
            MetaChange.OpIdsUsed.class);
    assertThat(busy.written).hasSize(11);
  }
}
