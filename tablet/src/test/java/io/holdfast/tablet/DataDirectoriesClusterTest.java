package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tablet with several data directories, on real files. */
@Timeout(120)
class DataDirectoriesClusterTest {
  private static final TableOptions ALONE = new TableOptions(1, AckMode.ALL, 1, ReadMode.LEADER);

  @TempDir Path parent;

  private String list(String... names) {
    return Arrays.stream(names)
        .map(name -> parent.resolve(name).toString())
        .collect(Collectors.joining(","));
  }

  private List<String> db(String... names) {
    return List.of("--db_root_path=" + list(names));
  }

  private TestCluster cluster(String... flags) throws IOException {
    return new TestCluster(parent, 1, flags);
  }

  private static void make(TestCluster cluster, int... pids) {
    for (int pid : pids) {
      cluster.createReplicas(pid, ALONE);
    }
  }

  private static void lead(TestCluster cluster, long term, int... pids) {
    for (int pid : pids) {
      cluster.elect(pid, term, ALONE, cluster.tablets);
    }
  }

  private static int put(TestCluster cluster, int pid, long value) {
    return cluster.put(cluster.tablets.get(0), pid, "k" + value, value).getCode();
  }

  private static boolean has(TestCluster cluster, int pid, long value) {
    return cluster
            .call(
                cluster.tablets.get(0),
                "Get",
                GetRequest.newBuilder()
                    .setTid(TestTable.TID)
                    .setPid(pid)
                    .setKey("k" + value)
                    .build(),
                GetResponse.getDefaultInstance())
            .getCode()
        == 0;
  }

  /** The directory of each partition, by its status. */
  private Map<Integer, String> places(TestCluster cluster) {
    Map<Integer, String> places = new TreeMap<>();
    for (TableStatus status :
        cluster
            .call(
                cluster.tablets.get(0),
                "GetTableStatus",
                GetTableStatusRequest.getDefaultInstance(),
                GetTableStatusResponse.getDefaultInstance())
            .getAllTableStatusList()) {
      Path log = Path.of(status.getBinlogPath());
      assertThat(log).isDirectory();
      assertThat(Path.of(status.getSnapshotPath()).getParent()).isEqualTo(log.getParent());
      places.put(status.getPid(), parent.relativize(log.getParent().getParent()).toString());
    }
    return places;
  }

  private static void restart(TestCluster cluster, List<String> flags) throws IOException {
    NodeId tablet = cluster.tablets.get(0);
    cluster.stop(tablet);
    cluster.flags = flags;
    cluster.start(tablet);
  }

