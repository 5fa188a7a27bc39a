package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two copies and a witness, on real disks and over real sockets. */
@Timeout(120)
class WitnessClusterTest {
  private static final TableOptions OPTIONS =
      new TableOptions(2, AckMode.MAJORITY, 1, ReadMode.LEADER).withWitnesses(1);
  private static final PartitionId P0 = TestCluster.partition(0);

  @TempDir Path directory;

  /**
   * Writes go on while the other copy is away. When the leader goes as well, the other copy has
   * them all from the witness.
   */
  @Test
  void whatOnlyTheWitnessHasIsFetchedByWhoLeadsNext() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      NodeId first = cluster.tablets.get(0);
      NodeId other = cluster.tablets.get(1);
      NodeId witness = cluster.tablets.get(2);
      cluster.createReplicas(0, OPTIONS, cluster.tablets, List.of(witness));
      cluster.elect(0, 1, OPTIONS, cluster.tablets, List.of(witness));
      put(cluster, first, 0, 20);

      cluster.stop(other);
      put(cluster, first, 20, 60);
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                ReplicaStatus status = cluster.nameserver.status(witness, P0);
                assertThat(status.role()).isEqualTo(Role.WITNESS);
                assertThat(status.lastOffset()).isGreaterThanOrEqualTo(61);
                assertThat(status.rows()).isZero();
              });

      cluster.stop(first);
      cluster.start(other);
      Fenced lacking = cluster.fence(other, P0, 2);
      Fenced best = cluster.fence(witness, P0, 2);
      assertThat(lacking.lastOffset()).isLessThan(best.lastOffset());
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                cluster.nameserver.send(
                    other, new FetchLog(1, P0, 2, witness, best.lastTerm(), best.lastOffset()));
                return cluster.nameserver.fenced(other, P0).lastOffset() == best.lastOffset();
              });
      cluster.lead(
          P0,
          2,
          OPTIONS,
          new MemberSet(List.of(new Member(other, lacking.uid()), new Member(witness, best.uid()))),
          other,
          List.of(witness));

      for (int i = 0; i < 60; i++) {
        GetResponse got = get(cluster, other, "k" + i, "leader");
        assertThat(got.getCode()).as("k%s: %s", i, got.getMsg()).isZero();
        assertThat(got.getValue().toByteArray()).isEqualTo(TestTable.row("k" + i, i));
      }
      put(cluster, other, 60, 70);
    }
  }

  @Test
  void aWitnessAnswersNoReadsAndTakesNoWrites() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      NodeId leader = cluster.tablets.get(0);
      NodeId witness = cluster.tablets.get(2);
      cluster.createReplicas(0, OPTIONS, cluster.tablets, List.of(witness));
      cluster.elect(0, 1, OPTIONS, cluster.tablets, List.of(witness));
      put(cluster, leader, 0, 3);
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(witness, P0).lastOffset() == 4);

      for (String mode : List.of("stale", "session")) {
        GetResponse refused = get(cluster, witness, "k1", mode);
        assertThat(refused.getCode()).isNotZero();
        assertThat(refused.getMsg()).contains("a witness: it keeps the log only");
        assertThat(refused.getLeader()).isEqualTo(leader.endpoint());
      }
      assertThat(cluster.put(witness, 0, "k1", 9).getCode()).isEqualTo(103);
    }
  }

  /** It is not sent what everybody else has, and a restart finds it as it was. */
  @Test
  void aNewWitnessBeginsBehindWhatTheCopiesHaveAndComesBackAfterARestart() throws Exception {
    try (TestCluster cluster = new TestCluster(directory, 3)) {
      NodeId leader = cluster.tablets.get(0);
      NodeId other = cluster.tablets.get(1);
      NodeId witness = cluster.tablets.get(2);
      List<NodeId> copies = List.of(leader, other);
      cluster.createReplicas(0, OPTIONS, copies, List.of());
      cluster.elect(0, 1, OPTIONS, copies);
      put(cluster, leader, 0, 1_200);

      cluster.createReplicas(0, OPTIONS, List.of(witness), List.of(witness));
      Member member = new Member(witness, cluster.nameserver.status(witness, P0).uid());
      await()
          .atMost(TestCluster.PATIENCE)
          .until(
              () -> {
                cluster.nameserver.send(
                    leader,
                    new LeaderAdvice(
                        1,
                        P0,
                        1,
                        1,
                        List.of(witness),
                        List.of(member),
                        List.of(),
                        true,
                        List.of(witness)));
                return !cluster.nameserver.wishes().isEmpty();
              });
      ChangeMembers wish = cluster.nameserver.wishes().get(0);
      assertThat(wish.members().contains(witness, member.uid())).isTrue();
      await()
          .atMost(TestCluster.PATIENCE)
          .untilAsserted(
              () -> {
                ReplicaStatus joined = cluster.nameserver.status(witness, P0);
                assertThat(joined.snapshotOffset()).as("it began anew").isEqualTo(1_201);
                assertThat(joined.rows()).isZero();
              });

      put(cluster, leader, 1_200, 1_250);
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> cluster.nameserver.status(witness, P0).lastOffset() == 1_251);
      cluster.stop(witness);
      cluster.start(witness);
      Fenced answer = cluster.fence(witness, P0, 2);
      assertThat(answer.uid()).isEqualTo(member.uid());
      assertThat(answer.lastOffset()).isEqualTo(1_251);
      assertThat(answer.flags().isClean()).isTrue();
    }
  }

  private static void put(TestCluster cluster, NodeId leader, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(cluster.put(leader, 0, "k" + i, i).getCode()).as("put %s", i).isZero();
    }
  }

  private static GetResponse get(TestCluster cluster, NodeId tablet, String key, String mode) {
    return cluster.call(
        tablet,
        "Get",
        GetRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(0)
            .setKey(key)
            .setReadMode(mode)
            .setMinVersion(1)
            .build(),
        GetResponse.getDefaultInstance());
  }
}
