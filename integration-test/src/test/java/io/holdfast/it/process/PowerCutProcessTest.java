package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.ProcessCluster;
import io.holdfast.tools.quickstart.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power of the whole cluster is cut while rows are being written, ZooKeeper's and all tablets',
 * and what was not synced is really gone. Every acknowledged row is there when the power is back:
 * {@code kill -9} cannot show that, the kernel keeps what a dead process wrote.
 */
@Timeout(180)
class PowerCutProcessTest {
  /** Journals are small, so that they are written round. */
  private static void on(PowerCutDisk disk, ProcessCluster.Builder builder) {
    builder
        .dataDirectory(disk.root().resolve("data"))
        .flags(NodeRole.TABLET, "--journal_bytes=16777216");
  }

  @Test
  void whatWasAcknowledgedOutlivesThePower(@TempDir Path directory) throws Exception {
    try (PowerCutDisk disk = disk(directory);
        RunningCluster cluster =
            RunningCluster.loaded(directory.resolve("cluster"), builder -> on(disk, builder))) {
      for (int cut = 0; cut < 3; cut++) {
        long before = cluster.load().acknowledged();
        cluster
            .load()
            .writeUntil(
                "some rows more",
                Workload.FAST,
                () -> cluster.load().acknowledged() > before + 2_000);
        cluster.whileWriting(disk::cut);
        cluster.processes().kill9All();
        disk.restore();
        for (Node tablet : cluster.processes().nodes(NodeRole.TABLET)) {
          pretendAnotherBoot(cluster.processes().dataOf(tablet), cut);
        }
        // The next cut comes as soon as rows are taken, when some copies may still be behind.
        cluster.processes().restartMissing();
        cluster.awaitService();
        cluster.assertNothingLost();
      }
      cluster.awaitRedundancy();
      cluster.assertNothingLost();
      cluster.assertReplicasAgree();
    }
  }

  private static PowerCutDisk disk(Path directory) {
    try {
      return PowerCutDisk.make(directory);
    } catch (IOException e) {
      return abort("no disk whose power can be cut on this machine: " + e.getMessage());
    }
  }

  /** The machine has not stopped, so the tablets would believe that their page cache outlived. */
  private static void pretendAnotherBoot(Path data, int boot) throws IOException {
    Path mark = data.resolve("boot");
    List<String> lines = Files.readAllLines(mark);
    assertThat(lines).hasSize(2).last().isEqualTo("running");
    Files.writeString(mark, "boot " + boot + "\nrunning\n");
  }
}
