package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.VersionPair;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanRequest;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.protocol.openmldb.tablet.TraverseRequest;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcReply;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers that clients see, the refusals above all. */
class DataServiceTest {
  private static final TableOptions ALONE = TableOptions.defaults(1);

  @TempDir Path directory;

  private TestCluster single(TableOptions options) throws Exception {
    TestCluster cluster = new TestCluster(directory, 1);
    cluster.createReplicas(0, options);
    cluster.elect(0, 1, options, cluster.tablets);
    return cluster;
  }

  private static ScanResponse scan(TestCluster cluster, ScanRequest.Builder request) {
    return cluster.call(
        cluster.tablets.get(0),
        "Scan",
        request.setTid(TestTable.TID).setPid(0).build(),
        ScanResponse.getDefaultInstance());
  }

  @Test
  void readsSeeWhatWasWrittenAndDeletesTakeItAway() throws Exception {
    try (TestCluster cluster = single(ALONE)) {
      NodeId tablet = cluster.tablets.get(0);
      for (int i = 1; i <= 3; i++) {
        cluster.call(
            tablet, "Put", TestTable.put(0, "a", i, i * 10), PutResponse.getDefaultInstance());
      }
      ScanRequest.Builder all = ScanRequest.newBuilder().setPk("a");
      ScanResponse scanned = scan(cluster, all);
      assertThat(scanned.getCode()).isZero();
      assertThat(scanned.getCount()).isEqualTo(3);
      assertThat(scanned.getIsFinish()).isTrue();
      assertThat(scanned.getVersion()).isEqualTo(4);
      assertThat(scan(cluster, all.clone().setSt(20).setEt(10)).getCount()).isEqualTo(1);

      RpcReply<ScanResponse> beside =
          cluster.callForReply(
              tablet,
              "Scan",
              all.clone().setUseAttachment(true).setLimit(1).build(),
              ScanResponse.getDefaultInstance());
      assertThat(beside.message().getIsFinish()).isTrue();
      assertThat(beside.attachment().remaining()).isEqualTo(beside.message().getBufSize());
      assertThat(beside.attachment().order(ByteOrder.LITTLE_ENDIAN).getLong(4)).isEqualTo(30);

      CountRequest count =
          CountRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey("a").build();
      assertThat(
              cluster.call(tablet, "Count", count, CountResponse.getDefaultInstance()).getCount())
          .isEqualTo(3);
      DeleteRequest delete =
          DeleteRequest.newBuilder()
              .setTid(TestTable.TID)
              .setPid(0)
              .addDimensions(Dimension.newBuilder().setIdx(0).setKey("a"))
              .build();
      assertThat(
              cluster
                  .call(tablet, "Delete", delete, GeneralResponse.getDefaultInstance())
                  .getCode())
          .isZero();
      assertThat(scan(cluster, all).getCount()).isZero();
    }
  }

  @Test
  void aTraversalMeetsEveryKeyOnceInPages() throws Exception {
    try (TestCluster cluster = single(ALONE)) {
      NodeId tablet = cluster.tablets.get(0);
      for (int i = 0; i < 10; i++) {
        cluster.put(tablet, 0, "k" + i, i);
      }
      TraverseRequest.Builder request =
          TraverseRequest.newBuilder().setTid(TestTable.TID).setPid(0).setLimit(3);
      int met = 0;
      boolean finished = false;
      for (int page = 0; page < 10 && !finished; page++) {
        TraverseResponse answer =
            cluster.call(
                tablet, "Traverse", request.build(), TraverseResponse.getDefaultInstance());
        assertThat(answer.getCode()).isZero();
        met += answer.getCount();
        finished = answer.getIsFinish();
        request.setPk(answer.getPk()).setTs(answer.getTs()).setTsPos(answer.getTsPos());
      }
      assertThat(finished).isTrue();
      assertThat(met).isEqualTo(10);
    }
  }

