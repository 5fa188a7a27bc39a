package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of a cluster of real processes have in common. All tests of a class share one cluster
 * and find it whole; its rows stay, so that what one test was promised is checked by those after it
 * as well.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
abstract class ClusterProcessTest {
  protected RunningCluster cluster;
  protected ProcessCluster processes;
  protected Shell shell;

  /** Starts the class's cluster: the usual table is loaded, unless a test says otherwise. */
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.loaded(directory);
  }

  /**
   * For tests that count who leads what. On a busy machine a leader stands still now and then, and
   * would ask to be replaced, or be taken for dead: here leaders move only when that is asked for.
   */
  static ProcessCluster.Builder steady(ProcessCluster.Builder builder) {
    return builder
        .flags(NodeRole.NAMESERVER, "--tablet_suspect_millis=5000")
        .flags(
            NodeRole.TABLET,
            "--lease_millis=6000",
            "--evict_after_millis=6000",
            "--slow_millis=10000");
  }

  @BeforeAll
  final void startCluster(@TempDir Path directory) throws IOException {
    cluster = start(directory);
    processes = cluster.processes();
    shell = new Shell(processes);
  }

  @AfterAll
  final void stopCluster() throws IOException {
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  final void theClusterIsWhole() throws IOException {
    processes.restartMissing();
    cluster.awaitRedundancy();
  }

  /** The tablet that leads most partitions. */
  final Node busiest() throws IOException {
    Map<Node, Integer> counts = cluster.leaderCounts();
    return Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** The tablet that leads fewest partitions. */
  final Node idlest() throws IOException {
    Map<Node, Integer> counts = cluster.leaderCounts();
    return Collections.min(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  /** Every write so far was acknowledged, and is there. */
  final void assertNothingFailed() throws IOException {
    cluster.awaitService();
    cluster.load().drain();
    assertThat(cluster.load().refused()).as("writes refused; %s", cluster.progress()).isZero();
    assertThat(cluster.load().unknown()).as("writes in doubt; %s", cluster.progress()).isZero();
    cluster.assertNothingLost();
  }

  /** The service and then the redundancy return, and nothing is lost at either time. */
  final void assertRecovers() throws IOException {
    cluster.awaitService();
    cluster.assertNothingLost();
    cluster.whileWriting(processes::restartMissing);
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    cluster.assertReplicasAgree();
  }
}
