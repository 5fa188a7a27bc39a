package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/**
 * The disk and the engine of one replica. Called only by the loop that owns the partition.
 *
 * <p>Log changes are carried out in the order of the calls. {@link #append} returns at once; when
 * the disk has the records, the driver calls {@link ReplicaHost#onSynced}.
 */
public interface ReplicaStore {
  /** Identity of this copy, drawn when its directory was made. */
  ReplicaUid uid();

  /** Whether this copy keeps the log only: it was made as a witness, and is one for ever. */
  boolean isWitness();

  /** The table that the partition belongs to. */
  TableSpec table();

  /** The durable term when the replica was opened. */
  long term();

  /** The durable log's shape when the replica was opened. */
  TermHistory history();

  /** What was known to be wrong with this copy when it was opened. */
  ReplicaFlags flags();

  /**
   * A number drawn at random when this copy was opened. What a leader says about an opening is void
   * for every other.
   */
  long opening();

  /**
   * Makes flags durable before it returns.
   *
   * @throws RuntimeException when they cannot be; the copy must be taken out of service then
   */
  void persistFlags(ReplicaFlags flags);

  /** Whether the directory was made in this life of the process, so that it never promised. */
  boolean isNew();

  /** Makes a term durable before it returns. */
  void persistTerm(long term);

  /**
   * Removes the records after an offset.
   *
   * @param reason for the people who may look for the removed records later
   */
  void truncateAfter(long offset, String reason);

  /**
   * Appends records to the log.
   *
   * @param durableBefore offset up to which the log was durable when this was decided
   * @param generation returned with the report that the records are durable
   */
  void append(List<LogRecord> records, long durableBefore, long generation);

  /** Reads durable records; see {@link LogTail.Reader}. */
  List<LogRecord> read(long from, int maxBytes);

  /**
   * Applies the next committed record to the engine.
   *
   * @return what the engine made of it, from 0 to 127, for the answer to the client: replication
   *     keeps the number and gives it out again when the write is repeated
   */
  int apply(LogRecord record);

  /** Passes over the next committed record: its write was applied before. */
  void skip(LogRecord record);

  /**
   * Highest wall time of a leader that the applied records carry, in milliseconds; 0 before any. It
   * stands in the writes themselves, which only the engine reads, and is the same on every replica
   * that has applied the same records.
   */
  long logTimeMillis();

  /** Its snapshots; the same object for the store's whole life. */
  SnapshotStore snapshots();

  /** Version of the table's alterations that the applied records have brought; 0 before any. */
  int alterations();

  /**
   * The payload of a record that, when it is applied, brings the table's alterations. Null when
   * this table cannot be altered like that: no replica could apply it.
   */
  byte[] payload(Alterations alterations);

  /**
   * Begins, unless that is under way or done, to have the rows found by the added indexes of a
   * version of the alterations, which is applied.
   *
   * @param term of the leadership in which this is
   * @param behind offset up to which records must be applied before: what is put later has keys of
   *     these indexes itself
   * @param leaders of all partitions of the table, by number; of two calls the later one knows best
   */
  void fill(long term, int version, long behind, List<NodeId> leaders);

  /**
   * The version whose added indexes find all rows of this partition, as far as that was seen to in
   * the leadership of this term; 0 for none.
   */
  int filled(long term);

  /** Entries in the engine's first index. */
  long rows();

  /** Memory that the engine's rows take. */
  long bytes();
}
