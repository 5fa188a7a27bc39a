package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.TableSchema;
import java.util.Arrays;

/** Makes a memory engine. */
final class MemoryStateBuilder implements StateBuilder {
  private final MemoryEngine engine;
  private int[] rows = new int[1024];
  private int count;
  private boolean finished;

  private MemoryIndex index;
  private KeyEntry key;
  private long lastTs;
  private long lastOffset;

  /**
   * @param appliedOffset of the state
   * @param schema as the table was defined
   * @param logTimeMillis of the state
   */
  MemoryStateBuilder(TableSchema schema, long appliedOffset, long logTimeMillis, ChunkPool pool) {
    this.engine = new MemoryEngine(schema, appliedOffset, pool);
    engine.restoreLogTime(logTimeMillis);
    // The replica that does not fit is to fail, and not one that is in service.
    engine.bound(pool.loadLimitBytes());
  }

  @Override
  public void alterations(Alterations alterations) {
    engine.restoreAlterations(alterations);
  }

  @Override
  public int rows() {
    return count;
  }

  @Override
  public void key(int position, byte[] bytes) {
    MemoryIndex wanted = engine.liveIndex(position);
    if (wanted == null) {
      throw new IllegalArgumentException("there is no index at position " + position);
    }
    if (wanted == index && key != null && key.hasKey(bytes)) {
      return;
    }
    index = wanted;
    key = wanted.load(bytes);
    if (key.size() > 0) {
      throw new IllegalArgumentException("a key of index " + position + " comes twice");
    }
  }

  @Override
  public void row(long offset, byte[] value) {
    if (offset < 1 || offset > engine.appliedOffset()) {
      throw new IllegalArgumentException("row of offset " + offset);
    }
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * count));
    }
    rows[count] = engine.rows().add(value, offset);
    count++;
  }

  @Override
  public void version(long ts, int rowNumber) {
    if (rowNumber < 0 || rowNumber >= count) {
      throw new IllegalArgumentException("row " + rowNumber + " of " + count);
    }
    int row = rows[rowNumber];
    long offset = engine.rows().offset(row);
    if (key.size() > 0 && (ts < lastTs || ts == lastTs && offset == lastOffset)) {
      throw new IllegalArgumentException("versions of a key are out of order");
    }
    index.restore(key, ts, row);
    lastTs = ts;
    lastOffset = offset;
  }

  @Override
  public MemoryEngine finish() {
    rows = null;
    finished = true;
    engine.bound(Long.MAX_VALUE);
    return engine;
  }

  @Override
  public void close() {
    if (!finished) {
      engine.close();
    }
  }
}
