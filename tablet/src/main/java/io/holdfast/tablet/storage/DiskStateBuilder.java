package io.holdfast.tablet.storage;

import io.holdfast.protocol.model.Alterations;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Makes a disk engine out of a saved state, in an empty database. What is written on the way has no
 * checkpoint, so a crash leaves nothing that anybody would go on with. Takes 16 bytes of memory for
 * each row.
 */
final class DiskStateBuilder implements StateBuilder {
  private final DiskEngine engine;
  private final DiskEnvironment environment;
  private final DiskChanges changes;
  private long[] offsets = new long[1024];
  private int[] lengths = new int[1024];
  private int[] references = new int[1024];
  private int count;
  private long rowBytes;
  private DiskIndex index;
  private byte[] key;
  private int size;
  private long oldestTs;

  /** Keys whose heads were gathered and perhaps not written. */
  private final Set<ByteBuffer> unwritten = new HashSet<>();

  /** Versions of the key that have the same time, the oldest first. */
  private int[] sameTs = new int[4];

  private int sameCount;
  private long lastTs;
  private boolean finished;

  DiskStateBuilder(DiskEngine engine, DiskEnvironment environment) {
    this.engine = engine;
    this.environment = environment;
    this.changes = engine.changes();
  }

  @Override
  public void alterations(Alterations alterations) {
    engine.indexes().load(alterations, engine.logTimeMillis());
  }

  @Override
  public int rows() {
    return count;
  }

  @Override
  public void key(int position, byte[] bytes) {
    DiskIndex wanted = engine.indexes().find(position);
    if (wanted == null) {
      throw new IllegalArgumentException("there is no index at position " + position);
    }
    if (wanted == index && Arrays.equals(key, bytes)) {
      return;
    }
    endKey();
    if (unwritten.contains(ByteBuffer.wrap(DiskKeys.head(position, bytes)))
        || wanted.head(bytes) != null) {
      throw new IllegalArgumentException("a key of index " + position + " comes twice");
    }
    index = wanted;
    key = bytes;
    size = 0;
  }

  @Override
  public void row(long offset, byte[] value) {
    if (offset < 1 || offset > engine.appliedOffset()) {
      throw new IllegalArgumentException("row of offset " + offset);
    }
    if (count == offsets.length) {
      int more = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * count);
      offsets = Arrays.copyOf(offsets, more);
      lengths = Arrays.copyOf(lengths, more);
      references = Arrays.copyOf(references, more);
    }
    offsets[count] = offset;
    lengths[count] = value.length;
    count++;
    rowBytes += value.length;
    changes.put(DiskKeys.row(offset), value);
  }

  @Override
  public void version(long ts, int rowNumber) {
    if (rowNumber < 0 || rowNumber >= count) {
      throw new IllegalArgumentException("row " + rowNumber + " of " + count);
    }
    if (size > 0 && ts < lastTs || isSame(ts) && sameTs[sameCount - 1] == rowNumber) {
      throw new IllegalArgumentException("versions of a key are out of order");
    }
    if (!isSame(ts)) {
      endTime();
    }
    if (sameCount == sameTs.length) {
      sameTs = Arrays.copyOf(sameTs, 2 * sameCount);
    }
    sameTs[sameCount++] = rowNumber;
    oldestTs = size == 0 ? ts : oldestTs;
    lastTs = ts;
    size++;
    references[rowNumber]++;
  }

  private boolean isSame(long ts) {
    return sameCount > 0 && ts == lastTs;
  }

  /**
   * The order of versions of one time is that of their records' offsets, or where it is another,
   * their number. No offset is below that, and what is put or filled in later goes outside of both.
   */
  private void endTime() {
    boolean byOffset = true;
    for (int i = 1; i < sameCount; i++) {
      byOffset &= offsets[sameTs[i - 1]] < offsets[sameTs[i]];
    }
    for (int i = 0; i < sameCount; i++) {
      int row = sameTs[i];
      long order = byOffset ? offsets[row] : i + 1L;
      byte[] versionKey = DiskKeys.version(index.position(), key, lastTs, order);
      changes.put(versionKey, new DiskVersion(versionKey, offsets[row], lengths[row]).encode());
    }
    sameCount = 0;
  }

  private void endKey() {
    if (size == 0) {
      return;
    }
    endTime();
    DiskHead head = new DiskHead(size, index.ages().era(), oldestTs);
    index.loaded(key, head);
    unwritten.add(ByteBuffer.wrap(DiskKeys.head(index.position(), key)));
    size = 0;
    if (changes.writeIfMuch()) {
      unwritten.clear();
    }
    if (changes.unflushedBytes() >= environment.shareBytes()) {
      engine.flush();
    }
  }

  @Override
  public StorageEngine finish() {
    endKey();
    for (int i = 0; i < count; i++) {
      if (references[i] == 0) {
        throw new IllegalArgumentException("nothing refers to row " + i);
      }
      if (references[i] > 1) {
        changes.put(DiskKeys.references(offsets[i]), DiskChanges.references(references[i]));
        boolean unused = changes.writeIfMuch();
      }
    }
    changes.writeAt(engine.appliedOffset());
    changes.begin(changes.step(), engine.appliedOffset(), count, rowBytes);
    finished = true;
    return engine;
  }

  @Override
  public void close() {
    if (!finished) {
      engine.discard();
    }
  }
}
