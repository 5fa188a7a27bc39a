package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastException;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.tools.onebox.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Copies and leaders are moved about while rows are being written, and the nameserver that began it
 * dies on the way: its successor goes on, and not one write fails.
 */
class PlacementProcessTest extends ClusterProcessTest {
  private static final int TABLETS = 4;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.loaded(directory, builder -> steady(builder).tablets(TABLETS));
  }

  /** Begins something, kills the active nameserver with -9, and waits until it is done. */
  private void doneByTheNextNameserver(Function<RunningCluster, List<Long>> begin)
      throws IOException {
    cluster.whileWriting(
        () -> {
          List<Long> ops = begin.apply(cluster);
          assertThat(ops).hasSize(1);
          kill(activeNameServer());
          cluster.await("op " + ops + " to be over", () -> isOver(ops.get(0)));
          assertThat(status(ops.get(0)))
              .as("%s", cluster.admin().showOpStatus("", "", -1))
              .isEqualTo("kDone");
        });
    processes.restartMissing();
  }

  private void kill(Node node) throws IOException {
    processes.kill9(node);
  }

  private Node activeNameServer() throws IOException {
    try {
      return cluster.activeNameServer();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private boolean isOver(long op) {
    String status;
    try {
      status = status(op);
    } catch (HoldfastException e) {
      // Between two nameservers.
      return false;
    }
    return !status.equals("kInited") && !status.equals("kDoing");
  }

  private String status(long id) {
    return cluster.admin().showOpStatus("", "", -1).stream()
        .filter(op -> op.getOpId() == id)
        .map(OPStatus::getStatus)
        .findFirst()
        .orElse("not in the list");
  }

  private Map<String, Integer> replicas() {
    Map<String, Integer> counts = new TreeMap<>();
    for (TabletStatus tablet : cluster.admin().showTablet()) {
      counts.put(tablet.getEndpoint(), tablet.getReplicas());
    }
    return counts;
  }

  @Test
  void aTabletIsEmptiedAndTheClusterSpreadAgain() throws Exception {
    Node leader = busiest();
    doneByTheNextNameserver(now -> now.admin().drain(leader.endpoint()));
    assertThat(cluster.leaderCounts().get(leader)).isZero();
    assertThat(replicas().get(leader.endpoint())).isZero();
    cluster.awaitRedundancy();
    assertNothingFailed();

    cluster.whileWriting(() -> cluster.admin().recoverEndpoint(leader.endpoint()));
    doneByTheNextNameserver(now -> now.admin().rebalance(true, true));
    assertThat(replicas().values())
        .as("%s", replicas())
        .containsOnly(RunningCluster.PARTITIONS * RunningCluster.REPLICAS / TABLETS);
    assertThat(cluster.leaderCounts().values()).containsOnly(1);
    cluster.awaitRedundancy();
    assertNothingFailed();
  }

  @Test
  void aTableGetsOneReplicaMoreAndOneLess() throws Exception {
    String table = cluster.admin().showTable("", "").get(0).getName();
    String db = cluster.admin().showTable("", "").get(0).getDb();
    doneByTheNextNameserver(now -> now.admin().setReplicaNum(db, table, TABLETS));
    assertThat(replicas().values()).containsOnly(RunningCluster.PARTITIONS);
    doneByTheNextNameserver(now -> now.admin().setReplicaNum(db, table, RunningCluster.REPLICAS));
    assertThat(replicas().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(RunningCluster.PARTITIONS * RunningCluster.REPLICAS);
    cluster.awaitRedundancy();
    assertNothingFailed();
  }
}
