package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.KeyTable.KeyEntry;
import java.util.Arrays;

/**
 * Makes an engine out of a saved state. The versions of a key follow each other, the oldest first;
 * a row is given before the first version that refers to it. Nothing that does not fit gets in.
 *
 * <p>For one thread; the engine may then be given to another.
 */
public final class StateBuilder {
  private final MemoryEngine engine;
  private Row[] rows = new Row[1024];
  private int count;

  private MemoryIndex index;
  private KeyEntry key;
  private long lastTs;
  private long lastOffset;

  /**
   * @param appliedOffset of the state
   * @param schema as the table was defined
   * @param logTimeMillis of the state
   */
  public StateBuilder(TableSchema schema, long appliedOffset, long logTimeMillis) {
    this.engine = new MemoryEngine(schema, appliedOffset);
    engine.restoreLogTime(logTimeMillis);
  }

  /**
   * How the table was altered before; to be called before the first key.
   *
   * @throws IllegalArgumentException when it cannot have been altered like that
   */
  public void alterations(Alterations alterations) {
    engine.restoreAlterations(alterations);
  }

  /** How many rows there are: the number that the next one will get. */
  public int rows() {
    return count;
  }

  /**
   * The versions that follow are of this key.
   *
   * @throws IllegalArgumentException when there is no such index, or when the key was given before
   *     and another one since
   */
  public void key(int position, byte[] bytes) {
    MemoryIndex wanted = engine.liveIndex(position);
    if (wanted == null) {
      throw new IllegalArgumentException("there is no index at position " + position);
    }
    if (wanted == index && key != null && Arrays.equals(key.key(), bytes)) {
      return;
    }
    index = wanted;
    key = wanted.load(bytes);
    if (key.size() > 0) {
      throw new IllegalArgumentException("a key of index " + position + " comes twice");
    }
  }

  /**
   * Adds a row, which gets the number {@link #rows}.
   *
   * @throws IllegalArgumentException when no record of the state can have put it
   */
  public void row(long offset, byte[] value) {
    if (offset < 1 || offset > engine.appliedOffset()) {
      throw new IllegalArgumentException("row of offset " + offset);
    }
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * count));
    }
    rows[count] = new Row(value, offset);
    count++;
    engine.restored(value.length);
  }

  /**
   * Adds a version to the key.
   *
   * @throws IllegalArgumentException when the row is not known or the version is older than the one
   *     before
   */
  public void version(long ts, int rowNumber) {
    if (rowNumber < 0 || rowNumber >= count) {
      throw new IllegalArgumentException("row " + rowNumber + " of " + count);
    }
    Row row = rows[rowNumber];
    if (key.size() > 0 && (ts < lastTs || ts == lastTs && row.offset == lastOffset)) {
      throw new IllegalArgumentException("versions of a key are out of order");
    }
    index.restore(key, ts, row);
    lastTs = ts;
    lastOffset = row.offset;
  }

  /** The engine; nothing may be added any more. */
  public MemoryEngine finish() {
    rows = null;
    return engine;
  }
}
