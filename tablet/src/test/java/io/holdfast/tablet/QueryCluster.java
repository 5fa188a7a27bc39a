package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcReply;
import io.holdfast.sql.query.ResultEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Three tablets and a table {@code t (k string, v bigint, ts timestamp, d double)} in database
 * {@code db} with the indexes by_k (k by ts), by_v (v by ts) and by_d (k and v, by the time of the
 * put). The first two tablets hold all partitions and lead them in turn; the third has none.
 */
final class QueryCluster implements AutoCloseable {
  static final int PARTITIONS = 4;
  private static final TableOptions OPTIONS =
      new TableOptions(2, AckMode.ALL, 1, ReadMode.LEADER, Durability.OS);

  final TestCluster cluster;
  final List<NodeId> leaders = new ArrayList<>();
  final TableSchema schema;
  private final long[] terms = new long[PARTITIONS];

  QueryCluster(Path directory, String... flags) throws Exception {
    schema = TableSchema.of(info());
    cluster = new TestCluster(directory, 3, flags);
    try {
      cluster.definition = info();
      cluster.partitions = PARTITIONS;
      for (int pid = 0; pid < PARTITIONS; pid++) {
        cluster.createReplicas(pid, OPTIONS, cluster.tablets.subList(0, 2), List.of());
        leaders.add(null);
        lead(pid, pid % 2);
      }
      publish();
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  static TableInfo info() {
    return TableInfo.newBuilder()
        .setName("t")
        .setDb("db")
        .setTid(TestTable.TID)
        .addColumnDesc(column("k", DataType.kString))
        .addColumnDesc(column("v", DataType.kBigInt))
        .addColumnDesc(column("ts", DataType.kTimestamp))
        .addColumnDesc(column("d", DataType.kDouble))
        .addColumnKey(ColumnKey.newBuilder().setIndexName("by_k").addColName("k").setTsName("ts"))
        .addColumnKey(ColumnKey.newBuilder().setIndexName("by_v").addColName("v").setTsName("ts"))
        .addColumnKey(ColumnKey.newBuilder().setIndexName("by_kv").addColName("k").addColName("v"))
        .build();
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }

  NodeId tablet(int number) {
    return cluster.tablets.get(number);
  }

  /** Has a tablet lead a partition, the first or the second; queries are not told. */
  void lead(int pid, int tablet) {
    NodeId leader = tablet(tablet);
    terms[pid]++;
    cluster.elect(pid, terms[pid], OPTIONS, List.of(leader, tablet(1 - tablet)));
    leaders.set(pid, leader);
  }

  /** Has a tablet lead a partition alone, since the other one is gone. */
  void leadAlone(int pid, int tablet) {
    terms[pid]++;
    cluster.elect(pid, terms[pid], OPTIONS, List.of(tablet(tablet)));
    leaders.set(pid, tablet(tablet));
  }

  /** Tells queries who leads. */
  void publish() {
    cluster.tables.publish(info(), leaders);
  }

  static int partitionOf(String key) {
    return PartitionHash.partition(key, PARTITIONS);
  }

  /** Puts a row as OpenMLDB's clients do: a request for each partition that its keys lead to. */
  void put(String k, Long v, long ts, double d, long time) throws Exception {
    byte[] row = new RowEncoder(schema).encode(Arrays.asList(k, v, ts, d));
    RowView view = RowView.of(schema, row);
    Map<Integer, PutRequest.Builder> parts = new TreeMap<>();
    for (IndexDef index : schema.indexes()) {
      byte[] key = KeyCodec.key(schema, index, view);
      parts
          .computeIfAbsent(
              PartitionHash.partition(key, PARTITIONS),
              pid ->
                  PutRequest.newBuilder()
                      .setTid(TestTable.TID)
                      .setPid(pid)
                      .setTime(time)
                      .setValue(ByteString.copyFrom(row)))
          .addDimensions(
              Dimension.newBuilder()
                  .setIdx(index.position())
                  .setKeyBytes(ByteString.copyFrom(key)));
    }
    for (PutRequest.Builder part : parts.values()) {
      PutResponse answer =
          cluster.call(
              leaders.get(part.getPid()), "Put", part.build(), PutResponse.getDefaultInstance());
      assertThat(answer.getCode()).as(answer.getMsg()).isZero();
    }
  }

  /** Sends a delete to the leader of a partition. */
  GeneralResponse delete(int pid, DeleteRequest.Builder request) {
    return cluster.call(
        leaders.get(pid),
        "Delete",
        request.setTid(TestTable.TID).setPid(pid).build(),
        GeneralResponse.getDefaultInstance());
  }

  RpcReply<QueryResponse> ask(NodeId tablet, QueryRequest request, byte[] parameters) {
    return cluster.callForReply(
        tablet, "Query", request, ByteBuffer.wrap(parameters), QueryResponse.getDefaultInstance());
  }

  /** The values that a statement returns. */
  List<List<Object>> rows(NodeId tablet, String sql, Object... parameters) throws Exception {
    RpcReply<QueryResponse> reply = ask(tablet, sql, parameters);
    QueryResponse answer = reply.message();
    assertThat(answer.getCode()).as(answer.getMsg()).isZero();
    byte[] rows = new byte[reply.attachment().remaining()];
    reply.attachment().get(rows);
    assertThat(answer.getByteSize()).isEqualTo(rows.length);
    assertThat(answer.getRowSlices()).isEqualTo(1);
    List<List<Object>> values =
        ResultEncoder.decode(answer.getSchema().toByteArray(), rows).values();
    assertThat(answer.getCount()).isEqualTo(values.size());
    return values;
  }

  /** Why a statement has no result. */
  String refusal(NodeId tablet, String sql, Object... parameters) throws Exception {
    QueryResponse answer = ask(tablet, sql, parameters).message();
    assertThat(answer.getCode()).as(answer.getMsg()).isEqualTo(1000);
    return answer.getMsg();
  }

  private RpcReply<QueryResponse> ask(NodeId tablet, String sql, Object... parameters)
      throws Exception {
    QueryRequest.Builder request =
        QueryRequest.newBuilder().setSql(sql).setDb("db").setIsBatch(true);
    byte[] row = new byte[0];
    if (parameters.length > 0) {
      List<Column> columns = new ArrayList<>();
      for (Object parameter : parameters) {
        boolean isText = parameter instanceof String;
        columns.add(
            new Column(
                "p" + columns.size(), isText ? ColumnType.STRING : ColumnType.BIGINT, false));
        request.addParameterTypes(isText ? DataType.kVarchar : DataType.kBigInt);
      }
      row = new RowEncoder(TableSchema.ofColumns(columns)).encode(Arrays.asList(parameters));
      request.setParameterRowSize(row.length).setParameterRowSlices(1);
    }
    return ask(tablet, request.build(), row);
  }

  @Override
  public void close() throws IOException {
    cluster.close();
  }
}
