package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes that are sent again and again, to whoever leads: each is done once. */
class NamedWriteClusterTest {
  @TempDir Path directory;

  private static WriteName name(long session, long seq) {
    return WriteName.newBuilder().setSessionHigh(session).setSessionLow(1).setSeq(seq).build();
  }

  private static PutRequest put(WriteName name, String key, long value, long time) {
    return TestTable.put(0, key, value, time).toBuilder().setWriteName(name).build();
  }

  private static PutResponse send(TestCluster cluster, NodeId tablet, PutRequest request) {
    return cluster.call(tablet, "Put", request, PutResponse.getDefaultInstance());
  }

  private static int count(TestCluster cluster, NodeId leader, String key) {
    CountResponse answer =
        cluster.call(
            leader,
            "Count",
            CountRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey(key).build(),
            CountResponse.getDefaultInstance());
    assertThat(answer.getCode()).as(answer.getMsg()).isZero();
    return answer.getCount();
  }

  /**
   * Leaders go away under a writer that repeats until it is answered. Every row has the same key
   * and time, so each time that one is put counts.
   */
  @Test
  void nothingIsThereTwiceWhenLeadersGoAway() throws Exception {
    TableOptions options = TableOptions.defaults(3);
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      cluster.createReplicas(0, options);
      cluster.elect(0, 1, options, cluster.tablets);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger done = new AtomicInteger();
      AtomicInteger unanswered = new AtomicInteger();
      Thread writer =
          new Thread(
              () -> {
                for (long seq = 1; !stop.get(); seq++) {
                  PutRequest request = put(name(7, seq), "counter", seq, 1_000);
                  writeUntilDone(cluster, request, unanswered);
                  done.incrementAndGet();
                }
              });
      writer.start();
      List<NodeId> order = new ArrayList<>(cluster.tablets);
      for (int round = 1; round <= 4; round++) {
        int before = done.get();
        await().atMost(TestCluster.PATIENCE).until(() -> done.get() > before + 50);
        NodeId leader = order.remove(0);
        cluster.stop(leader);
        cluster.elect(0, round * 2L, options, order);
        cluster.start(leader);
        order.add(leader);
        // With all three again, so that the next one can go.
        cluster.elect(0, round * 2L + 1, options, order);
      }
      int before = done.get();
      await().atMost(TestCluster.PATIENCE).until(() -> done.get() > before + 50);
      stop.set(true);
      writer.join();

      assertThat(unanswered.get()).as("writes that were sent again").isPositive();
      assertThat(count(cluster, order.get(0), "counter")).isEqualTo(done.get());
    }
  }

  private static void writeUntilDone(
      TestCluster cluster, PutRequest request, AtomicInteger unanswered) {
    for (int attempt = 0; ; attempt++) {
      NodeId tablet = cluster.tablets.get(attempt % cluster.tablets.size());
      try {
        PutResponse answer = send(cluster, tablet, request);
        if (answer.getCode() == 0) {
          return;
        }
        if (answer.getCode() == 1201) {
          unanswered.incrementAndGet();
        }
      } catch (AssertionError noAnswer) {
        // The tablet is down, or went down with the answer.
        unanswered.incrementAndGet();
      }
    }
  }

  @Test
  void aRepeatedRequestHasTheFirstAnswer() throws Exception {
    TableOptions alone = TableOptions.defaults(1);
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      cluster.createReplicas(0, alone);
      cluster.elect(0, 1, alone, cluster.tablets);
      NodeId tablet = cluster.tablets.get(0);

      PutRequest first = put(name(7, 1), "k", 1, 1_000);
      assertThat(send(cluster, tablet, first).getVersion()).isEqualTo(2);
      assertThat(send(cluster, tablet, first)).isEqualTo(send(cluster, tablet, first));
      assertThat(send(cluster, tablet, first).getVersion()).isEqualTo(2);
      assertThat(count(cluster, tablet, "k")).isEqualTo(1);

      // Nothing to do is an answer, too, and stays that.
      PutRequest ignored = put(name(7, 2), "k", 1, 1_000).toBuilder().setPutIfAbsent(true).build();
      assertThat(send(cluster, tablet, ignored).getIgnored()).isTrue();
      DeleteRequest delete =
          DeleteRequest.newBuilder()
              .setTid(TestTable.TID)
              .setPid(0)
              .setKey("k")
              .setWriteName(name(7, 3))
              .build();
      GeneralResponse deleted =
          cluster.call(tablet, "Delete", delete, GeneralResponse.getDefaultInstance());
      assertThat(deleted.getCode()).isZero();
      assertThat(send(cluster, tablet, ignored).getIgnored()).isTrue();
      assertThat(send(cluster, tablet, first).getVersion()).isEqualTo(2);
      assertThat(count(cluster, tablet, "k")).isZero();

      // The tablet's next life knows it from the log.
      assertThat(send(cluster, tablet, put(name(7, 4), "k", 2, 2_000)).getCode()).isZero();
      cluster.stop(tablet);
      cluster.start(tablet);
      cluster.elect(0, 2, alone, cluster.tablets);
      assertThat(cluster.call(tablet, "Delete", delete, GeneralResponse.getDefaultInstance()))
          .isEqualTo(deleted);
      assertThat(count(cluster, tablet, "k")).isEqualTo(1);
    }
  }

  @Test
  void namesThatAreNoneAreRefused() throws Exception {
    TableOptions alone = TableOptions.defaults(1);
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      cluster.createReplicas(0, alone);
      cluster.elect(0, 1, alone, cluster.tablets);
      NodeId tablet = cluster.tablets.get(0);
      WriteName good = name(7, 1);
      for (WriteName bad :
          List.of(
              WriteName.getDefaultInstance(),
              name(7, 0),
              name(7, -1),
              good.toBuilder().setSessionHigh(0).setSessionLow(0).build(),
              good.toBuilder().setBegunAfter(-1).build())) {
        PutResponse refused = send(cluster, tablet, put(bad, "k", 1, 1_000));
        assertThat(refused.getCode()).as(bad.toString()).isEqualTo(307);
        assertThat(refused.getMsg()).contains("write_name needs");
      }
      assertThat(send(cluster, tablet, put(name(7, 100), "k", 1, 1_000)).getCode()).isZero();
      PutResponse old = send(cluster, tablet, put(name(7, 36), "k", 1, 1_000));
      assertThat(old.getCode()).isEqualTo(1220);
      // An offset that is not there yet: what the session had done before cannot be known.
      PutResponse forgotten =
          send(
              cluster,
              tablet,
              put(name(8, 1).toBuilder().setBegunAfter(1_000).build(), "k", 1, 1_000));
      assertThat(forgotten.getCode()).isEqualTo(1221);
      assertThat(forgotten.getSessionBegin()).isEqualTo(2);
      assertThat(count(cluster, tablet, "k")).isEqualTo(1);
    }
  }
}
