package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.BatchResult;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.ReadKey;
import io.holdfast.client.Row;
import io.holdfast.client.RowOutcome;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Batches of rows are put while the tablet that leads most partitions is killed. Every row whose
 * outcome is good is there once, and none that is in doubt is there twice.
 */
class BatchProcessTest extends ClusterProcessTest {
  private static final int ROWS = 500;
  private static final int WRITERS = 3;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  /** What the writers were told of the rows that they have put. */
  private static final class Told {
    final List<String> written = new ArrayList<>();
    final List<String> unknown = new ArrayList<>();
    final List<String> failed = new ArrayList<>();

    synchronized void add(List<String> keys, BatchResult result) {
      for (int i = 0; i < keys.size(); i++) {
        RowOutcome row = result.rows().get(i);
        if (row.isWritten()) {
          written.add(keys.get(i));
        } else if (row.failure().orElseThrow().outcomeUnknown()) {
          unknown.add(keys.get(i));
        } else {
          failed.add(keys.get(i) + " " + row);
        }
      }
    }

    synchronized int writtenSoFar() {
      return written.size();
    }
  }

  @Test
  void theRowsOfABatchAreThereOnceWhenALeaderIsKilled() throws Exception {
    cluster.admin().createDatabase("demo", true);
    cluster.admin().createTable(table(), false);
    try (HoldfastClient client =
        HoldfastClient.builder()
            .zookeeper(processes.zkCluster())
            .rootPath(processes.zkRootPath())
            .build()) {
      TableClient table = client.table("demo", "batched");
      cluster.await("a first row", () -> table.putAll(rows(List.of("first"))).isComplete());
      Told told = new Told();
      AtomicBoolean stop = new AtomicBoolean();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String prefix = "w" + i + "-";
        writers.add(CompletableFuture.runAsync(() -> write(table, prefix, told, stop)));
      }
      cluster.await("rows to be written", () -> told.writtenSoFar() > 10 * ROWS);
      Node victim = leaderOf(client);
      processes.kill9(victim);
      int atTheKill = told.writtenSoFar();
      // Further than what was under way when it was killed: the other leaders have taken over.
      cluster.await(
          "rows to be written after the kill",
          () -> told.writtenSoFar() > atTheKill + 4 * WRITERS * ROWS);
      stop.set(true);
      CompletableFuture.allOf(writers.toArray(new CompletableFuture<?>[0])).join();

      Map<String, Long> wrong = new TreeMap<>();
      for (String key : told.written) {
        long count = table.count(ReadKey.of(key), false).count();
        if (count != 1) {
          wrong.put(key, count);
        }
      }
      for (String key : told.unknown) {
        long count = table.count(ReadKey.of(key), false).count();
        if (count > 1) {
          wrong.put(key, count);
        }
      }
      assertThat(wrong)
          .as(
              "%s written, %s of them before the kill, %s in doubt; %s",
              told.written.size(), atTheKill, told.unknown.size(), cluster.progress())
          .isEmpty();
      assertThat(told.failed).isEmpty();
    }
  }

  private static void write(TableClient table, String prefix, Told told, AtomicBoolean stop) {
    for (int batch = 0; !stop.get(); batch++) {
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        keys.add(prefix + batch + "-" + i);
      }
      told.add(keys, table.putAll(rows(keys), WriteOptions.DEFAULT));
    }
  }

  private static List<Row> rows(List<String> keys) {
    return keys.stream().map(key -> Row.of(key, "value of " + key)).toList();
  }

  private Node leaderOf(HoldfastClient client) {
    TableClient table = client.table("demo", "batched");
    String endpoint = table.knownLeader(0).orElseThrow();
    return processes.nodes(NodeRole.TABLET).stream()
        .filter(node -> node.endpoint().equals(endpoint))
        .findFirst()
        .orElseThrow();
  }

  private static TableInfo table() {
    return TableInfo.newBuilder()
        .setDb("demo")
        .setName("batched")
        .setPartitionNum(4)
        .setReplicaNum(3)
        .addColumnDesc(ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString))
        .addColumnDesc(ColumnDesc.newBuilder().setName("v").setDataType(DataType.kString))
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("k")
                .addColName("k")
                .setTtl(TTLSt.newBuilder().setAbsTtl(0).setLatTtl(0)))
        .build();
  }
}
