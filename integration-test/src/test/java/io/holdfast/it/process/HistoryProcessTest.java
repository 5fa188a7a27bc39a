package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.testkit.check.LinearizabilityChecker;
import io.holdfast.testkit.check.LinearizabilityChecker.Verdict;
import io.holdfast.testkit.check.VersionChecker;
import io.holdfast.testkit.check.VersionedOp.Outcome;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients write and read registers, in all read modes, while processes die; then their histories
 * are judged by checkers that trust nothing but what the clients saw.
 */
@Timeout(300)
class HistoryProcessTest extends ClusterProcessTest {
  private static final int CLIENTS = 4;
  private static final int OPERATIONS_BETWEEN = 100;
  private static final int SEARCH_BUDGET = 500_000;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  @Test
  void historiesAreExplainableWhileProcessesDie() throws Exception {
    try (HoldfastClient client = connect()) {
      client.admin().createDatabase("demo", true);
      client.admin().createTable(table(), false);
      SharedHistory history = new SharedHistory(RunningCluster.PARTITIONS);
      List<RegisterClient> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new RegisterClient(i, client.table("demo", "registers"), history));
      }
      workWhile(clients, () -> breakThings(history));
      clients.forEach(RegisterClient::readEverything);
      judge(history);
    }
  }

  private HoldfastClient connect() {
    return HoldfastClient.builder()
        .zookeeper(processes.zkCluster())
        .rootPath(processes.zkRootPath())
        .requestTimeout(Duration.ofSeconds(15))
        .build();
  }

  private static TableInfo table() {
    return TableInfo.newBuilder()
        .setDb("demo")
        .setName("registers")
        .setPartitionNum(RunningCluster.PARTITIONS)
        .setReplicaNum(RunningCluster.REPLICAS)
        .addColumnDesc(column("name", DataType.kString))
        .addColumnDesc(column("number", DataType.kBigInt))
        .addColumnDesc(column("value", DataType.kBigInt))
        .addColumnKey(
            ColumnKey.newBuilder().setIndexName("name").addColName("name").setTsName("number"))
        .build();
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).setNotNull(true).build();
  }

  private interface Deeds {
    void run() throws Exception;
  }

  private static void workWhile(List<RegisterClient> clients, Deeds deeds) throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      List<Future<?>> working = new ArrayList<>();
      for (RegisterClient client : clients) {
        working.add(threads.submit(() -> client.workUntil(stopped::get)));
      }
      try {
        deeds.run();
      } finally {
        stopped.set(true);
      }
      for (Future<?> work : working) {
        work.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Each tablet in turn, while the one before comes back; then all of them at once. */
  private void breakThings(SharedHistory history) throws Exception {
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      history.awaitMore(OPERATIONS_BETWEEN);
      processes.kill9(tablet);
      history.awaitMore(OPERATIONS_BETWEEN);
      processes.restart(tablet);
    }
    history.awaitMore(OPERATIONS_BETWEEN);
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      processes.kill9(tablet);
    }
    processes.restartMissing();
    history.awaitMore(OPERATIONS_BETWEEN);
  }

  private static void judge(SharedHistory history) {
    assertThat(history.count(Outcome.OK))
        .as("a history of nothing shows nothing")
        .isGreaterThan(200);
    for (int pid = 0; pid < RunningCluster.PARTITIONS; pid++) {
      assertThat(VersionChecker.problems(history.ofPartition(pid)))
          .as("versions of partition %d", pid)
          .isEmpty();
    }
    history
        .registers()
        .forEach(
            (key, operations) ->
                assertThat(LinearizabilityChecker.check(operations, SEARCH_BUDGET))
                    .as("history of register %s", key)
                    .isNotEqualTo(Verdict.VIOLATED));
  }
}
