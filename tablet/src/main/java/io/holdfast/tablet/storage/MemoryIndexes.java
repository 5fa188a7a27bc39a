package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The indexes of a memory engine: which there are as the table is altered, and what of them is too
 * old. Single owner.
 */
final class MemoryIndexes implements Filling.Rows<Integer> {
  /** As the table was defined. */
  private final TableSchema defined;

  private Alterations alterations = Alterations.NONE;
  private TableSchema schema;

  /** By position; null where the index was deleted. */
  private MemoryIndex[] byPosition;

  /** Those that were not deleted. */
  private List<MemoryIndex> live;

  /** Those that were deleted and still hold rows. */
  private final ArrayDeque<MemoryIndex> retired = new ArrayDeque<>();

  private final Arena arena;
  private final Rows rows;
  private int gcPosition;

  MemoryIndexes(TableSchema defined, Arena arena, Rows rows) {
    this.defined = defined;
    this.schema = defined;
    this.arena = arena;
    this.rows = rows;
    this.byPosition = new MemoryIndex[defined.indexes().size()];
    for (IndexDef definition : defined.indexes()) {
      if (definition.live()) {
        byPosition[definition.position()] = new MemoryIndex(definition, arena, rows);
      }
    }
    this.live = listed();
  }

  private List<MemoryIndex> listed() {
    return Arrays.stream(byPosition).filter(Objects::nonNull).toList();
  }

  TableSchema schema() {
    return schema;
  }

  Alterations alterations() {
    return alterations;
  }

  /** The index at a position; null when none is there. */
  MemoryIndex find(int position) {
    return position < 0 || position >= byPosition.length ? null : byPosition[position];
  }

  /** The index at a position, where one must be. */
  MemoryIndex get(int position) {
    MemoryIndex index = find(position);
    if (index == null) {
      throw new IllegalStateException("no index at position " + position);
    }
    return index;
  }

  /** Those that were not deleted, by position. */
  List<MemoryIndex> present() {
    return live;
  }

  @Override
  public List<IndexDef> live() {
    return live.stream().map(MemoryIndex::definition).toList();
  }

  @Override
  public void purge(int position, byte[] key, long nowMillis) {
    get(position).purge(key, nowMillis);
  }

  @Override
  public List<Integer> like(
      int position, byte[] key, TimeRange range, byte[] value, long nowMillis) {
    MemoryIndex index = get(position);
    List<Integer> like = new ArrayList<>();
    KeyEntry entry = index.find(key);
    if (entry != null) {
      entry.visitDown(
          Math.max(entry.lowerBound(range.low()), index.firstLive(entry, nowMillis)),
          entry.upperBound(range.high()),
          (ts, row) -> {
            if (rows.hasValue(row, value)) {
              like.add(row);
            }
            return true;
          });
    }
    return like;
  }

  /** The keys whose index has not been deleted since the leader took the write. */
  List<IndexKey> kept(List<IndexKey> keys) {
    return alterations.deleted().isEmpty()
        ? keys
        : keys.stream().filter(key -> !isDeleted(key.getIndex())).toList();
  }

  /** Whether an alteration took the index at a position away. */
  boolean isDeleted(int position) {
    return alterations.deleted().contains(position);
  }

  // ---- the table is altered

  /**
   * The table is altered like this from now on.
   *
   * @param nowMillis the time of the record that says so
   * @throws IllegalArgumentException when it cannot be; nothing is changed then
   */
  void become(Alterations wanted, long nowMillis) {
    TableSchema altered = defined.with(wanted);
    byPosition = Arrays.copyOf(byPosition, altered.indexes().size());
    for (IndexDef definition : altered.indexes()) {
      int position = definition.position();
      MemoryIndex index = byPosition[position];
      if (index != null && !definition.live()) {
        // Letting go of its rows at once would hold up the partition.
        retired.add(index);
        byPosition[position] = null;
      } else if (index != null && !index.definition().ttl().equals(definition.ttl())) {
        index.change(definition.ttl(), nowMillis);
      } else if (index == null && definition.live() && !isKnown(position)) {
        byPosition[position] = new MemoryIndex(definition, arena, rows);
      }
    }
    live = listed();
    schema = altered;
    alterations = wanted;
  }

  /** All that the indexes have goes, as it does from one that is deleted. */
  void truncate() {
    byPosition = byPosition.clone();
    for (MemoryIndex index : live) {
      retired.add(index);
      byPosition[index.definition().position()] = new MemoryIndex(index.definition(), arena, rows);
    }
    live = listed();
  }

  /** Whether an index has been at a position before. */
  private boolean isKnown(int position) {
    return position < schema.indexes().size();
  }

  /** As above, before anything of a saved state is in. */
  void restore(Alterations saved, long nowMillis) {
    become(saved, nowMillis);
    live.forEach(MemoryIndex::begin);
    retired.clear();
  }

  // ---- walks and collection

  /** A walk over the indexes that are there now. */
  MemoryWalk beginWalk(long logTimeMillis, int epoch, Consumer<SavedKey> consumer, Arena held) {
    MemoryWalk walk = new MemoryWalk(byPosition, rows, logTimeMillis, epoch, consumer, held);
    live.forEach(index -> index.beginWalk(walk, epoch));
    return walk;
  }

  /** See {@link StorageEngine#gc}. */
  GcResult gc(long nowMillis, int budget) {
    long[] left = {budget};
    long removed = 0;
    while (gcPosition < byPosition.length && left[0] > 0) {
      MemoryIndex index = byPosition[gcPosition];
      if (index != null) {
        removed += index.gc(nowMillis, left);
        if (!index.gcRoundDone()) {
          break;
        }
      }
      gcPosition++;
    }
    while (!retired.isEmpty() && left[0] > 0) {
      MemoryIndex index = retired.element();
      index.drain(left);
      if (index.keyCount() == 0) {
        retired.remove().close();
      }
    }
    boolean done = gcPosition == byPosition.length && retired.isEmpty();
    if (done) {
      gcPosition = 0;
    }
    return new GcResult(removed, done);
  }

  long overheadBytes() {
    long bytes = 0;
    for (MemoryIndex index : live) {
      bytes += index.overheadBytes();
    }
    for (MemoryIndex index : retired) {
      bytes += index.overheadBytes();
    }
    return bytes;
  }
}
