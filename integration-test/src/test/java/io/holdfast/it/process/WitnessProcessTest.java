package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.GetResult;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.ReadKey;
import io.holdfast.client.ReadOptions;
import io.holdfast.client.Row;
import io.holdfast.client.TableClient;
import io.holdfast.client.WriteOptions;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.tools.onebox.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A table of two copies and a witness. Without one copy, writes go on at once; and if the leader
 * dies before anything else was decided, the copy that comes back has everything from the witness.
 */
@Timeout(180)
class WitnessProcessTest extends ClusterProcessTest {
  private static final String TABLE = "witnessed";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Well before a leader would leave a silent member out of a majority's set, which is 3 seconds.
   */
  private static final Duration ALONE_WITH_WITNESS = Duration.ofMillis(1_000);

  private HoldfastClient client;
  private TableClient rows;
  private long written;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  @Test
  void whatOnlyTheWitnessHasIsNotLost() throws Exception {
    try (HoldfastClient connected = connect()) {
      client = connected;
      client.admin().createDatabase("demo", true);
      client.admin().createTable(table(2, 1), false);
      rows = client.table("demo", TABLE);
      await("all members in sync", partition -> inSync(partition) == 3);
      write(100);

      Node leader = nodeOf(PartitionMeta::getIsLeader);
      Node witness = nodeOf(PartitionMeta::getWitness);
      Node follower = nodeOf(replica -> !replica.getIsLeader() && !replica.getWitness());
      assertThat(List.of(leader, follower, witness)).doesNotHaveDuplicates();
      assertThatThrownBy(() -> client.admin().changeLeader("demo", TABLE, 0, witness.endpoint()))
          .hasMessageContaining("keeps the log only");

      processes.kill9(follower);
      long until = System.nanoTime() + ALONE_WITH_WITNESS.toNanos();
      long before = written;
      while (System.nanoTime() - until < 0) {
        write(1);
      }
      assertThat(written).as("writes while one copy is dead").isGreaterThan(before);
      processes.kill9(leader);

      processes.restart(follower);
      await(
          "the other copy to lead",
          partition ->
              partition.getPartitionMetaList().stream()
                  .anyMatch(
                      replica ->
                          replica.getIsLeader()
                              && replica.getIsAlive()
                              && replica.getEndpoint().equals(follower.endpoint())));
      assertEverythingIsThere();
      write(50);

      processes.restart(leader);
      await("all members in sync again", partition -> inSync(partition) == 3);
      assertEverythingIsThere();
    }
  }

  @Test
  void tablesForWhichAWitnessMakesNoSenseAreRefused() {
    try (HoldfastClient connected = connect()) {
      connected.admin().createDatabase("demo", true);
      assertThatThrownBy(() -> connected.admin().createTable(table(3, 1), false))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("a witness makes no sense beside 3 replicas");
      assertThatThrownBy(() -> connected.admin().createTable(table(2, 2), false))
          .isInstanceOf(HoldfastException.class)
          .hasMessageContaining("witnesses must be 0 or 1, not 2");
    }
  }

  private void write(int count) {
    for (int i = 0; i < count; i++) {
      rows.put(Row.of("row" + written, 1 + written, 7 * written), WriteOptions.DEFAULT);
      written++;
    }
  }

  private void assertEverythingIsThere() {
    for (long i = 0; i < written; i++) {
      GetResult result = rows.get(ReadKey.of("row" + i), 0, ReadOptions.leader());
      assertThat(result.found()).as("row %d of %d", i, written).isTrue();
      assertThat(rows.decode(result.row()).get(2)).isEqualTo(7 * i);
    }
  }

  private TablePartition partition() {
    return client.admin().showTable("demo", TABLE).get(0).getTablePartition(0);
  }

  private Node nodeOf(Predicate<PartitionMeta> condition) {
    return partition().getPartitionMetaList().stream()
        .filter(condition)
        .map(replica -> processes.nodeAt(replica.getEndpoint()))
        .findFirst()
        .orElseThrow();
  }

  private static long inSync(TablePartition partition) {
    return partition.getPartitionMetaList().stream().filter(PartitionMeta::getIsAlive).count();
  }

  private void await(String what, Predicate<TablePartition> condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.test(partition())) {
      assertThat(System.nanoTime() - deadline)
          .as("gave up waiting for %s: %s", what, partition())
          .isNegative();
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private HoldfastClient connect() {
    return HoldfastClient.builder()
        .zookeeper(processes.zkCluster())
        .rootPath(processes.zkRootPath())
        .requestTimeout(Duration.ofSeconds(15))
        .build();
  }

  private static TableInfo table(int replicas, int witnesses) {
    return TableInfo.newBuilder()
        .setDb("demo")
        .setName(TABLE)
        .setPartitionNum(1)
        .setReplicaNum(replicas)
        .setAcks("majority")
        .setWitnesses(witnesses)
        .addColumnDesc(column("name", DataType.kString))
        .addColumnDesc(column("number", DataType.kBigInt))
        .addColumnDesc(column("value", DataType.kBigInt))
        .addColumnKey(
            ColumnKey.newBuilder().setIndexName("name").addColName("name").setTsName("number"))
        .build();
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).setNotNull(true).build();
  }
}
