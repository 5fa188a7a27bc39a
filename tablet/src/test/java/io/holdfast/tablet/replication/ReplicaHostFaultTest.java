package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.OTHER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.WriteId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica that breaks takes nothing with it: not its neighbours, not its clients' answers. */
class ReplicaHostFaultTest {
  private final ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
  private final ReplicaGroup.Tablet tablet = group.tablet(A);
  private final List<WriteOutcome> outcomes = new ArrayList<>();

  /** Tablet A leads both partitions; the second with itself as the only member. */
  private void leadBoth(MemberSet members) {
    FakeReplicaStore other = (FakeReplicaStore) tablet.create(OTHER, group.table, false);
    tablet.host.open(OTHER, other, group.now);
    lead(PARTITION, members);
    lead(OTHER, new MemberSet(List.of(new Member(A, other.uid()))));
    group.settle();
    syncOther();
  }

  private void lead(PartitionId partition, MemberSet members) {
    tablet.host.onMessage(NAMESERVER, new NewTerm(1, partition, 1), group.now);
    tablet.host.onMessage(
        NAMESERVER,
        new BecomeLeader(
            1, partition, 1, 1, 1, members, group.outside(members), 0, group.options, true, false),
        group.now);
  }

  private void syncOther() {
    FakeReplicaStore other = tablet.stores.get(OTHER);
    while (!other.owed.isEmpty()) {
      FakeReplicaStore.Sync sync = other.syncOne();
      tablet.host.onSynced(OTHER, sync.generation(), sync.offset(), group.now);
    }
  }

  private void write(PartitionId partition, WriteListener listener) {
    tablet.host.write(partition, WriteId.NONE, new byte[1], listener, group.now);
  }

  /** A disk without room concerns the replicas that lie on it: others of the tablet take writes. */
  @Test
  void aFullDiskIsItsOwnReplicasTrouble() {
    leadBoth(group.members(A));
    tablet.disks.put(PARTITION, DiskLevel.LOW);
    group.live(20);
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    write(OTHER, (outcome, offset, result) -> outcomes.add(outcome));
    syncOther();
    assertThat(outcomes).containsExactly(WriteOutcome.DISK_FULL, WriteOutcome.OK);

    tablet.disks.clear();
    tablet.disks.put(OTHER, DiskLevel.FULL);
    group.live(20);
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    write(OTHER, (outcome, offset, result) -> outcomes.add(outcome));
    group.settle();
    assertThat(outcomes.subList(2, 4)).containsExactly(WriteOutcome.DISK_FULL, WriteOutcome.OK);
  }

  /** A replica that fails while its messages are put on the way does not hold up the next one. */
  @Test
  void theNextReplicaIsFlushed() {
    leadBoth(group.members(A));
    group.settle();
    group.onTheWay.clear();
    tablet.unsendable =
        message ->
            message instanceof ReplicationMessage replication
                && replication.partition().equals(PARTITION);
    group.pass(100);
    tablet.host.endOfTurn(group.now);
    assertThat(tablet.faults).hasSize(1);
    group.pass(100);
    tablet.host.endOfTurn(group.now);

    assertThat(group.onTheWay)
        .extracting(envelope -> ((ReplicationMessage) envelope.message()).partition())
        .contains(OTHER)
        .doesNotContain(PARTITION);
  }

