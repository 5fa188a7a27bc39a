package io.holdfast.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com._4paradigm.openmldb.proto.NS;
import io.holdfast.tools.onebox.Node;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader is killed while OpenMLDB's SDK writes: what it was told is there is there. */
class SdkFailoverTest {
  private static final long TIME = 1_700_000_000_000L;

  @TempDir Path directory;

  @Test
  void everyRowThatWasTakenIsThere() throws Exception {
    try (SdkCluster cluster = SdkCluster.startSwift(directory)) {
      cluster.execute(
          "CREATE TABLE kept (k string, n int, ts timestamp, INDEX(KEY=k, TS=ts))"
              + " OPTIONS(PARTITIONNUM=4)");
      Set<String> taken = ConcurrentHashMap.newKeySet();
      AtomicInteger refused = new AtomicInteger();
      AtomicBoolean goesOn = new AtomicBoolean(true);
      Thread writer = new Thread(() -> write(cluster, taken, refused, goesOn), "writer");
      writer.start();
      cluster.await("the first rows", () -> assertThat(taken.size()).isGreaterThan(200));

      Node killed = cluster.tablet(busiest(cluster));
      cluster.processes().kill9(killed);
      int before = taken.size();
      cluster.await(
          "rows of every partition after the failover",
          () -> {
            assertThat(taken.size()).isGreaterThan(before + 500);
            assertThat(leaders(cluster)).doesNotContainKey(killed.endpoint());
          });
      cluster.processes().restart(killed);
      int restarted = taken.size();
      cluster.await(
          "rows after the restart", () -> assertThat(taken.size()).isGreaterThan(restarted + 200));
      goesOn.set(false);
      writer.join();

      cluster.await(
          "an answer of every leader",
          () -> assertThat(cluster.column("SELECT k FROM kept")).containsAll(taken));
      assertThat(cluster.column("SELECT k FROM kept").size())
          .as("what was refused may be there, nothing else")
          .isLessThanOrEqualTo(taken.size() + refused.get());
    }
  }

  private static void write(
      SdkCluster cluster, Set<String> taken, AtomicInteger refused, AtomicBoolean goesOn) {
    for (int i = 0; goesOn.get(); i++) {
      String key = "k" + i;
      try (PreparedStatement insert =
          cluster.sdk().getInsertPreparedStmt(SdkCluster.DB, "INSERT INTO kept VALUES (?, ?, ?)")) {
        insert.setString(1, key);
        insert.setInt(2, i);
        insert.setTimestamp(3, new Timestamp(TIME + i));
        if (insert.execute()) {
          taken.add(key);
        } else {
          refused.incrementAndGet();
        }
      } catch (SQLException e) {
        // Its fate is not known; the SDK does not repeat it.
        refused.incrementAndGet();
      }
    }
  }

  /** By endpoint, how many partitions a tablet leads, as the SDK sees it. */
  private static Map<String, Integer> leaders(SdkCluster cluster) {
    Map<String, Integer> leaders = new TreeMap<>();
    NS.TableInfo table = cluster.sdk().getTableInfo(SdkCluster.DB, "kept");
    table
        .getTablePartitionList()
        .forEach(
            partition ->
                partition.getPartitionMetaList().stream()
                    .filter(replica -> replica.getIsLeader() && replica.getIsAlive())
                    .forEach(replica -> leaders.merge(replica.getEndpoint(), 1, Integer::sum)));
    return leaders;
  }

  private static String busiest(SdkCluster cluster) {
    return leaders(cluster).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }
}
