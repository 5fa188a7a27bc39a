package io.holdfast.nameserver.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Message;
import io.holdfast.nameserver.api.ApiRoute.Parameter;
import io.holdfast.nameserver.api.ApiRoute.View;
import io.holdfast.protocol.openmldb.nameserver.ConfGetResponse;
import io.holdfast.protocol.openmldb.nameserver.GetTablePartitionResponse;
import io.holdfast.protocol.openmldb.nameserver.Pair;
import io.holdfast.protocol.openmldb.nameserver.PlanResponse;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowNameServersResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowSdkEndpointResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Everything that can be asked below {@code /api/v1}, in an order in which the examples work. */
public final class ApiRoutes {
  private static final Parameter DB = new Parameter("db", "db", true, "api_shop");
  private static final Parameter TABLE = new Parameter("table", "name", true, "cards");
  private static final Parameter PID = new Parameter("pid", "pid", true, "0");

  private static final String CARDS =
      "\"name\":\"cards\",\"partition_num\":2,\"replica_num\":2,"
          + "\"column_desc\":[{\"name\":\"card\",\"data_type\":\"kString\"},"
          + "{\"name\":\"shop\",\"data_type\":\"kString\"},"
          + "{\"name\":\"amount\",\"data_type\":\"kDouble\"}],"
          + "\"column_key\":[{\"index_name\":\"card\",\"col_name\":[\"card\"],"
          + "\"ttl\":{\"ttl_type\":\"kLatestTime\",\"lat_ttl\":10}},"
          + "{\"index_name\":\"shop\",\"col_name\":[\"shop\"]}]";

  /** Commands that tell what they would do, besides {@code create} and {@code drop}. */
  private static final Set<String> PLANNED =
      Set.of(
          "changeleader",
          "offlineendpoint",
          "recoverendpoint",
          "drain",
          "rebalance",
          "setreplicanum",
          "addreplica",
          "promote",
          "delreplica",
          "migrate",
          "recovertable",
          "updatetablealive",
          "makesnapshot",
          "cancelop",
          "retryop",
          "deleteop",
          "setttl",
          "addtablefield",
          "addindex",
          "deleteindex");

  /** Nothing to show but that it was done. */
  private static final View DONE = new View(null, null);

  private static final View TABLE_VIEW =
      new View(TableInfo.getDescriptor(), (answer, parameters) -> table(answer));

  private ApiRoutes() {}

  /** All of them. */
  public static List<ApiRoute> all() {
    List<ApiRoute> routes = new ArrayList<>();
    routes.addAll(cluster());
    routes.addAll(tables());
    for (ApiRoute route : placement()) {
      String name = route.commands().get(0);
      if (PLANNED.contains(name)) {
        routes.add(plan(name, route.call(), route.example()));
      }
      routes.add(route);
    }
    routes.addAll(ends());
    return routes;
  }

  private static ApiRoute plan(String name, String call, String example) {
    return new ApiRoute(
        "POST",
        ApiRoute.PLANS + name,
        "what " + name + " would do, or why it would be refused; nothing is changed",
        List.of(),
        call,
        "",
        List.of(),
        example,
        whole(PlanResponse.getDescriptor()),
        false);
  }

  private static List<ApiRoute> cluster() {
    return List.of(
        get(
            "/tablets",
            "the tablets and their states",
            List.of("showtablet", "showcatalogversion"),
            "ShowTablet",
            List.of(),
            whole(ShowTabletResponse.getDescriptor())),
        get(
            "/nameservers",
            "the nameservers and their roles",
            List.of("showns"),
            "ShowNameServers",
            List.of(),
            whole(ShowNameServersResponse.getDescriptor())),
        change(
            "PUT",
            "/config/{key}",
            "change a setting of the cluster",
            List.of("confset"),
            "ConfSet",
            "conf",
            List.of(new Parameter("key", "key", true, "auto_failover")),
            "{\"value\":\"false\"}"),
        get(
            "/config",
            "the cluster's settings",
            List.of("confget"),
            "ConfGet",
            List.of(),
            whole(ConfGetResponse.getDescriptor())),
        get(
            "/config/{key}",
            "one of the cluster's settings",
            List.of("confget"),
            "ConfGet",
            List.of(new Parameter("key", "", true, "auto_failover")),
            new View(
                Pair.getDescriptor(),
                (answer, parameters) ->
                    settings((ConfGetResponse) answer)
                        .filter(pair -> pair.getKey().equals(parameters.get("key")))
                        .findFirst()
                        .orElse(null))),
        change(
            "PUT",
            "/sdkendpoints/{server}",
            "say where clients outside reach a server; the word null takes the address away",
            List.of("setsdkendpoint"),
            "SetSdkEndpoint",
            "",
            List.of(new Parameter("server", "server_name", true, "10.0.0.1:9527")),
            "{\"sdk_endpoint\":\"203.0.113.7:9527\"}"),
        get(
            "/sdkendpoints",
            "the servers' addresses for clients outside, as real_endpoint",
            List.of("showsdkendpoint"),
            "ShowSdkEndpoint",
            List.of(),
            whole(ShowSdkEndpointResponse.getDescriptor())));
  }

