package io.holdfast.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReadKey;
import io.holdfast.client.Row;
import io.holdfast.client.RowCursor;
import io.holdfast.client.RowIterator;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.client.row.RowPairs;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster that is found by one server of each kind; and walks over its rows. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SeedsClusterTest {
  private static final int ROWS = 2_000;

  @TempDir static Path directory;
  private static InProcessCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new InProcessCluster(directory, 3, 0);
    try (HoldfastClient client = HoldfastClient.connect("holdfast://" + cluster.active())) {
      InProcessCluster.await("the table", () -> makesTable(client));
      List<Row> rows = IntStream.range(0, ROWS).mapToObj(i -> Row.of("k" + i, "v" + i)).toList();
      client.table("shop", "t").putAll(rows).orThrow();
    }
  }

  private static boolean makesTable(HoldfastClient client) {
    try {
      client.admin().createDatabase("shop", true);
      client.admin().createTable(table(), true);
      return true;
    } catch (HoldfastException notAllTabletsThere) {
      return false;
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void eachKindOfServerIsAWayIn() {
    for (String seed :
        List.of(
            cluster.tablets().get(0), cluster.standby(), cluster.active(), cluster.zooKeeper())) {
      try (HoldfastClient client = HoldfastClient.connect("holdfast://" + seed + "/shop")) {
        assertThat(client.table("t").get("k1", 0).found()).as(seed).isTrue();
      }
    }
  }

  /** The only server that the client was told of dies, and may take leaderships along. */
  @Test
  void theClientLivesOnWhenItsOnlySeedDies() throws Exception {
    String seed = cluster.tablets().get(1);
    try (HoldfastClient client = HoldfastClient.connect("holdfast://" + seed + "/shop")) {
      TableClient table = client.table("t");
      assertThat(table.get("k1", 0).found()).isTrue();
      cluster.stopTablet(seed);
      for (int i = 0; i < 50; i++) {
        table.put(Row.of("after" + i, "after" + i));
        assertThat(table.get("after" + i, 0).found()).isTrue();
      }
      // What it had not heard of when the seed was alive.
      client
          .admin()
          .createTable(table().toBuilder().setName("later").setReplicaNum(2).build(), true);
      client.table("later").put(Row.of("k", "v"));
    } finally {
      cluster.startTablet(seed);
    }
  }

  @Test
  void walksMeetEveryRowOnceFromWhereverTheyAreLeft() {
    try (HoldfastClient client =
        HoldfastClient.connect("holdfast://" + cluster.active() + "/shop")) {
      TableClient table = client.table("t");
      List<Row> versions = new ArrayList<>();
      IntStream.range(0, 1_000).forEach(i -> versions.add(Row.of("many", "m" + i)));
      // All of one time, and some of others.
      table.putAll(versions, WriteOptions.DEFAULT.at(5_000)).orThrow();
      for (int i = 1; i <= 20; i++) {
        table.put(Row.of("many", "late" + i), WriteOptions.DEFAULT.at(5_000 + i));
      }
      List<String> all = values(table, table.walk(ReadKey.of("many"), 0, 0).pageRows(37));
      assertThat(all).hasSize(1_020).doesNotHaveDuplicates();
      assertThat(all.get(0)).isEqualTo("late20");

      RowIterator first = table.walk().pageRows(100).iterator();
      List<String> walked = new ArrayList<>();
      for (int i = 0; i < 777; i++) {
        walked.add(value(table, first.next()));
      }
      RowCursor left = first.cursor();
      walked.addAll(values(table, table.walk().pageRows(333).from(left)));
      assertThat(walked).doesNotHaveDuplicates();
      Set<String> met = Set.copyOf(walked);
      assertThat(met).containsAll(all);
      assertThat(IntStream.range(0, ROWS).mapToObj(i -> "v" + i)).allMatch(met::contains);
    }
  }

  private static List<String> values(TableClient table, Iterable<RowPairs.Entry> rows) {
    return StreamSupport.stream(rows.spliterator(), false).map(row -> value(table, row)).toList();
  }

  private static String value(TableClient table, RowPairs.Entry row) {
    return (String) table.decode(row.row()).get(1);
  }

  private static TableInfo table() {
    return TableInfo.newBuilder()
        .setDb("shop")
        .setName("t")
        .setPartitionNum(4)
        .setReplicaNum(3)
        .addColumnDesc(ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString))
        .addColumnDesc(ColumnDesc.newBuilder().setName("v").setDataType(DataType.kString))
        .addColumnKey(
            ColumnKey.newBuilder()
                .setIndexName("k")
                .addColName("k")
                .setTtl(TTLSt.newBuilder().setAbsTtl(0).setLatTtl(0)))
        .build();
  }
}