  @Test
  void requestsThatDoNotFitAreRefusedWithOpenMldbsCodes() throws Exception {
    try (TestCluster cluster = single(ALONE)) {
      NodeId tablet = cluster.tablets.get(0);
      PutRequest fits = TestTable.put(0, "a", 1, 1);
      assertThat(codeOfPut(cluster, fits.toBuilder().setPid(5).build())).isEqualTo(100);
      assertThat(
              codeOfPut(
                  cluster,
                  fits.toBuilder()
                      .clearDimensions()
                      .addDimensions(Dimension.newBuilder().setIdx(9).setKey("a"))
                      .build()))
          .isEqualTo(108);
      assertThat(codeOfPut(cluster, fits.toBuilder().clearDimensions().build())).isEqualTo(307);
      assertThat(codeOfPut(cluster, fits.toBuilder().setCheckExists(true).build())).isEqualTo(701);
      assertThat(scan(cluster, ScanRequest.newBuilder().setPk("a").setSt(1).setEt(2)).getCode())
          .isEqualTo(117);
      assertThat(scan(cluster, ScanRequest.newBuilder().setPk("a").setIdxName("nope")).getCode())
          .isEqualTo(108);
      GetResponse nothing =
          cluster.call(
              tablet,
              "Get",
              GetRequest.newBuilder().setTid(TestTable.TID).setPid(0).setKey("no").build(),
              GetResponse.getDefaultInstance());
      assertThat(nothing.getCode()).isEqualTo(109);
    }
  }

  private static int codeOfPut(TestCluster cluster, PutRequest request) {
    return cluster
        .call(cluster.tablets.get(0), "Put", request, PutResponse.getDefaultInstance())
        .getCode();
  }

