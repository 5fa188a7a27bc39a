package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.ArrayList;
import java.util.List;

/** Says of each replica why it cannot lead next. Changes nothing. */
final class Candidates {
  private final TabletRegistry tablets;
  private final CopyLook copies;

  Candidates(TabletRegistry tablets) {
    this.tablets = tablets;
    this.copies = new CopyLook(tablets);
  }

  /** Why each of the replicas besides the leader cannot lead next, in order of {@code holders}. */
  List<String> reasons(PartitionRecord record, ClusterState state) {
    List<String> reasons = new ArrayList<>();
    for (NodeId tablet : record.holders()) {
      if (!tablet.equals(record.leader())) {
        String reason = whyNot(record, tablet, state);
        reasons.add(reason == null ? tablet + " could" : reason);
      }
    }
    return reasons.isEmpty() ? List.of("there is no other replica (addreplica)") : reasons;
  }

  /** The same as one sentence. */
  String whyNone(PartitionRecord record, ClusterState state) {
    return String.join("; ", reasons(record, state));
  }

  /** Why one tablet cannot lead next; null when it can, or does. */
  String whyNot(PartitionRecord record, NodeId tablet, ClusterState state) {
    if (!record.involves(tablet)) {
      return tablet + " has no replica of partition " + record.id();
    }
    if (record.isWitness(tablet)) {
      return tablet + " is a witness: it keeps the log only, has no rows and never leads";
    }
    if (record.wishes().isLeaving(tablet)) {
      return tablet + " is being removed";
    }
    if (!tablets.isAlive(tablet)) {
      return tablet + " is down or out of reach";
    }
    if (state.isOffline(tablet)) {
      return tablet + " was taken out of service (recoverendpoint)";
    }
    Departure departure = tablets.find(tablet).departure();
    if (departure != Departure.NONE) {
      return tablet + (departure == Departure.LEAVING ? " is about to leave" : " is about to stop");
    }
    Member member = record.members().find(tablet);
    return member == null ? whyNotMember(record, tablet) : whyNotWell(record, member);
  }

  private String whyNotMember(PartitionRecord record, NodeId tablet) {
    if (record.wishes().lasting().contains(tablet)) {
      return tablet + " is a learner that is to stay one (promote)";
    }
    return "not in sync: " + copies.catchingUp(record, tablet).text();
  }

  private String whyNotWell(PartitionRecord record, Member member) {
    NodeId tablet = member.tablet();
    ReplicaStatus status = copies.status(record, tablet);
    if (status == null) {
      return tablet + " is up, and says nothing of its replica yet";
    }
    if (!status.uid().equals(member.uid())) {
      return tablet + " holds another copy than the one that was in sync: its disk was replaced";
    }
    return status.flags().isClean()
        ? null
        : "the copy on " + tablet + " is not to be relied on: " + status.flags();
  }
}