  /**
   * When the disk throws under a write, the client is told; and if it writes to another partition
   * at once, that one does not get the broken one's records.
   */
  @Test
  void nothingOfTheBrokenReplicaReachesAnother() {
    leadBoth(group.members(A, ReplicaGroup.B));
    assertThat(tablet.host.status(PARTITION).active()).isTrue();
    group.cutOff(ReplicaGroup.B);
    write(PARTITION, (outcome, offset, result) -> writeToOther(outcome));
    tablet.stores.get(PARTITION).breakDown();
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));

    assertThat(outcomes).containsExactly(WriteOutcome.UNKNOWN, WriteOutcome.UNKNOWN);
    assertThat(tablet.stores.get(OTHER).log).hasSize(2);
    syncOther();
    assertThat(outcomes).endsWith(WriteOutcome.OK);
    assertThat(tablet.host.view(OTHER).commit()).isEqualTo(2);
  }

  private void writeToOther(WriteOutcome outcome) {
    outcomes.add(outcome);
    write(OTHER, (other, offset, result) -> outcomes.add(other));
  }

  /** A client that asks for more from within its answer is served, in order. */
  @Test
  void aListenerMayComeBack() {
    leadBoth(group.members(A));
    write(PARTITION, (outcome, offset, result) -> writeToOther(outcome));
    group.sync(A);
    syncOther();
    assertThat(outcomes).containsExactly(WriteOutcome.OK, WriteOutcome.OK);
    assertThat(tablet.store().terms()).containsExactly(1L, 1L);
  }

  /** A listener that throws does not keep the others from their answers. */
  @Test
  void everyListenerIsTold() {
    leadBoth(group.members(A));
    write(
        PARTITION,
        (outcome, offset, result) -> {
          throw new IllegalStateException("client code");
        });
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    tablet.store().syncOne();
    FakeReplicaStore.Sync both = tablet.store().syncOne();
    tablet.host.onSynced(PARTITION, both.generation(), both.offset(), group.now);
    assertThat(outcomes).containsExactly(WriteOutcome.OK);
  }

  /** Nor does it when the replica ends: the fault is reported, and the loop goes on. */
  @Test
  void everyListenerIsToldOfTheEnd() {
    leadBoth(group.members(A, ReplicaGroup.B));
    group.cutOff(ReplicaGroup.B);
    write(
        PARTITION,
        (outcome, offset, result) -> {
          throw new IllegalStateException("client code");
        });
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    List<String> snapshots = new ArrayList<>();
    tablet.host.makeSnapshot(
        PARTITION, 1_000, (manifest, problem) -> snapshots.add(String.valueOf(problem)));
    tablet.host.onStoreFailed(PARTITION, new IllegalStateException("fsync"));

    assertThat(outcomes).containsExactly(WriteOutcome.UNKNOWN);
    assertThat(snapshots).hasSize(1);
    assertThat(tablet.faults).hasSize(1);
  }

  /** A replica that the disk gave up answers its writes as unknown and is not made anew. */
  @Test
  void aFailedStoreEndsTheReplica() {
    leadBoth(group.members(A, ReplicaGroup.B));
    group.cutOff(ReplicaGroup.B);
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    tablet.host.onStoreFailed(PARTITION, new IllegalStateException("fsync"));
    write(PARTITION, (outcome, offset, result) -> outcomes.add(outcome));
    assertThat(outcomes).containsExactly(WriteOutcome.UNKNOWN, WriteOutcome.NO_SUCH_PARTITION);
    assertThat(tablet.host.partitions()).containsExactly(OTHER);
  }

  /** A copy that has failed is not spared when its partition, or that very copy, is to go. */
  @Test
  void aFailedReplicaIsPutAsideLikeAnyOther() {
    for (boolean named : new boolean[] {true, false}) {
      ReplicaGroup fresh = ReplicaGroup.of(AckMode.ALL);
      ReplicaGroup.Tablet one = fresh.tablet(A);
      ReplicaUid uid = one.store().uid();
      one.host.onMessage(NAMESERVER, new NewTerm(1, PARTITION, 3), fresh.now);
      one.host.onStoreFailed(PARTITION, new IllegalStateException("fsync"));
      one.host.onMessage(
          NAMESERVER, new DropReplica(1, PARTITION, 3, new ReplicaUid(9, 9)), fresh.now);
      one.host.onMessage(NAMESERVER, new DropReplica(1, PARTITION, 2, uid), fresh.now);
      assertThat(one.host.hasFailed(PARTITION)).as("another copy, or an old order").isTrue();
      one.host.onMessage(
          NAMESERVER,
          named ? new DropReplica(1, PARTITION, 3, uid) : new DropReplica(1, PARTITION),
          fresh.now);
      assertThat(one.host.hasFailed(PARTITION)).isFalse();
      assertThat(one.stores).doesNotContainKey(PARTITION);
      one.host.onMessage(NAMESERVER, new CreateReplica(1, PARTITION, fresh.table), fresh.now);
      assertThat(one.store().uid()).isNotEqualTo(uid);
    }
  }

  /**
   * An error on the way to the disk ends the replica like an exception: otherwise it would go on in
   * a term that it has adopted and not made durable, and give its vote away for it.
   */
  @Test
  void anErrorLeavesNoReplicaBehindInATermThatIsNotDurable() {
    tablet.store().refuseTerms(new NoClassDefFoundError("the jar was exchanged"));
    NewTerm order = new NewTerm(1, PARTITION, 7);
    tablet.host.onMessage(NAMESERVER, order, group.now);
    tablet.host.onMessage(NAMESERVER, order, group.now);

    assertThat(tablet.last(Fenced.class)).isNull();
    assertThat(tablet.faults).hasSize(1);
    assertThat(tablet.host.partitions()).doesNotContain(PARTITION);
  }
}
