package io.holdfast.protocol.message;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.Speaker;
import java.util.List;

/** What replicas of one partition say to each other. */
public sealed interface ReplicationMessage extends Message {
  PartitionId partition();

  /** The sender's term. A receiver drops what is lower than its own and adopts what is higher. */
  long term();

  /**
   * Leader to replica: records that follow {@code prevOffset}, or none, to find out where the two
   * logs part.
   *
   * @param prevOffset offset before the first record; 0 for the log's beginning
   * @param prevTerm term of the record at {@code prevOffset}; 0 at the log's beginning
   * @param commit the leader's commit offset
   * @param learner whether the receiver counts nowhere yet
   */
  record Append(
      PartitionId partition,
      long term,
      long prevOffset,
      long prevTerm,
      List<LogRecord> records,
      long commit,
      boolean learner)
      implements ReplicationMessage {}

  /**
   * Replica to leader: up to here my log is yours, and on disk.
   *
   * @param speaker the copy that speaks
   * @param match highest offset that equals the leader's and is durable
   */
  record AppendAck(PartitionId partition, long term, Speaker speaker, long match)
      implements ReplicationMessage {}

  /**
   * Replica to leader: my log has no such record before yours.
   *
   * @param conflictTerm term of my record at {@code min(prevOffset, lastOffset)}; 0 when I have
   *     none
   * @param conflictStart first offset of that term in my log
   * @param lastOffset end of my log
   * @param baseOffset offset up to which a snapshot took the place of my log, when {@code
   *     prevOffset} lies before it: ask about that one; else 0
   */
  record AppendNack(
      PartitionId partition,
      long term,
      Speaker speaker,
      long conflictTerm,
      long conflictStart,
      long lastOffset,
      long baseOffset)
      implements ReplicationMessage {}

  /** To a leader of the past: a higher term exists. */
  record StaleTerm(PartitionId partition, long term) implements ReplicationMessage {}

  /**
   * Leader to replica: I lead; do not help a successor to commit until your promise has run out.
   *
   * @param sentNanos the leader's clock at sending; returned unread
   * @param commit the leader's commit offset
   * @param current whether the leader held its lease when it sent this, so that nothing beyond
   *     {@code commit} was committed anywhere at that moment
   */
  record Heartbeat(
      PartitionId partition,
      long term,
      long sentNanos,
      long commit,
      boolean learner,
      boolean current)
      implements ReplicationMessage {}

  /**
   * Replica to leader: promised.
   *
   * @param disk whether it has room for more records
   */
  record HeartbeatAck(
      PartitionId partition, long term, Speaker speaker, long sentNanos, DiskLevel disk)
      implements ReplicationMessage {}

  /**
   * Tablet to tablet: do we reach each other? Says nothing about a replica, so it has no term.
   *
   * @param partition on whose behalf; says which loop of the receiver answers
   * @param answer whether this answers a ping
   */
  record Ping(PartitionId partition, boolean answer) implements ReplicationMessage {
    @Override
    public long term() {
      return 0;
    }
  }

  /**
   * Active leader to a copy that may have lost records: everything that you can ever have
   * acknowledged and that counts is in my log up to here. Once you hold that on disk, you have lost
   * nothing.
   *
   * @param uid the copy that is meant
   * @param opening in which it said that it may have lost records
   * @param upTo end of the leader's log at some time after it said so
   */
  record Resync(PartitionId partition, long term, ReplicaUid uid, long opening, long upTo)
      implements ReplicationMessage {}

  /**
   * Leader to a copy whose log seems to be shorter than it was: in this term you acknowledged this
   * much.
   *
   * @param uid the copy that is meant
   * @param opening in which it spoke of the shorter log
   * @param match highest offset that it has acknowledged
   */
  record Recall(PartitionId partition, long term, ReplicaUid uid, long opening, long match)
      implements ReplicationMessage {}

  /**
   * Leader to a learner whose identity is that of another tablet's copy, so that its disk must have
   * been copied: put your files aside and begin anew, under a uid of your own.
   *
   * @param uid the identity that is not the learner's
   */
  record Relabel(PartitionId partition, long term, ReplicaUid uid) implements ReplicationMessage {}

  /**
   * Leader to replica: my log does not go back to where yours ends; take this snapshot instead.
   *
   * @param syncId number of this attempt, from 1, rising within the term; everything that is said
   *     about the attempt bears it
   * @param learner whether the receiver counts nowhere yet
   */
  record SnapshotOffer(
      PartitionId partition, long term, long syncId, SnapshotManifest manifest, boolean learner)
      implements ReplicationMessage {}

  /**
   * Leader to replica: a piece of the snapshot that was offered under this number.
   *
   * @param position of the first byte, see {@link SnapshotManifest#bytes}
   * @param bytes at least one
   */
  record SnapshotChunk(
      PartitionId partition, long term, long syncId, long position, byte[] bytes, boolean learner)
      implements ReplicationMessage {}

  /**
   * Replica to leader: how far the attempt with this number is.
   *
   * @param speaker the copy that speaks
   * @param position from where bytes are missing
   */
  record SnapshotProgress(
      PartitionId partition, long term, Speaker speaker, long syncId, long position, Stage stage)
      implements ReplicationMessage {

    /** What the replica does with the snapshot. */
    public enum Stage {
      /** It takes bytes, from the position on. */
      RECEIVING,
      /** It has all bytes and makes them its state. */
      INSTALLING,
      /** The snapshot is its state, durably; the log goes on behind it. */
      DONE,
      /** It knows as much already. */
      UNWANTED,
      /** The bytes could not be kept, or are not those of the manifest. */
      FAILED
    }
  }

  /**
   * Leader to a witness: all copies of the data hold the log up to here on disk, so you need not.
   * To a witness that is a learner it may be less than all that hold it, since nobody counts on
   * one.
   *
   * @param uid the copy that is meant
   * @param opening in which it spoke last
   * @param offset a committed record
   * @param offsetTerm its term
   * @param jump whether to begin the log anew behind that record if it is not in the log
   * @param learner whether the receiver counts nowhere yet
   */
  record Dispensable(
      PartitionId partition,
      long term,
      ReplicaUid uid,
      long opening,
      long offset,
      long offsetTerm,
      boolean jump,
      boolean learner)
      implements ReplicationMessage {}

  /**
   * Witness to leader: up to here my log may be gone.
   *
   * @param speaker the copy that speaks
   * @param upTo highest offset that it was told to be dispensable
   */
  record LetGo(PartitionId partition, long term, Speaker speaker, long upTo)
      implements ReplicationMessage {}

  /**
   * From one fenced replica to another of the same term: what follows this record in your log?
   *
   * @param prevOffset offset of a record of the asker; 0 for the log's beginning
   * @param prevTerm its term; 0 at the log's beginning
   */
  record LogRequest(PartitionId partition, long term, long prevOffset, long prevTerm)
      implements ReplicationMessage {}

  /**
   * Answer to a log request: the records that follow the one that was named.
   *
   * @param records none only if that one is the last
   */
  record LogSuffix(
      PartitionId partition, long term, long prevOffset, long prevTerm, List<LogRecord> records)
      implements ReplicationMessage {}

  /**
   * Answer to a log request: there is no such record in this log.
   *
   * @param prevOffset as in the request
   * @param conflictTerm term of the record at {@code min(prevOffset, lastOffset)}; 0 for none
   * @param conflictStart first offset of that term
   * @param lastOffset end of the log
   */
  record LogMismatch(
      PartitionId partition,
      long term,
      long prevOffset,
      long conflictTerm,
      long conflictStart,
      long lastOffset)
      implements ReplicationMessage {}
}
