package io.holdfast.client;

import com.google.protobuf.Message;
import io.holdfast.client.call.NameServerCalls;
import io.holdfast.client.call.Refusals;
import io.holdfast.client.call.Waiting;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.AddReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.AddTableFieldRequest;
import io.holdfast.protocol.openmldb.nameserver.CancelOPRequest;
import io.holdfast.protocol.openmldb.nameserver.ChangeLeaderRequest;
import io.holdfast.protocol.openmldb.nameserver.ConfGetRequest;
import io.holdfast.protocol.openmldb.nameserver.ConfGetResponse;
import io.holdfast.protocol.openmldb.nameserver.ConfSetRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DelReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteOPRequest;
import io.holdfast.protocol.openmldb.nameserver.DrainEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.DropDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.DropTableRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionResponse;
import io.holdfast.protocol.openmldb.nameserver.MakeSnapshotNSRequest;
import io.holdfast.protocol.openmldb.nameserver.MigrateRequest;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.OfflineEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.Pair;
import io.holdfast.protocol.openmldb.nameserver.PlanRequest;
import io.holdfast.protocol.openmldb.nameserver.PlanResponse;
import io.holdfast.protocol.openmldb.nameserver.PromoteReplicaRequest;
import io.holdfast.protocol.openmldb.nameserver.RebalanceRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.RecoverEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverTableRequest;
import io.holdfast.protocol.openmldb.nameserver.RetryOPRequest;
import io.holdfast.protocol.openmldb.nameserver.SetReplicaNumRequest;
import io.holdfast.protocol.openmldb.nameserver.SetSdkEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.SetTablePartitionRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.openmldb.nameserver.TruncateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTableAliveRequest;
import io.holdfast.protocol.openmldb.nameserver.UseDatabaseRequest;
import io.holdfast.protocol.openmldb.type.DataType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * What one asks of the nameserver: databases, tables, settings, the state of the cluster.
 *
 * <p>Thread-safe. Every method blocks for the client's request time-out at most and throws a {@link
 * HoldfastException}: {@link RejectedException} with the nameserver's words, {@link
 * UnavailableException} when no nameserver answered, {@link OutcomeUnknownException} when a change
 * may or may not have been made.
 *
 * <p>What takes its time is done by operations of the nameserver. Methods that begin some return
 * their ids, by which {@link #showOpStatus} lists them; there are none when nothing was to be done.
 */
public final class AdminClient {
  private final NameServerCalls calls;

  /** Takes what would be done, instead of having it done; null for a client that does. */
  private final Consumer<List<String>> plans;

  public AdminClient(NameServerCalls calls) {
    this(calls, null);
  }

  private AdminClient(NameServerCalls calls, Consumer<List<String>> plans) {
    this.calls = calls;
    this.plans = plans;
  }

  /**
   * A client whose commands change nothing. Each is refused as it would be, or else the nameserver
   * says what it would do. A server that knows no dry runs refuses all of them.
   *
   * @param sink takes a sentence for each thing that would be done; called by the methods that
   *     change something, on the caller's thread
   */
  public AdminClient planning(Consumer<List<String>> sink) {
    return new AdminClient(calls, Objects.requireNonNull(sink));
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

  /** Tables of all databases, also of those that the cluster keeps for itself. */
  public List<TableInfo> showAllTables() {
    ShowTableRequest request = ShowTableRequest.newBuilder().setShowAll(true).build();
    return ask("ShowTable", request, ShowTableResponse.getDefaultInstance(), "listing tables")
        .getTableInfoList();
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

  /** Automatic failover and the settings of the cluster that somebody has changed. */
  public Map<String, String> confGet() {
    return confGet(false);
  }

  /**
   * The cluster's settings in the nameserver's order.
   *
   * @param unchanged whether to add those that nobody has changed, with the values in force
   */
  public Map<String, String> confGet(boolean unchanged) {
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
    if (unchanged) {
      answer.getDefaultConfList().forEach(pair -> settings.put(pair.getKey(), pair.getValue()));
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
    if (changes && plans != null) {
      throw new IllegalStateException("recoverData has a dry run of its own");
    }
    RecoverDataResponse answer =
        Waiting.on(
            calls.call(
                "RecoverData",
                request,
                RecoverDataResponse.getDefaultInstance(),
                changes ? OperationKind.WRITE : OperationKind.READ));
    return Refusals.checked(answer, "recovering data");
  }

  /**
   * Has another replica lead a partition; when this returns it does. No write is lost or left in
   * doubt, and clients of this library notice no more than a short pause.
   *
   * @param target endpoint of an in-sync replica; {@code auto} for whichever suits; empty to
   *     replace a dead leader only
   */
  public List<Long> changeLeader(String database, String table, int pid, String target) {
    ChangeLeaderRequest.Builder request =
        ChangeLeaderRequest.newBuilder().setDb(database).setName(table).setPid(pid);
    if (!target.isEmpty()) {
      request.setCandidateLeader(target);
    }
    return change("ChangeLeader", request.build(), !target.equals("auto"), "changing the leader");
  }

  /** Takes a tablet out of service; when this returns it leads nothing and is in no in-sync set. */
  public List<Long> offlineEndpoint(String endpoint) {
    OfflineEndpointRequest request =
        OfflineEndpointRequest.newBuilder().setEndpoint(endpoint).build();
    return change("OfflineEndpoint", request, true, "taking " + endpoint + " out of service");
  }

  /** Puts a tablet back into service; its replicas join when they have caught up. */
  public List<Long> recoverEndpoint(String endpoint) {
    RecoverEndpointRequest request =
        RecoverEndpointRequest.newBuilder().setEndpoint(endpoint).build();
    return change("RecoverEndpoint", request, true, "putting " + endpoint + " back into service");
  }

  /**
   * Has a table's partitions have more or fewer copies of the data, which are made or put aside in
   * the background.
   *
   * @return the operation that does it
   * @throws RejectedException when there are not enough tablets; nothing is changed then
   */
  public List<Long> setReplicaNum(String db, String table, int replicas) {
    SetReplicaNumRequest request =
        SetReplicaNumRequest.newBuilder().setDb(db).setName(table).setReplicaNum(replicas).build();
    return change("SetReplicaNum", request, true, "changing the replicas of " + table);
  }

  /**
   * Changes when rows of a table are too old; returns once every partition's leader keeps to it.
   * What was too old when the table was written last stays so, however long the new time is.
   *
   * @param index name; empty for all indexes
   * @throws RejectedException when there is no such table or index, or not every leader has it yet:
   *     then it is altered all the same, and they are told until they have
   */
  public void setTtl(String db, String table, String index, TTLSt ttl) {
    UpdateTTLRequest.Builder request =
        UpdateTTLRequest.newBuilder().setDb(db).setName(table).setTtlDesc(ttl);
    if (!index.isEmpty()) {
      request.setIndexName(index);
    }
    change("UpdateTTL", request.build(), true, "changing the time to live of " + table);
  }

  /**
   * Adds a column behind all others; returns once every partition's leader takes rows that have it.
   * The rows that are there have NULL in it. Clients with the columns of before go on as they are.
   *
   * @param table as it was described last: a column that was added since is noticed, and so is this
   *     very request when it is sent once more
   * @throws RejectedException as {@link #setTtl}; also when the table has such a column, or 63
   *     added ones
   */
  public void addColumn(TableInfo table, String name, DataType type) {
    AddTableFieldRequest request =
        AddTableFieldRequest.newBuilder()
            .setDb(table.getDb())
            .setName(table.getName())
            .setColumnDesc(ColumnDesc.newBuilder().setName(name).setDataType(type))
            .setSchemaVersion(table.getAddedColumnDescCount() + 2)
            .build();
    change("AddTableField", request, true, "adding column " + name + " to " + table.getName());
  }

  /**
   * Gives a table one more index, which is filled with the rows that are there in the background.
   * Until all of them are found it answers nothing.
   *
   * @param index its name, its columns, and the column that is an entry's time; without a time to
   *     live, entries are kept for ever
   * @return the operation that does it; that of the first time when this is asked for twice
   * @throws RejectedException when the table cannot have such an index; nothing is changed then
   */
  public List<Long> addIndex(String db, String table, ColumnKey index) {
    AddIndexRequest request =
        AddIndexRequest.newBuilder().setDb(db).setName(table).setColumnKey(index).build();
    return change(
        "AddIndex", request, true, "adding index " + index.getIndexName() + " to " + table);
  }

  /**
   * Deletes an index that is not the table's first; returns once every partition's leader is
   * without it. Puts that still name it go on.
   *
   * @throws RejectedException as {@link #setTtl}
   */
  public void deleteIndex(String db, String table, String index) {
    DeleteIndexRequest request =
        DeleteIndexRequest.newBuilder().setDbName(db).setTableName(table).setIdxName(index).build();
    change("DeleteIndex", request, true, "deleting index " + index + " of " + table);
  }

  /**
   * Removes all rows of a table, and returns when every leader has removed those that it had. What
   * is put meanwhile may stay or go, under each index by itself.
   *
   * @throws RejectedException when there is no such table, or an index of it is being filled
   */
  public void truncateTable(String db, String table) {
    TruncateTableRequest request =
        TruncateTableRequest.newBuilder().setDb(db).setName(table).build();
    change("TruncateTable", request, true, "truncating " + table);
  }

  /**
   * Empties a tablet: each of its copies is made anew on another, in the background, and it gets no
   * more until {@link #recoverEndpoint}.
   *
   * @return the operation that does it
   * @throws RejectedException when some copy has nowhere to go; nothing is changed then
   */
  public List<Long> drain(String endpoint) {
    DrainEndpointRequest request = DrainEndpointRequest.newBuilder().setEndpoint(endpoint).build();
    return change("DrainEndpoint", request, true, "emptying " + endpoint);
  }

  /**
   * Spreads copies, leaders, or both evenly over the tablets that are up and in service, in the
   * background.
   *
   * @return the operation that does it; none when nothing has to move
   */
  public List<Long> rebalance(boolean copies, boolean leaders) {
    RebalanceRequest request =
        RebalanceRequest.newBuilder().setCopies(copies).setLeaders(leaders).build();
    return change("Rebalance", request, true, "spreading copies and leaders");
  }

  /**
   * Gives partitions one more replica, which is filled in the background.
   *
   * @param learner whether it shall stay a learner: never counted, never leading
   */
  public List<Long> addReplica(
      String database, String table, List<Integer> pids, String endpoint, boolean learner) {
    AddReplicaNSRequest request =
        addition(database, table, pids, endpoint).setLearner(learner).build();
    return change("AddReplicaNS", request, false, "adding a replica of " + table);
  }

  /** Gives partitions of a table with witnesses a witness where they have none. */
  public List<Long> addWitness(String database, String table, List<Integer> pids, String endpoint) {
    AddReplicaNSRequest request =
        addition(database, table, pids, endpoint).setWitness(true).build();
    return change("AddReplicaNS", request, false, "adding a witness of " + table);
  }

  private static AddReplicaNSRequest.Builder addition(
      String database, String table, List<Integer> pids, String endpoint) {
    return AddReplicaNSRequest.newBuilder()
        .setDb(database)
        .setName(table)
        .addAllPidGroup(pids)
        .setEndpoint(endpoint);
  }

  /** Has learners become members as soon as they have caught up. */
  public List<Long> promoteReplica(
      String database, String table, List<Integer> pids, String endpoint) {
    PromoteReplicaRequest request =
        PromoteReplicaRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .addAllPidGroup(pids)
            .setEndpoint(endpoint)
            .build();
    return change("PromoteReplica", request, true, "promoting a replica of " + table);
  }

  /** Takes replicas away; when this returns they have no part in their partitions any more. */
  public List<Long> delReplica(String database, String table, List<Integer> pids, String endpoint) {
    DelReplicaNSRequest request =
        DelReplicaNSRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .addAllPidGroup(pids)
            .setEndpoint(endpoint)
            .build();
    return change("DelReplicaNS", request, false, "removing a replica of " + table);
  }

  /** A partition's replicas, as a file for {@link #setTablePartition} keeps them. */
  public TablePartition tablePartition(String database, String table, int pid) {
    GetTablePartitionRequest request =
        GetTablePartitionRequest.newBuilder().setDb(database).setName(table).setPid(pid).build();
    return ask(
            "GetTablePartition",
            request,
            GetTablePartitionResponse.getDefaultInstance(),
            "reading a partition of " + table)
        .getTablePartition();
  }

  /** Checks that a partition is as a file says; nothing else is taken. */
  public void setTablePartition(String database, String table, TablePartition partition) {
    SetTablePartitionRequest request =
        SetTablePartitionRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .setTablePartition(partition)
            .build();
    change("SetTablePartition", request, true, "setting a partition of " + table);
  }

  /**
   * Says where clients outside reach a server.
   *
   * @param sdkEndpoint {@code null} as a word takes the address away
   */
  public void setSdkEndpoint(String server, String sdkEndpoint) {
    SetSdkEndpointRequest request =
        SetSdkEndpointRequest.newBuilder()
            .setServerName(server)
            .setSdkEndpoint(sdkEndpoint)
            .build();
    change("SetSdkEndpoint", request, true, "setting the address of " + server);
  }

  /** By server, the addresses for clients outside. */
  public Map<String, String> sdkEndpoints() {
    ShowSdkEndpointResponse answer =
        ask(
            "ShowSdkEndpoint",
            ShowSdkEndpointRequest.getDefaultInstance(),
            ShowSdkEndpointResponse.getDefaultInstance(),
            "listing addresses");
    Map<String, String> endpoints = new LinkedHashMap<>();
    for (TabletStatus server : answer.getTabletsList()) {
      endpoints.put(server.getEndpoint(), server.getRealEndpoint());
    }
    return endpoints;
  }

  /**
   * Operations that are under way or over, oldest first.
   *
   * @param database empty for all
   * @param table empty for all
   * @param pid negative for all
   */
  public List<OPStatus> showOpStatus(String database, String table, int pid) {
    ShowOPStatusRequest.Builder request = ShowOPStatusRequest.newBuilder().setDb(database);
    if (!table.isEmpty()) {
      request.setName(table);
    }
    if (pid >= 0) {
      request.setPid(pid);
    }
    ShowOPStatusResponse answer =
        ask(
            "ShowOPStatus",
            request.build(),
            ShowOPStatusResponse.getDefaultInstance(),
            "listing operations");
    return answer.getOpStatusList();
  }

  /** Has a partition's leader make a snapshot of all that it has applied, in the background. */
  public List<Long> makeSnapshot(String database, String table, int pid) {
    MakeSnapshotNSRequest request =
        MakeSnapshotNSRequest.newBuilder().setDb(database).setName(table).setPid(pid).build();
    return change("MakeSnapshotNS", request, true, "making a snapshot of " + table);
  }

  /** Moves replicas, in the background: a new copy is in sync before the old one is removed. */
  public List<Long> migrate(
      String database, String table, List<Integer> pids, String source, String target) {
    MigrateRequest request =
        MigrateRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .addAllPid(pids)
            .setSrcEndpoint(source)
            .setDesEndpoint(target)
            .build();
    return change("Migrate", request, false, "moving replicas of " + table);
  }

  /** Has a partition served and a tablet's copy of it in sync, in the background. */
  public List<Long> recoverTable(String database, String table, int pid, String endpoint) {
    RecoverTableRequest request =
        RecoverTableRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .setPid(pid)
            .setEndpoint(endpoint)
            .build();
    return change("RecoverTable", request, true, "recovering a replica of " + table);
  }

  /**
   * Says that replicas are to count, which is the same as {@link #recoverTable}, or need not, which
   * changes nothing.
   *
   * @param pid negative for all partitions in which the tablet has a part
   */
  public List<Long> updateTableAlive(
      String database, String table, int pid, String endpoint, boolean alive) {
    UpdateTableAliveRequest.Builder request =
        UpdateTableAliveRequest.newBuilder()
            .setDb(database)
            .setName(table)
            .setEndpoint(endpoint)
            .setIsAlive(alive);
    if (pid >= 0) {
      request.setPid(pid);
    }
    return change(
        "UpdateTableAliveStatus", request.build(), true, "updating a replica of " + table);
  }

  /** Ends an operation; what it wishes for is taken back. */
  public void cancelOp(long id) {
    change("CancelOP", CancelOPRequest.newBuilder().setOpId(id).build(), false, "cancelling " + id);
  }

  /** Removes an operation that is over from the list. */
  public void deleteOp(long id) {
    change("DeleteOP", DeleteOPRequest.newBuilder().setOpId(id).build(), false, "deleting " + id);
  }

  /**
   * Removes the operations from the list that ended like this.
   *
   * @param database empty for all
   * @param status {@code kDone}, {@code kFailed} or {@code kCanceled}
   */
  public void deleteOps(String database, String status) {
    DeleteOPRequest request =
        DeleteOPRequest.newBuilder().setOpStatus(status).setDb(database).build();
    change("DeleteOP", request, true, "deleting operations");
  }

  /** Begins an operation that failed or was cancelled once more, as a new one. */
  public List<Long> retryOp(long id) {
    return change(
        "RetryOP", RetryOPRequest.newBuilder().setOpId(id).build(), false, "retrying " + id);
  }

  /** Ids of the operations that the command became. */
  private List<Long> change(String method, Message request, boolean repeatable, String what) {
    if (plans != null) {
      plan(method, request, what);
      return List.of();
    }
    OperationKind kind = repeatable ? OperationKind.REPEATABLE_WRITE : OperationKind.WRITE;
    GeneralResponse answer =
        Waiting.on(calls.call(method, request, GeneralResponse.getDefaultInstance(), kind));
    return Refusals.checked(answer, what, answer.getOpIdsList()).getOpIdsList();
  }

  private void plan(String method, Message request, String what) {
    PlanRequest asked =
        PlanRequest.newBuilder().setMethod(method).setRequest(request.toByteString()).build();
    plans.accept(
        List.copyOf(ask("Plan", asked, PlanResponse.getDefaultInstance(), what).getPlanList()));
  }

  private <R extends Message> R ask(String method, Message request, R response, String what) {
    return Refusals.checked(
        Waiting.on(calls.call(method, request, response, OperationKind.READ)), what);
  }
}
