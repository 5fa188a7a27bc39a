package io.holdfast.nameserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.AddTableFieldRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.TableSchema;
import org.junit.jupiter.api.Test;

/** What a request to alter a table becomes. */
final class AlterRequestsTest {
  private static final AddedColumn TIP = new AddedColumn("tip", DataType.kDouble.getNumber());

  private static ClusterState state(Alterations alterations) {
    TableInfo definition =
        TableInfo.newBuilder()
            .addColumnDesc(column("card", DataType.kString))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("card").addColName("card"))
            .build();
    TableSpec table =
        new TableSpec(3, "shop", "cards", 1, TableOptions.defaults(1), definition.toByteArray());
    ClusterState state = new ClusterState();
    state.loadTable(table.with(alterations), 0);
    return state;
  }

  private static ColumnDesc.Builder column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type);
  }

  private static AddTableFieldRequest.Builder request(ColumnDesc.Builder column) {
    return AddTableFieldRequest.newBuilder().setDb("shop").setName("cards").setColumnDesc(column);
  }

  /** The next version is meant when none is named. */
  @Test
  void aColumnBehindTheOthers() throws Exception {
    Alterations one = Alterations.NONE.with(TIP);
    assertThat(
            AlterRequests.command(
                request(column("tip", DataType.kDouble)).build(), state(Alterations.NONE)))
        .isEqualTo(new AdminCommand.AddColumn("shop", "cards", 3, 2, TIP));
    AddTableFieldRequest next = request(column("x", DataType.kVarchar)).build();
    AddedColumn x = new AddedColumn("x", DataType.kVarchar.getNumber());
    assertThat(AlterRequests.command(next, state(one)))
        .isEqualTo(new AdminCommand.AddColumn("shop", "cards", 3, 3, x));
    assertThat(AlterRequests.command(next.toBuilder().setSchemaVersion(9).build(), state(one)))
        .isEqualTo(new AdminCommand.AddColumn("shop", "cards", 3, 9, x));
    assertThat(AlterRequests.command(next.toBuilder().setName("none").build(), state(one)))
        .isEqualTo(new AdminCommand.AddColumn("shop", "none", 0, 0, x));
  }

  /** Only who names the version of the column can send its request a second time. */
  @Test
  void aSecondColumnOfTheNameIsNone() throws Exception {
    ClusterState state = state(Alterations.NONE.with(TIP));
    AddTableFieldRequest.Builder request = request(column("tip", DataType.kDouble));
    refused(AdminResult.FIELD_NAME_REPEATED, "field name repeated in table_info!", request, state);
    assertThat(AlterRequests.command(request.clone().setSchemaVersion(2).build(), state))
        .isEqualTo(new AdminCommand.AddColumn("shop", "cards", 3, 2, TIP));
    refused(
        AdminResult.FIELD_NAME_REPEATED, "field name", request.clone().setSchemaVersion(3), state);
    refused(
        AdminResult.FIELD_NAME_REPEATED,
        "field name",
        request(column("tip", DataType.kInt)).setSchemaVersion(2),
        state);
    refused(
        AdminResult.FIELD_NAME_REPEATED,
        "field name",
        request(column("card", DataType.kString)),
        state);
  }

  @Test
  void thereAre63AddedColumnsAtMost() throws Exception {
    Alterations full = Alterations.NONE;
    for (int i = 0; i < TableSchema.MAX_ADDED_COLUMNS - 1; i++) {
      full = full.with(new AddedColumn("c" + i, DataType.kInt.getNumber()));
    }
    AddTableFieldRequest.Builder last = request(column("tip", DataType.kDouble));
    assertThat(AlterRequests.command(last.build(), state(full)))
        .isEqualTo(new AdminCommand.AddColumn("shop", "cards", 3, 64, TIP));
    refused(
        AdminResult.TOO_MANY_FIELDS,
        "the count of adding field is more than 63",
        request(column("more", DataType.kDouble)),
        state(full.with(TIP)));
  }

  @Test
  void impossibleColumnsAreRefused() {
    ClusterState state = state(Alterations.NONE);
    refused(307, "check column_desc name failed", request(column("", DataType.kInt)), state);
    refused(307, "type kArray is invalid", request(column("x", DataType.kArray)), state);
    refused(307, "type of x is invalid", request(ColumnDesc.newBuilder().setName("x")), state);
    refused(307, "too large", request(column("x".repeat(950_000), DataType.kInt)), state);
    refused(307, "not_null", request(column("x", DataType.kInt).setNotNull(true)), state);
    refused(307, "default_value", request(column("x", DataType.kInt).setDefaultValue("1")), state);
  }

  private static void refused(
      int code, String message, AddTableFieldRequest.Builder request, ClusterState state) {
    assertThatThrownBy(() -> AlterRequests.command(request.build(), state))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }
}
