package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row that is deleted is found by none of its indexes, in whatever partitions they have it. */
class RowDeletionClusterTest {
  /** More than a page of them have the same key. */
  private static final int ROWS = 600;

  @TempDir Path directory;
  private QueryCluster table;

  @BeforeEach
  void begin() throws Exception {
    table = new QueryCluster(directory);
  }

  @AfterEach
  void end() throws Exception {
    table.close();
  }

  private static DeleteRequest.Builder ofKey(int index, String key) {
    return DeleteRequest.newBuilder()
        .addDimensions(Dimension.newBuilder().setIdx(index).setKey(key));
  }

  private void delete(int pid, DeleteRequest.Builder request) {
    GeneralResponse answer = table.delete(pid, request);
    assertThat(answer.getCode()).as(answer.getMsg()).isZero();
  }

  private int count(String index, String key) {
    int pid = QueryCluster.partitionOf(key);
    CountRequest request =
        CountRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(pid)
            .setIdxName(index)
            .setKey(key)
            .build();
    return table
        .cluster
        .call(table.leaders.get(pid), "Count", request, CountResponse.getDefaultInstance())
        .getCount();
  }

  /** Entries of an index in all partitions. */
  private int entries(String index) {
    int entries = 0;
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      TraverseRequest request =
          TraverseRequest.newBuilder()
              .setTid(TestTable.TID)
              .setPid(pid)
              .setIdxName(index)
              .setLimit(100_000)
              .build();
      TraverseResponse answer =
          table.cluster.call(
              table.leaders.get(pid), "Traverse", request, TraverseResponse.getDefaultInstance());
      assertThat(answer.getIsFinish()).isTrue();
      entries += answer.getCount();
    }
    return entries;
  }

  private void assertEntries(int expected) {
    assertThat(entries("by_k")).isEqualTo(expected);
    assertThat(entries("by_v")).isEqualTo(expected);
    assertThat(entries("by_kv")).isEqualTo(expected);
  }

  @Test
  void aKeyWithManyRowsGoesFromAllIndexes() throws Exception {
    for (int i = 0; i < ROWS; i++) {
      // Several have the same time, and some look the same in all indexes.
      table.put("many", (long) (i % 50), 1000 + i / 100, i, 5000 + i);
    }
    table.put("other", 7L, 1000, 1, 5000);
    delete(QueryCluster.partitionOf("many"), ofKey(0, "many"));
    assertThat(count("by_k", "many")).isZero();
    assertEntries(1);
    assertThat(count("by_v", "7")).isEqualTo(1);
    assertThat(count("by_kv", "other|7")).isEqualTo(1);
    // Once more, as a client does that did not hear the answer.
    delete(QueryCluster.partitionOf("many"), ofKey(0, "many"));
    assertEntries(1);
  }

  @Test
  void aRangeIncludesItsUpperBoundAndNotItsLower() throws Exception {
    for (long ts = 1; ts <= 10; ts++) {
      table.put("a", ts, ts, ts, 100 + ts);
    }
    delete(QueryCluster.partitionOf("a"), ofKey(0, "a").setTs(8).setEndTs(3).setTsName("ts"));
    assertThat(count("by_k", "a")).isEqualTo(5);
    for (long v = 1; v <= 10; v++) {
      assertThat(count("by_v", Long.toString(v)))
          .as("row %s", v)
          .isEqualTo(v > 3 && v <= 8 ? 0 : 1);
    }
    assertEntries(5);
    // Of an index without a ts column the time is that of the put.
    delete(QueryCluster.partitionOf("a|10"), ofKey(2, "a|10").setTs(109));
    assertEntries(5);
    delete(QueryCluster.partitionOf("a|10"), ofKey(2, "a|10").setTs(110).setEndTs(109));
    assertEntries(4);
    GeneralResponse reversed =
        table.delete(QueryCluster.partitionOf("a"), ofKey(0, "a").setTs(3).setEndTs(8));
    assertThat(reversed.getCode()).isEqualTo(307);
    GeneralResponse other =
        table.delete(QueryCluster.partitionOf("a"), ofKey(0, "a").setTsName("v"));
    assertThat(other.getCode()).isEqualTo(307);
    assertEntries(4);
  }

  @Test
  void withoutAKeyAllRowsOfTheRangeGo() throws Exception {
    for (int i = 1; i <= 300; i++) {
      table.put("k" + i, (long) i, i, i, i);
    }
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      delete(pid, DeleteRequest.newBuilder().setTs(200).setEndTs(100).setTsName("ts"));
    }
    assertEntries(200);
    assertThat(count("by_v", "100")).isEqualTo(1);
    assertThat(count("by_v", "101")).isZero();
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      delete(pid, DeleteRequest.newBuilder());
    }
    assertEntries(0);
  }

  @Test
  void withoutLookingIntoRowsOnlyTheNamedEntriesGo() throws Exception {
    table.put("a", 1L, 10, 1, 100);
    table.put("a", 2L, 11, 1, 101);
    // What a client takes back of a row that it could not put everywhere.
    delete(
        QueryCluster.partitionOf("a"),
        ofKey(0, "a").setTs(10).setEndTs(9).setEnableDecodeValue(false));
    assertThat(count("by_k", "a")).isEqualTo(1);
    assertThat(count("by_v", "1")).isEqualTo(1);
  }

  @Test
  void whatLooksLikeAnotherRowButIsNotStays() throws Exception {
    // Both have the key 1 and the time 10 in by_v; they differ in what is in no index there.
    table.put("a", 1L, 10, 1.0, 100);
    table.put("b", 1L, 10, 2.0, 100);
    delete(QueryCluster.partitionOf("a"), ofKey(0, "a"));
    assertThat(count("by_v", "1")).isEqualTo(1);
    assertThat(count("by_k", "b")).isEqualTo(1);
    assertEntries(1);
  }

  @Test
  void aNamedDeleteIsDoneOnce() throws Exception {
    table.put("a", 1L, 10, 1, 100);
    DeleteRequest.Builder named =
        ofKey(0, "a").setWriteName(WriteName.newBuilder().setSessionHigh(1).setSeq(1));
    delete(QueryCluster.partitionOf("a"), named.clone());
    assertEntries(0);
    table.put("a", 1L, 10, 1, 100);
    delete(QueryCluster.partitionOf("a"), named.clone());
    assertEntries(1);
  }

  @Test
  void itFindsTheLeadersThatHaveChanged() throws Exception {
    for (int i = 0; i < 40; i++) {
      table.put("a", (long) i, 10 + i, i, 100 + i);
    }
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      table.lead(pid, 1 - pid % 2);
    }
    delete(QueryCluster.partitionOf("a"), ofKey(0, "a"));
    assertEntries(0);
  }

  @Test
  void whoDoesNotLeadRefuses() throws Exception {
    int pid = QueryCluster.partitionOf("a");
    GeneralResponse refused =
        table.cluster.call(
            table.tablet(table.leaders.get(pid).equals(table.tablet(0)) ? 1 : 0),
            "Delete",
            ofKey(0, "a").setTid(TestTable.TID).setPid(pid).build(),
            GeneralResponse.getDefaultInstance());
    assertThat(refused.getCode()).isEqualTo(103);
    assertThat(refused.getLeader()).isEqualTo(table.leaders.get(pid).endpoint());
  }
}
