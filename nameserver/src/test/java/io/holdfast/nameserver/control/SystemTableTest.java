package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The nameserver has the cluster have its system tables. */
class SystemTableTest {
  private static final long CREATE_MILLIS =
      ControllerSettings.DEFAULTS.createNanos() / 1_000_000 + 1_000;
  private static final List<TableSpec> WANTED = List.of(table("sys", "one"), table("sys", "two"));

  private static TableSpec table(String db, String name) {
    return new TableSpec(0, db, name, 1, TableOptions.defaults(3), new byte[0]);
  }

  /** With all the tablets there that are wanted, nothing is waited for. */
  @Test
  void areMadeAtOnceWithEnoughTablets() {
    ControlRoom room = ControlRoom.keeping(WANTED, A, B, C);
    // Nobody leads here; a table is made and its leader is waited for, before the next.
    room.pass(CREATE_MILLIS * 2);
    assertThat(room.tables.values())
        .extracting(TableSpec::name)
        .containsExactlyInAnyOrder("one", "two");
    assertThat(room.tables.values())
        .allSatisfy(table -> assertThat(table.options().replicas()).isEqualTo(3));
    assertThat(room.record(new PartitionId(1, 0)).members().size()).isEqualTo(3);
    int written = room.written.size();
    room.pass(2_000);
    assertThat(room.written).as("all is as it should be").hasSize(written);
  }

  /** Tablets of a cluster come one after another; the tables do not begin with the first one. */
  @Test
  void waitForMoreTabletsForAWhile() {
    ControlRoom room = ControlRoom.keeping(WANTED, A);
    room.pass(2_500);
    assertThat(room.tables).isEmpty();
    room.tablets.put(B, new ControlRoom.Tablet());
    room.pass(2_500);
    assertThat(room.tables).as("one more has just come").isEmpty();
    room.pass(1_500);
    assertThat(room.tables.get(1).options().replicas()).isEqualTo(2);
  }

  @Test
  void getMoreCopiesWithMoreTablets() {
    ControlRoom room = ControlRoom.keeping(WANTED, A);
    room.pass(4_000 + 2 * CREATE_MILLIS);
    assertThat(room.tables.values())
        .hasSize(2)
        .allSatisfy(table -> assertThat(table.options().replicas()).isEqualTo(1));
    room.tablets.put(B, new ControlRoom.Tablet());
    room.tablets.put(C, new ControlRoom.Tablet());
    room.pass(3_000);
    assertThat(room.tables.values())
        .allSatisfy(table -> assertThat(table.options().replicas()).isEqualTo(3));
    assertThat(room.ops())
        .filteredOn(op -> op.goal().type() == OpType.SET_REPLICA_NUM)
        .extracting(op -> op.goal().table())
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void cannotBeDropped() {
    ControlRoom room = ControlRoom.keeping(WANTED, A, B, C);
    room.pass(1_000);
    AdminResult table = room.submit(new AdminCommand.DropTable("sys", "one")).result;
    assertThat(table.code()).isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(table.message()).contains("sys.one is a system table", "system_table_replica_num=0");
    AdminResult database = room.submit(new AdminCommand.DropDatabase("sys")).result;
    assertThat(database.code()).isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(database.message()).contains("sys holds system tables");
  }

  /** Where none are kept, a table of such a name is like any other. */
  @Test
  void areLikeOtherTablesWhereNoneAreKept() {
    ControlRoom room = ControlRoom.keeping(List.of(), A, B, C);
    room.pass(4_000);
    assertThat(room.tables).isEmpty();
    room.submit(new AdminCommand.CreateDatabase("sys", false));
    room.submit(new AdminCommand.CreateTable(WANTED.get(0), false));
    assertThat(room.submit(new AdminCommand.DropTable("sys", "one")).result.isOk()).isTrue();
    assertThat(room.submit(new AdminCommand.DropDatabase("sys")).result.isOk()).isTrue();
  }

  /** One that is lost is made again, whoever took it away. */
  @Test
  void areMadeAgainByTheNextNameserver() {
    ControlRoom room = ControlRoom.keeping(WANTED, A, B, C);
    room.pass(1_000);
    room.controller.deactivate();
    room.storedEpoch = 2;
    room.controller.activate(2, room.now);
    room.pass(1_000);
    assertThat(room.tables.values()).extracting(TableSpec::name).contains("one", "two");
  }
}
