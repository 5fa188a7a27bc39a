package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Replaces leaders that live: because an operator wants another one, because their tablet is about
 * to end or was taken out of service, or because they ask for it themselves. The leader is asked to
 * stop taking writes until its successor holds all there is, and only then the next term is opened;
 * so nothing that a client wrote is in doubt, and nobody has to wait for a lease.
 */
final class PlannedChanges {
  /** More at once would pause longer than the nameserver takes to name their successors. */
  private static final int AT_ONCE = 32;

  private final ControllerSettings settings;
  private final TabletRegistry tablets;
  private final TabletDuties duties;
  private final ControlOutbox outbox;
  private int underWay;
  private int counted;

  PlannedChanges(
      ControllerSettings settings,
      TabletRegistry tablets,
      TabletDuties duties,
      ControlOutbox outbox) {
    this.settings = settings;
    this.tablets = tablets;
    this.duties = duties;
    this.outbox = outbox;
  }

  /** All partitions are about to be looked at. */
  void beginTurn() {
    underWay = counted;
    counted = 0;
  }

  /** Whether the leader has made way for its successor, so that the next term may be opened. */
  boolean isPrepared(PartitionRecord record, ClusterState state, TransferWatch transfer, long now) {
    return transfer.isUnderWay()
        && transfer.isReady(2 * settings.resendNanos(), now)
        && transfer.target().equals(successor(record, state, transfer));
  }

  /** Asks the leader to make way, if it shall. */
  void order(
      long epoch, PartitionRecord record, ClusterState state, TransferWatch transfer, long now) {
    if (record.wishes().nextLeader() == null) {
      transfer.forgetLapsed();
    }
    if (transfer.isOverdue(settings.transferNanos(), now)) {
      transfer.lapse();
    }
    transfer.forgetOldRelief(now);
    NodeId successor = successor(record, state, transfer);
    if (successor == null) {
      transfer.stop();
      return;
    }
    if (!transfer.isUnderWay() && Math.max(underWay, counted) >= AT_ONCE) {
      return;
    }
    counted++;
    transfer.begin(successor, now);
    if (transfer.orderDue(settings.resendNanos(), now)) {
      outbox.send(
          record.leader(), new TransferLeader(epoch, record.id(), record.term(), successor));
    }
  }

  /** Who shall lead instead of the present leader; null when it may stay, or nobody else can. */
  NodeId successor(PartitionRecord record, ClusterState state, TransferWatch transfer) {
    NodeId wished = record.wishes().nextLeader();
    if (wished != null) {
      return canTakeOver(record, wished) && !transfer.hasLapsed(wished) ? wished : null;
    }
    if (mayLead(record, record.leader(), state)) {
      return reliever(record, state, transfer);
    }
    List<NodeId> heirs = heirs(record, state);
    if (heirs.isEmpty() || (transfer.target() != null && heirs.contains(transfer.target()))) {
      return heirs.isEmpty() ? null : transfer.target();
    }
    return heirs.get(transfer.lapses() % heirs.size());
  }

  /** Who replaces a leader that asks for it; null when it does not, or must not be replaced. */
  private NodeId reliever(PartitionRecord record, ClusterState state, TransferWatch transfer) {
    NodeId relief = transfer.relief();
    boolean can =
        relief != null
            && state.isAutoFailover()
            && canTakeOver(record, relief)
            && mayLead(record, relief, state);
    return can ? relief : null;
  }

  private List<NodeId> heirs(PartitionRecord record, ClusterState state) {
    List<NodeId> heirs = new ArrayList<>();
    for (NodeId tablet : record.members().tablets()) {
      if (canTakeOver(record, tablet) && mayLead(record, tablet, state)) {
        heirs.add(tablet);
      }
    }
    heirs.sort(
        Comparator.<NodeId>comparingInt(state::leadersOn).thenComparing(Comparator.naturalOrder()));
    return heirs;
  }

  /** Whether nobody wants this tablet to stop leading. */
  boolean mayLead(PartitionRecord record, NodeId tablet, ClusterState state) {
    return duties.mayLead(tablet, state) && !record.wishes().isLeaving(tablet);
  }

  /** Who would lead in the present leader's place; null for nobody. */
  NodeId heir(PartitionRecord record, ClusterState state) {
    List<NodeId> heirs =
        heirs(record, state).stream().filter(tablet -> !tablet.equals(record.leader())).toList();
    return heirs.isEmpty() ? null : heirs.get(0);
  }

  /** Whether somebody could lead in the present leader's place. */
  boolean hasHeir(PartitionRecord record, ClusterState state) {
    return !heirs(record, state).isEmpty();
  }

  /** Whether a tablet is in sync with a copy of the data, is not the leader, and is well. */
  boolean canTakeOver(PartitionRecord record, NodeId tablet) {
    Member member = record.members().find(tablet);
    return member != null
        && !record.isWitness(tablet)
        && !tablet.equals(record.leader())
        && tablets.isAlive(tablet)
        && holds(tablet, record.id(), member);
  }

  private boolean holds(NodeId tablet, PartitionId partition, Member member) {
    ReplicaStatus status = tablets.find(tablet).replica(partition);
    return status != null && status.flags().isClean() && status.uid().equals(member.uid());
  }
}
