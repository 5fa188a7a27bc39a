package io.holdfast.protocol.message;

import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReliefReason;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import java.util.List;

/** What a tablet tells the nameservers. */
public sealed interface ReportMessage extends Message {
  /**
   * A tablet lives, and this is what it holds.
   *
   * @param incarnation the life of the process
   * @param loop which of the tablet's loops speaks, from 0
   * @param loops how many there are; the tablet is well only while each of them speaks
   * @param epoch highest leadership of a nameserver that this life of the tablet has seen
   * @param replicas every replica that this loop owns
   * @param departure whether the tablet is about to end
   * @param number one more in each report of the loop: one that was overtaken is not believed
   */
  record TabletReport(
      long incarnation,
      int loop,
      int loops,
      long epoch,
      List<ReplicaStatus> replicas,
      Departure departure,
      long number)
      implements ReportMessage {
    public TabletReport {
      replicas = List.copyOf(replicas);
    }

    /** Of a tablet that stays, without a number. */
    public TabletReport(
        long incarnation, int loop, int loops, long epoch, List<ReplicaStatus> replicas) {
      this(incarnation, loop, loops, epoch, replicas, Departure.NONE, 0);
    }
  }

  /**
   * A promise not to help a successor commit.
   *
   * @param holder the leader it was given to; null when the replica restarted and cannot know
   * @param remainingNanos until it runs out, on the replica's clock
   */
  record Grant(NodeId holder, long remainingNanos) {}

  /**
   * Answer to a new term: I follow nobody below it.
   *
   * @param incarnation the life of the process that answers
   * @param lastTerm term of the newest record; 0 without records
   * @param lastOffset its offset; 0 without records
   * @param flags what is wrong with the copy: only a trusted one may be counted
   * @param grants what was promised to earlier leaders and has not run out
   */
  record Fenced(
      PartitionId partition,
      long term,
      ReplicaUid uid,
      long incarnation,
      long lastTerm,
      long lastOffset,
      long commit,
      ReplicaFlags flags,
      List<Grant> grants)
      implements ReportMessage {}

  /** A leader asks for other members. Repeated until it is answered or the term is over. */
  record ChangeMembers(PartitionId partition, long term, long version, MemberSet members)
      implements ReportMessage {}

  /**
   * A leader would have a member removed, but must not: automatic changes are off. Repeated while
   * that is so.
   *
   * @param member the one that an operator should look after
   */
  record MemberUnfit(PartitionId partition, long term, NodeId member, EvictionReason reason)
      implements ReportMessage {}

  /**
   * A leader that is not fit to lead asks to be replaced. Repeated while that is so.
   *
   * @param successor the member that would lead best
   */
  record RelieveMe(PartitionId partition, long term, ReliefReason reason, NodeId successor)
      implements ReportMessage {}

  /**
   * A leader takes no writes at the moment, and the target holds every record that it has.
   *
   * @param target as in the order
   */
  record TransferReady(PartitionId partition, long term, NodeId target) implements ReportMessage {}

  /**
   * How long a replica has not heard its leader.
   *
   * @param term the term it follows
   * @param silentNanos since the last message of that term's leader
   * @param closed whether the leader's connection was closed after it
   */
  record Silence(PartitionId partition, long term, long silentNanos, boolean closed) {}

  /** Answer to a silence query. */
  record SilenceReport(List<Silence> silences) implements ReportMessage {}

  /**
   * Another tablet has answered.
   *
   * @param agoNanos since its last answer
   */
  record Reached(NodeId peer, long agoNanos) {}

  /** Answer to a reach query: who has answered so far. */
  record ReachReport(PartitionId partition, List<Reached> reached) implements ReportMessage {
    public ReachReport {
      reached = List.copyOf(reached);
    }
  }
}
