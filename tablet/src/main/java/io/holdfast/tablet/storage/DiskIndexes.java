package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The indexes of a disk engine: which there are as the table is altered, and what of them is too
 * old. Single owner.
 */
final class DiskIndexes implements Filling.Rows<Long> {
  private final TableSchema defined;
  private final DiskDatabase.View view;
  private final DiskChanges changes;
  private Alterations alterations = Alterations.NONE;
  private TableSchema schema;

  /** By position; null where the index was deleted. */
  private DiskIndex[] byPosition;

  /** Those that were deleted and still hold rows. */
  private final ArrayDeque<DiskIndex> retired = new ArrayDeque<>();

  private int gcPosition;

  DiskIndexes(TableSchema defined, DiskDatabase.View view, DiskChanges changes) {
    this.defined = defined;
    this.schema = defined;
    this.view = view;
    this.changes = changes;
    this.byPosition = new DiskIndex[defined.indexes().size()];
    for (IndexDef definition : defined.indexes()) {
      if (definition.live()) {
        byPosition[definition.position()] = new DiskIndex(definition, view, changes);
      }
    }
  }

  TableSchema schema() {
    return schema;
  }

  Alterations alterations() {
    return alterations;
  }

  /** The index at a position; null when none is there. */
  DiskIndex find(int position) {
    return position < 0 || position >= byPosition.length ? null : byPosition[position];
  }

  /** The index at a position, where one must be. */
  DiskIndex get(int position) {
    DiskIndex index = find(position);
    if (index == null) {
      throw new IllegalStateException("no index at position " + position);
    }
    return index;
  }

  /** Those that were not deleted, by position. */
  List<DiskIndex> present() {
    return Arrays.stream(byPosition).filter(Objects::nonNull).toList();
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

  // ---- for filling

  @Override
  public List<IndexDef> live() {
    return present().stream().map(DiskIndex::definition).toList();
  }

  @Override
  public void purge(int position, byte[] key, long nowMillis) {
    get(position).purge(key, nowMillis);
  }

  @Override
  public List<Long> like(int position, byte[] key, TimeRange range, byte[] value, long nowMillis) {
    List<Long> rows = new ArrayList<>();
    new DiskReads(view)
        .visitLive(
            get(position),
            key,
            range,
            nowMillis,
            version -> {
              if (version.rowBytes() == value.length && Arrays.equals(view.row(version), value)) {
                rows.add(version.rowOffset());
              }
              return true;
            });
    return rows;
  }

  // ---- the table is altered

  /** See {@link MemoryIndexes#become}. */
  void become(Alterations wanted, long nowMillis) {
    TableSchema altered = defined.with(wanted);
    byPosition = Arrays.copyOf(byPosition, altered.indexes().size());
    for (IndexDef definition : altered.indexes()) {
      int position = definition.position();
      DiskIndex index = byPosition[position];
      if (index != null && !definition.live()) {
        retired.add(index);
        byPosition[position] = null;
      } else if (index != null && !index.definition().ttl().equals(definition.ttl())) {
        index.change(definition.ttl(), nowMillis);
      } else if (index == null && definition.live() && position >= schema.indexes().size()) {
        byPosition[position] = new DiskIndex(definition, view, changes);
      }
    }
    schema = altered;
    alterations = wanted;
  }

  /** All that the indexes have has gone, and what deleted ones still had. */
  void truncate() {
    byPosition = byPosition.clone();
    for (DiskIndex index : present()) {
      byPosition[index.position()] = new DiskIndex(index.definition(), view, changes);
    }
    retired.clear();
  }

  /** As above, before anything of a state saved elsewhere is in. */
  void load(Alterations saved, long nowMillis) {
    become(saved, nowMillis);
    present().forEach(DiskIndex::begin);
    retired.clear();
  }

  /** The indexes of a state that is here, as its checkpoint has them. */
  void restore(DiskCheckpoint checkpoint) {
    become(checkpoint.alterations(), checkpoint.logTimeMillis());
    // Those that were deleted may still have rows.
    retired.clear();
    schema.indexes().stream()
        .filter(definition -> !definition.live())
        .forEach(definition -> retired.add(new DiskIndex(definition, view, changes)));
    for (DiskIndex index : present()) {
      DiskCheckpoint.Index saved = checkpoint.indexes().get(index.position());
      if (saved == null) {
        throw new DiskFailure("its checkpoint has no index at position " + index.position());
      }
      index.restore(saved);
    }
  }

  /** What a checkpoint is to have of them. */
  Map<Integer, DiskCheckpoint.Index> saved() {
    Map<Integer, DiskCheckpoint.Index> saved = new TreeMap<>();
    present().forEach(index -> saved.put(index.position(), index.saved()));
    return saved;
  }

  // ---- collection

  /** See {@link StorageEngine#gc}. */
  GcResult gc(long nowMillis, int budget) {
    long[] left = {budget};
    long removed = 0;
    while (gcPosition < byPosition.length && left[0] > 0) {
      DiskIndex index = byPosition[gcPosition];
      if (index != null) {
        removed += index.gc(nowMillis, left);
        if (!index.gcRoundDone()) {
          break;
        }
      }
      gcPosition++;
    }
    while (!retired.isEmpty() && left[0] > 0 && retired.element().drain(left)) {
      retired.remove();
    }
    boolean done = gcPosition == byPosition.length && retired.isEmpty();
    if (done) {
      gcPosition = 0;
    }
    return new GcResult(removed, done);
  }
}
