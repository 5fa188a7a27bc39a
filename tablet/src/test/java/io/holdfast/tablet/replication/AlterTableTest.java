package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A leader has its table's alterations written into the log, once. */
class AlterTableTest {
  private final ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);

  private void order(NodeId leader, long term, int version) {
    Alterations wanted = Alterations.NONE;
    for (int i = 1; i <= version; i++) {
      wanted = wanted.without(i);
    }
    group
        .tablet(leader)
        .host
        .onMessage(NAMESERVER, new AlterTable(1, PARTITION, term, wanted), group.now);
  }

  private long last(NodeId tablet) {
    return group.tablet(tablet).view().history().lastOffset();
  }

  @Test
  void everyCopyGetsItFromTheLog() {
    long before = last(A);
    order(A, 1, 1);
    group.settle();
    group.live(300);
    for (NodeId tablet : new NodeId[] {A, B, C}) {
      assertThat(last(tablet)).isEqualTo(before + 1);
      assertThat(group.tablet(tablet).store().alterations()).isEqualTo(1);
    }
  }

  /** The order is repeated until the leader reports that it is done. */
  @Test
  void oneRecordHoweverOftenItIsOrdered() {
    long before = last(A);
    group.tablet(B).diskHeld = true;
    for (int i = 0; i < 5; i++) {
      order(A, 1, 1);
      group.settle();
    }
    assertThat(group.tablet(A).store().alterations()).as("not committed").isZero();
    group.tablet(B).diskHeld = false;
    group.settle();
    order(A, 1, 1);
    group.settle();
    assertThat(last(A)).isEqualTo(before + 1);
    order(A, 1, 2);
    group.settle();
    assertThat(last(A)).isEqualTo(before + 2);
    order(A, 1, 1);
    group.settle();
    assertThat(last(A)).as("an order that was overtaken").isEqualTo(before + 2);
  }

  @Test
  void nobodyButTheLeaderOfTheTermWritesIt() {
    long before = last(A);
    order(B, 1, 1);
    order(A, 2, 1);
    group.settle();
    assertThat(last(A)).isEqualTo(before);
    assertThat(last(B)).isEqualTo(before);
  }

  /** One that could not be written is written when the order comes again. */
  @Test
  void whatWasRefusedIsTriedAgain() {
    group.tablet(A).disk = DiskLevel.FULL;
    group.live(200);
    order(A, 1, 1);
    group.settle();
    assertThat(group.tablet(A).store().alterations()).isZero();
    group.tablet(A).disk = DiskLevel.ROOMY;
    group.live(200);
    order(A, 1, 1);
    group.settle();
    assertThat(group.tablet(A).store().alterations()).isEqualTo(1);
  }

  /**
   * Indexes are filled by the leader that is meant, when it has them, up to the end of its log: who
   * writes later knows of them.
   */
  @Test
  void onlyALeaderThatHasTheIndexesFillsThem() {
    fill(A, 1, 1);
    assertThat(group.tablet(A).store().fills).as("not applied").isEmpty();
    order(A, 1, 1);
    group.settle();
    fill(B, 1, 1);
    fill(A, 2, 1);
    fill(A, 1, 2);
    assertThat(group.tablet(B).store().fills).as("follows").isEmpty();
    assertThat(group.tablet(A).store().fills).as("another term, or version").isEmpty();
    fill(A, 1, 1);
    assertThat(group.tablet(A).store().fills)
        .containsExactly(new FakeReplicaStore.Fill(1, 1, last(A)));
  }

  private void fill(NodeId tablet, long term, int version) {
    group
        .tablet(tablet)
        .host
        .onMessage(
            NAMESERVER, new FillIndexes(1, PARTITION, term, version, List.of(A, B)), group.now);
  }
}
