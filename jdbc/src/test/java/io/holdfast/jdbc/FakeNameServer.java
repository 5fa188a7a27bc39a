package io.holdfast.jdbc;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.DropDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.DropTableRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.NameServerOuterClass;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.openmldb.nameserver.TruncateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.UseDatabaseRequest;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcServer;
import io.holdfast.protocol.rpc.RpcServerSettings;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;

/** A nameserver that speaks the wire and keeps databases and tables in memory. */
final class FakeNameServer implements AutoCloseable {
  private static final int DATABASE_EXISTS = 801;
  private static final int NO_DATABASE = 802;
  private static final int NO_TABLE = 100;

  final Set<String> databases = new ConcurrentSkipListSet<>();
  final List<TableInfo> tables = new CopyOnWriteArrayList<>();
  final List<Message> changes = new CopyOnWriteArrayList<>();
  private final List<FakeTablet> tablets;
  private final RpcServer server;

  FakeNameServer(List<FakeTablet> tablets) {
    this.tablets = tablets;
    try {
      server =
          RpcServer.builder()
              .settings(RpcServerSettings.defaults().withCloseGraceMillis(0))
              .service(service())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String endpoint() {
    return "127.0.0.1:" + server.port();
  }

  private ServiceDefinition service() {
    return ServiceDefinition.builder(
            NameServerOuterClass.getDescriptor().findServiceByName("NameServer"))
        .unary("ShowTablet", ShowTabletRequest.getDefaultInstance(), this::showTablet)
        .unary("ShowTable", ShowTableRequest.getDefaultInstance(), this::showTable)
        .unary("ShowDatabase", GeneralRequest.getDefaultInstance(), this::showDatabase)
        .unary("UseDatabase", UseDatabaseRequest.getDefaultInstance(), this::useDatabase)
        .unary("CreateDatabase", CreateDatabaseRequest.getDefaultInstance(), this::createDatabase)
        .unary("DropDatabase", DropDatabaseRequest.getDefaultInstance(), this::dropDatabase)
        .unary("CreateTable", CreateTableRequest.getDefaultInstance(), this::createTable)
        .unary("DropTable", DropTableRequest.getDefaultInstance(), this::dropTable)
        .unary("TruncateTable", TruncateTableRequest.getDefaultInstance(), this::truncateTable)
        .unary("AddIndex", AddIndexRequest.getDefaultInstance(), this::noted)
        .unary("DeleteIndex", DeleteIndexRequest.getDefaultInstance(), this::noted)
        .build();
  }

  private void showTablet(ShowTabletRequest request, RpcCall call) {
    ShowTabletResponse.Builder answer = ShowTabletResponse.newBuilder().setCode(0);
    for (FakeTablet tablet : tablets) {
      answer.addTablets(
          TabletStatus.newBuilder().setEndpoint(tablet.endpoint()).setState("kHealthy").setAge(1));
    }
    call.reply(answer.build());
  }

  private void showTable(ShowTableRequest request, RpcCall call) {
    ShowTableResponse.Builder answer = ShowTableResponse.newBuilder().setCode(0);
    for (TableInfo table : tables) {
      boolean named = !request.hasName() || request.getName().equals(table.getName());
      // Like the real one, which lists tables of the nameless database in every answer.
      if (named && (table.getDb().equals(request.getDb()) || table.getDb().isEmpty())) {
        answer.addTableInfo(table);
      }
    }
    call.reply(answer.build());
  }

  private void showDatabase(GeneralRequest request, RpcCall call) {
    call.reply(ShowDatabaseResponse.newBuilder().setCode(0).addAllDb(databases).build());
  }

  private void useDatabase(UseDatabaseRequest request, RpcCall call) {
    reply(call, databases.contains(request.getDb()) ? 0 : NO_DATABASE);
  }

  private void createDatabase(CreateDatabaseRequest request, RpcCall call) {
    changes.add(request);
    boolean made = databases.add(request.getDb());
    reply(call, made || request.getIfNotExists() ? 0 : DATABASE_EXISTS);
  }

  private void dropDatabase(DropDatabaseRequest request, RpcCall call) {
    changes.add(request);
    reply(call, databases.remove(request.getDb()) ? 0 : NO_DATABASE);
  }

  private void createTable(CreateTableRequest request, RpcCall call) {
    changes.add(request);
    add(request.getTableInfo());
    reply(call, 0);
  }

  private void dropTable(DropTableRequest request, RpcCall call) {
    changes.add(request);
    boolean gone =
        tables.removeIf(
            t -> t.getName().equals(request.getName()) && t.getDb().equals(request.getDb()));
    reply(call, gone ? 0 : NO_TABLE);
  }

  private void truncateTable(TruncateTableRequest request, RpcCall call) {
    changes.add(request);
    boolean known =
        tables.stream()
            .anyMatch(
                t -> t.getName().equals(request.getName()) && t.getDb().equals(request.getDb()));
    reply(call, known ? 0 : NO_TABLE);
  }

  private void noted(Message request, RpcCall call) {
    changes.add(request);
    reply(call, 0);
  }

  private static void reply(RpcCall call, int code) {
    call.reply(
        GeneralResponse.newBuilder().setCode(code).setMsg(code == 0 ? "ok" : "refused").build());
  }

  /** A table whose partitions the tablets lead in turn. */
  void add(TableInfo wanted) {
    TableInfo.Builder table = wanted.toBuilder().setTid(tables.size() + 1);
    for (int pid = 0; pid < wanted.getPartitionNum(); pid++) {
      PartitionMeta leader =
          PartitionMeta.newBuilder()
              .setEndpoint(tablets.get(pid % tablets.size()).endpoint())
              .setIsLeader(true)
              .setIsAlive(true)
              .build();
      table.addTablePartition(TablePartition.newBuilder().setPid(pid).addPartitionMeta(leader));
    }
    tables.add(table.build());
  }

  /** The table of this name was made anew, or altered. */
  void replace(TableInfo table) {
    tables.removeIf(t -> t.getName().equals(table.getName()) && t.getDb().equals(table.getDb()));
    tables.add(table);
  }

  @Override
  public void close() {
    server.close();
  }
}
