package io.holdfast.tablet;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * What a SELECT of one row by its key costs beside a raw Get of it, measured on three tablets in
 * this process, over their sockets: run it with {@code DIRECTORY SECONDS_PER_ROUND ROUNDS}. The
 * kinds of calls take turns, so that whatever else the machine does hits all of them.
 */
public final class QueryBench {
  private static final int KEYS = 200;
  private static final ServiceDescriptor SERVICE =
      Tablet.getDescriptor().findServiceByName("TabletServer");

  private final QueryCluster table;
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults());

  private QueryBench(QueryCluster table) {
    this.table = table;
  }

  public static void main(String[] args) throws Exception {
    try (QueryCluster table = new QueryCluster(Path.of(args[0]), "--loops=1")) {
      for (int i = 0; i < KEYS; i++) {
        table.put("k" + i, (long) i, 1000 + i, i, 1);
      }
      new QueryBench(table).run(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    }
  }

  private interface Kind {
    String name();

    /** Makes a call about the key of this number. */
    void call(int key) throws Exception;
  }

  private record Named(String name, Work work) implements Kind {
    @Override
    public void call(int key) throws Exception {
      work.call(key);
    }
  }

  private interface Work {
    void call(int key) throws Exception;
  }

  private void run(int seconds, int rounds) throws Exception {
    IntFunction<NodeId> leader = key -> table.leaders.get(QueryCluster.partitionOf("k" + key));
    List<Kind> kinds =
        List.of(
            new Named("Get at the leader", key -> get(leader.apply(key), key)),
            new Named("SELECT at the leader", key -> select(leader.apply(key), key)),
            new Named("SELECT at another tablet", key -> select(table.tablet(2), key)));
    for (int callers : new int[] {1, 16}) {
      double[][] micros = new double[kinds.size()][rounds];
      for (int round = -1; round < rounds; round++) {
        for (int kind = 0; kind < kinds.size(); kind++) {
          double took = microsPerCall(kinds.get(kind), callers, seconds);
          if (round >= 0) {
            micros[kind][round] = took;
          }
        }
      }
      double base = median(micros[0]);
      for (int kind = 0; kind < kinds.size(); kind++) {
        System.out.printf(
            "%2d callers, %-24s  %7.1f us per call, %.2f times a Get%n",
            callers, kinds.get(kind).name(), median(micros[kind]), median(micros[kind]) / base);
      }
    }
    client.close();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double microsPerCall(Kind kind, int callers, int seconds) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    long began = System.nanoTime();
    long end = began + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; i < callers; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  while (System.nanoTime() < end) {
                    kind.call(calls.getAndIncrement() % KEYS);
                  }
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return (System.nanoTime() - began) / 1e3 / calls.get();
  }

  private void get(NodeId tablet, int key) throws Exception {
    String text = "k" + key;
    GetRequest request =
        GetRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(QueryCluster.partitionOf(text))
            .setKey(text)
            .build();
    GetResponse answer =
        call(tablet, "Get", request, ByteBuffer.allocate(0), GetResponse.getDefaultInstance());
    if (answer.getCode() != 0) {
      throw new IllegalStateException(answer.getMsg());
    }
  }

  private static final TableSchema PARAMETERS =
      TableSchema.ofColumns(List.of(new Column("p", ColumnType.STRING, false)));

  private void select(NodeId tablet, int key) throws Exception {
    byte[] row = new RowEncoder(PARAMETERS).encode(List.of("k" + key));
    QueryRequest request =
        QueryRequest.newBuilder()
            .setSql("SELECT * FROM t WHERE k = ? LIMIT 1")
            .setDb("db")
            .setIsBatch(true)
            .setParameterRowSize(row.length)
            .setParameterRowSlices(1)
            .addParameterTypes(DataType.kVarchar)
            .build();
    QueryResponse answer =
        call(tablet, "Query", request, ByteBuffer.wrap(row), QueryResponse.getDefaultInstance());
    if (answer.getCode() != 0 || answer.getCount() != 1) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private <R extends Message> R call(
      NodeId tablet, String method, Message request, ByteBuffer attachment, R answer)
      throws Exception {
    return client
        .callWithAttachment(
            tablet.endpoint(),
            SERVICE.findMethodByName(method),
            request,
            attachment,
            answer,
            Duration.ofSeconds(10))
        .get()
        .message();
  }
}
