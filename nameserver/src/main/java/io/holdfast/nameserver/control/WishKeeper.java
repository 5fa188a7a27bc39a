package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends wishes: those that have come true, and those that cannot. Has copies put aside that shall
 * go, which is the last step of removing them: they must be out of the in-sync set first.
 */
final class WishKeeper {
  private final Mutants mutants;
  private final TabletRegistry tablets;
  private final PlannedChanges changes;
  private final ControlOutbox outbox;

  WishKeeper(
      Mutants mutants, TabletRegistry tablets, PlannedChanges changes, ControlOutbox outbox) {
    this.mutants = mutants;
    this.tablets = tablets;
    this.changes = changes;
    this.outbox = outbox;
  }

  /** The record without what need not be wished for any more; null when nothing has changed. */
  PartitionRecord settled(PartitionRecord record, TransferWatch transfer) {
    if (record.wishes().isNone()) {
      return null;
    }
    PartitionWishes wishes = record.wishes();
    List<NodeId> learners = new ArrayList<>(record.learners());
    NodeId next = wishes.nextLeader();
    if (next != null && (transfer.hasLapsed(next) || !changes.canTakeOver(record, next))) {
      wishes = wishes.withNextLeader(null);
    }
    for (Member copy : record.wishes().leaving()) {
      if (record.members().contains(copy.tablet())) {
        continue;
      }
      boolean gone = isGone(record, copy);
      if (gone || !tablets.isAlive(copy.tablet())) {
        // A tablet that is away is not waited for; it puts the copy aside when it is back.
        learners.remove(copy.tablet());
      }
      if (gone) {
        wishes = wishes.without(copy.tablet());
      }
    }
    PartitionRecord settled = record.withLearners(learners, wishes);
    return settled.equals(record) ? null : settled;
  }

  /** Whether a copy is not there any more, or nobody knows of one that could be waited for. */
  private boolean isGone(PartitionRecord record, Member copy) {
    if (!tablets.isAlive(copy.tablet())) {
      return !copy.uid().isKnown();
    }
    ReplicaStatus status = tablets.find(copy.tablet()).replica(record.id());
    return status == null || !status.uid().equals(copy.uid());
  }

  /** Has copies put aside that are out of the in-sync set. */
  void order(long epoch, PartitionRecord record) {
    for (Member copy : record.wishes().leaving()) {
      boolean counted = record.members().contains(copy.tablet());
      if ((!counted || mutants.has(Mutant.REMOVE_LAST_IN_SYNC)) && copy.uid().isKnown()) {
        outbox.send(copy.tablet(), new DropReplica(epoch, record.id(), record.term(), copy.uid()));
      }
    }
  }
}