  private static String metrics(TestCluster cluster) throws Exception {
    String url = "http://" + cluster.tablets.get(0).endpoint() + "/metrics";
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  /** Each replica stays where it was made, and has what was acknowledged. */
  @Test
  void replicasAreFoundWhereverTheyLie() throws Exception {
    try (TestCluster cluster =
        cluster("--db_root_path=" + list("a", "b"), "--ssd_root_path=" + list("s"))) {
      make(cluster, 0, 1, 2, 3);
      cluster.storageMode = StorageMode.kSSD;
      make(cluster, 4, 5);
      cluster.storageMode = StorageMode.kHDD;
      make(cluster, 6);
      Map<Integer, String> places = places(cluster);
      assertThat(places).isEqualTo(Map.of(0, "a", 1, "b", 2, "a", 3, "b", 4, "s", 5, "s", 6, "a"));
      lead(cluster, 1, 0, 1, 2, 3, 4, 5, 6);
      for (int pid = 0; pid < 7; pid++) {
        assertThat(put(cluster, pid, pid)).isZero();
      }
      assertThat(metrics(cluster))
          .contains("holdfast_data_directory_replicas{directory=\"" + parent + "/a\"} 3.0")
          .contains("holdfast_data_directory_replicas{directory=\"" + parent + "/s\"} 2.0")
          .contains("holdfast_data_directory_level{directory=\"" + parent + "/b\"} ");
      for (String name : List.of("a", "b", "s")) {
        assertThat(parent.resolve(name))
            .isDirectoryContaining(path -> path.endsWith("journal"))
            .isDirectoryContaining(path -> path.endsWith("boot"))
            .isDirectoryContaining(path -> path.endsWith("directories"));
      }

      // In another order, with another use, and with one more: nothing moves.
      restart(
          cluster,
          List.of("--db_root_path=" + list("c", "s", "b"), "--hdd_root_path=" + list("a")));
      lead(cluster, 2, 0, 1, 2, 3, 4, 5, 6);
      assertThat(places(cluster)).isEqualTo(places);
      for (int pid = 0; pid < 7; pid++) {
        assertThat(has(cluster, pid, pid)).as("partition %s", pid).isTrue();
      }
      cluster.storageMode = StorageMode.kMemory;
      make(cluster, 7);
      assertThat(places(cluster)).containsEntry(7, "c");
    }
  }

  /** What was acknowledged must not be forgotten because a disk was not mounted. */
  @Test
  void aTabletDoesNotStartWithoutAnyOfThem() throws Exception {
    try (TestCluster cluster = cluster("--db_root_path=" + list("a", "b"))) {
      NodeId tablet = cluster.tablets.get(0);
      make(cluster, 0, 1);
      lead(cluster, 1, 0, 1);
      assertThat(put(cluster, 1, 1)).isZero();
      cluster.stop(tablet);
      Files.move(parent.resolve("b"), parent.resolve("unmounted"));
      cluster.flags = db("a", "b");
      assertThatThrownBy(() -> cluster.start(tablet))
          .hasMessageContaining(parent.resolve("b") + " of this tablet")
          .hasMessageContaining("mount it");
      assertThat(parent.resolve("b")).doesNotExist();
      Files.move(parent.resolve("unmounted"), parent.resolve("b"));
      cluster.flags = db("a");
      assertThatThrownBy(() -> cluster.start(tablet)).hasMessageContaining("holds 1 replicas");

      cluster.flags = db("b", "a");
      cluster.start(tablet);
      lead(cluster, 2, 0, 1);
      assertThat(has(cluster, 1, 1)).isTrue();
      cluster.stop(tablet);

      // The operator's word that it will not come back.
      Files.move(parent.resolve("b"), parent.resolve("dead"));
      cluster.flags = db("a");
      cluster.start(tablet);
      lead(cluster, 3, 0);
      assertThat(places(cluster)).isEqualTo(Map.of(0, "a"));
      cluster.stop(tablet);

      // It is made anew, under another uid: the old copy cannot come back beside it.
      cluster.flags = db("a", "new");
      cluster.start(tablet);
      cluster.nameserver.forget(tablet);
      make(cluster, 1);
      assertThat(places(cluster)).isEqualTo(Map.of(0, "a", 1, "new"));
      cluster.stop(tablet);
      cluster.flags = db("a", "new", "dead");
      assertThatThrownBy(() -> cluster.start(tablet))
          .hasMessageContaining("_1 is in two data directories")
          .hasMessageContaining(parent.resolve("new") + " and " + parent.resolve("dead"));
      cluster.flags = db("a", "new");
      cluster.start(tablet);
    }
  }

  /** Its directory is as it always was until it is one of several, and keeps its replicas then. */
  @Test
  void aDirectoryOfAnOlderVersionTakesOthersAlong() throws Exception {
    try (TestCluster cluster = cluster()) {
      Path old = cluster.dataDirectory(cluster.tablets.get(0));
      String name = old.getFileName().toString();
      make(cluster, 0, 1);
      lead(cluster, 1, 0, 1);
      assertThat(put(cluster, 1, 7)).isZero();
      assertThat(old.resolve("directories")).doesNotExist();
      restart(cluster, List.of());
      assertThat(old.resolve("directories")).doesNotExist();
      restart(cluster, db("added", name));
      lead(cluster, 2, 0, 1);
      assertThat(has(cluster, 1, 7)).isTrue();
      make(cluster, 2, 3);
      assertThat(places(cluster)).isEqualTo(Map.of(0, name, 1, name, 2, "added", 3, "added"));
    }
  }

  /** What one disk lacks is no business of the replicas on another. */
  @Test
  void aFullDiskConcernsItsOwnReplicas() throws Exception {
    Path small = Files.createDirectory(parent.resolve("small"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", small.toString()),
        "a small file system cannot be mounted here (needs root)");
    try (TestCluster cluster =
        cluster(
            "--db_root_path=" + list("small/db", "large"),
            "--segment_bytes=1048576",
            "--journal_bytes=0")) {
      make(cluster, 0, 1);
      assertThat(places(cluster)).isEqualTo(Map.of(0, "small/db", 1, "large"));
      lead(cluster, 1, 0, 1);
      assertThat(put(cluster, 0, 1)).isZero();
      fill(small.resolve("filler"));
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> put(cluster, 0, 2) == StatusCode.DISK_FULL.number());
      assertThat(put(cluster, 0, 4)).isEqualTo(StatusCode.DISK_FULL.number());
      assertThat(put(cluster, 1, 1)).isZero();
      assertThat(has(cluster, 0, 1)).as("reads go on").isTrue();
      assertThat(metrics(cluster))
          .contains("holdfast_data_directory_level{directory=\"" + small + "/db\"} 3.0");
      make(cluster, 2, 3);
      assertThat(places(cluster)).containsEntry(2, "large").containsEntry(3, "large");

      Files.delete(small.resolve("filler"));
      await().atMost(TestCluster.PATIENCE).until(() -> put(cluster, 0, 3) == 0);
      assertThat(has(cluster, 0, 4)).as("what was refused").isFalse();
    } finally {
      boolean unused = run("umount", "-l", small.toString());
    }
  }

  private static void fill(Path filler) {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
