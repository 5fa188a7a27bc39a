package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table gets one more index while it lives. */
class AddIndexTest {
  private static final AdminCommand ADD = add("by_x", 0);

  /** A leads with B and C in sync. */
  private final ControlRoom room = ControlRoom.ledByA(AckMode.ALL);

  private static AdminCommand add(String name, int version) {
    return new AdminCommand.AddIndex(
        "db", "t", 1, version, name, version, List.of(0), -1, TtlPolicy.NONE);
  }

  private List<FillIndexes> ordered() {
    return room.sent(A, FillIndexes.class);
  }

  private void leaderHas(int version, int filled) {
    room.have(version);
    room.haveFilled(filled);
    room.replicates(A, Role.LEADER, room.record().term());
    room.pass(200);
  }

  private Alterations alterations() {
    ClusterState state = room.controller.state();
    return state.table(1).alterations();
  }

  private OpRecord op() {
    return room.ops().stream()
        .filter(op -> op.goal().type() == OpType.ADD_INDEX)
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private OpView view() {
    return room.controller.op(op());
  }

  /** Told, then filled, then told that it is: each only when the step before is seen. */
  @Test
  void stepByStep() {
    AdminResult begun = room.submit(ADD).result;
    assertThat(begun.isOk()).isTrue();
    assertThat(begun.ops()).containsExactly(op().id());
    assertThat(alterations().indexes()).hasSize(1);
    assertThat(alterations().indexes().get(0).filled()).isFalse();
    room.pass(5_000);
    assertThat(room.sent(A, AlterTable.class)).isNotEmpty();
    assertThat(ordered()).as("it does not take keys for it yet").isEmpty();
    assertThat(view().task()).isEqualTo("kAddIndexToTablet");
    assertThat(view().progress()).contains("index by_x").contains("take keys for it");

    leaderHas(1, 0);
    room.pass(5_500);
    assertThat(ordered()).as("repeated").hasSizeBetween(2, 4);
    assertThat(ordered().get(0))
        .isEqualTo(new FillIndexes(1, ControlRoom.PARTITION, 1, 1, List.of(A)));
    assertThat(room.sent(B, FillIndexes.class)).isEmpty();
    assertThat(view().task()).isEqualTo("kExtractIndexData");
    assertThat(view().progress()).isEqualTo("index by_x: 0 of 1 partitions are filled");
    assertThat(alterations().version()).isEqualTo(1);

    leaderHas(1, 1);
    assertThat(alterations().version()).isEqualTo(2);
    assertThat(alterations().indexes().get(0).filled()).isTrue();
    assertThat(op().state()).isEqualTo(OpState.DOING);
    assertThat(view().task()).isEqualTo("kAddIndexToTableInfo");
    int before = ordered().size();
    leaderHas(2, 1);
    assertThat(op().state()).isEqualTo(OpState.DONE);
    assertThat(op().course().progress()).isEqualTo("index by_x: 1 of 1 partitions are filled");
    room.pass(3_000);
    assertThat(ordered()).as("no more").hasSize(before);
  }

  /** Clients that learn of it by and by put into it themselves by then. */
  @Test
  void nothingIsFilledAtOnce() {
    room.submit(ADD);
    leaderHas(1, 0);
    room.pass(2_000);
    assertThat(ordered()).isEmpty();
    room.pass(2_000);
    assertThat(ordered()).isNotEmpty();
  }

  /** Clients are told of it when the last leader has it, and not before. */
  @Test
  void theirTimeBeginsWhenAllLeadersHaveIt() {
    room.submit(ADD);
    room.pass(20_000);
    leaderHas(1, 0);
    room.pass(2_000);
    assertThat(ordered()).isEmpty();
    room.pass(2_500);
    assertThat(ordered()).isNotEmpty();
  }

  /** What a leader has filled holds while it leads. */
  @Test
  void anActiveLeaderOfThisTermMustHaveFilledIt() {
    room.submit(ADD);
    room.have(1);
    room.haveFilled(1);
    room.replicates(A, ControlRoom.PARTITION, Role.FOLLOWER, 1, false);
    room.pass(5_000);
    assertThat(alterations().version()).isEqualTo(1);
    room.replicates(A, Role.LEADER, 0);
    room.pass(5_000);
    assertThat(alterations().version()).isEqualTo(1);
    leaderHas(1, 1);
    assertThat(alterations().version()).isEqualTo(2);
  }

  @Test
  void askedForTwiceItIsOne() {
    AdminResult first = room.submit(ADD).result;
    assertThat(room.submit(add("by_x", 1)).result).isEqualTo(first);
    leaderHas(1, 1);
    leaderHas(2, 1);
    assertThat(room.submit(add("by_x", 2)).result.message()).contains("already exist");
    assertThat(alterations().indexes()).hasSize(1);
  }

  /** Its columns were looked at in a table that had others. */
  @Test
  void theTableMustBeAsItWasLookedAt() {
    room.submit(ADD);
    assertThat(room.submit(add("by_y", 0)).result.message()).contains("give the command again");
    assertThat(room.submit(add("by_y", 1)).result.isOk()).isTrue();
    assertThat(
            room.submit(
                    new AdminCommand.AddIndex(
                        "db", "t", 7, 2, "z", 0, List.of(0), -1, TtlPolicy.NONE))
                .result
                .code())
        .isEqualTo(AdminResult.TABLE_DOES_NOT_EXIST);
  }

  /** Both become known in a transaction each, since each is based on what is known. */
  @Test
  void twoAreFilledTogether() {
    room.submit(ADD);
    room.submit(add("by_y", 1));
    leaderHas(2, 0);
    room.pass(5_000);
    assertThat(ordered()).isNotEmpty().allMatch(order -> order.version() == 2);
    leaderHas(2, 2);
    room.pass(500);
    assertThat(alterations().version()).isEqualTo(4);
    assertThat(alterations().indexes()).allMatch(index -> index.filled());
    leaderHas(4, 2);
    assertThat(room.ops()).allMatch(op -> op.state() == OpState.DONE);
  }

  @Test
  void cancelledItGoesAgain() {
    room.submit(ADD);
    leaderHas(1, 0);
    room.submit(new AdminCommand.CancelOp(op().id()));
    assertThat(op().state()).isEqualTo(OpState.CANCELED);
    assertThat(alterations().deleted()).containsExactly(0);
    room.pass(5_000);
    assertThat(ordered()).isEmpty();
    assertThat(room.submit(new AdminCommand.RetryOp(op().id())).result.message())
        .contains("its index is deleted")
        .contains("another name");
  }

  @Test
  void filledItStays() {
    room.submit(ADD);
    leaderHas(1, 1);
    assertThat(alterations().version()).isEqualTo(2);
    room.submit(new AdminCommand.CancelOp(op().id()));
    assertThat(op().state()).isEqualTo(OpState.CANCELED);
    assertThat(alterations().deleted()).isEmpty();
  }

  @Test
  void whatIsDeletedMeanwhileEndsIt() {
    room.submit(ADD);
    room.submit(new AdminCommand.DeleteIndex("db", "t", 1, 0));
    room.pass(300);
    assertThat(op().state()).isEqualTo(OpState.CANCELED);
    assertThat(op().course().error()).isEqualTo("the index by_x was deleted");
    room.submit(add("by_y", 2));
    room.submit(new AdminCommand.DropTable("db", "t"));
    room.pass(300);
    assertThat(op().state()).isEqualTo(OpState.CANCELED);
    assertThat(op().course().error()).isEqualTo("the table was dropped");
  }

  /** It takes as long as it takes. */
  @Test
  void thereIsNoDeadline() {
    room.submit(ADD);
    assertThat(op().course().deadlineMillis()).isZero();
  }
}
