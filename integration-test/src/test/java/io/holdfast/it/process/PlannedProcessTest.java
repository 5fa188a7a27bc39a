package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.process.Interrupts;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Leaders are changed and tablets stopped as planned while rows are being written: not one write
 * fails, and none is left in doubt.
 */
class PlannedProcessTest extends ClusterProcessTest {
  @Test
  void leadersAreChanged() throws Exception {
    for (int i = 0; i < 3; i++) {
      for (int partition = 0; partition < RunningCluster.PARTITIONS; partition++) {
        cluster.changeLeader(partition);
      }
    }
    assertNothingFailed();
  }

  @Test
  void everyTabletIsStoppedAndStartedInTurn() throws Exception {
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      cluster.whileWriting(() -> processes.terminate(tablet));
      assertThat(cluster.leaderCounts().get(tablet)).isZero();
      cluster.whileWriting(() -> processes.restart(tablet));
      cluster.awaitRedundancy();
    }
    assertThat(cluster.progress()).noneMatch(line -> line.contains("does not stop when asked"));
    assertNothingFailed();
  }

  @Test
  void aLeaderLeaves() throws Exception {
    Interrupts.assumeTaken();
    Node leader = busiest();
    AtomicInteger status = new AtomicInteger(-1);
    cluster.whileWriting(() -> status.set(processes.interrupt(leader)));
    assertThat(status).hasValue(0);
    assertThat(cluster.leaderCounts().get(leader)).isZero();
    cluster.whileWriting(() -> processes.restart(leader));
    cluster.awaitRedundancy();
    assertNothingFailed();
  }

  @Test
  void aTabletIsTakenOutOfServiceAndPutBack() throws Exception {
    Node leader = busiest();
    cluster.whileWriting(() -> cluster.admin().offlineEndpoint(leader.endpoint()));
    assertThat(cluster.leaderCounts().get(leader)).isZero();
    cluster.whileWriting(() -> processes.kill9(leader));
    cluster.whileWriting(() -> processes.restart(leader));
    cluster.awaitHeard();
    cluster.whileWriting(() -> cluster.admin().recoverEndpoint(leader.endpoint()));
    cluster.awaitRedundancy();
    assertNothingFailed();
  }

  /**
   * By the nameserver that is asked, or the one after it; and in the next life every copy has it.
   */
  @Test
  void theTableIsAltered() throws Exception {
    assertThat(shell.ns("demo", "create shops 0 4 3 shop:string:index city:string:index").status())
        .isZero();
    assertThat(shell.ns("demo", "put shops 1 s1 c1").status()).isZero();
    Node active = cluster.activeNameServer();
    // Each trip has one row, so nothing of what is written gets too old.
    TTLSt one = TTLSt.newBuilder().setTtlType(TTLType.kLatestTime).setLatTtl(1).build();
    cluster.whileWriting(
        () -> {
          CompletableFuture<Void> altered =
              CompletableFuture.runAsync(() -> cluster.admin().setTtl("demo", "trips", "", one));
          processes.kill9(active);
          altered.join();
          cluster.admin().deleteIndex("demo", "shops", "city");
          // Those who write go on to put rows without it.
          TableInfo trips = cluster.admin().showTable("demo", "trips").get(0);
          cluster.admin().addColumn(trips, "note", DataType.kVarchar);
        });
    assertThat(shell.ns("demo", "addtablefield shops open bool").status()).isZero();
    assertThat(shell.ns("demo", "put shops 2 s2 c2 true").status()).isZero();
    assertThat(shell.ns("demo", "get shops s1 0").status()).isZero();
    assertThat(shell.ns("demo", "get shops c1 city 0").text()).contains("idx name not found");
    cluster.load().drain();
    processes.kill9All();
    processes.restartMissing();
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    cluster.assertReplicasAgree();
    assertThat(shell.ns("demo", "showschema trips").text()).contains("kLatestTime", "note");
    assertThat(shell.ns("demo", "get shops s1 0").text()).containsPattern("1 +1 +s1 +c1 +-");
    assertThat(shell.ns("demo", "get shops s2 0").text()).containsPattern("1 +2 +s2 +c2 +true");
    List<String> keys = shell.ns("demo", "showschema shops").lines();
    assertThat(keys.subList(keys.indexOf("#ColumnKey"), keys.size()))
        .anyMatch(line -> line.contains("shop"))
        .noneMatch(line -> line.contains("city"));
  }
}
