package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A table with its rows on disk, whose tablets are killed while rows are being written. Nothing is
 * lost, the replicas agree, and a tablet that comes back goes on from its last checkpoint.
 */
class DiskTableProcessTest extends ClusterProcessTest {
  /** What a tablet says of each replica that it opens so: offset of the state, records behind. */
  private static final Pattern GOES_ON =
      Pattern.compile(
          "goes on from its state of \\d+:(\\d+); the log has (\\d+) records behind it");

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.loaded(directory, builder -> {}, StorageMode.kSSD);
  }

  private static List<MatchResult> goesOn(Node tablet) throws IOException {
    Matcher matcher = GOES_ON.matcher(Files.readString(tablet.logFile()));
    List<MatchResult> found = new ArrayList<>();
    while (matcher.find()) {
      found.add(matcher.toMatchResult());
    }
    return found;
  }

  /** A snapshot is a checkpoint as well, see docs/design/008-disk-engine.md. */
  private void checkpointEverywhere() throws IOException {
    for (int pid = 0; pid < RunningCluster.PARTITIONS; pid++) {
      var unused = cluster.admin().makeSnapshot("demo", "trips", pid);
    }
    cluster.await("snapshots", () -> snapshots() >= RunningCluster.PARTITIONS);
  }

  private int snapshots() {
    int count = 0;
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      try {
        Matcher made =
            Pattern.compile(": snapshot of \\d+:\\d+ made")
                .matcher(Files.readString(tablet.logFile()));
        while (made.find()) {
          count++;
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return count;
  }

  @Test
  void goesOnFromItsCheckpointAfterAKill() throws Exception {
    assertThat(cluster.admin().showTable("demo", "trips").get(0).getStorageMode())
        .isEqualTo(StorageMode.kSSD);
    cluster.whileWriting(this::checkpointEverywhere);
    Node victim = busiest();
    cluster.whileWriting(() -> processes.kill9(victim));
    cluster.whileWriting(() -> processes.restart(victim));
    assertRecovers();
    // Leaders make snapshots, so it had made some.
    List<MatchResult> opened = goesOn(victim);
    assertThat(opened).isNotEmpty();
    for (MatchResult replica : opened) {
      assertThat(Long.parseLong(replica.group(1))).isPositive();
    }

    processes.kill9All();
    processes.restartMissing();
    cluster.awaitRedundancy();
    cluster.load().drain();
    cluster.assertNothingLost();
    cluster.assertReplicasAgree();
  }
}