  private static List<ApiRoute> tables() {
    return List.of(
        change(
            "POST",
            "/databases",
            "create a database",
            List.of("createdb"),
            "CreateDatabase",
            "",
            List.of(),
            "{\"db\":\"api_shop\",\"if_not_exists\":true}"),
        get(
            "/databases",
            "the databases",
            List.of("showdb", "use"),
            "ShowDatabase",
            List.of(),
            whole(ShowDatabaseResponse.getDescriptor())),
        plan("create", "CreateTable", "{\"table_info\":{\"db\":\"api_shop\"," + CARDS + "}}"),
        change(
            "POST",
            "/databases/{db}/tables",
            "create a table; answered once it can be used",
            List.of("create"),
            "CreateTable",
            "table_info",
            List.of(DB),
            "{" + CARDS + "}"),
        new ApiRoute(
            "GET",
            "/databases/{db}/tables",
            "the tables of a database with their partitions and replicas",
            List.of("showtable"),
            "ShowTable",
            "",
            List.of(DB),
            null,
            whole(ShowTableResponse.getDescriptor()),
            true),
        get(
            "/databases/{db}/tables/{table}",
            "a table with its columns, indexes, partitions and replicas",
            List.of("showtable", "showschema", "info"),
            "ShowTable",
            List.of(DB, TABLE),
            TABLE_VIEW),
        get(
            "/databases/{db}/tables/{table}/partitions",
            "the partitions of a table with how each is",
            List.of("showtable"),
            "ShowTable",
            List.of(DB, TABLE),
            new View(
                TableInfo.getDescriptor(),
                (answer, parameters) -> partitionsOnly((TableInfo) table(answer)))),
        get(
            "/databases/{db}/tables/{table}/partitions/{pid}",
            "where the replicas of a partition are, as settablepartition takes it",
            List.of("gettablepartition"),
            "GetTablePartition",
            List.of(DB, TABLE, PID),
            new View(
                TablePartition.getDescriptor(),
                (answer, parameters) -> ((GetTablePartitionResponse) answer).getTablePartition())),
        get(
            "/recovery",
            "what there is of partitions that may need help",
            List.of("recoverdata"),
            "RecoverData",
            List.of(
                new Parameter("db", "db", false, "api_shop"),
                new Parameter("table", "name", false, "cards"),
                new Parameter("pid", "pid", false, "0")),
            whole(RecoverDataResponse.getDescriptor())),
        get(
            "/ops",
            "the operations, those that have ended included, as far as they are remembered",
            List.of("showopstatus"),
            "ShowOPStatus",
            List.of(
                new Parameter("db", "db", false, "api_shop"),
                new Parameter("table", "name", false, "cards"),
                new Parameter("pid", "pid", false, "0")),
            whole(ShowOPStatusResponse.getDescriptor())));
  }

