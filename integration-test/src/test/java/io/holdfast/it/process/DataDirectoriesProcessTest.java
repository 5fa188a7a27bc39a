package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.GetResult;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.ReadKey;
import io.holdfast.client.ReadOptions;
import io.holdfast.client.Row;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.ProcessCluster;
import io.holdfast.tools.quickstart.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tablets with several data directories, killed while rows are being written. Nothing is lost,
 * neither then nor when a directory is not there at a start, or is gone for good. Tables on SSD
 * have directories of their own.
 */
@Timeout(180)
class DataDirectoriesProcessTest {
  private static final String SSD_TABLE = "on_ssd";
  private static final int SSD_ROWS = 20;

  /** Of all tablets; paths are in each one's own directory. Read at every start. */
  private Path flags;

  @TempDir Path directory;

  private void list(String db) throws IOException {
    Files.writeString(flags, "--db_root_path=" + db + "\n--ssd_root_path=ssd1,ssd2\n");
  }

  private void configure(ProcessCluster.Builder builder) {
    builder.nameServers(1).flags(NodeRole.TABLET, "--flagfile=" + flags);
  }

  /** How many replicas a tablet has in each of some of its directories. */
  private static List<Integer> replicas(Node tablet, String... names) throws IOException {
    List<Integer> counts = new ArrayList<>();
    for (String name : names) {
      counts.add(DataDirectory.replicas(tablet.directory().resolve(name)).size());
    }
    return counts;
  }

  /** Four partitions in memory and two on SSD, with a replica of each on every tablet. */
  private static void assertSpread(ProcessCluster processes) throws IOException {
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      assertThat(replicas(tablet, "db1", "db2", "ssd1", "ssd2"))
          .as(tablet.name())
          .containsExactly(2, 2, 1, 1);
    }
  }

  @Test
  void nothingIsLostWithSeveralDirectories() throws Exception {
    flags = directory.resolve("tablet.flags");
    list("db1,db2");
    Path home = Files.createDirectory(directory.resolve("cluster"));
    try (RunningCluster cluster = RunningCluster.loaded(home, this::configure)) {
      ProcessCluster processes = cluster.processes();
      Node victim = processes.nodes(NodeRole.TABLET).get(0);
      cluster.admin().createTable(ssdTable(), false);
      writeToSsd(processes);
      assertSpread(processes);

      // A disk that is not mounted.
      cluster.whileWriting(Workload.SLOW, () -> processes.kill9(victim));
      Path disk = victim.directory().resolve("db2");
      Path unmounted = victim.directory().resolve("unmounted");
      Files.move(disk, unmounted);
      assertThatThrownBy(() -> processes.restart(victim))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("db2 of this tablet")
          .hasMessageContaining("mount it");
      assertThat(disk).doesNotExist();

      // Mounted, and with the list in another order.
      Files.move(unmounted, disk);
      list("db2,db1");
      cluster.whileWriting(Workload.SLOW, () -> processes.restart(victim));
      cluster.awaitRedundancy();
      assertSpread(processes);

      // A disk that is dead: what was there is made anew, by those who still have it.
      cluster.whileWriting(Workload.SLOW, () -> processes.kill9(victim));
      DurableFiles.deleteTree(disk);
      list("db1");
      cluster.whileWriting(Workload.SLOW, () -> processes.restart(victim));
      cluster.awaitRedundancy();
      assertThat(replicas(victim, "db1", "ssd1", "ssd2"))
          .containsExactly(RunningCluster.PARTITIONS, 1, 1);

      // A new one in its place; the others have theirs still, and would miss it.
      list("db1,db2");
      for (Node tablet : processes.nodes(NodeRole.TABLET)) {
        processes.kill9(tablet);
      }
      processes.restartMissing();
      cluster.awaitRedundancy();
      cluster.load().drain();
      // Also what was lost earlier: it would not come back.
      cluster.assertNothingLost();
      cluster.assertReplicasAgree();
      assertThat(replicas(victim, "db2", "ssd1", "ssd2")).containsExactly(0, 1, 1);
      assertThat(disk.resolve("directories")).exists();
      assertNothingLostOnSsd(processes);
    }
  }

  private static HoldfastClient connect(ProcessCluster processes) {
    return HoldfastClient.builder()
        .zookeeper(processes.zkCluster())
        .rootPath(processes.zkRootPath())
        .requestTimeout(Duration.ofSeconds(30))
        .build();
  }

  private static void writeToSsd(ProcessCluster processes) {
    try (HoldfastClient client = connect(processes)) {
      TableClient table = client.table("demo", SSD_TABLE);
      for (long i = 0; i < SSD_ROWS; i++) {
        table.put(Row.of("row" + i, 1 + i), WriteOptions.DEFAULT);
      }
    }
  }

  private static void assertNothingLostOnSsd(ProcessCluster processes) {
    try (HoldfastClient client = connect(processes)) {
      TableClient table = client.table("demo", SSD_TABLE);
      for (long i = 0; i < SSD_ROWS; i++) {
        GetResult result = table.get(ReadKey.of("row" + i), 0, ReadOptions.leader());
        assertThat(result.found()).as("row %s", i).isTrue();
        assertThat(table.decode(result.row())).containsExactly("row" + i, 1 + i);
      }
    }
  }

  private static TableInfo ssdTable() {
    return TableInfo.newBuilder()
        .setDb("demo")
        .setName(SSD_TABLE)
        .setPartitionNum(2)
        .setReplicaNum(RunningCluster.REPLICAS)
        .setStorageMode(StorageMode.kSSD)
        .addColumnDesc(column("name", DataType.kString))
        .addColumnDesc(column("number", DataType.kBigInt))
        .addColumnKey(
            ColumnKey.newBuilder().setIndexName("name").addColName("name").setTsName("number"))
        .build();
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).setNotNull(true).build();
  }
}
