package io.holdfast.nameserver.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.driver.ControllerDriver;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.AddReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.AddTableFieldRequest;
import io.holdfast.protocol.openmldb.nameserver.CancelOPRequest;
import io.holdfast.protocol.openmldb.nameserver.ChangeLeaderRequest;
import io.holdfast.protocol.openmldb.nameserver.ConfSetRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DelReplicaNSRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteOPRequest;
import io.holdfast.protocol.openmldb.nameserver.DrainEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.DropDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.DropTableRequest;
import io.holdfast.protocol.openmldb.nameserver.MakeSnapshotNSRequest;
import io.holdfast.protocol.openmldb.nameserver.MigrateRequest;
import io.holdfast.protocol.openmldb.nameserver.OfflineEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.PromoteReplicaRequest;
import io.holdfast.protocol.openmldb.nameserver.RebalanceRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverTableRequest;
import io.holdfast.protocol.openmldb.nameserver.RetryOPRequest;
import io.holdfast.protocol.openmldb.nameserver.SetReplicaNumRequest;
import io.holdfast.protocol.openmldb.nameserver.SetSdkEndpointRequest;
import io.holdfast.protocol.openmldb.nameserver.TruncateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTableAliveRequest;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The methods of the nameserver that are commands, and how their requests are read. One list for
 * those who carry commands out and those who only ask what they would do.
 */
final class CommandMethods {
  /** What a request asks for. */
  @FunctionalInterface
  interface Reading<Q> {
    AdminCommand read(Q request) throws RequestException;
  }

  /**
   * One of them.
   *
   * @param prototype an empty request
   */
  record Method<Q extends Message>(String name, Q prototype, Reading<Q> reading) {
    AdminCommand read(ByteString request) throws RequestException {
      Q parsed;
      try {
        @SuppressWarnings("unchecked") // A message's own parser makes messages of its type.
        Q message = (Q) prototype.getParserForType().parseFrom(request);
        parsed = message;
      } catch (InvalidProtocolBufferException e) {
        throw new RequestException("the request is none of " + name);
      }
      return reading.read(parsed);
    }
  }

  private final ControllerDriver driver;
  private final Map<String, Method<?>> methods = new LinkedHashMap<>();

  /**
   * @param nameServers those that run, as far as is known
   */
  CommandMethods(ControllerDriver driver, Supplier<List<String>> nameServers) {
    this.driver = driver;
    add(
        "CreateDatabase",
        CreateDatabaseRequest.getDefaultInstance(),
        CommandMethods::createDatabase);
    add(
        "DropDatabase",
        DropDatabaseRequest.getDefaultInstance(),
        request -> new AdminCommand.DropDatabase(request.getDb()));
    add("CreateTable", CreateTableRequest.getDefaultInstance(), this::createTable);
    add(
        "DropTable",
        DropTableRequest.getDefaultInstance(),
        request -> new AdminCommand.DropTable(request.getDb(), request.getName()));
    add(
        "ConfSet",
        ConfSetRequest.getDefaultInstance(),
        request ->
            new AdminCommand.SetConfig(request.getConf().getKey(), request.getConf().getValue()));
    add("ChangeLeader", ChangeLeaderRequest.getDefaultInstance(), PlacementRequests::command);
    add("OfflineEndpoint", OfflineEndpointRequest.getDefaultInstance(), PlacementRequests::command);
    add("RecoverEndpoint", RecoverEndpointRequest.getDefaultInstance(), PlacementRequests::command);
    add("DrainEndpoint", DrainEndpointRequest.getDefaultInstance(), PlacementRequests::command);
    add("Rebalance", RebalanceRequest.getDefaultInstance(), PlacementRequests::command);
    add(
        "SetReplicaNum",
        SetReplicaNumRequest.getDefaultInstance(),
        request -> TableRequests.command(request, driver.state()));
    add(
        "UpdateTTL",
        UpdateTTLRequest.getDefaultInstance(),
        request -> AlterRequests.command(request, driver.state()));
    add(
        "AddTableField",
        AddTableFieldRequest.getDefaultInstance(),
        request -> AlterRequests.command(request, driver.state()));
    add(
        "AddIndex",
        AddIndexRequest.getDefaultInstance(),
        request -> AlterRequests.command(request, driver.state()));
    add(
        "DeleteIndex",
        DeleteIndexRequest.getDefaultInstance(),
        request -> AlterRequests.command(request, driver.state()));
    add(
        "TruncateTable",
        TruncateTableRequest.getDefaultInstance(),
        request -> new AdminCommand.TruncateTable(request.getDb(), request.getName()));
    add("AddReplicaNS", AddReplicaNSRequest.getDefaultInstance(), PlacementRequests::command);
    add("DelReplicaNS", DelReplicaNSRequest.getDefaultInstance(), PlacementRequests::command);
    add("PromoteReplica", PromoteReplicaRequest.getDefaultInstance(), PlacementRequests::command);
    add(
        "SetSdkEndpoint",
        SetSdkEndpointRequest.getDefaultInstance(),
        request -> ServerNames.command(request, driver.tablets(), nameServers.get()));
    add("MakeSnapshotNS", MakeSnapshotNSRequest.getDefaultInstance(), OpRequests::makeSnapshot);
    add("Migrate", MigrateRequest.getDefaultInstance(), OpRequests::migrate);
    add("RecoverTable", RecoverTableRequest.getDefaultInstance(), OpRequests::recoverTable);
    add(
        "UpdateTableAliveStatus",
        UpdateTableAliveRequest.getDefaultInstance(),
        OpRequests::updateAlive);
    add("CancelOP", CancelOPRequest.getDefaultInstance(), OpRequests::cancel);
    add("DeleteOP", DeleteOPRequest.getDefaultInstance(), OpRequests::delete);
    add("RetryOP", RetryOPRequest.getDefaultInstance(), OpRequests::retry);
  }

  private <Q extends Message> void add(String name, Q prototype, Reading<Q> reading) {
    methods.put(name, new Method<>(name, prototype, reading));
  }

  Collection<Method<?>> all() {
    return Collections.unmodifiableCollection(methods.values());
  }

  /** The command that a request of a method is. On the loop: some are read by what there is. */
  AdminCommand read(String name, ByteString request) throws RequestException {
    Method<?> method = methods.get(name);
    if (method == null) {
      throw new RequestException("there is no dry run of " + name);
    }
    return method.read(request);
  }

  private static AdminCommand createDatabase(CreateDatabaseRequest request)
      throws RequestException {
    TableRequests.checkName("database", request.getDb());
    return new AdminCommand.CreateDatabase(request.getDb(), request.getIfNotExists());
  }

  private AdminCommand createTable(CreateTableRequest request) throws RequestException {
    TableSpec table = TableRequests.table(request.getTableInfo(), driver.tablets().alive().size());
    return new AdminCommand.CreateTable(table, request.getCreateIfNotExist());
  }
}
