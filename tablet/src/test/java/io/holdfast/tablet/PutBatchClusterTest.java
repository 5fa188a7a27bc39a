package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.batch.BatchLimits;
import io.holdfast.protocol.batch.BatchProto;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.batch.PutBatchResponse;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Puts that come in one frame: each has its own answer, and is done once. */
class PutBatchClusterTest {
  @TempDir Path directory;

  private static PutRequest put(int pid, String key, long seq) {
    WriteName name = WriteName.newBuilder().setSessionHigh(7).setSessionLow(1).setSeq(seq).build();
    return TestTable.put(pid, key, seq, 1_000).toBuilder().setWriteName(name).build();
  }

  private static PutBatchResponse send(TestCluster cluster, NodeId tablet, PutBatchRequest batch) {
    return cluster.call(
        tablet,
        BatchProto.getDescriptor().findServiceByName("BatchService").findMethodByName("PutBatch"),
        batch,
        PutBatchResponse.getDefaultInstance());
  }

  private static int count(TestCluster cluster, NodeId leader, int pid, String key) {
    CountRequest request =
        CountRequest.newBuilder().setTid(TestTable.TID).setPid(pid).setKey(key).build();
    return cluster.call(leader, "Count", request, CountResponse.getDefaultInstance()).getCount();
  }

  /** One tablet leads partition 0, follows in 1, and has no 2: a put for each, and some others. */
  @Test
  void eachPutHasItsOwnAnswer() throws Exception {
    TableOptions options = TableOptions.defaults(2);
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      NodeId first = cluster.tablets.get(0);
      NodeId second = cluster.tablets.get(1);
      cluster.createReplicas(0, options);
      cluster.createReplicas(1, options);
      cluster.elect(0, 1, options, List.of(first, second));
      cluster.elect(1, 1, options, List.of(second, first));
      PutBatchRequest batch =
          PutBatchRequest.newBuilder()
              .addPuts(put(0, "a", 1))
              .addPuts(put(1, "b", 1))
              .addPuts(put(2, "c", 1))
              .addPuts(put(0, "d", 2).toBuilder().clearWriteName())
              .addPuts(put(0, "e", 3))
              .build();

      PutBatchResponse answer = send(cluster, first, batch);

      assertThat(answer.getCode()).isZero();
      assertThat(answer.getAnswersList())
          .extracting(PutResponse::getCode)
          .containsExactly(0, 103, 100, 307, 0);
      assertThat(answer.getAnswers(1).getLeader()).isEqualTo(second.endpoint());
      assertThat(answer.getAnswers(3).getMsg()).contains("write_name");
      assertThat(count(cluster, first, 0, "d")).isZero();

      // Again, as a client does that had no answer: the first answers, and nothing twice.
      PutBatchResponse again = send(cluster, first, batch);
      assertThat(again.getAnswers(0)).isEqualTo(answer.getAnswers(0));
      assertThat(again.getAnswers(4)).isEqualTo(answer.getAnswers(4));
      assertThat(count(cluster, first, 0, "a")).isEqualTo(1);
      assertThat(count(cluster, first, 0, "e")).isEqualTo(1);
    }
  }

  /** What is too large is refused as a whole; what fits exactly is taken. */
  @Test
  void aFrameIsBounded() throws Exception {
    TableOptions alone = TableOptions.defaults(1);
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      NodeId tablet = cluster.tablets.get(0);
      cluster.createReplicas(0, alone);
      cluster.elect(0, 1, alone, cluster.tablets);
      PutBatchRequest.Builder batch = PutBatchRequest.newBuilder();
      for (int i = 0; i < BatchLimits.MOST_PUTS; i++) {
        // A session remembers 64 numbers, so each put here has a session of its own.
        PutRequest.Builder put = put(0, "k" + i, 1).toBuilder();
        put.getWriteNameBuilder().setSessionLow(i + 1);
        batch.addPuts(put);
      }
      PutBatchResponse taken = send(cluster, tablet, batch.build());
      assertThat(taken.getAnswersList()).hasSize(BatchLimits.MOST_PUTS);
      assertThat(taken.getAnswersList()).allMatch(put -> put.getCode() == 0);

      PutBatchResponse many = send(cluster, tablet, batch.addPuts(put(0, "one more", 9)).build());
      assertThat(many.getCode()).isEqualTo(1206);
      assertThat(many.getMsg()).contains("1001 puts").contains("at most 1000");
      assertThat(many.getAnswersList()).isEmpty();
      assertThat(count(cluster, tablet, 0, "one more")).isZero();

      PutRequest large = put(0, "x".repeat(BatchLimits.MOST_BYTES), 9);
      assertThat(
              send(cluster, tablet, PutBatchRequest.newBuilder().addPuts(large).build()).getCode())
          .isEqualTo(1206);
      assertThat(send(cluster, tablet, PutBatchRequest.getDefaultInstance()).getCode()).isZero();
    }
  }
}
