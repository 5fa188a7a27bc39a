package io.holdfast.it.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.ReadKey;
import io.holdfast.client.TableClient;
import io.holdfast.client.TraversePage;
import io.holdfast.client.row.RowPairs;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tools.onebox.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Processes die, as processes do, while rows are being written. Every acknowledged row is there
 * afterwards, service comes back by itself, and so does full redundancy.
 */
class FailoverProcessTest extends ClusterProcessTest {
  @Test
  void aLeaderIsKilled() throws Exception {
    Node victim = busiest();
    cluster.whileWriting(() -> processes.kill9(victim));
    assertRecovers();
  }

  @Test
  void aTabletThatOnlyFollowsIsKilled() throws Exception {
    Node first = idlest();
    cluster.whileWriting(() -> processes.kill9(first));
    cluster.awaitService();
    cluster.whileWriting(() -> processes.restart(first));
    cluster.awaitRedundancy();
    // What it led before is led by others now.
    assertThat(cluster.leaderCounts().get(first)).isZero();
    cluster.whileWriting(() -> processes.kill9(first));
    assertRecovers();
  }

  @Test
  void theActiveNameServerIsKilledAndThenALeader() throws Exception {
    Node nameServer = cluster.activeNameServer();
    Node tablet = busiest();
    cluster.whileWriting(() -> processes.kill9(nameServer));
    cluster.whileWriting(() -> processes.kill9(tablet));
    assertRecovers();
  }

  @Test
  void everythingIsKilledAtOnce() throws Exception {
    cluster.whileWriting(processes::kill9All);
    cluster.whileWriting(processes::restartMissing);
    assertRecovers();
  }

  @Test
  void everythingIsAskedToStopAtOnce() throws Exception {
    cluster.whileWriting(processes::terminateAll);
    assertThat(cluster.progress()).noneMatch(line -> line.contains("does not stop when asked"));
    cluster.whileWriting(processes::restartMissing);
    assertRecovers();
  }

  /**
   * An index is added while rows are written, a tablet that fills it is killed, and the nameserver
   * that has it filled, too. It finds exactly the rows that are there.
   */
  @Test
  void whoFillsAnAddedIndexIsKilled() throws Exception {
    ColumnKey index =
        ColumnKey.newBuilder()
            .setIndexName("by_count")
            .addColName("passenger_count")
            .addColName("vendor_id")
            .setTsName("pickup_datetime")
            .build();
    Node active = cluster.activeNameServer();
    Node leader = busiest();
    cluster.whileWriting(
        () -> {
          List<Long> ops = cluster.admin().addIndex("demo", "trips", index);
          assertThat(cluster.admin().addIndex("demo", "trips", index)).isEqualTo(ops);
          processes.kill9(active);
          processes.kill9(leader);
          processes.restart(leader);
          cluster.await("the index", () -> unfilled().isEmpty());
        });
    cluster.awaitRedundancy();
    cluster.load().drain();
    cluster.assertNothingLost();
    cluster.assertReplicasAgree();
    assertFindsAllRows(index);
    processes.kill9All();
    processes.restartMissing();
    cluster.awaitRedundancy();
    cluster.load().drain();
    assertFindsAllRows(index);
  }

  private List<String> unfilled() {
    return cluster.admin().showTable("demo", "trips").get(0).getUnfilledIndexesList();
  }

  /**
   * By each key the index finds as many rows as a walk over all of them meets. Only a row whose put
   * was left in doubt may be in one and not in the other.
   */
  private void assertFindsAllRows(ColumnKey index) throws Exception {
    try (HoldfastClient client =
        HoldfastClient.builder()
            .zookeeper(processes.zkCluster())
            .rootPath(processes.zkRootPath())
            .build()) {
      TableClient table = client.table("demo", "trips");
      TableSchema schema = TableSchema.of(table.describe());
      Map<String, Long> expected = new TreeMap<>();
      for (int pid = 0; pid < RunningCluster.PARTITIONS; pid++) {
        TraversePage page = table.traverse(pid, TraversePage.Cursor.START, 1000);
        while (true) {
          for (RowPairs.Entry entry : page.entries()) {
            byte[] key =
                KeyCodec.key(
                    schema,
                    schema.index(index.getIndexName()).orElseThrow(),
                    RowView.of(schema, entry.row()));
            expected.merge(new String(key, UTF_8), 1L, Long::sum);
          }
          if (page.finished()) {
            break;
          }
          page = table.traverse(pid, page.next(), 1000);
        }
      }
      assertThat(expected).hasSizeGreaterThan(5);
      long amiss = 0;
      for (Map.Entry<String, Long> key : expected.entrySet()) {
        long found = table.count(new ReadKey(key.getKey(), index.getIndexName()), false).count();
        amiss += Math.abs(found - key.getValue());
      }
      assertThat(amiss)
          .as("%s; %s", expected, cluster.progress())
          .isLessThanOrEqualTo(cluster.load().unknown());
    }
  }
}
