package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.tools.onebox.Node;
import org.junit.jupiter.api.Test;

/**
 * Processes die, as processes do, while rows are being written. Every acknowledged row is there
 * afterwards, service comes back by itself, and so does full redundancy.
 */
class FailoverProcessTest extends ClusterProcessTest {
  @Test
  void aLeaderIsKilled() throws Exception {
    Node victim = busiest();
    cluster.whileWriting(() -> processes.kill9(victim));
    assertRecovers();
  }

  @Test
  void aTabletThatOnlyFollowsIsKilled() throws Exception {
    Node first = idlest();
    cluster.whileWriting(() -> processes.kill9(first));
    cluster.awaitService();
    cluster.whileWriting(() -> processes.restart(first));
    cluster.awaitRedundancy();
    // What it led before is led by others now.
    assertThat(cluster.leaderCounts().get(first)).isZero();
    cluster.whileWriting(() -> processes.kill9(first));
    assertRecovers();
  }

  @Test
  void theActiveNameServerIsKilledAndThenALeader() throws Exception {
    Node nameServer = cluster.activeNameServer();
    Node tablet = busiest();
    cluster.whileWriting(() -> processes.kill9(nameServer));
    cluster.whileWriting(() -> processes.kill9(tablet));
    assertRecovers();
  }

  @Test
  void everythingIsKilledAtOnce() throws Exception {
    cluster.whileWriting(processes::kill9All);
    cluster.whileWriting(processes::restartMissing);
    assertRecovers();
  }

  @Test
  void everythingIsAskedToStopAtOnce() throws Exception {
    cluster.whileWriting(processes::terminateAll);
    assertThat(cluster.progress()).noneMatch(line -> line.contains("does not stop when asked"));
    cluster.whileWriting(processes::restartMissing);
    assertRecovers();
  }
}
