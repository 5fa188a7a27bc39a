package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Gathers changes of the database and makes them in one step. Counts rows and who refers to them:
 * what was gathered about that is seen at once, everything else by reading the database when it was
 * written. Single owner.
 *
 * <p>Each write leaves its number in the database. So it shows whether a state on the disk is that
 * of a checkpoint or one in between, which RocksDB may never leave there.
 */
final class DiskChanges implements AutoCloseable {
  private static final int ENOUGH = 1000;
  private static final int ENOUGH_BYTES = 1 << 20;
  private static final int STEP_BYTES = 16;

  /** Roughly what RocksDB adds to a key and its value in memory. */
  private static final int ENTRY_OVERHEAD_BYTES = 48;

  /** A row that something was gathered about. */
  private static final class Touched {
    /** How many refer to it in the database; 0 when it is new. */
    int before;

    int references;
    int bytes;

    /** Of a new one. */
    byte[] value;
  }

  private final DiskDatabase database;
  private final WriteBatch batch = new WriteBatch();
  private final Map<Long, Touched> touched = new HashMap<>();
  private long appliedOffset;
  private long step;
  private long rows;
  private long rowBytes;
  private long unflushedBytes;

  DiskChanges(DiskDatabase database) {
    this.database = database;
  }

  /** As a checkpoint has them. */
  void begin(long atStep, long atOffset, long hasRows, long hasRowBytes) {
    step = atStep;
    appliedOffset = atOffset;
    rows = hasRows;
    rowBytes = hasRowBytes;
  }

  long rows() {
    return rows;
  }

  long rowBytes() {
    return rowBytes;
  }

  /** Number of the last write. */
  long step() {
    return step;
  }

  /** About how much was written since {@link #flushed}. */
  long unflushedBytes() {
    return unflushedBytes;
  }

  void flushed() {
    unflushedBytes = 0;
  }

  void put(byte[] key, byte[] value) {
    try {
      batch.put(key, value);
    } catch (RocksDBException e) {
      throw new DiskFailure("cannot gather changes", e);
    }
  }

  void delete(byte[] key) {
    try {
      batch.delete(key);
    } catch (RocksDBException e) {
      throw new DiskFailure("cannot gather changes", e);
    }
  }

  /** Removes every row and all that refers to it, whatever was gathered before. */
  void truncate() {
    // What was gathered about rows would come behind it otherwise.
    write();
    for (byte[] tag : DiskKeys.content()) {
      try {
        batch.deleteRange(tag, DiskKeys.behind(tag));
      } catch (RocksDBException e) {
        throw new DiskFailure("cannot gather changes", e);
      }
    }
    rows = 0;
    rowBytes = 0;
  }

  /** A row, which nobody refers to yet; without any reference at the next write it is forgotten. */
  void addRow(long offset, byte[] value) {
    Touched row = new Touched();
    row.bytes = value.length;
    row.value = value;
    touched.put(offset, row);
    rows++;
    rowBytes += value.length;
  }

  /** One more version refers to a row. */
  void refer(long rowOffset, int bytes) {
    touched(rowOffset, bytes).references++;
  }

  /** One version less refers to a row. */
  void release(long rowOffset, int bytes) {
    touched(rowOffset, bytes).references--;
  }

  private Touched touched(long rowOffset, int bytes) {
    Touched known = touched.get(rowOffset);
    if (known != null) {
      return known;
    }
    Touched row = new Touched();
    byte[] count = database.present().get(DiskKeys.references(rowOffset));
    row.before = count == null ? 1 : ByteBuffer.wrap(count).getInt();
    row.references = row.before;
    row.bytes = bytes;
    touched.put(rowOffset, row);
    return row;
  }

  /**
   * Writes what was gathered if it is much.
   *
   * @return whether it was
   */
  boolean writeIfMuch() {
    boolean isMuch = batch.count() > ENOUGH || batch.getDataSize() > ENOUGH_BYTES;
    if (isMuch) {
      write();
    }
    return isMuch;
  }

  /** Writes what was gathered, if anything. */
  void write() {
    if (batch.count() > 0 || !touched.isEmpty()) {
      writeAt(appliedOffset);
    }
  }

  /** Writes what was gathered, and that the state is the one of a record. */
  void writeAt(long offset) {
    touched.forEach(this::settle);
    touched.clear();
    appliedOffset = offset;
    step++;
    put(DiskKeys.STEP, step(step, offset));
    database.write(batch);
    unflushedBytes += batch.getDataSize() + (long) ENTRY_OVERHEAD_BYTES * batch.count();
    batch.clear();
  }

  static byte[] step(long step, long appliedOffset) {
    return ByteBuffer.allocate(STEP_BYTES).putLong(step).putLong(appliedOffset).array();
  }

  private void settle(long offset, Touched row) {
    if (row.value != null && row.references > 0) {
      put(DiskKeys.row(offset), row.value);
    }
    if (row.references == 0) {
      rows--;
      rowBytes -= row.bytes;
      if (row.value == null) {
        delete(DiskKeys.row(offset));
      }
    }
    if (row.references > 1 && row.references != row.before) {
      put(DiskKeys.references(offset), references(row.references));
    } else if (row.references <= 1 && row.before > 1) {
      delete(DiskKeys.references(offset));
    }
  }

  static byte[] references(int count) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
  }

  @Override
  public void close() {
    batch.close();
  }
}
