package io.holdfast.protocol.message;

import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/** What the active nameserver tells a tablet. */
public sealed interface ControlMessage extends Message {
  /** The nameserver's leadership. A tablet refuses orders of a lower one than it has seen. */
  long epoch();

  /** Make an empty replica with a new uid, unless one is there. */
  record CreateReplica(long epoch, PartitionId partition, TableSpec table)
      implements ControlMessage {}

  /** The table is gone for good: put the replica aside. */
  record DropReplica(long epoch, PartitionId partition) implements ControlMessage {}

  /** Stop helping any lower term, and say what you hold. */
  record NewTerm(long epoch, PartitionId partition, long term) implements ControlMessage {}

  /**
   * Lead this term.
   *
   * @param version configuration that names the leader
   * @param incarnation the life of the process that was elected; any other refuses
   * @param waitMillis how long to wait before the first commit
   * @param automatic whether the leader may evict members on its own judgement
   * @param lossAccepted whether it shall lead even if it may have lost records, because nobody who
   *     could know better is left: its log becomes the truth
   */
  record BecomeLeader(
      long epoch,
      PartitionId partition,
      long term,
      long version,
      long incarnation,
      MemberSet members,
      List<NodeId> learners,
      long waitMillis,
      TableOptions options,
      boolean automatic,
      boolean lossAccepted)
      implements ControlMessage {}

  /** The change of members that the leader asked for is the truth now, as this version. */
  record MembersChanged(
      long epoch,
      PartitionId partition,
      long term,
      long version,
      MemberSet members,
      List<NodeId> learners)
      implements ControlMessage {}

  /** Whom to stream to besides the members, and whether the leader may evict by itself. */
  record LeaderAdvice(
      long epoch, PartitionId partition, long term, List<NodeId> learners, boolean automatic)
      implements ControlMessage {}

  /** When did you last hear the leaders of these partitions? */
  record SilenceQuery(long epoch, List<PartitionId> partitions) implements ControlMessage {}

  /**
   * Which of these tablets do you reach, and they you? The first answer starts to find out; later
   * ones know.
   */
  record ReachQuery(long epoch, PartitionId partition, List<NodeId> peers)
      implements ControlMessage {
    public ReachQuery {
      peers = List.copyOf(peers);
    }
  }
}
