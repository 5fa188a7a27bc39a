package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table is altered while it lives. */
class AlterTest {
  private static final TtlPolicy LATEST = new TtlPolicy(TtlPolicy.Kind.LATEST, 0, 3);

  private static final AdminCommand SET_TTL =
      new AdminCommand.SetTtl("db", "t", 1, List.of(0, 1), LATEST);

  /** A leads with B and C in sync. */
  private final ControlRoom room = ControlRoom.ledByA(AckMode.ALL);

  private List<AlterTable> told(NodeId tablet) {
    return room.sent(tablet, AlterTable.class);
  }

  private void has(NodeId tablet, int version) {
    room.have(version);
    room.replicates(tablet, Role.LEADER, room.record().term());
  }

  /** Only the leader is told: everybody else reads it in the log. */
  @Test
  void theLeaderIsToldUntilItHasIt() {
    ControlRoom.Answer answer = room.submit(SET_TTL);
    room.pass(1000);
    assertThat(answer.result).as("the leader does not have it yet").isNull();
    assertThat(told(A)).hasSizeGreaterThan(1);
    assertThat(told(A).get(0).term()).isEqualTo(room.record().term());
    assertThat(told(A).get(0).alterations().ttls())
        .containsOnlyKeys(0, 1)
        .containsEntry(0, LATEST)
        .containsEntry(1, LATEST);
    assertThat(told(B)).isEmpty();
    assertThat(told(C)).isEmpty();

    has(A, 1);
    room.pass(200);
    assertThat(answer.result).isEqualTo(AdminResult.OK);
    int before = told(A).size();
    room.pass(2000);
    assertThat(told(A)).as("no more").hasSize(before);
  }

  /** All alterations are told together, so that a leader cannot have one without those before. */
  @Test
  void alterationsAddUp() {
    room.submit(SET_TTL);
    room.submit(new AdminCommand.DeleteIndex("db", "t", 1, 1));
    room.pass(500);
    AlterTable last = told(A).get(told(A).size() - 1);
    assertThat(last.alterations().version()).isEqualTo(2);
    assertThat(last.alterations().ttls()).containsEntry(0, LATEST);
    assertThat(last.alterations().deleted()).containsExactly(1);
  }