  private static List<ApiRoute> placement() {
    return List.of(
        change(
            "POST",
            "/commands/changeleader",
            "have another replica lead a partition; answered once it does",
            List.of("changeleader", "switchover", "failover"),
            "ChangeLeader",
            "",
            List.of(),
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":1,"
                + "\"candidate_leader\":\"10.0.0.1:9527\"}"),
        command(
            "makesnapshot",
            "have a partition's leader make a snapshot",
            "MakeSnapshotNS",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":0}"),
        command(
            "recovertable",
            "have a partition served, and a replica of it in sync",
            "RecoverTable",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":0,"
                + "\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "updatetablealive",
            "ask for replicas to be in sync; is_alive false changes nothing",
            "UpdateTableAliveStatus",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":0,"
                + "\"endpoint\":\"10.0.0.2:9527\",\"is_alive\":true}"),
        command(
            "delreplica",
            "take replicas away; answered once they are out of their partitions",
            "DelReplicaNS",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid_group\":[1],"
                + "\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "addreplica",
            "give partitions one more replica, which is filled in the background",
            "AddReplicaNS",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid_group\":[1],"
                + "\"endpoint\":\"10.0.0.2:9527\",\"learner\":true}"),
        command(
            "promote",
            "have learners become members as soon as they have caught up",
            "PromoteReplica",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid_group\":[1],"
                + "\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "migrate",
            "move replicas to another tablet; the new copy is in sync before the old one goes",
            "Migrate",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":[0],"
                + "\"src_endpoint\":\"10.0.0.1:9527\",\"des_endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "cancelop",
            "end an operation; what it asked for is taken back",
            "CancelOP",
            "{\"op_id\":1002}"),
        command(
            "retryop",
            "begin an operation that failed or was cancelled once more",
            "RetryOP",
            "{\"op_id\":1002}"),
        command(
            "deleteop",
            "remove operations that are over from the list: one by op_id, or all in op_status",
            "DeleteOP",
            "{\"db\":\"api_shop\",\"op_status\":\"kDone\"}"),
        command(
            "offlineendpoint",
            "take a tablet out of service; answered once it leads nothing",
            "OfflineEndpoint",
            "{\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "recoverendpoint",
            "put a tablet back into service",
            "RecoverEndpoint",
            "{\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "setreplicanum",
            "have a table's partitions have more or fewer copies, which are made or put aside",
            "SetReplicaNum",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"replica_num\":2}"),
        command(
            "setttl",
            "change when rows are too old, in one index or in all; answered once every leader keeps"
                + " to it",
            "UpdateTTL",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"ttl_desc\":{\"ttl_type\":\"kAbsoluteTime\","
                + "\"abs_ttl\":1440}}"),
        command(
            "addtablefield",
            "add a column, which is NULL in the rows that are there; answered once every leader"
                + " takes rows that have it",
            "AddTableField",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"column_desc\":{\"name\":\"tip\","
                + "\"data_type\":\"kDouble\"}}"),
        command(
            "addindex",
            "have one more index, in the background; it can be asked once it finds all rows",
            "AddIndex",
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"column_key\":{\"index_name\":\"by_shop\","
                + "\"col_name\":[\"shop\",\"card\"]}}"),
        command(
            "deleteindex",
            "delete an index that is not the first; answered once every leader is without it",
            "DeleteIndex",
            "{\"db_name\":\"api_shop\",\"table_name\":\"cards\",\"idx_name\":\"shop\"}"),
        command(
            "drain",
            "empty a tablet: each of its copies is made anew on another, and it gets no more",
            "DrainEndpoint",
            "{\"endpoint\":\"10.0.0.2:9527\"}"),
        command(
            "rebalance",
            "spread copies and leaders evenly; one of them only, if it alone is named",
            "Rebalance",
            "{\"leaders\":true}"),
        new ApiRoute(
            "POST",
            "/commands/recoverdata",
            "say for whom partitions wait; with accept_loss go on without what is lost",
            List.of("recoverdata"),
            "RecoverData",
            "",
            List.of(),
            "{\"db\":\"api_shop\",\"name\":\"cards\",\"pid\":0}",
            whole(RecoverDataResponse.getDescriptor()),
            false));
  }

  private static List<ApiRoute> ends() {
    return List.of(
        plan("drop", "DropTable", "{\"db\":\"api_shop\",\"name\":\"cards\"}"),
        change(
            "DELETE",
            "/databases/{db}/tables/{table}",
            "drop a table with all its rows",
            List.of("drop"),
            "DropTable",
            "",
            List.of(DB, TABLE),
            null),
        change(
            "DELETE",
            "/databases/{db}",
            "drop an empty database",
            List.of("dropdb"),
            "DropDatabase",
            "",
            List.of(DB),
            null));
  }

  private static ApiRoute get(
      String path,
      String summary,
      List<String> commands,
      String call,
      List<Parameter> parameters,
      View view) {
    return new ApiRoute("GET", path, summary, commands, call, "", parameters, null, view, false);
  }

  private static ApiRoute change(
      String method,
      String path,
      String summary,
      List<String> commands,
      String call,
      String target,
      List<Parameter> parameters,
      String example) {
    return new ApiRoute(
        method, path, summary, commands, call, target, parameters, example, DONE, false);
  }

  private static ApiRoute command(String name, String summary, String call, String example) {
    return change(
        "POST", "/commands/" + name, summary, List.of(name), call, "", List.of(), example);
  }

  private static Stream<Pair> settings(ConfGetResponse answer) {
    return Stream.concat(answer.getConfList().stream(), answer.getDefaultConfList().stream());
  }

  private static View whole(Descriptor type) {
    return new View(type, (answer, parameters) -> answer);
  }

  private static Message table(Message answer) {
    ShowTableResponse tables = (ShowTableResponse) answer;
    return tables.getTableInfoCount() == 0 ? null : tables.getTableInfo(0);
  }

  private static Message partitionsOnly(TableInfo table) {
    return table == null
        ? null
        : TableInfo.newBuilder().addAllTablePartition(table.getTablePartitionList()).build();
  }
}
