package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.RecoveryPlan.Copy;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Tells what there is of a partition. Decides nothing. */
final class RecoveryReader {
  private final TabletRegistry tablets;
  private final LossDesk losses;
  private final CommitWatch commits;

  RecoveryReader(TabletRegistry tablets, LossDesk losses, CommitWatch commits) {
    this.tablets = tablets;
    this.losses = losses;
    this.commits = commits;
  }

  RecoveryPlan read(
      PartitionRecord record,
      ClusterState state,
      PartitionWatch watch,
      PartitionCondition condition) {
    List<Copy> copies = new ArrayList<>();
    for (NodeId tablet : record.holders()) {
      Fenced answer = record.phase() == Phase.ELECT ? watch.answers().get(tablet) : null;
      copies.add(copy(tablet, record, answer));
    }
    return new RecoveryPlan(
        condition,
        copies,
        losses.whyNotNeeded(record, state.table(record.id().tid()), watch),
        best(copies, record),
        commits.highest(record.id()),
        state.loss(record.id()));
  }

  private Copy copy(NodeId tablet, PartitionRecord record, Fenced answer) {
    Member member = record.members().find(tablet);
    ReplicaUid memberUid = member == null ? null : member.uid();
    boolean alive = tablets.isAlive(tablet);
    TabletHealth health = tablets.find(tablet);
    ReplicaStatus status = health == null ? null : health.replica(record.id());
    if (answer != null) {
      return new Copy(
          tablet,
          alive,
          memberUid,
          answer.uid(),
          answer.flags(),
          answer.lastTerm(),
          answer.lastOffset(),
          answer.commit());
    }
    return status == null
        ? new Copy(tablet, alive, memberUid, null, ReplicaFlags.NONE, -1, 0, 0)
        : new Copy(
            tablet,
            alive,
            memberUid,
            status.uid(),
            status.flags(),
            -1,
            status.lastOffset(),
            status.commit());
  }

  private static NodeId best(List<Copy> copies, PartitionRecord record) {
    return copies.stream()
        .filter(copy -> !record.isWitness(copy.tablet()))
        .filter(copy -> copy.alive() && copy.uid() != null && !copy.flags().isOutOfService())
        .max(Comparator.comparingLong(Copy::lastTerm).thenComparingLong(Copy::lastOffset))
        .map(Copy::tablet)
        .orElse(null);
  }
}
