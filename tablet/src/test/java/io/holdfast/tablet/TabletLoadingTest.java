package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.TableState;
import io.holdfast.protocol.openmldb.tablet.TableStatus;
import io.holdfast.tablet.partition.RecoveryProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a tablet shows while it loads what was on its disk when it started. */
class TabletLoadingTest {
  private static final TableOptions ALONE = TableOptions.defaults(1);
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(RecoveryProgress.class);

  @TempDir private Path directory;
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    LOG.setLevel(Level.INFO);
    LOG.addAppender(said);
  }

  @AfterEach
  void listenNoMore() {
    LOG.detachAppender(said);
    LOG.setLevel(null);
  }

  private List<String> lines() {
    return List.copyOf(said.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static List<TableStatus> statuses(TestCluster cluster) {
    return cluster
        .call(
            cluster.tablets.get(0),
            "GetTableStatus",
            GetTableStatusRequest.newBuilder().setTid(TestTable.TID).build(),
            GetTableStatusResponse.getDefaultInstance())
        .getAllTableStatusList();
  }

  private static GetResponse get(TestCluster cluster, int pid) {
    return cluster.call(
        cluster.tablets.get(0),
        "Get",
        GetRequest.newBuilder().setTid(TestTable.TID).setPid(pid).setKey("k").build(),
        GetResponse.getDefaultInstance());
  }

  private static HttpResponse<String> http(NodeId tablet, String path) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://" + tablet.endpoint() + path)).build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (Exception e) {
      throw new AssertionError(path, e);
    }
  }

  private static boolean answers(TestCluster cluster) {
    try {
      return !statuses(cluster).isEmpty();
    } catch (AssertionError e) {
      // Its port is not open yet.
      return false;
    }
  }

  /**
   * One of two logs is a pipe that nobody writes to, so that reading it takes as long as wanted.
   */
  @Test
  void answersWhileFilesAreRead() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      NodeId tablet = cluster.tablets.get(0);
      for (int pid = 0; pid < 2; pid++) {
        cluster.createReplicas(pid, ALONE);
        cluster.elect(pid, 1, ALONE, cluster.tablets);
        for (int i = 0; i < 50; i++) {
          assertThat(cluster.put(tablet, pid, "k", i).getCode()).isZero();
        }
      }
      cluster.stop(tablet);
      Path segment = StuckFiles.get(cluster.dataDirectory(tablet), 0);
      CompletableFuture<Void> started =
          CompletableFuture.runAsync(
              () -> {
                try {
                  cluster.start(tablet);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      await().atMost(TestCluster.PATIENCE).until(() -> answers(cluster));
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> statuses(cluster).get(1).getLoadPercent() == 50);
      List<TableStatus> loading = statuses(cluster);
      assertThat(loading).extracting(TableStatus::getPid).containsExactly(0, 1);
      assertThat(loading).extracting(TableStatus::getState).containsOnly(TableState.kTableLoading);
      assertThat(loading.get(0).getLoadPercent()).isZero();
      // Clients shall look for another leader, not wait for this one.
      GetResponse refused = get(cluster, 1);
      assertThat(refused.getCode()).isEqualTo(StatusCode.NOT_LEADER.number());
      assertThat(refused.getMsg()).contains("gettablestatus");
      assertThat(refused.getLeader()).isEmpty();
      assertThat(refused.hasRetryAfterMillis()).isFalse();
      assertThat(http(tablet, "/readiness").statusCode()).isEqualTo(503);
      assertThat(http(tablet, "/metrics").body())
          .contains("holdfast_tablet_loading_replicas 1.0")
          .doesNotContain("holdfast_recovery_read_bytes_total 0.0");
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> lines().stream().anyMatch(l -> l.startsWith("loading: 1 of 2 replicas")));

      // A pipe cannot be read as a file: this copy is left as it is, and the other served.
      StuckFiles.release(segment);
      started.get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      cluster.elect(1, 2, ALONE, cluster.tablets);
      assertThat(get(cluster, 1).getCode()).isZero();
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(http(tablet, "/metrics").body())
                      .contains("holdfast_recovery_applied_records_total 51.0"));
      assertThat(lines()).anyMatch(line -> line.startsWith("loaded: 1 replicas in "));
      assertThat(statuses(cluster)).hasSize(1);
      assertThat(statuses(cluster).get(0).getState()).isEqualTo(TableState.kTableNormal);
      assertThat(statuses(cluster).get(0).hasLoadPercent()).isFalse();
      assertThat(http(tablet, "/readiness").statusCode()).isEqualTo(200);
    }
  }

  /** The page on metrics has every series of a tablet, and no other. */
  @Test
  void thePageOnMetricsIsTrue() throws Exception {
    String page =
        Files.readString(Path.of(System.getProperty("docs.dir"), "operations/metrics.md"));
    String section = page.substring(page.indexOf("## Tablet"), page.indexOf("## Nameserver"));
    TreeSet<String> documented = new TreeSet<>();
    for (String line : section.lines().filter(l -> l.startsWith("| `")).toList()) {
      Matcher names = Pattern.compile("`([a-z_]+)").matcher(line.split("\\|")[1]);
      String first = "";
      while (names.find()) {
        String name = names.group(1);
        // "_written_bytes_total" stands for the first name with another end.
        if (name.startsWith("_")) {
          name = first.substring(0, "holdfast_disk_engine".length()) + name;
        } else {
          first = name;
        }
        documented.add(name);
      }
    }
    try (TestCluster cluster = new TestCluster(directory, 1)) {
      TreeSet<String> served = new TreeSet<>();
      http(cluster.tablets.get(0), "/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("# TYPE holdfast_"))
          .map(line -> line.split(" "))
          .map(words -> words[2])
          .forEach(served::add);
      TreeSet<String> names = new TreeSet<>();
      documented.forEach(name -> names.add(served.contains(name) ? name : withoutTotal(name)));
      assertThat(served).isEqualTo(names);
    }
  }

  private static String withoutTotal(String name) {
    return name.endsWith("_total") ? name.substring(0, name.length() - "_total".length()) : name;
  }
}
