package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Leaders are changed and tablets stopped as planned while rows are being written: not one write
 * fails, and none is left in doubt.
 */
class PlannedProcessTest extends ClusterProcessTest {
  @Test
  void leadersAreChanged() throws Exception {
    for (int i = 0; i < 3; i++) {
      for (int partition = 0; partition < RunningCluster.PARTITIONS; partition++) {
        cluster.changeLeader(partition);
      }
    }
    assertNothingFailed();
  }

  @Test
  void everyTabletIsStoppedAndStartedInTurn() throws Exception {
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      cluster.whileWriting(() -> processes.terminate(tablet));
      assertThat(cluster.leaderCounts().get(tablet)).isZero();
      cluster.whileWriting(() -> processes.restart(tablet));
      cluster.awaitRedundancy();
    }
    assertThat(cluster.progress()).noneMatch(line -> line.contains("does not stop when asked"));
    assertNothingFailed();
  }

  @Test
  void aLeaderLeaves() throws Exception {
    Node leader = busiest();
    AtomicInteger status = new AtomicInteger(-1);
    cluster.whileWriting(() -> status.set(processes.interrupt(leader)));
    assertThat(status).hasValue(0);
    assertThat(cluster.leaderCounts().get(leader)).isZero();
    cluster.whileWriting(() -> processes.restart(leader));
    cluster.awaitRedundancy();
    assertNothingFailed();
  }

  @Test
  void aTabletIsTakenOutOfServiceAndPutBack() throws Exception {
    Node leader = busiest();
    cluster.whileWriting(() -> cluster.admin().offlineEndpoint(leader.endpoint()));
    assertThat(cluster.leaderCounts().get(leader)).isZero();
    cluster.whileWriting(() -> processes.kill9(leader));
    cluster.whileWriting(() -> processes.restart(leader));
    cluster.whileWriting(() -> cluster.admin().recoverEndpoint(leader.endpoint()));
    cluster.awaitRedundancy();
    assertNothingFailed();
  }
}
