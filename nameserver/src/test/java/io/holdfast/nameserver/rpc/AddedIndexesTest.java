package io.holdfast.nameserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a request for one more index becomes. */
final class AddedIndexesTest {
  private static final Alterations BEING_ADDED =
      Alterations.NONE.withIndex("by_shop", 1, List.of(1), 2, TtlPolicy.NONE);

  /** The first index has its time from a column when that is named. */
  private static ClusterState state(String firstTs, Alterations alterations) {
    ColumnKey.Builder first = ColumnKey.newBuilder().setIndexName("card").addColName("card");
    if (!firstTs.isEmpty()) {
      first.setTsName(firstTs);
    }
    TableInfo definition =
        TableInfo.newBuilder()
            .addColumnDesc(column("card", DataType.kString))
            .addColumnDesc(column("shop", DataType.kString))
            .addColumnDesc(column("at", DataType.kTimestamp))
            .addColumnDesc(column("amount", DataType.kDouble))
            .addColumnKey(first)
            .build();
    TableSpec table =
        new TableSpec(3, "db", "cards", 1, TableOptions.defaults(1), definition.toByteArray());
    ClusterState state = new ClusterState();
    state.loadTable(table.with(alterations), 0);
    return state;
  }

  private static ColumnDesc.Builder column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type);
  }

  private static ColumnKey.Builder key(String name, String ts, String... columns) {
    ColumnKey.Builder key =
        ColumnKey.newBuilder().setIndexName(name).addAllColName(List.of(columns));
    return ts.isEmpty() ? key : key.setTsName(ts);
  }

  private static AddIndexRequest.Builder request(ColumnKey.Builder key) {
    return AddIndexRequest.newBuilder().setDb("db").setName("cards").setColumnKey(key);
  }

  private static AdminCommand.AddIndex added(
      int version, String name, List<Integer> columns, int ts, TtlPolicy ttl) {
    return new AdminCommand.AddIndex(
        "db", "cards", 3, version, name, version == 0 ? 1 : 2, columns, ts, ttl);
  }

  private static void refused(String why, AddIndexRequest.Builder request, ClusterState state) {
    assertThatThrownBy(() -> AlterRequests.command(request.build(), state))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(why);
  }

  @Test
  void namesBecomePositions() throws Exception {
    ClusterState state = state("", Alterations.NONE);
    assertThat(AlterRequests.command(request(key("i", "at", "shop", "card")).build(), state))
        .isEqualTo(added(0, "i", List.of(1, 0), 2, TtlPolicy.NONE));
    TTLSt ttl = TTLSt.newBuilder().setTtlType(TTLType.kLatestTime).setLatTtl(3).build();
    AddIndexRequest other =
        AddIndexRequest.newBuilder()
            .setDb("db")
            .setName("cards")
            .addColumnKeys(key("shop", "").setTtl(ttl))
            .build();
    assertThat(AlterRequests.command(other, state))
        .isEqualTo(added(0, "shop", List.of(1), -1, new TtlPolicy(TtlPolicy.Kind.LATEST, 0, 3)));
  }

  @Test
  void whatCannotBeIsRefused() {
    ClusterState state = state("", Alterations.NONE);
    refused("index has already exist!", request(key("card", "", "shop")), state);
    refused("duplicate column_key", request(key("i", "", "card")), state);
    refused("column :x is not member of columns", request(key("i", "", "x")), state);
    refused("float or double column", request(key("i", "", "amount")), state);
    refused("invalid ts type", request(key("i", "shop", "shop")), state);
    refused("a new index name must have 1 to 256", request(key("", "", "shop")), state);
    refused("is deleted (flag)", request(key("i", "", "shop").setFlag(1)), state);
    refused(
        "addtablefield first",
        request(key("i", "", "x")).addCols(column("x", DataType.kString)),
        state);
    refused("one index", request(key("i", "", "shop")).clearColumnKey(), state);
    refused("one index", request(key("i", "", "shop")).addColumnKeys(key("j", "", "shop")), state);
  }

  /** The time of a put is not in the row. */
  @Test
  void aTimeMustBeKnown() throws Exception {
    ClusterState state = state("at", Alterations.NONE);
    refused("name a time column", request(key("i", "", "shop")), state);
    assertThat(AlterRequests.command(request(key("i", "at", "shop")).build(), state))
        .isEqualTo(added(0, "i", List.of(1), 2, TtlPolicy.NONE));
  }

  /** While it is being added it may be asked for again, and then it is the same. */
  @Test
  void askedForAgain() throws Exception {
    AddIndexRequest.Builder again = request(key("by_shop", "at", "shop"));
    assertThat(AlterRequests.command(again.build(), state("", BEING_ADDED)))
        .isEqualTo(added(1, "by_shop", List.of(1), 2, TtlPolicy.NONE));
    refused("index has already exist!", again, state("", BEING_ADDED.withFilled(0)));
    refused("choose another one", again, state("", BEING_ADDED.without(1)));
    refused("duplicate column_key", request(key("i", "at", "shop")), state("", BEING_ADDED));
  }

  @Test
  void anIndexThatIsGoneMayHaveHadTheSameColumns() throws Exception {
    assertThat(
            AlterRequests.command(
                request(key("i", "at", "shop")).build(), state("", BEING_ADDED.without(1))))
        .isEqualTo(added(2, "i", List.of(1), 2, TtlPolicy.NONE));
  }

  /** Said by the command in the words that all have. */
  @Test
  void aTableThatIsNotThereIsLeftToTheCommand() throws Exception {
    AdminCommand.AddIndex command =
        (AdminCommand.AddIndex)
            AlterRequests.command(
                request(key("i", "", "x")).setName("none").build(), state("", Alterations.NONE));
    assertThat(command.tid()).isZero();
    assertThat(command.table()).isEqualTo("none");
  }
}
