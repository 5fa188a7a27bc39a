package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.quickstart.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * ZooKeeper dies, or both nameservers do: rows are written and read as before, no leader changes,
 * and what stops goes on when they are back.
 */
class OutageProcessTest extends ClusterProcessTest {
  private static final Duration OUTAGE = Duration.ofSeconds(20);

  /** Far below the time in which a session would expire and somebody might act on it. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(1);

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.loaded(directory, ClusterProcessTest::steady);
  }

  private void writeThroughOutage() throws Exception {
    cluster.load().forgetGaps();
    long since = System.nanoTime();
    cluster
        .load()
        .writeUntil(
            "the outage has lasted",
            Workload.SLOW,
            () -> System.nanoTime() - since >= OUTAGE.toNanos());
    assertThat(cluster.load().longestGapsNanos())
        .as("gaps in nanoseconds; %s", cluster.progress())
        .allMatch(gap -> gap < LONGEST_GAP.toNanos());
  }

  @Test
  void zooKeeperDies() throws Exception {
    Map<Node, Integer> leaders = cluster.leaderCounts();
    Node active = cluster.activeNameServer();
    Node zooKeeper = processes.nodes(NodeRole.ZOOKEEPER).get(0);
    cluster.whileWriting(() -> processes.kill9(zooKeeper));
    writeThroughOutage();
    assertThat(cluster.readiness(active)).contains("\"ready\":false", "no connection to ZooKeeper");

    cluster.whileWriting(() -> processes.restart(zooKeeper));
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    assertThat(cluster.leaderCounts()).as("nobody was replaced").isEqualTo(leaders);

    // What had stopped works again.
    Node victim = processes.nodes(NodeRole.TABLET).get(0);
    cluster.whileWriting(() -> processes.kill9(victim));
    cluster.awaitService();
    cluster.assertNothingLost();
  }

  @Test
  void bothNameserversDie() throws Exception {
    Map<Node, Integer> leaders = cluster.leaderCounts();
    for (Node nameserver : processes.nodes(NodeRole.NAMESERVER)) {
      cluster.whileWriting(() -> processes.kill9(nameserver));
    }
    writeThroughOutage();

    cluster.whileWriting(processes::restartMissing);
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    assertThat(cluster.leaderCounts()).as("nobody was replaced").isEqualTo(leaders);
  }
}
