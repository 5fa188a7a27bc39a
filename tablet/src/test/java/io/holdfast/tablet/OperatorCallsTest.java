package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.AddReplicaResponse;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleRequest;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleResponse;
import io.holdfast.protocol.openmldb.tablet.ConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.tablet.DisConnectZKRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableResponse;
import io.holdfast.protocol.openmldb.tablet.GeneralRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.LoadTableRequest;
import io.holdfast.protocol.openmldb.tablet.ReplicaRequest;
import io.holdfast.protocol.openmldb.tablet.SendSnapshotRequest;
import io.holdfast.protocol.openmldb.tablet.SetExpireRequest;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.protocol.openmldb.tablet.TableState;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask of a tablet: what it does, and what it leaves to the nameserver. */
class OperatorCallsTest {
  private static final TableOptions ALONE = TableOptions.defaults(1);
  private static final PartitionId P0 = TestCluster.partition(0);
  private static final GeneralRequest REPLICA =
      GeneralRequest.newBuilder().setTid(TestTable.TID).setPid(0).build();

  @TempDir private Path directory;

  private TestCluster single() throws IOException {
    TestCluster cluster = new TestCluster(directory, 1);
    cluster.createReplicas(0, ALONE);
    cluster.elect(0, 1, ALONE, cluster.tablets);
    return cluster;
  }

  private static GeneralResponse ask(TestCluster cluster, String method, Message request) {
    return cluster.call(
        cluster.tablets.get(0), method, request, GeneralResponse.getDefaultInstance());
  }

  private static LoadTableRequest load(String name, int tid) {
    return LoadTableRequest.newBuilder()
        .setTableMeta(TableMeta.newBuilder().setName(name).setTid(tid).setPid(0).setSegCnt(8))
        .build();
  }

  private static TableStatus status(TestCluster cluster) {
    return cluster
        .call(
            cluster.tablets.get(0),
            "GetTableStatus",
            GetTableStatusRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
            GetTableStatusResponse.getDefaultInstance())
        .getAllTableStatus(0);
  }

  /** Once after every start, as to OpenMLDB's tools a tablet starts empty. */
  @Test
  void loadTableIsDoneOncePerLife() throws Exception {
    try (TestCluster cluster = single()) {
      NodeId tablet = cluster.tablets.get(0);
      GeneralResponse fresh = ask(cluster, "LoadTable", load("t", TestTable.TID));
      assertThat(fresh.getCode()).isEqualTo(101);
      assertThat(fresh.getMsg()).isEqualTo("table already exists");

      cluster.stop(tablet);
      cluster.start(tablet);
      assertThat(status(cluster).getState()).isEqualTo(TableState.kTableNormal);
      assertThat(ask(cluster, "LoadTable", load("another", TestTable.TID)).getCode())
          .isEqualTo(StatusCode.INVALID_PARAMETER.number());
      assertThat(ask(cluster, "LoadTable", load("t", TestTable.TID)).getCode()).isZero();
      assertThat(ask(cluster, "LoadTable", load("t", TestTable.TID)).getCode()).isEqualTo(101);
      assertThat(ask(cluster, "LoadTable", load("t", TestTable.TID + 1)).getCode())
          .isEqualTo(StatusCode.TABLE_NOT_FOUND.number());
    }
  }

