package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Who should be a member of an in-sync set, and who should not. Leaders get it as advice, since
 * they alone know who has caught up; what they ask for is held against it.
 */
final class MemberAdvice {
  private final TabletRegistry tablets;
  private final TabletDuties duties;

  MemberAdvice(TabletRegistry tablets, TabletDuties duties) {
    this.tablets = tablets;
    this.duties = duties;
  }

  LeaderAdvice of(long epoch, PartitionRecord record, TableOptions options, ClusterState state) {
    return new LeaderAdvice(
        epoch,
        record.id(),
        record.term(),
        record.version(),
        record.learners(),
        promotable(record, options, state),
        unwanted(record, options, state),
        state.isAutoFailover(),
        record.witnesses());
  }

  private List<Member> promotable(
      PartitionRecord record, TableOptions options, ClusterState state) {
    // What fills up the set is done without being asked; the wish of an operator goes beyond.
    int inSync = record.dataMembers().size();
    int witnesses = record.members().size() - inSync;
    List<Member> promotable = new ArrayList<>();
    for (NodeId tablet : record.learners()) {
      Member copy = new Member(tablet, copyOn(tablet, record.id()));
      boolean fillsUp =
          state.isAutoFailover()
              && (record.isWitness(tablet)
                  ? witnesses < options.witnesses()
                  : inSync < options.replicas());
      if ((fillsUp || record.wishes().joining().contains(tablet)) && mayJoin(record, copy, state)) {
        promotable.add(copy);
      }
    }
    return promotable;
  }

  private List<NodeId> unwanted(PartitionRecord record, TableOptions options, ClusterState state) {
    List<NodeId> unwanted = new ArrayList<>();
    for (NodeId tablet : record.members().tablets()) {
      if (!tablet.equals(record.leader())
          && isUnwanted(record, tablet, state)
          && canSpare(record, tablet, options)) {
        unwanted.add(tablet);
      }
    }
    return unwanted;
  }

  /** Whether a tablet shall be no member. */
  boolean isUnwanted(PartitionRecord record, NodeId tablet, ClusterState state) {
    return record.wishes().isLeaving(tablet) || !duties.mayBeMember(tablet, state);
  }

  /**
   * Whether there are enough copies of the data without one, for safety and for writes to go on. A
   * witness is no copy: it can always be spared, and never takes the place of one.
   */
  static boolean canSpare(PartitionRecord record, NodeId tablet, TableOptions options) {
    return record.isWitness(tablet)
        || record.dataMembers().size() - 1 >= Math.max(1, options.minInsync());
  }

  /**
   * Whether a copy may become a member. Only the one that its tablet says it has: a leader may
   * still believe in one that was removed, and was replaced by a new, empty one meanwhile.
   */
  private boolean mayJoin(PartitionRecord record, Member copy, ClusterState state) {
    NodeId tablet = copy.tablet();
    return record.learners().contains(tablet)
        && !record.wishes().lasting().contains(tablet)
        && !isUnwanted(record, tablet, state)
        && copy.uid().isKnown()
        && copy.uid().equals(copyOn(tablet, record.id()));
  }

  private ReplicaUid copyOn(NodeId tablet, PartitionId partition) {
    TabletHealth health = tablets.find(tablet);
    ReplicaStatus status = health == null ? null : health.replica(partition);
    return status == null ? ReplicaUid.UNKNOWN : status.uid();
  }

  /** Whether a leader asks for a member that must be none. */
  boolean addsUnwanted(PartitionRecord record, MemberSet wanted, ClusterState state) {
    for (Member member : wanted.members()) {
      if (!record.members().contains(member.tablet()) && !mayJoin(record, member, state)) {
        return true;
      }
    }
    return false;
  }
}
