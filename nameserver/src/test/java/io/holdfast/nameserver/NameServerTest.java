package io.holdfast.nameserver;

import static io.holdfast.nameserver.TestCluster.PATIENCE;
import static io.holdfast.nameserver.TestCluster.awaitActive;
import static io.holdfast.nameserver.TestCluster.awaitStandby;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.nameserver.CreateDatabaseRequest;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.DropTableRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowFunctionRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowFunctionResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.tablet.ShowProcedureRequest;
import io.holdfast.protocol.openmldb.tablet.ShowProcedureResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole nameservers over a real ZooKeeper, as their clients see them. */
final class NameServerTest {
  private static final GeneralResponse GENERAL = GeneralResponse.getDefaultInstance();

  @TempDir private Path directory;
  private TestCluster cluster;
  private String first;
  private String second;

  @BeforeEach
  void setUp() throws Exception {
    cluster = new TestCluster(directory);
    first = cluster.endpoints.get(0);
    second = cluster.endpoints.get(1);
  }

  @AfterEach
  void tearDown() throws Exception {
    cluster.close();
  }

  /** One of two is active; the other sends callers to it, and takes over when it ends. */
  @Test
  void standbyNamesTheActiveOneAndTakesOver() throws Exception {
    NameServer one = cluster.startNameServer(0);
    awaitActive(one);
    NameServer two = cluster.startNameServer(1);
    awaitStandby(two, first);

    GeneralResponse refused = createDatabase(second, "d1");
    assertThat(refused.getCode()).isEqualTo(300);
    assertThat(refused.getMsg()).isEqualTo("nameserver is not leader");
    assertThat(refused.getLeader()).isEqualTo(first);
    assertThat(createDatabase(first, "d1").getCode()).isZero();
    assertThat(cluster.text("/openmldb/leader/" + leaderNodes().get(0))).isEqualTo(first);

    long epoch = one.status().epoch();
    one.close();
    awaitActive(two);
    assertThat(two.status().epoch()).isGreaterThan(epoch);
    assertThat(databases(second)).containsExactly("d1");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(leaderNodes()).hasSize(1);
              assertThat(cluster.text("/openmldb/leader/" + leaderNodes().get(0)))
                  .isEqualTo(second);
            });

    // Back again, it waits: nobody is pushed out.
    NameServer again = cluster.startNameServer(0);
    awaitStandby(again, second);
    await().atMost(PATIENCE).until(() -> leaderNodes().size() == 2);
    assertThat(leaderNodes().get(0)).startsWith("active");
    assertThat(leaderNodes().get(1)).startsWith("standby");
  }

  /** What OpenMLDB's clients look for once, when they connect, is there before any table is. */
  @Test
  void whatClientsWatchIsThereFromTheBeginning() throws Exception {
    NameServer server = cluster.startNameServer(0);
    awaitActive(server);
    assertThat(Long.parseLong(cluster.text("/openmldb/table/notify"))).isPositive();
    assertThat(cluster.text("/openmldb/notify/global_variable")).isEqualTo("1");
    assertThat(cluster.children("/openmldb/table/db_table_data")).isEmpty();
    assertThat(cluster.children("/openmldb/nodes")).isEmpty();
    assertThat(cluster.children("/openmldb/data/function")).isEmpty();
    ShowFunctionResponse functions =
        cluster.call(
            first,
            "ShowFunction",
            ShowFunctionRequest.getDefaultInstance(),
            ShowFunctionResponse.getDefaultInstance());
    assertThat(functions.getCode()).isZero();
    assertThat(functions.getFunList()).isEmpty();
    ShowProcedureResponse procedures =
        cluster.call(
            first,
            "ShowProcedure",
            ShowProcedureRequest.getDefaultInstance(),
            ShowProcedureResponse.getDefaultInstance());
    assertThat(procedures.getCode()).isZero();
    assertThat(procedures.getSpInfoList()).isEmpty();
  }

  /** When the creator of a table is told so, clients can find all its leaders. */
  @Test
  void createdTableIsPublishedBeforeItsCreatorIsAnswered() throws Exception {
    NameServer server = cluster.startNameServer(0);
    awaitActive(server);
    FakeTablet one = cluster.startTablet();
    FakeTablet two = cluster.startTablet();
    awaitHealthy(first, 2);
    createDatabase(first, "d1");
    String counterBefore = cluster.text("/openmldb/table/notify");

    GeneralResponse created =
        cluster.call(
            first,
            "CreateTable",
            CreateTableRequest.newBuilder()
                .setTableInfo(trips().setPartitionNum(4).setAcks("majority").setMinInsync(2))
                .build(),
            GENERAL);

    assertThat(created.getMsg()).isEqualTo("ok");
    assertThat(cluster.children("/openmldb/table/db_table_data")).containsExactly("1");
    TableInfo table = TableInfo.parseFrom(cluster.data("/openmldb/table/db_table_data/1"));
    assertThat(table.getName()).isEqualTo("trips");
    assertThat(table.getDb()).isEqualTo("d1");
    assertThat(table.getTid()).isEqualTo(1);
    assertThat(table.getPartitionNum()).isEqualTo(4);
    assertThat(table.getReplicaNum()).as("the healthy tablets, at most three").isEqualTo(2);
    assertThat(table.getAcks()).isEqualTo("majority");
    assertThat(table.getMinInsync()).isEqualTo(2);
    assertThat(table.getReadMode()).isEqualTo("leader");
    assertThat(table.hasStorageMode()).isTrue();
    assertThat(table.getColumnDescList()).isEqualTo(trips().getColumnDescList());
    assertThat(table.getColumnKeyList())
        .as("an index on the first column that can have one")
        .singleElement()
        .satisfies(index -> assertThat(index.getColNameList()).containsExactly("id"));
    assertThat(table.getTablePartitionList())
        .extracting(TablePartition::getPid)
        .containsExactly(0, 1, 2, 3);
    for (TablePartition partition : table.getTablePartitionList()) {
      assertThat(partition.getPartitionMetaList())
          .extracting(PartitionMeta::getEndpoint)
          .containsExactlyInAnyOrder(one.endpoint(), two.endpoint());
      assertThat(partition.getPartitionMetaList()).allMatch(PartitionMeta::getIsAlive);
      assertThat(partition.getPartitionMetaList())
          .filteredOn(PartitionMeta::getIsLeader)
          .hasSize(1);
    }
    assertThat(Long.parseLong(cluster.text("/openmldb/table/notify")))
        .isGreaterThan(Long.parseLong(counterBefore));
    assertThat(cluster.children("/openmldb/db")).containsExactly("d1");
    assertThat(cluster.text("/openmldb/config/auto_failover")).isEqualTo("true");

    // Operators see the same over HTTP, with figures.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        post("/NameServer/ShowTable", "{\"db\":\"d1\",\"name\":\"trips\"}").body())
                    .contains("\"code\":0", "\"storage_mode\":\"kMemory\"", "\"is_leader\":true")
                    .contains("\"offset\":" + FakeTablet.OFFSET)
                    .contains("\"record_cnt\":" + FakeTablet.ROWS)
                    .contains("\"record_byte_size\":" + FakeTablet.BYTES));

    // A tablet that is gone is not alive any more, and others lead.
    two.close();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              TableInfo now = TableInfo.parseFrom(cluster.data("/openmldb/table/db_table_data/1"));
              for (TablePartition partition : now.getTablePartitionList()) {
                for (PartitionMeta replica : partition.getPartitionMetaList()) {
                  boolean stays = replica.getEndpoint().equals(one.endpoint());
                  assertThat(replica.getIsAlive()).isEqualTo(stays);
                  assertThat(replica.getIsLeader()).isEqualTo(stays);
                }
              }
            });
    assertThat(tablets(first)).contains(one.endpoint() + " kHealthy", two.endpoint() + " kOffline");

    GeneralResponse dropped =
        cluster.call(
            first,
            "DropTable",
            DropTableRequest.newBuilder().setDb("d1").setName("trips").build(),
            GENERAL);
    assertThat(dropped.getCode()).isZero();
    assertThat(cluster.children("/openmldb/table/db_table_data")).isEmpty();
    assertThat(cluster.children("/openmldb/holdfast/tables")).isEmpty();
    assertThat(cluster.children("/openmldb/holdfast/parts")).isEmpty();
    assertThat(cluster.children("/openmldb/holdfast/dropped")).containsExactly("1");
  }

  /** What was true before a restart is true after it, and what clients see is put right. */
  @Test
  void restartReadsTheTruthAndRepairsTheView() throws Exception {
    NameServer server = cluster.startNameServer(0);
    awaitActive(server);
    FakeTablet tablet = cluster.startTablet();
    awaitHealthy(first, 1);
    createDatabase(first, "d1");
    assertThat(createTrips(first).getMsg()).isEqualTo("ok");
    byte[] before = cluster.data("/openmldb/table/db_table_data/1");
    server.close();

    try (var zk = cluster.zooKeeper.connect()) {
      zk.setData("/openmldb/table/db_table_data/1", new byte[] {1}, -1);
    }
    NameServer again = cluster.startNameServer(0);
    awaitActive(again);
    awaitHealthy(first, 1);

    ShowTableResponse shown =
        cluster.call(
            first,
            "ShowTable",
            ShowTableRequest.newBuilder().setDb("d1").build(),
            ShowTableResponse.getDefaultInstance());
    assertThat(shown.getTableInfoList()).extracting(TableInfo::getName).containsExactly("trips");
    assertThat(createTrips(first).getCode()).as("it exists").isEqualTo(101);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(TableInfo.parseFrom(cluster.data("/openmldb/table/db_table_data/1")))
                    .isEqualTo(TableInfo.parseFrom(before)));
    assertThat(tablet.endpoint()).isNotEmpty();
  }

  /** Without ZooKeeper it stays up, says what is missing, and goes on when ZooKeeper is back. */
  @Test
  void zooKeeperLossIsSurvived() throws Exception {
    NameServer server = cluster.startNameServer(0);
    awaitActive(server);
    createDatabase(first, "d1");
    long epoch = server.status().epoch();

    cluster.zooKeeper.stop();
    await().atMost(PATIENCE).until(() -> !server.status().active());
    await().atMost(PATIENCE).until(() -> server.status().reason().contains("ZooKeeper"));
    assertThat(get("/liveness").statusCode()).isEqualTo(200);
    assertThat(get("/readiness").statusCode()).isEqualTo(503);
    assertThat(get("/readiness").body()).contains("\"role\":\"standby\"", "ZooKeeper");
    assertThat(get("/metrics").body())
        .contains("holdfast_nameserver_active 0.0")
        .contains("holdfast_nameserver_zookeeper_usable 0.0");
    assertThat(createDatabase(first, "d2").getCode()).isEqualTo(300);

    cluster.zooKeeper.start();
    awaitActive(server);
    assertThat(server.status().epoch()).isGreaterThan(epoch);
    assertThat(createDatabase(first, "d2").getCode()).isZero();
    assertThat(databases(first)).containsExactly("d1", "d2");
    await().atMost(PATIENCE).until(() -> get("/readiness").statusCode() == 200);
    assertThat(get("/metrics").body())
        .contains("holdfast_nameserver_active 1.0")
        .contains("holdfast_nameserver_zookeeper_usable 1.0");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(leaderNodes()).singleElement().asString().startsWith("active"));
  }

  /** What cannot be is refused with OpenMLDB's codes and a reason. */
  @Test
  void impossibleRequestsAreRefused() throws Exception {
    NameServer server = cluster.startNameServer(0);
    awaitActive(server);
    assertThat(createDatabase(first, "a/b").getCode()).isEqualTo(307);
    assertThat(createDatabase(first, "d1").getCode()).isZero();
    assertThat(createDatabase(first, "d1").getCode()).isEqualTo(801);
    assertThat(createTrips(first).getCode()).as("no healthy tablet").isEqualTo(314);
    assertThat(
            post(
                    "/NameServer/ConfSet",
                    "{\"conf\":{\"key\":\"auto_failover\",\"value\":\"maybe\"}}")
                .body())
        .contains("\"code\":307");
    assertThat(
            post(
                    "/NameServer/ConfSet",
                    "{\"conf\":{\"key\":\"auto_failover\",\"value\":\"false\"}}")
                .body())
        .contains("\"code\":0");
    assertThat(post("/NameServer/ConfGet", "{}").body()).contains("\"value\":\"false\"");
    assertThat(post("/NameServer/UseDatabase", "{\"db\":\"none\"}").body())
        .contains("\"code\":802");
    assertThat(post("/NameServer/DropDatabase", "{\"db\":\"d1\"}").body()).contains("\"code\":0");

    assertThatThrownBy(() -> cluster.startNameServer(0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(first);
  }

  // ---- helpers

  private static TableInfo.Builder trips() {
    return TableInfo.newBuilder()
        .setDb("d1")
        .setName("trips")
        .addColumnDesc(ColumnDesc.newBuilder().setName("fare").setDataType(DataType.kDouble))
        .addColumnDesc(ColumnDesc.newBuilder().setName("id").setDataType(DataType.kString));
  }

  private GeneralResponse createTrips(String endpoint) throws Exception {
    return cluster.call(
        endpoint,
        "CreateTable",
        CreateTableRequest.newBuilder().setTableInfo(trips().setPartitionNum(2)).build(),
        GENERAL);
  }

  private GeneralResponse createDatabase(String endpoint, String name) throws Exception {
    return cluster.call(
        endpoint,
        "CreateDatabase",
        CreateDatabaseRequest.newBuilder().setDb(name).build(),
        GENERAL);
  }

  private List<String> databases(String endpoint) throws Exception {
    return cluster
        .call(
            endpoint,
            "ShowDatabase",
            GeneralRequest.getDefaultInstance(),
            ShowDatabaseResponse.getDefaultInstance())
        .getDbList();
  }

  private List<String> tablets(String endpoint) throws Exception {
    return cluster
        .call(
            endpoint,
            "ShowTablet",
            ShowTabletRequest.getDefaultInstance(),
            ShowTabletResponse.getDefaultInstance())
        .getTabletsList()
        .stream()
        .map(tablet -> tablet.getEndpoint() + " " + tablet.getState())
        .toList();
  }

  private void awaitHealthy(String endpoint, int count) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> tablets(endpoint).stream().filter(t -> t.endsWith("kHealthy")).count() == count);
  }

  private List<String> leaderNodes() throws Exception {
    return cluster.children("/openmldb/leader");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    return send(HttpRequest.newBuilder().POST(BodyPublishers.ofString(json)), path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(request.uri(URI.create("http://" + first + path)).build(), BodyHandlers.ofString());
  }
}