  /** The genuine operations script sends this body; {@code ttl} is no field of the message. */
  @Test
  void loadTableOverHttp() throws Exception {
    try (TestCluster cluster = single()) {
      NodeId tablet = cluster.tablets.get(0);
      cluster.stop(tablet);
      cluster.start(tablet);
      String body =
          "{\"table_meta\":{\"name\":\"t\",\"tid\":7,\"pid\":0,\"ttl\":0,\"seg_cnt\":8,"
              + "\"storage_mode\":\"kMemory\"}}";
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://" + tablet.endpoint() + "/TabletServer/LoadTable"))
              .header("Content-type", "application/json")
              .header("Authorization", "foo")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      HttpClient http = HttpClient.newHttpClient();
      HttpResponse<String> first = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.body()).isEqualTo("{\"code\":0,\"msg\":\"ok\"}");
      HttpResponse<String> second = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(second.body()).isEqualTo("{\"code\":101,\"msg\":\"table already exists\"}");
    }
  }

  @Test
  void snapshotsAreMadePausedAndGoOn() throws Exception {
    try (TestCluster cluster = single()) {
      NodeId tablet = cluster.tablets.get(0);
      assertThat(cluster.put(tablet, 0, "a", 1).getCode()).isZero();
      assertThat(ask(cluster, "MakeSnapshot", REPLICA).getCode()).isZero();
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(tablet, P0).snapshotOffset() == 2);

      assertThat(ask(cluster, "PauseSnapshot", REPLICA).getCode()).isZero();
      assertThat(ask(cluster, "PauseSnapshot", REPLICA).getCode()).isZero();
      assertThat(status(cluster).getState()).isEqualTo(TableState.kSnapshotPaused);
      GeneralResponse refused = ask(cluster, "MakeSnapshot", REPLICA);
      assertThat(refused.getCode()).isEqualTo(105);
      assertThat(refused.getMsg()).contains("recoversnapshot");

      assertThat(ask(cluster, "RecoverSnapshot", REPLICA).getCode()).isZero();
      assertThat(ask(cluster, "RecoverSnapshot", REPLICA).getCode()).isZero();
      assertThat(status(cluster).getState()).isEqualTo(TableState.kTableNormal);
      assertThat(cluster.put(tablet, 0, "b", 2).getCode()).isZero();
      assertThat(ask(cluster, "MakeSnapshot", REPLICA).getCode()).isZero();
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(tablet, P0).snapshotOffset() == 3);
      for (String method : new String[] {"MakeSnapshot", "PauseSnapshot", "RecoverSnapshot"}) {
        assertThat(
                ask(cluster, method, GeneralRequest.newBuilder().setTid(99).setPid(0).build())
                    .getCode())
            .as(method)
            .isEqualTo(100);
      }
    }
  }

  /** Nothing of it may happen behind the nameserver's back; the answer says what to do instead. */
  @Test
  void whatTheNameserverSettlesIsRefused() throws Exception {
    try (TestCluster cluster = single()) {
      ReplicaRequest other =
          ReplicaRequest.newBuilder().setTid(7).setPid(0).setEndpoint("b:1").build();
      Map<String, Message> requests = new LinkedHashMap<>();
      requests.put("DropTable", DropTableRequest.newBuilder().setTid(7).setPid(0).build());
      requests.put(
          "ChangeRole",
          ChangeRoleRequest.newBuilder()
              .setTid(7)
              .setPid(0)
              .setTerm(99)
              .setMode(TableMode.kTableFollower)
              .build());
      requests.put("AddReplica", other);
      requests.put("DelReplica", other);
      requests.put(
          "SendSnapshot",
          SendSnapshotRequest.newBuilder().setTid(7).setPid(0).setEndpoint("b:1").build());
      requests.put(
          "SetExpire",
          SetExpireRequest.newBuilder().setTid(7).setPid(0).setIsExpire(false).build());
      requests.put("UpdateTTL", UpdateTTLRequest.newBuilder().setTid(7).setPid(0).build());
      requests.put(
          "DeleteIndex",
          DeleteIndexRequest.newBuilder().setTid(7).setPid(0).setIdxName("k").build());
      requests.put("DisConnectZK", DisConnectZKRequest.getDefaultInstance());
      Map<String, Message> answers =
          Map.of(
              "DropTable", DropTableResponse.getDefaultInstance(),
              "ChangeRole", ChangeRoleResponse.getDefaultInstance(),
              "AddReplica", AddReplicaResponse.getDefaultInstance(),
              "UpdateTTL", UpdateTTLResponse.getDefaultInstance());
      requests.forEach(
          (method, request) -> {
            Message answer =
                cluster.call(
                    cluster.tablets.get(0),
                    method,
                    request,
                    answers.getOrDefault(method, GeneralResponse.getDefaultInstance()));
            assertThat(field(answer, "code")).as(method).isEqualTo(1240);
            assertThat((String) field(answer, "msg")).as(method).contains("ns_client");
          });
      TableStatus after = status(cluster);
      assertThat(after.getMode()).isEqualTo(TableMode.kTableLeader);
      assertThat(after.getState()).isEqualTo(TableState.kTableNormal);
      assertThat(cluster.put(cluster.tablets.get(0), 0, "a", 1).getCode()).isZero();
      assertThat(ask(cluster, "ConnectZK", ConnectZKRequest.getDefaultInstance()).getCode())
          .isZero();
    }
  }

  private static Object field(Message answer, String name) {
    return answer.getField(answer.getDescriptorForType().findFieldByName(name));
  }
}
