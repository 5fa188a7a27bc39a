package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.ProcessCluster;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes die, as processes do, while rows are being written. Every acknowledged row is there
 * afterwards, service comes back by itself, and so does full redundancy.
 *
 * <p>All tests share one cluster, and each leaves it whole; its rows stay, so that what one test
 * was promised is checked by those after it as well.
 */
@Timeout(180)
class FailoverProcessTest {
  @TempDir static Path directory;
  private static RunningCluster cluster;
  private static ProcessCluster processes;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = RunningCluster.loaded(directory);
    processes = cluster.processes();
  }

  @AfterAll
  static void stopCluster() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void theClusterIsWhole() throws Exception {
    processes.restartMissing();
    cluster.awaitRedundancy();
  }

  /** The service and then the redundancy return, and nothing is lost at either time. */
  private void assertRecovers() throws Exception {
    cluster.awaitService();
    cluster.assertNothingLost();
    cluster.whileWriting(processes::restartMissing);
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    cluster.assertReplicasAgree();
  }

  private Node busiest() throws Exception {
    Map<Node, Integer> counts = cluster.leaderCounts();
    return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private Node idlest() throws Exception {
    Map<Node, Integer> counts = cluster.leaderCounts();
    return Collections.min(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

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
