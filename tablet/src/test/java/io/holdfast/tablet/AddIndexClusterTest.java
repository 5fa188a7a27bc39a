package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.tablet.ChecksumRequest;
import io.holdfast.protocol.openmldb.tablet.ChecksumResponse;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.PartitionHash;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real tablets fill an index that was added, across partitions and through a change of leader. */
class AddIndexClusterTest {
  private static final int PARTITIONS = 8;
  private static final int ROWS = 400;
  private static final int VALUES = 20;
  private static final TableOptions OPTIONS = TableOptions.defaults(2);
  private static final Alterations ADDED =
      Alterations.NONE.withIndex("by_v", 1, List.of(1), IndexDef.PUT_TIME, TtlPolicy.NONE);

  @TempDir Path directory;

  private TestCluster cluster;
  private final List<NodeId> leaders = new ArrayList<>();
  private final List<Long> terms = new ArrayList<>();

  @BeforeEach
  void createTheTable() throws Exception {
    cluster = new TestCluster(directory, 2);
    for (int pid = 0; pid < PARTITIONS; pid++) {
      cluster.createReplicas(pid, OPTIONS);
      leaders.add(null);
      terms.add(0L);
      lead(pid, pid % 2);
    }
    for (int i = 0; i < ROWS; i++) {
      assertThat(put(i, false).getCode()).isZero();
    }
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private void lead(int pid, int tablet) {
    NodeId leader = cluster.tablets.get(tablet);
    leaders.set(pid, leader);
    terms.set(pid, terms.get(pid) + 1);
    cluster.elect(pid, terms.get(pid), OPTIONS, List.of(leader, cluster.tablets.get(1 - tablet)));
  }

  private static int partitionOf(String key) {
    return PartitionHash.partition(key, PARTITIONS);
  }

  /** Puts a row, with its key of the added index, which is in another partition mostly. */
  private PutResponse put(int i, boolean knows) {
    String key = "k" + i;
    String value = Integer.toString(i % VALUES);
    PutRequest row = TestTable.put(partitionOf(key), key, i % VALUES, 1000 + i);
    int known = knows ? 2 : 1;
    if (knows) {
      PutResponse second =
          put(
              row.toBuilder()
                  .setPid(partitionOf(value))
                  .setKnownIndexes(known)
                  .clearDimensions()
                  .addDimensions(Dimension.newBuilder().setIdx(1).setKey(value))
                  .build());
      assertThat(second.getCode()).isZero();
    }
    return put(row.toBuilder().setKnownIndexes(known).build());
  }

  private PutResponse put(PutRequest request) {
    return cluster.call(
        leaders.get(request.getPid()), "Put", request, PutResponse.getDefaultInstance());
  }

  private void order(Function<Integer, ControlMessage> order, Predicate<ReplicaStatus> until) {
    await()
        .atMost(TestCluster.PATIENCE)
        .until(
            () -> {
              boolean all = true;
              for (int pid = 0; pid < PARTITIONS; pid++) {
                ReplicaStatus status =
                    cluster.nameserver.status(leaders.get(pid), TestCluster.partition(pid));
                if (status.term() != terms.get(pid) || !until.test(status)) {
                  cluster.nameserver.send(leaders.get(pid), order.apply(pid));
                  all = false;
                }
              }
              return all;
            });
  }

  private void alter(Alterations wanted) {
    order(
        pid -> new AlterTable(1, TestCluster.partition(pid), terms.get(pid), wanted),
        status -> status.alterations() >= wanted.version());
  }

  private CountResponse count(String value) {
    return cluster.call(
        leaders.get(partitionOf(value)),
        "Count",
        CountRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(partitionOf(value))
            .setKey(value)
            .setIdxName("by_v")
            .build(),
        CountResponse.getDefaultInstance());
  }

  private int countRows() {
    int rows = 0;
    for (int i = 0; i < ROWS + VALUES; i++) {
      int pid = partitionOf("k" + i);
      CountRequest request =
          CountRequest.newBuilder().setTid(TestTable.TID).setPid(pid).setKey("k" + i).build();
      rows +=
          cluster
              .call(leaders.get(pid), "Count", request, CountResponse.getDefaultInstance())
              .getCount();
    }
    return rows;
  }

  @Test
  void everyRowIsFoundByAnIndexThatWasAdded() {
    alter(ADDED);
    assertThat(count("3").getCode()).isEqualTo(1223);
    assertThat(put(3, false).getCode()).isEqualTo(1222);
    DeleteRequest delete =
        DeleteRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(partitionOf("3"))
            .setKey("3")
            .setIdxName("by_v")
            .build();
    assertThat(send("Delete", delete).getCode()).isEqualTo(1223);
    for (int i = ROWS; i < ROWS + VALUES; i++) {
      assertThat(put(i, true).getCode()).isZero();
    }

    fill();
    // Who leads anew has not seen to it, whatever the one before has.
    lead(0, 1);
    alter(ADDED);
    assertThat(cluster.nameserver.status(leaders.get(0), TestCluster.partition(0)).filled())
        .isZero();
    fill();
    alter(ADDED.withFilled(0));

    for (int value = 0; value < VALUES; value++) {
      CountResponse count = count(Integer.toString(value));
      assertThat(count.getCode()).as(count.getMsg()).isZero();
      assertThat(count.getCount()).as("rows of %s", value).isEqualTo(ROWS / VALUES + 1);
    }
    cluster.tables.publish(TestTable.info().toBuilder().setDb("db").build(), leaders);
    assertThat(send("Delete", delete).getCode()).isZero();
    // The rows are gone from where they were put, too.
    assertThat(countRows()).isEqualTo(ROWS + VALUES - (ROWS / VALUES + 1));
    // A message that was held up until now must not bring back what was deleted since.
    FillOp late =
        FillOp.newBuilder()
            .setKey(IndexKey.newBuilder().setIndex(1).setKey(ByteString.copyFromUtf8("3")))
            .setTs(1003)
            .setValue(TestTable.put(partitionOf("k3"), "k3", 3, 1003).getValue())
            .setCopies(1)
            .build();
    FillIndexRequest request =
        FillIndexRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(partitionOf("3"))
            .setVersion(1)
            .addFills(late.toByteString())
            .build();
    assertThat(send("FillIndex", request).getCode()).isZero();
    assertThat(count("3").getCount()).isZero();
    for (int pid = 0; pid < PARTITIONS; pid++) {
      int of = pid;
      await().atMost(TestCluster.PATIENCE).until(() -> checksum(of, 0).equals(checksum(of, 1)));
    }
  }

  /** To the leader of the partition of key 3. */
  private GeneralResponse send(String method, Message request) {
    return cluster.call(
        leaders.get(partitionOf("3")), method, request, GeneralResponse.getDefaultInstance());
  }

  private void fill() {
    order(
        pid -> new FillIndexes(1, TestCluster.partition(pid), terms.get(pid), 1, leaders),
        status -> status.filled() >= 1);
  }

  private ChecksumResponse checksum(int pid, int tablet) {
    return cluster.call(
        cluster.tablets.get(tablet),
        "Checksum",
        ChecksumRequest.newBuilder().setTid(TestTable.TID).setPid(pid).build(),
        ChecksumResponse.getDefaultInstance());
  }
}