  @Test
  void aReplicaThatFollowsNobodyKnowsNoLeader() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      cluster.createReplicas(0, ALONE);
      PutResponse refused = cluster.put(cluster.tablets.get(0), 0, "a", 1);
      assertThat(refused.getCode()).isEqualTo(103);
      assertThat(refused.getMsg()).isEqualTo("table is follower");
      assertThat(refused.hasLeader()).isFalse();
    }
  }

  @Test
  void withTooFewInSyncWritesAreRefusedAndReadsGoOn() throws Exception {
    TableOptions cautious = new TableOptions(2, AckMode.ALL, 2, ReadMode.LEADER);
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, cautious);
      cluster.elect(0, 1, cautious, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      assertThat(cluster.put(leader, 0, "a", 1).getCode()).isZero();
      cluster.stop(cluster.tablets.get(1));
      await().atMost(TestCluster.PATIENCE).until(() -> !cluster.nameserver.wishes().isEmpty());
      ChangeMembers wish = cluster.nameserver.wishes().get(0);
      cluster.nameserver.send(
          leader,
          new MembersChanged(
              1,
              TestCluster.partition(0),
              wish.term(),
              wish.version() + 1,
              wish.members(),
              List.of()));
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                PutResponse refused = cluster.put(leader, 0, "b", 2);
                assertThat(refused.getCode()).isEqualTo(StatusCode.TOO_FEW_IN_SYNC.number());
                assertThat(refused.getMsg()).contains("1 copies in sync, min_insync wants 2");
                assertThat(refused.getRetryAfterMillis()).isPositive();
              });
      assertThat(scan(cluster, ScanRequest.newBuilder().setPk("a")).getCount()).isEqualTo(1);
    }
  }

  @Test
  void aWriteWhoseLeaderIsDeposedIsNeitherDoneNorFailed() throws Exception {
    TableOptions both = TableOptions.defaults(2);
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, both);
      cluster.elect(0, 1, both, cluster.tablets);
      NodeId leader = cluster.tablets.get(0);
      cluster.stop(cluster.tablets.get(1));
      // It cannot be committed: the other member is gone, and nobody grants the leader's wish.
      CompletableFuture<PutResponse> put =
          CompletableFuture.supplyAsync(() -> cluster.put(leader, 0, "a", 1));
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> cluster.nameserver.status(leader, TestCluster.partition(0)).lastOffset() == 2);
      cluster.nameserver.send(leader, new NewTerm(1, TestCluster.partition(0), 2));
      PutResponse answer = put.join();
      assertThat(answer.getCode()).isEqualTo(StatusCode.OUTCOME_UNKNOWN.number());
      assertThat(answer.getMsg()).startsWith("outcome unknown");
    }
  }

  @Test
  void aTableWithQuorumReadsIsReadWithoutTrustingClocks() throws Exception {
    TableOptions quorum = new TableOptions(2, AckMode.ALL, 1, ReadMode.QUORUM);
    try (TestCluster cluster = new TestCluster(directory, 2)) {
      cluster.createReplicas(0, quorum);
      cluster.elect(0, 1, quorum, cluster.tablets);
      cluster.put(cluster.tablets.get(0), 0, "a", 1);
      assertThat(scan(cluster, ScanRequest.newBuilder().setPk("a")).getCount()).isEqualTo(1);
    }
  }

  /** A row with a column that is being added is taken as soon as the leader has the column. */
  @Test
  void rowsOfAllVersionsArePutAndRead() throws Exception {
    try (TestCluster cluster = single(ALONE)) {
      NodeId tablet = cluster.tablets.get(0);
      PartitionId partition = TestCluster.partition(0);
      Alterations one = Alterations.NONE.with(new AddedColumn("w", DataType.kString.getNumber()));
      TableSchema schema = TableSchema.of(TestTable.info()).with(one);
      ByteString row = ByteString.copyFrom(new RowEncoder(schema).encode(List.of("a", 2L, "x")));
      PutRequest newer = TestTable.put(0, "a", 2, 20).toBuilder().setValue(row).build();
      PutResponse early = cluster.call(tablet, "Put", newer, PutResponse.getDefaultInstance());
      assertThat(early.getCode()).isEqualTo(104);
      assertThat(early.getRetryAfterMillis()).isPositive();
      ByteString never =
          row.substring(0, 1).concat(ByteString.copyFrom(new byte[] {65})).concat(row.substring(2));
      PutRequest impossible = newer.toBuilder().setValue(never).build();
      assertThat(
              cluster.call(tablet, "Put", impossible, PutResponse.getDefaultInstance()).getCode())
          .isEqualTo(307);

      cluster.nameserver.send(tablet, new AlterTable(1, partition, 1, one));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> cluster.nameserver.status(tablet, partition).alterations() == 1);
      for (PutRequest put : List.of(newer, TestTable.put(0, "a", 1, 10))) {
        assertThat(cluster.call(tablet, "Put", put, PutResponse.getDefaultInstance()).getCode())
            .isZero();
      }
      ScanResponse scanned = scan(cluster, ScanRequest.newBuilder().setPk("a"));
      assertThat(scanned.getCount()).isEqualTo(2);
      assertThat(scanned.getPairs().toStringUtf8()).contains(row.toStringUtf8());
      TableMeta meta =
          cluster
              .call(
                  tablet,
                  "GetTableSchema",
                  GetTableSchemaRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
                  GetTableSchemaResponse.getDefaultInstance())
              .getTableMeta();
      assertThat(meta.getColumnDescCount()).isEqualTo(2);
      assertThat(meta.getAddedColumnDescList())
          .extracting(ColumnDesc::getName)
          .containsExactly("w");
      assertThat(meta.getSchemaVersionsList())
          .containsExactly(VersionPair.newBuilder().setId(2).setFieldCount(3).build());
    }
  }

  @Test
  void statusSchemaAndFollowersAreToldInOpenMldbsWords() throws Exception {
    try (TestCluster cluster = single(ALONE)) {
      NodeId tablet = cluster.tablets.get(0);
      cluster.put(tablet, 0, "a", 1);
      GetTableStatusResponse status =
          cluster.call(
              tablet,
              "GetTableStatus",
              GetTableStatusRequest.getDefaultInstance(),
              GetTableStatusResponse.getDefaultInstance());
      assertThat(status.getAllTableStatusList()).hasSize(1);
      assertThat(status.getAllTableStatus(0).getMode()).isEqualTo(TableMode.kTableLeader);
      assertThat(status.getAllTableStatus(0).getOffset()).isEqualTo(2);
      assertThat(status.getAllTableStatus(0).getRecordCnt()).isEqualTo(1);
      GetTableSchemaResponse schema =
          cluster.call(
              tablet,
              "GetTableSchema",
              GetTableSchemaRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
              GetTableSchemaResponse.getDefaultInstance());
      assertThat(schema.getTableMeta().getColumnDescCount()).isEqualTo(2);
      GetTableFollowerResponse followers =
          cluster.call(
              tablet,
              "GetTableFollower",
              GetTableFollowerRequest.newBuilder().setTid(TestTable.TID).setPid(0).build(),
              GetTableFollowerResponse.getDefaultInstance());
      assertThat(followers.getCode()).isEqualTo(134);
    }
  }
}
