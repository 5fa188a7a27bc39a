package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaStatus;

/**
 * Has copies put aside that hold as committed what an operator has given up. They can follow nobody
 * any more; what they hold is kept in their tablet's recycle bin, and a new copy is made in their
 * place, as of any learner that is missing.
 *
 * <p>Only where a loss was accepted: without that, a copy that has diverged means that something is
 * badly wrong, and somebody has to look at it before anything is moved. And never a copy that the
 * in-sync set names.
 */
final class DivergedCopies {
  private final Mutants mutants;
  private final TabletRegistry tablets;
  private final ControlOutbox outbox;

  DivergedCopies(Mutants mutants, TabletRegistry tablets, ControlOutbox outbox) {
    this.mutants = mutants;
    this.tablets = tablets;
    this.outbox = outbox;
  }

  /** To be called while the partition is led under its present record. */
  void order(long epoch, PartitionRecord record, ClusterState state) {
    if (state.loss(record.id()) == null || mutants.has(Mutant.DIVERGED_LEFT_ALONE)) {
      return;
    }
    for (NodeId tablet : record.learners()) {
      TabletHealth health = tablets.find(tablet);
      ReplicaStatus copy = health == null || !health.isAlive() ? null : health.replica(record.id());
      if (copy != null
          && copy.flags().has(Flag.DIVERGED)
          && !record.members().contains(tablet, copy.uid())) {
        outbox.send(tablet, new DropReplica(epoch, record.id(), record.term(), copy.uid()));
      }
    }
  }
}
