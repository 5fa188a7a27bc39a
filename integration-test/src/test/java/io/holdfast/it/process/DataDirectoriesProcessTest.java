package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tablets with several data directories, killed while rows are being written. Nothing is lost,
 * neither then nor when a directory is not there at a start, or is gone for good.
 */
@Timeout(240)
class DataDirectoriesProcessTest {
  /** Of all tablets; paths are in each one's own directory. Read at every start. */
  private Path flags;

  @TempDir Path directory;

  private void list(String... lines) throws IOException {
    Files.writeString(flags, String.join("\n", lines) + "\n");
  }

  private RunningCluster start(StorageMode mode, String... lines) throws IOException {
    flags = directory.resolve("tablet.flags");
    list(lines);
    return RunningCluster.loaded(
        Files.createDirectory(directory.resolve("cluster")), this::readFlags, mode);
  }

  private void readFlags(ProcessCluster.Builder builder) {
    builder.flags(NodeRole.TABLET, "--flagfile=" + flags);
  }

  /** How many replicas a tablet has in one of its directories. */
  private static int replicas(Node tablet, String name) throws IOException {
    return DataDirectory.replicas(tablet.directory().resolve(name)).size();
  }

  private static void assertBothUsed(RunningCluster cluster, String one, String other)
      throws IOException {
    for (Node tablet : cluster.processes().nodes(NodeRole.TABLET)) {
      assertThat(replicas(tablet, one)).as("%s of %s", one, tablet.name()).isEqualTo(2);
      assertThat(replicas(tablet, other)).as("%s of %s", other, tablet.name()).isEqualTo(2);
    }
  }

  @Test
  void nothingIsLostWithTwoDirectories() throws Exception {
    try (RunningCluster cluster = start(StorageMode.kMemory, "--db_root_path=db1,db2")) {
      ProcessCluster processes = cluster.processes();
      Node victim = processes.nodes(NodeRole.TABLET).get(0);
      assertBothUsed(cluster, "db1", "db2");
      cluster.whileWriting(() -> processes.kill9(victim));
      list("--db_root_path=db2,db1");
      cluster.whileWriting(() -> processes.restart(victim));
      cluster.awaitRedundancy();
      cluster.assertNothingLost();
      assertBothUsed(cluster, "db1", "db2");

      // A disk that is not mounted.
      processes.kill9(victim);
      Path disk = victim.directory().resolve("db2");
      Path unmounted = victim.directory().resolve("unmounted");
      Files.move(disk, unmounted);
      assertThatThrownBy(() -> processes.restart(victim))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("db2 of this tablet")
          .hasMessageContaining("mount it");
      assertThat(disk).doesNotExist();
      Files.move(unmounted, disk);
      cluster.whileWriting(processes::restartMissing);
      cluster.awaitRedundancy();

      // A disk that is dead: what was there is made anew, by those who still have it.
      cluster.whileWriting(() -> processes.kill9(victim));
      DurableFiles.deleteTree(disk);
      list("--db_root_path=db1");
      cluster.whileWriting(() -> processes.restart(victim));
      cluster.awaitRedundancy();
      cluster.assertNothingLost();
      assertThat(replicas(victim, "db1")).isEqualTo(RunningCluster.PARTITIONS);
      cluster.assertReplicasAgree();

      // A new one in its place; the others have theirs still, and would miss it.
      list("--db_root_path=db1,db2");
      processes.kill9All();
      processes.restartMissing();
      cluster.awaitRedundancy();
      cluster.load().drain();
      cluster.assertNothingLost();
      cluster.assertReplicasAgree();
      assertThat(replicas(victim, "db2")).isZero();
      assertThat(disk.resolve("directories")).exists();
    }
  }

  @Test
  void tablesOnSsdHaveDirectoriesOfTheirOwn() throws Exception {
    try (RunningCluster cluster =
        start(StorageMode.kSSD, "--db_root_path=db1,db2", "--ssd_root_path=ssd1,ssd2")) {
      ProcessCluster processes = cluster.processes();
      assertBothUsed(cluster, "ssd1", "ssd2");
      for (Node tablet : processes.nodes(NodeRole.TABLET)) {
        assertThat(replicas(tablet, "db1") + replicas(tablet, "db2")).isZero();
      }
      Node victim = processes.nodes(NodeRole.TABLET).get(0);
      cluster.whileWriting(() -> processes.kill9(victim));
      cluster.whileWriting(() -> processes.restart(victim));
      processes.kill9All();
      processes.restartMissing();
      cluster.awaitRedundancy();
      cluster.load().drain();
      cluster.assertNothingLost();
      cluster.assertReplicasAgree();
      assertBothUsed(cluster, "ssd1", "ssd2");
    }
  }
}
