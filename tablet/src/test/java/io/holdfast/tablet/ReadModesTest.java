package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads on real tablets that do not lead: what they show, what they refuse, and in what words. */
class ReadModesTest {
  private static final PartitionId P0 = TestCluster.partition(0);
  private static final TableOptions MAJORITY =
      new TableOptions(3, AckMode.MAJORITY, 1, ReadMode.LEADER);

  @TempDir Path directory;

  private TestCluster cluster(TableOptions options) throws Exception {
    TestCluster cluster = new TestCluster(directory, options.replicas());
    cluster.createReplicas(0, options);
    cluster.elect(0, 1, options, cluster.tablets);
    return cluster;
  }

  private static GetRequest.Builder get(String key) {
    return GetRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey(key);
  }

  private static GetResponse ask(TestCluster cluster, NodeId tablet, GetRequest.Builder request) {
    return cluster.call(tablet, "Get", request.build(), GetResponse.getDefaultInstance());
  }

  private static long applied(TestCluster cluster, NodeId tablet) {
    ReplicaStatus status = cluster.nameserver.status(tablet, P0);
    return status == null ? 0 : status.applied();
  }

  /** Every replica answers a session that wrote something, with that or with something newer. */
  @Test
  void aSessionReadsItsWritesAnywhere() throws Exception {
    try (TestCluster cluster = cluster(TableOptions.defaults(3))) {
      PutResponse put = cluster.put(cluster.tablets.get(0), 0, "a", 1);
      assertThat(put.getVersion()).isEqualTo(2);

      for (NodeId tablet : cluster.tablets) {
        GetResponse got =
            ask(cluster, tablet, get("a").setReadMode("session").setMinVersion(put.getVersion()));
        assertThat(got.getCode()).as("%s: %s", tablet, got.getMsg()).isZero();
        assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row("a", 1));
        assertThat(got.getVersion()).isEqualTo(2);
        assertThat(got.hasAgeMillis()).isTrue();
      }
      NodeId follower = cluster.tablets.get(1);
      ScanResponse scanned =
          cluster.call(
              follower,
              "Scan",
              ScanRequest.newBuilder()
                  .setTid(TestTable.TID)
                  .setPid(0)
                  .setPk("a")
                  .setReadMode("session")
                  .setMinVersion(2)
                  .build(),
              ScanResponse.getDefaultInstance());
      assertThat(scanned.getCount()).isEqualTo(1);
      assertThat(scanned.getVersion()).isEqualTo(2);
      CountResponse counted =
          cluster.call(
              follower,
              "Count",
              CountRequest.newBuilder()
                  .setTid(TestTable.TID)
                  .setPid(0)
                  .setKey("a")
                  .setReadMode("session")
                  .setMinVersion(2)
                  .build(),
              CountResponse.getDefaultInstance());
      assertThat(counted.getCount()).isEqualTo(1);
      TraverseResponse walked =
          cluster.call(
              follower,
              "Traverse",
              TraverseRequest.newBuilder()
                  .setTid(TestTable.TID)
                  .setPid(0)
                  .setReadMode("stale")
                  .build(),
              TraverseResponse.getDefaultInstance());
      assertThat(walked.getCount()).isEqualTo(1);
      assertThat(walked.hasAgeMillis()).isTrue();
    }
  }

  /** A replica that is behind says so and names the leader; a version nobody has is an error. */
  @Test
  void whoIsBehindNamesTheLeader() throws Exception {
    try (TestCluster cluster = cluster(MAJORITY)) {
      NodeId leader = cluster.tablets.get(0);
      NodeId follower = cluster.tablets.get(1);
      cluster.put(leader, 0, "a", 1);
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, follower) == 2);

      GetResponse behind =
          ask(cluster, follower, get("a").setReadMode("session").setMinVersion(99));
      assertThat(behind.getCode()).isEqualTo(StatusCode.REPLICA_BEHIND.number());
      assertThat(behind.getMsg()).contains("at version 2, the reader has seen 99");
      assertThat(behind.getLeader()).isEqualTo(leader.endpoint());
      assertThat(behind.getVersion()).isEqualTo(2);

      GetResponse lost = ask(cluster, leader, get("a").setReadMode("leader").setMinVersion(99));
      assertThat(lost.getCode()).isEqualTo(StatusCode.VERSION_LOST.number());
      assertThat(lost.getMsg()).contains("has seen 99", "ends at 2");
      assertThat(ask(cluster, leader, get("a").setReadMode("quorum").setMinVersion(2)).getCode())
          .isZero();
    }
  }

  /** Refusals of a follower carry the version that it has, too. */
  @Test
  void refusalsCarryTheVersion() throws Exception {
    try (TestCluster cluster = cluster(TableOptions.defaults(2))) {
      NodeId follower = cluster.tablets.get(1);
      cluster.put(cluster.tablets.get(0), 0, "a", 1);
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, follower) == 2);
      GetResponse refused = ask(cluster, follower, get("a"));
      assertThat(refused.getCode()).isEqualTo(StatusCode.NOT_LEADER.number());
      assertThat(refused.getVersion()).isEqualTo(2);
      assertThat(cluster.put(follower, 0, "a", 2).getVersion()).isEqualTo(2);
      GetResponse wrong = ask(cluster, follower, get("a").setReadMode("nearest"));
      assertThat(wrong.getCode()).isEqualTo(StatusCode.INVALID_PARAMETER.number());
      assertThat(wrong.getMsg()).contains("leader, quorum, session, stale");
    }
  }

  /** A table may say that requests which ask for nothing are served by any replica. */
  @Test
  void theTableDecidesForThoseWhoDoNotSay() throws Exception {
    TableOptions stale = new TableOptions(2, AckMode.ALL, 1, ReadMode.STALE);
    try (TestCluster cluster = cluster(stale)) {
      NodeId follower = cluster.tablets.get(1);
      cluster.put(cluster.tablets.get(0), 0, "a", 1);
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, follower) == 2);
      assertThat(ask(cluster, follower, get("a")).getCode()).isZero();
      assertThat(ask(cluster, follower, get("a").setReadMode("leader")).getCode())
          .isEqualTo(StatusCode.NOT_LEADER.number());
    }
  }

  /** Without its leader a follower gets older, and a reader may say what is too old. */
  @Test
  void aReaderMayBoundTheAge() throws Exception {
    try (TestCluster cluster = cluster(MAJORITY)) {
      NodeId follower = cluster.tablets.get(1);
      cluster.put(cluster.tablets.get(0), 0, "a", 1);
      await().atMost(TestCluster.PATIENCE).until(() -> applied(cluster, follower) == 2);
      assertThat(
              ask(cluster, follower, get("a").setReadMode("stale").setMaxAgeMillis(10_000))
                  .getCode())
          .isZero();

      cluster.stop(cluster.tablets.get(0));
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                GetResponse old =
                    ask(cluster, follower, get("a").setReadMode("stale").setMaxAgeMillis(300));
                assertThat(old.getCode()).isEqualTo(StatusCode.REPLICA_BEHIND.number());
              });
      GetResponse asItIs = ask(cluster, follower, get("a").setReadMode("stale"));
      assertThat(asItIs.getCode()).isZero();
      assertThat(asItIs.getAgeMillis()).isGreaterThan(300);
      // A session that has seen no more goes on being served while there is no leader.
      assertThat(ask(cluster, follower, get("a").setReadMode("session").setMinVersion(2)).getCode())
          .isZero();
    }
  }

  /** Over HTTP the version stands in a header, too. */
  @Test
  void httpAnswersCarryTheVersionInAHeader() throws Exception {
    try (TestCluster cluster = cluster(TableOptions.defaults(1))) {
      NodeId leader = cluster.tablets.get(0);
      cluster.put(leader, 0, "a", 1);
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://" + leader.endpoint() + "/TabletServer/Get"))
                      .POST(
                          HttpRequest.BodyPublishers.ofString(
                              "{\"tid\":7,\"pid\":0,\"key\":\"a\",\"read_mode\":\"session\","
                                  + "\"min_version\":2}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Data-Version")).contains("7/0=2");
      assertThat(answer.body()).contains("\"version\":2");
    }
  }

  /**
   * A follower dies and comes back while writes go on. Whoever reads at all replicas in turn with
   * what it has seen never sees less: neither a lower version nor a lower value.
   */
  @Test
  void aRestartedFollowerIsNeverOlderThanWhatWasSeen() throws Exception {
    try (TestCluster cluster = cluster(MAJORITY)) {
      NodeId leader = cluster.tablets.get(0);
      NodeId restarted = cluster.tablets.get(2);
      AtomicLong written = new AtomicLong();
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                long value = 0;
                while (!stop.get()) {
                  PutResponse put =
                      cluster.call(
                          leader,
                          "Put",
                          TestTable.put(0, "a", ++value, value),
                          PutResponse.getDefaultInstance());
                  assertThat(put.getCode()).as(put.getMsg()).isZero();
                  written.set(value);
                }
              });
      await().atMost(TestCluster.PATIENCE).until(() -> written.get() > 100);

      Reader reader = new Reader(cluster);
      reader.readTimes(50);
      cluster.stop(restarted);
      long atStop = written.get();
      await().atMost(TestCluster.PATIENCE).until(() -> written.get() > atStop + 100);
      reader.except = restarted;
      reader.readTimes(50);
      reader.except = null;
      cluster.start(restarted);
      long servedByRestarted = 0;
      for (int i = 0; i < 2_000 && servedByRestarted < 100; i++) {
        servedByRestarted += reader.read(restarted) ? 1 : 0;
        reader.readTimes(1);
      }
      stop.set(true);
      writer.join();
      assertThat(servedByRestarted).isEqualTo(100);
    }
  }

  /** Reads a growing value with what it has seen, at one replica after the other. */
  private static final class Reader {
    private final TestCluster cluster;
    private NodeId except;
    private int turn;
    private long version;
    private long value;

    Reader(TestCluster cluster) {
      this.cluster = cluster;
    }

    void readTimes(int times) {
      for (int i = 0; i < times; i++) {
        NodeId tablet = cluster.tablets.get(turn++ % cluster.tablets.size());
        if (!tablet.equals(except)) {
          boolean unused = read(tablet);
        }
      }
    }

    /** Returns whether the replica answered, rather than send the reader to the leader. */
    boolean read(NodeId tablet) {
      GetResponse got =
          ask(cluster, tablet, get("a").setReadMode("session").setMinVersion(version));
      if (got.getCode() == StatusCode.REPLICA_BEHIND.number()) {
        return false;
      }
      assertThat(got.getCode()).as(got.getMsg()).isZero();
      assertThat(got.getVersion()).isGreaterThanOrEqualTo(version);
      // The time of a row is its value, so the newest row has the greatest.
      assertThat(got.getTs()).isGreaterThanOrEqualTo(value);
      version = got.getVersion();
      value = got.getTs();
      return true;
    }
  }
}
