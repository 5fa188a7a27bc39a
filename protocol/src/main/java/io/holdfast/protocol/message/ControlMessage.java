package io.holdfast.protocol.message;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/** What the active nameserver tells a tablet. */
public sealed interface ControlMessage extends Message {
  /** The nameserver's leadership. A tablet refuses orders of a lower one than it has seen. */
  long epoch();

  /**
   * Make an empty replica with a new uid, unless one is there.
   *
   * @param table as it was defined: its alterations are in the log
   * @param witness whether it shall keep the log only
   */
  record CreateReplica(long epoch, PartitionId partition, TableSpec table, boolean witness)
      implements ControlMessage {
    /** Of a copy of the data. */
    public CreateReplica(long epoch, PartitionId partition, TableSpec table) {
      this(epoch, partition, table, false);
    }
  }

  /**
   * Put the replica aside: the table is gone for good, or the copy was taken out of its partition.
   *
   * @param term a replica that knows a higher one refuses; {@link Long#MAX_VALUE} when the table is
   *     gone
   * @param uid the copy that is meant, any other is kept; unknown when the table is gone
   */
  record DropReplica(long epoch, PartitionId partition, long term, ReplicaUid uid)
      implements ControlMessage {
    /** For a table that is gone. */
    public DropReplica(long epoch, PartitionId partition) {
      this(epoch, partition, Long.MAX_VALUE, ReplicaUid.UNKNOWN);
    }
  }

  /**
   * Have a snapshot that reaches at least to an offset. Repeated until the replica says that it has
   * one.
   */
  record MakeSnapshot(long epoch, PartitionId partition, long offset) implements ControlMessage {}

  /**
   * Have the table altered: write it into the log, unless it is there. Repeated until the leader
   * says that its rows are kept by it.
   *
   * @param term of the leader that is meant
   */
  record AlterTable(long epoch, PartitionId partition, long term, Alterations alterations)
      implements ControlMessage {}

  /**
   * Have the rows of this partition found by the table's added indexes, in whichever partitions
   * their keys there lie. Repeated until the leader says that it is done.
   *
   * @param term of the leader that is meant
   * @param version of the table's alterations, the indexes of which are meant
   * @param leaders of all partitions of the table, by number
   */
  record FillIndexes(
      long epoch, PartitionId partition, long term, int version, List<NodeId> leaders)
      implements ControlMessage {
    public FillIndexes {
      leaders = List.copyOf(leaders);
    }
  }

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
   * @param witnesses which members and learners keep the log only
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
      boolean lossAccepted,
      List<NodeId> witnesses)
      implements ControlMessage {
    /** Of a partition without a witness. */
    public BecomeLeader(
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
        boolean lossAccepted) {
      this(
          epoch,
          partition,
          term,
          version,
          incarnation,
          members,
          learners,
          waitMillis,
          options,
          automatic,
          lossAccepted,
          List.of());
    }
  }

  /**
   * Before an election can end: your log is the best of those with rows, and a fenced witness has a
   * better one. Copy what you lack of it, and say then what you hold, as to {@link NewTerm}.
   *
   * @param source the fenced replica that has it
   * @param lastTerm term of the source's newest record
   * @param lastOffset its offset
   */
  record FetchLog(
      long epoch, PartitionId partition, long term, NodeId source, long lastTerm, long lastOffset)
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

  /**
   * Whom to stream to besides the members, who of all should be a member, and whether the leader
   * may evict by itself.
   *
   * @param version configuration that the advice is about
   * @param promotable copies of learners that shall become members once they have caught up
   * @param unwanted members that shall not be members any more
   * @param witnesses which members and learners keep the log only
   */
  record LeaderAdvice(
      long epoch,
      PartitionId partition,
      long term,
      long version,
      List<NodeId> learners,
      List<Member> promotable,
      List<NodeId> unwanted,
      boolean automatic,
      List<NodeId> witnesses)
      implements ControlMessage {
    /** About a partition without a witness. */
    public LeaderAdvice(
        long epoch,
        PartitionId partition,
        long term,
        long version,
        List<NodeId> learners,
        List<Member> promotable,
        List<NodeId> unwanted,
        boolean automatic) {
      this(epoch, partition, term, version, learners, promotable, unwanted, automatic, List.of());
    }
  }

  /**
   * Get ready to hand over: take no writes for a moment, until the target holds all there is.
   *
   * @param target the member that shall lead next
   */
  record TransferLeader(long epoch, PartitionId partition, long term, NodeId target)
      implements ControlMessage {}

  /** Where a departing tablet still has a part, and why. */
  record Held(PartitionId partition, Hindrance hindrance) {}

  /**
   * To a tablet that has said it departs: in how many partitions it still leads, or is still in
   * sync if it leaves, and which some of those are.
   *
   * @param incarnation the life that is answered
   */
  record DepartureAnswer(long epoch, long incarnation, int left, List<Held> held)
      implements ControlMessage {
    public DepartureAnswer {
      held = List.copyOf(held);
    }
  }

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
