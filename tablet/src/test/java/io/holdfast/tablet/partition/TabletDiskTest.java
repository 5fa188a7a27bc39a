package io.holdfast.tablet.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica lies in one of several data directories, whatever goes wrong with them. */
class TabletDiskTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path root;

  private final List<DataDirectory> directories = new ArrayList<>();
  private TabletDisk disk;

  /** A rename that is done, and whose sync fails, if it is to something with this in its name. */
  private volatile String unsynced = "\0";

  private Path path(String name, int pid) {
    return root.resolve(name).resolve(TestTable.TID + "_" + pid);
  }

  private void open(String bootId) throws IOException {
    List<DataVolume> volumes = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      DataDirectory directory = DataDirectory.open(root.resolve(name), "cluster", this::rename);
      directories.add(directory);
      volumes.add(
          new DataVolume(
              directory,
              new BinlogWriter("test-writer-" + name, 64 << 20, SystemClock.INSTANCE),
              BootMark.open(directory.root(), bootId)));
    }
    disk =
        new TabletDisk(
            volumes,
            StoreLife.SETTINGS,
            0,
            new DiskEngineSettings(8 << 20, 8 << 20),
            new ChunkPool(256 << 20, 320 << 20),
            SystemClock.INSTANCE);
  }

  private void rename(Path from, Path to) throws IOException {
    DurableFiles.moveAtomically(from, to);
    if (to.toString().contains(unsynced)) {
      throw new IOException("the directory cannot be synced");
    }
  }

  @AfterEach
  void close() throws IOException {
    disk.close();
    for (DataDirectory directory : directories) {
      directory.close();
    }
    directories.clear();
  }

  private DiskReplicaStore create(int pid) throws Exception {
    return disk.create(
        new PartitionId(TestTable.TID, pid),
        TestTable.spec(TableOptions.defaults(1), StorageMode.kMemory),
        false,
        Runnable::run);
  }

  /** A dropped one is still in its place until it is in the recycle bin of its own directory. */
  @Test
  void aReplicaThatIsMadeAnewIsNeverInTwoPlaces() throws Exception {
    open("one");
    DiskReplicaStore first = create(0);
    assertThat(path("a", 0)).exists();
    assertThatThrownBy(() -> create(0)).hasMessageContaining("exists already in " + root);
    disk.retire(new PartitionId(TestTable.TID, 0), first);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> disk.replicas().isEmpty() && Files.notExists(path("a", 0)));
    assertThat(root.resolve("a/recycle")).isNotEmptyDirectory();
    create(1);
    create(0);
    assertThat(path("a", 1)).exists();
    assertThat(path("b", 0)).exists();
    assertThat(path("a", 0)).doesNotExist();
    assertThat(disk.replicas())
        .containsExactly(new ReplicaKey(TestTable.TID, 0), new ReplicaKey(TestTable.TID, 1));
  }

  /** A directory that takes nothing any more does not keep the tablet from having replicas. */
  @Test
  void theNextDirectoryIsTriedWhenOneFails() throws Exception {
    open("one");
    Files.move(root.resolve("a"), root.resolve("moved"));
    Files.createSymbolicLink(root.resolve("a"), root.resolve("nowhere/at/all"));
    create(0);
    create(1);
    assertThat(path("b", 0)).exists();
    assertThat(path("b", 1)).exists();
    Files.delete(root.resolve("a"));
    Files.move(root.resolve("moved"), root.resolve("a"));
  }

  /** Where it cannot be said that the first attempt left nothing, there is no second one. */
  @Test
  void aReplicaThatMayBeThereIsNotMadeElsewhere() throws Exception {
    open("one");
    Files.write(path("a", 0), new byte[1]);
    assertThatThrownBy(() -> create(0)).isInstanceOf(IOException.class);
    assertThat(path("b", 0)).doesNotExist();
    assertThat(disk.replicas()).isEmpty();
  }

  /** Nor later: a crash may leave it there, and then it would be in two. */
  @Test
  void aReplicaThatMayBeThereIsMadeAgainOnlyThere() throws Exception {
    open("one");
    create(1);
    unsynced = path("b", 0).toString();
    assertThatThrownBy(() -> create(0)).hasMessageContaining("cannot be synced");
    assertThat(path("b", 0)).exists();
    assertThat(disk.replicas()).containsExactly(new ReplicaKey(TestTable.TID, 1));
    assertThatThrownBy(() -> create(0)).hasMessageContaining("cannot be synced");
    // The other directory would come first now.
    create(2);
    assertThat(path("b", 2)).exists();
    unsynced = "\0";
    ReplicaUid uid = create(0).uid();
    assertThat(path("a", 0)).doesNotExist();
    assertThat(path("b", 0)).exists();
    close();
    open("one");
    assertThat(disk.replicas()).hasSize(3);
    assertThat(disk.open(new ReplicaKey(TestTable.TID, 0), Runnable::run, false).uid())
        .isEqualTo(uid);
  }

  /** Or the tablet could not have this partition again until it is restarted. */
  @Test
  void aReplicaThatWasPutAsideAndMayComeBackIsMadeAgainThere() throws Exception {
    open("one");
    DiskReplicaStore dropped = create(0);
    create(1);
    create(2);
    unsynced = "recycle";
    disk.retire(new PartitionId(TestTable.TID, 0), dropped);
    Awaitility.await().atMost(PATIENCE).until(() -> Files.notExists(path("a", 0)));
    create(3);
    assertThat(path("a", 3)).exists();
    // The other directory has fewer now.
    create(0);
    assertThat(path("a", 0)).exists();
    assertThat(path("b", 0)).doesNotExist();
  }

  /** What one directory may have lost is no doubt about the other. */
  @Test
  void eachDirectoryHasItsOwnMark() throws Exception {
    open("one");
    create(0);
    create(1);
    disk.opened(List.of());
    close();
    for (String name : List.of("a", "b")) {
      assertThat(root.resolve(name).resolve("boot")).hasContent("one\nclean\n");
      // The machine has stopped instead.
      Files.writeString(root.resolve(name).resolve("boot"), "one\nrunning\n");
    }
    open("two");
    disk.opened(List.of(new ReplicaKey(TestTable.TID, 1)));
    assertThat(root.resolve("a/boot")).hasContent("two\nrunning\n");
    assertThat(root.resolve("b/boot"))
        .as("a replica there does not know yet what it may have lost")
        .hasContent("one\nrunning\n");
    close();
    assertThat(root.resolve("a/boot")).hasContent("two\nclean\n");
    assertThat(root.resolve("b/boot")).hasContent("one\nrunning\n");
  }
}
