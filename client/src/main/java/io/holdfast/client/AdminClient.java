package io.holdfast.client;

import com.google.protobuf.Message;
import io.holdfast.client.call.NameServerCalls;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.protocol.openmldb.nameserver.ConfGetRequest;
import io.holdfast.protocol.openmldb.nameserver.ConfGetResponse;
import io.holdfast.protocol.openmldb.nameserver.ConfSetRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DropDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.DropTableRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.Pair;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.openmldb.nameserver.UseDatabaseRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one asks of the nameserver: databases, tables, settings, the state of the cluster.
 *
 * <p>Thread-safe. Every method blocks for the client's request time-out at most and throws a {@link
 * HoldfastException}: {@link RejectedException} with the nameserver's words, {@link
 * UnavailableException} when no nameserver answered, {@link OutcomeUnknownException} when a change
 * may or may not have been made.
 */
public final class AdminClient {
  private final NameServerCalls calls;

  public AdminClient(NameServerCalls calls) {
    this.calls = calls;
  }

  public void createDatabase(String database, boolean ifNotExists) {
    CreateDatabaseRequest request =
        CreateDatabaseRequest.newBuilder().setDb(database).setIfNotExists(ifNotExists).build();
    change("CreateDatabase", request, ifNotExists, "creating database " + database);
  }

  /** Drops an empty database. */
  public void dropDatabase(String database) {
    DropDatabaseRequest request = DropDatabaseRequest.newBuilder().setDb(database).build();
    change("DropDatabase", request, false, "dropping database " + database);
  }

  /** Names of the databases, without those that the cluster keeps for itself. */
  public List<String> showDatabases() {
    ShowDatabaseResponse answer =
        ask(
            "ShowDatabase",
            GeneralRequest.getDefaultInstance(),
            ShowDatabaseResponse.getDefaultInstance(),
            "listing databases");
    return List.copyOf(answer.getDbList());
  }

  /** Checks that a database exists. */
  public void useDatabase(String database) {
    ask(
        "UseDatabase",
        UseDatabaseRequest.newBuilder().setDb(database).build(),
        GeneralResponse.getDefaultInstance(),
        "using database " + database);
  }

  /**
   * Creates a table; when this returns the table can be used.
   *
   * @param table without tid and partitions: the nameserver chooses those
   */
  public void createTable(TableInfo table, boolean ifNotExists) {
    CreateTableRequest request =
        CreateTableRequest.newBuilder()
            .setTableInfo(table)
            .setCreateIfNotExist(ifNotExists)
            .build();
    change("CreateTable", request, ifNotExists, "creating table " + table.getName());
  }

  public void dropTable(String database, String table) {
    DropTableRequest request = DropTableRequest.newBuilder().setDb(database).setName(table).build();
    change("DropTable", request, false, "dropping table " + table);
  }

  /**
   * Tables with their partitions and replicas.
   *
   * @param database empty for the nameless one
   * @param table exact name; empty for all tables of the database
   */
  public List<TableInfo> showTable(String database, String table) {
    ShowTableRequest.Builder request = ShowTableRequest.newBuilder().setDb(database);
    if (!table.isEmpty()) {
      request.setName(table);
    }
    ShowTableResponse answer =
        ask("ShowTable", request.build(), ShowTableResponse.getDefaultInstance(), "listing tables");
    return answer.getTableInfoList();
  }

  /** The tablets that the nameserver knows, with state and age. */
  public List<TabletStatus> showTablet() {
    ShowTabletResponse answer =
        ask(
            "ShowTablet",
            ShowTabletRequest.getDefaultInstance(),
            ShowTabletResponse.getDefaultInstance(),
            "listing tablets");
    return answer.getTabletsList();
  }

  /** The cluster's settings in the nameserver's order. */
  public Map<String, String> confGet() {
    ConfGetResponse answer =
        ask(
            "ConfGet",
            ConfGetRequest.getDefaultInstance(),
            ConfGetResponse.getDefaultInstance(),
            "reading settings");
    Map<String, String> settings = new LinkedHashMap<>();
    for (Pair pair : answer.getConfList()) {
      settings.put(pair.getKey(), pair.getValue());
    }
    return settings;
  }

  public void confSet(String key, String value) {
    Pair pair = Pair.newBuilder().setKey(key).setValue(value).build();
    change("ConfSet", ConfSetRequest.newBuilder().setConf(pair).build(), true, "setting " + key);
  }

  /**
   * What there is of partitions that may need help; with {@code accept_loss} or {@code clear} a
   * change of one of them.
   */
  public RecoverDataResponse recoverData(RecoverDataRequest request) {
    boolean changes = request.getAcceptLoss() || request.getClear();
    RecoverDataResponse answer =
        Waiting.on(
            calls.call(
                "RecoverData",
                request,
                RecoverDataResponse.getDefaultInstance(),
                changes ? OperationKind.WRITE : OperationKind.READ));
    return Refusals.checked(answer, "recovering data");
  }

  private void change(String method, Message request, boolean repeatable, String what) {
    OperationKind kind = repeatable ? OperationKind.REPEATABLE_WRITE : OperationKind.WRITE;
    GeneralResponse answer =
        Waiting.on(calls.call(method, request, GeneralResponse.getDefaultInstance(), kind));
    Refusals.checked(answer, what);
  }

  private <R extends Message> R ask(String method, Message request, R response, String what) {
    return Refusals.checked(
        Waiting.on(calls.call(method, request, response, OperationKind.READ)), what);
  }
}
