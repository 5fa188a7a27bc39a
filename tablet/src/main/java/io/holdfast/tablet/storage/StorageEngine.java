package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.TableSchema;
import java.io.Closeable;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rows of one partition. Only committed writes come here, in the order of the log, so nothing
 * is ever undone.
 *
 * <p>Two engines of one table that have applied the same records answer alike for the same {@code
 * nowMillis}, whatever garbage collection each has done: entries that are too many leave when a
 * newer one is put, and ages are measured by the log's own time when anything is changed.
 *
 * <p>Single owner: all calls come from the partition's loop.
 */
public interface StorageEngine extends Closeable {
  /** As nowMillis: nothing is too old by its age. */
  long NO_EXPIRY = Long.MIN_VALUE;

  /**
   * Applies a write.
   *
   * @param offset of its record, one above {@link #appliedOffset}
   * @param payload a {@code holdfast.WriteOp} that {@link WriteOpCodec} made for this schema
   * @throws IllegalStateException when the offset does not follow or the payload cannot have been
   *     made for this schema: the replica must stop
   */
  ApplyResult apply(long offset, byte[] payload);

  /** Passes a record that holds no write. */
  void skip(long offset);

  /** Columns and indexes as of {@link #appliedOffset}. */
  TableSchema schema();

  /** How the table was altered so far. */
  Alterations alterations();

  /** Offset of the last applied or skipped record. */
  long appliedOffset();

  /** Highest leader time of all applied writes, in milliseconds; 0 before any. */
  long logTimeMillis();

  /** The newest entry of a key in a range of times. */
  Optional<Entry> get(int index, byte[] key, TimeRange range, long nowMillis);

  /**
   * Entries of a key in a range of times.
   *
   * @param skip entries to pass over first
   * @param distinctTs whether to return the latest of equal times only
   */
  ScanResult scan(
      int index,
      byte[] key,
      TimeRange range,
      ScanSkip skip,
      boolean distinctTs,
      ReadLimits limits,
      long nowMillis);

  /** Number of entries of a key in a range of times; distinctTs as in {@link #scan}. */
  long count(int index, byte[] key, TimeRange range, boolean distinctTs, long nowMillis);

  /**
   * A page of a walk over all keys of an index, in an order that no write changes: a key that stays
   * is met exactly once.
   *
   * @param after where the last page ended; null for the first
   */
  TraverseResult traverse(
      int index, TraverseCursor after, boolean distinctTs, ReadLimits limits, long nowMillis);

  /**
   * Frees entries that are too old, a little at a time. Nothing is freed that is not also too old
   * at {@link #logTimeMillis}, so a partition without writes keeps what it has.
   *
   * @param budget about how many keys and entries to look at
   */
  GcResult gc(long nowMillis, int budget);

  /**
   * Begins a walk over everything that is here now. At most one is under way.
   *
   * @param consumer given each key once, on the owner's thread, from within calls that change the
   *     engine and from the walk's own; it must not call the engine
   * @throws IllegalStateException when one is under way
   */
  StateWalk beginWalk(Consumer<SavedKey> consumer);

  /**
   * A number over all that is here, for comparing replicas and snapshots; see {@link StateHash}.
   * Goes over every row at once.
   */
  long stateHash();

  /** Entries in an index, those that are too old but not yet freed included. */
  long entryCount(int index);

  /** Keys in an index. */
  long keyCount(int index);

  /** Rows, however many indexes each is in. */
  long rowCount();

  /** Bytes of the rows' values. */
  long rowBytes();

  /** Estimated bytes of everything but the values. */
  long overheadBytes();

  /** Estimated memory that the rows and all about them take. */
  default long memoryBytes() {
    return rowBytes() + overheadBytes();
  }

  /** Memory set aside for rows outside the Java heap, used or not. */
  default long reservedBytes() {
    return 0;
  }

  /**
   * Whether a write that a client wants may be taken: false when it needs memory and the tablet's
   * is used up. What is in the log is applied all the same.
   *
   * @param payload as for {@link #apply}
   */
  default boolean hasRoomFor(byte[] payload) {
    return true;
  }

  /** What the engine has on the disk. */
  default long diskBytes() {
    return 0;
  }

  /**
   * Whether it is time for {@link #checkpoint}: much was applied since the last one, or that was
   * long ago. Never of an engine that keeps nothing over a restart.
   *
   * <p>To be asked now and then also in order to learn that the disk has failed in the background.
   *
   * @param nowNanos of a clock that only goes on
   */
  default boolean checkpointDue(long nowNanos) {
    return false;
  }

  /**
   * Has the state brought to the disk as it is now, in the background. From then on a replica that
   * is opened anew goes on from here, if its log has this record.
   *
   * @param term of the record at {@link #appliedOffset}
   * @param sessions as of the same record, which are returned with the state
   */
  default void checkpoint(long term, byte[] sessions, long nowNanos) {}

  /**
   * The files of the checkpoint that was made just now, for a snapshot; null when the engine keeps
   * none and a snapshot has to be made of its rows.
   */
  default StateFiles holdFiles() {
    return null;
  }

  /** Closes the engine and removes what it has on the disk. */
  default void discard() {
    close();
  }

  /**
   * Lets go of what the engine holds outside the heap. Nothing may be called afterwards; a walk
   * must have ended. A second call does nothing.
   */
  @Override
  default void close() {}
}
