package io.holdfast.it.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReadOptions;
import io.holdfast.client.Row;
import io.holdfast.client.TableClient;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.TableState;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tablet that led was restarted and reads its files for long, while another leads in its place:
 * nobody waits for it who knew it as the leader, or who asks any tablet.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LoadingLeaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;
  private InProcessCluster cluster;
  private TableClient table;

  private boolean makesTable() {
    try (Connection connection =
            DriverManager.getConnection("jdbc:holdfast://" + cluster.active());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS own");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS own.t (k string, v bigint, INDEX(KEY=k))"
              + " OPTIONS (partitionnum=1, replicanum=3)");
      return true;
    } catch (SQLException notAllTabletsThere) {
      return false;
    }
  }

  private static String leader(HoldfastClient client) {
    return client
        .admin()
        .showTable("own", "t")
        .get(0)
        .getTablePartition(0)
        .getPartitionMetaList()
        .stream()
        .filter(replica -> replica.getIsLeader() && replica.getIsAlive())
        .map(PartitionMeta::getEndpoint)
        .findFirst()
        .orElse("");
  }

  /** A pipe that nobody writes to takes the place of the log, so that reading lasts as wanted. */
  private Path stuckLog(String tablet) throws Exception {
    Path segment;
    try (Stream<Path> files = Files.walk(cluster.directory(tablet))) {
      segment = files.filter(f -> f.toString().endsWith(".seg")).sorted().findFirst().orElseThrow();
    }
    Files.delete(segment);
    assertThat(new ProcessBuilder("mkfifo", segment.toString()).start().waitFor()).isZero();
    return segment;
  }

  private void restart(String tablet) {
    try {
      cluster.startTablet(tablet);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isLoading(RpcClient rpc, String tablet) {
    try {
      return rpc
          .call(
              tablet,
              Tablet.getDescriptor()
                  .findServiceByName("TabletServer")
                  .findMethodByName("GetTableStatus"),
              GetTableStatusRequest.getDefaultInstance(),
              GetTableStatusResponse.getDefaultInstance(),
              PATIENCE)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .getAllTableStatusList()
          .stream()
          .anyMatch(status -> status.getState() == TableState.kTableLoading);
    } catch (Exception notListening) {
      return false;
    }
  }

  private boolean puts() {
    try {
      table.put(Row.of("k", 1L));
      return true;
    } catch (HoldfastException notAllReady) {
      return false;
    }
  }

  @Test
  void nobodyWaitsForIt() throws Exception {
    cluster = new InProcessCluster(directory, 3, 0);
    try (HoldfastClient client = builder().build();
        HoldfastClient observer = builder().build();
        RpcClient rpc = RpcClient.create(RpcClientSettings.defaults())) {
      InProcessCluster.await("a table", this::makesTable);
      table = client.table("own", "t");
      InProcessCluster.await("a row", this::puts);
      String old = leader(observer);
      cluster.stopTablet(old);
      Path stuck = stuckLog(old);
      CompletableFuture<Void> started = CompletableFuture.runAsync(() -> restart(old));
      try {
        InProcessCluster.await("it to load", () -> isLoading(rpc, old));
        InProcessCluster.await("a successor", () -> !List.of("", old).contains(leader(observer)));

        for (int i = 0; i < 3; i++) {
          assertThat(table.withReads(ReadOptions.any()).get("k", 0).found()).isTrue();
        }
        table.put(Row.of("k", 2L));
        assertThat(table.get("k", 0).found()).isTrue();

        String other = leader(observer);
        String both = "jdbc:holdfast://" + old + "," + other + "/own";
        try (Connection connection = DriverManager.getConnection(both)) {
          for (int i = 0; i < 4; i++) {
            assertThat(connection.isValid(4)).isTrue();
          }
        }
        try (Connection connection =
                DriverManager.getConnection("jdbc:holdfast://" + old + "/own");
            Statement statement = connection.createStatement();
            ResultSet result = statement.executeQuery("SELECT count(*) FROM t")) {
          assertThat(result.next()).isTrue();
          assertThat(result.getLong(1)).isGreaterThanOrEqualTo(2);
        }
        assertThat(started).isNotDone();
      } finally {
        try (OutputStream end = Files.newOutputStream(stuck)) {
          end.flush();
        }
        started.get(60, TimeUnit.SECONDS);
      }
    } finally {
      cluster.close();
    }
  }

  private HoldfastClient.Builder builder() {
    return HoldfastClient.builder().nameservers(cluster.active()).requestTimeout(PATIENCE);
  }
}