  /** Every time it is said, since rows may have been put in between. */
  @Test
  void aTableIsTruncatedAsOftenAsItIsSaid() {
    AdminCommand truncate = new AdminCommand.TruncateTable("db", "t");
    ControlRoom.Answer answer = room.submit(truncate);
    room.pass(500);
    assertThat(answer.result).as("the leader does not have it yet").isNull();
    assertThat(told(A).get(0).alterations().truncations()).isEqualTo(1);
    has(A, 1);
    room.pass(200);
    assertThat(answer.result).isEqualTo(AdminResult.OK);
    ControlRoom.Answer again = room.submit(truncate);
    room.pass(200);
    assertThat(again.result).isNull();
    assertThat(told(A).get(told(A).size() - 1).alterations().truncations()).isEqualTo(2);
    has(A, 2);
    room.pass(200);
    assertThat(again.result).isEqualTo(AdminResult.OK);
    assertThat(room.submit(new AdminCommand.TruncateTable("db", "x")).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
  }

  /** Rows that are sent to the partitions of an index could arrive behind the truncation. */
  @Test
  void aTableIsNotTruncatedWhileAnIndexIsFilled() {
    room.submit(new AdminCommand.AddIndex("db", "t", 1, 0, "i", 1, List.of(0), -1, TtlPolicy.NONE));
    has(A, 1);
    room.pass(200);
    AdminResult refused = room.submit(new AdminCommand.TruncateTable("db", "t")).result;
    assertThat(refused.code()).isEqualTo(AdminResult.TRUNCATE_FAILED);
    assertThat(refused.message()).contains("nothing was removed: index i is being filled");
    room.submit(new AdminCommand.DeleteIndex("db", "t", 1, 1));
    has(A, 2);
    room.pass(200);
    room.submit(new AdminCommand.TruncateTable("db", "t"));
    room.pass(200);
    assertThat(told(A).get(told(A).size() - 1).alterations().truncations()).isEqualTo(1);
  }

  @Test
  void whatIsSoAlreadyIsNotAlteredAgain() {
    room.submit(SET_TTL);
    has(A, 1);
    room.pass(200);
    ControlRoom.Answer again = room.submit(SET_TTL);
    room.pass(100);
    assertThat(again.result).isEqualTo(AdminResult.OK);
    assertThat(told(A)).allMatch(order -> order.alterations().version() == 1);
    room.submit(new AdminCommand.DeleteIndex("db", "t", 1, 1));
    has(A, 2);
    room.pass(200);
    assertThat(room.submit(new AdminCommand.DeleteIndex("db", "t", 1, 1)).result)
        .isEqualTo(AdminResult.OK);
  }

  /** The same command once more adds nothing; another one for the same version is refused. */
  @Test
  void aColumnIsAddedOnce() {
    AddedColumn tip = new AddedColumn("tip", 8);
    AdminCommand add = new AdminCommand.AddColumn("db", "t", 1, 2, tip);
    ControlRoom.Answer answer = room.submit(add);
    room.pass(500);
    assertThat(answer.result).as("the leader does not have it yet").isNull();
    ControlRoom.Answer again = room.submit(add);
    AdminResult other =
        room.submit(new AdminCommand.AddColumn("db", "t", 1, 2, new AddedColumn("x", 8))).result;
    assertThat(other.code()).isEqualTo(AdminResult.INVALID_PARAMETER);
    assertThat(other.message()).contains("its next schema version: that is 3");
    for (int version : new int[] {-1, 0, 1, 4}) {
      AddedColumn next = new AddedColumn("next", 8);
      assertThat(room.submit(new AdminCommand.AddColumn("db", "t", 1, version, next)).result.code())
          .isEqualTo(AdminResult.INVALID_PARAMETER);
    }
    assertThat(room.submit(new AdminCommand.AddColumn("db", "t", 9, 3, tip)).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    has(A, 1);
    room.pass(200);
    assertThat(answer.result).isEqualTo(AdminResult.OK);
    assertThat(again.result).isEqualTo(AdminResult.OK);
    assertThat(told(A)).allMatch(order -> order.alterations().columns().equals(List.of(tip)));

    ControlRoom.Answer late =
        room.submit(new AdminCommand.AddColumn("db", "t", 1, 3, new AddedColumn("x", 8)));
    room.pass(120_000);
    assertThat(late.result.code()).isEqualTo(AdminResult.ADD_FIELD_FAILED);
    assertThat(late.result.message()).contains("the table is altered");
  }

  @Test
  void aLeaderThatComesLaterIsTold() {
    ControlRoom.Answer answer = room.submit(SET_TTL);
    room.pass(100);
    room.dies(A);
    room.silent(B, 1, 0, true);
    room.silent(C, 1, 0, true);
    assertThat(room.record().phase()).isEqualTo(Phase.ELECT);
    long term = room.record().term();
    room.answersTo(term, B, 1, 1);
    room.answersTo(term, C, 1, 1);
    room.pass(3100);
    NodeId leader = room.record().leader();
    assertThat(leader).isNotEqualTo(A);
    room.replicates(leader, Role.LEADER, room.record().term());
    room.pass(500);
    assertThat(told(leader)).isNotEmpty();
    has(leader, 1);
    room.pass(200);
    assertThat(answer.result).isEqualTo(AdminResult.OK);
  }

  /** It is not undone, and the sender is told for whom it waits. */
  @Test
  void aSenderIsNotKeptForEver() {
    ControlRoom.Answer answer = room.submit(SET_TTL);
    room.pass(120_000);
    assertThat(answer.result.code()).isEqualTo(AdminResult.UPDATE_TTL_FAILED);
    assertThat(answer.result.message())
        .contains("the table is altered")
        .contains(ControlRoom.PARTITION.toString());
    has(A, 1);
    room.pass(200);
    assertThat(room.submit(SET_TTL).result).isEqualTo(AdminResult.OK);
  }

  @Test
  void thereMustBeSuchATable() {
    assertThat(room.submit(new AdminCommand.SetTtl("db", "x", 0, List.of(0), LATEST)).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    assertThat(room.submit(new AdminCommand.DeleteIndex("db", "x", 0, 1)).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
  }

  /** It was asked for before the table was made, or when another one had its name. */
  @Test
  void positionsOfAnotherTableAreNotTaken() {
    AdminResult result = room.submit(new AdminCommand.DeleteIndex("db", "t", 0, 0)).result;
    assertThat(result.code()).isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    assertThat(result.message()).contains("give the command again");
    assertThat(room.submit(new AdminCommand.SetTtl("db", "t", 7, List.of(0), LATEST)).result.code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
    room.pass(500);
    assertThat(told(A)).isEmpty();
  }

  /** A new copy begins with the first record of the log, or with a snapshot that says it. */
  @Test
  void newCopiesBeginWithTheTableAsItWasDefined() {
    NodeId spare = new NodeId("d:1");
    room.tablets.put(spare, new ControlRoom.Tablet());
    room.submit(SET_TTL);
    has(A, 1);
    room.pass(200);
    room.submit(new AdminCommand.AddReplica("db", "t", List.of(0), spare, false));
    room.pass(3000);
    List<CreateReplica> created = room.sent(spare, CreateReplica.class);
    assertThat(created).isNotEmpty();
    assertThat(created.get(0).table().alterations().isNone()).isTrue();
  }
}
