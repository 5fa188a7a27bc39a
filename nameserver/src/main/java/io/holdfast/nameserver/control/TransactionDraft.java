package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The changes that will be made together. A partition is changed once at most, since each change is
 * based on the version that was read; operations count as they will be.
 */
final class TransactionDraft {
  private final ClusterState state;
  private final List<MetaChange> changes = new ArrayList<>();
  private final Set<PartitionId> touched = new TreeSet<>();
  private final Map<Long, OpRecord> ops = new TreeMap<>();
  private long lastOpId;

  TransactionDraft(ClusterState state) {
    this.state = state;
    this.lastOpId = state.ops().lastId();
  }

  ClusterState state() {
    return state;
  }

  /** What is to be written. */
  List<MetaChange> transaction() {
    if (lastOpId == state.ops().lastId()) {
      return changes;
    }
    List<MetaChange> all = new ArrayList<>(changes);
    all.add(new MetaChange.OpIdsUsed(lastOpId, state.ops().idsVersion()));
    return all;
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  int size() {
    return changes.size();
  }

  /** How many partitions are changed. */
  int partitions() {
    return touched.size();
  }

  boolean isTouched(PartitionId partition) {
    return touched.contains(partition);
  }

  void add(MetaChange change) {
    changes.add(change);
  }

  void change(PartitionRecord next) {
    if (!touched.add(next.id())) {
      throw new IllegalStateException("partition " + next.id() + " would be changed twice");
    }
    changes.add(new MetaChange.PartitionChanged(next, state.nodeVersion(next.id())));
  }

  /** A table as it shall be; the caller has asked {@link #isTouched(TableSpec)} before. */
  void change(TableSpec next) {
    changes.add(new MetaChange.TableChanged(next, state.tableVersion(next.tid())));
  }

  /** Whether a table was changed in this already. */
  boolean isTouched(TableSpec table) {
    return changes.stream()
        .anyMatch(
            change ->
                change instanceof MetaChange.TableChanged changed
                    && changed.table().tid() == table.tid());
  }

  /** This depends on the partition being as it is seen now. */
  void check(PartitionId partition) {
    if (touched.add(partition)) {
      changes.add(new MetaChange.PartitionChecked(partition, state.nodeVersion(partition)));
    }
  }

  long nextOpId() {
    return ++lastOpId;
  }

  /** The highest id that an operation has, those of this included. */
  long lastOpId() {
    return lastOpId;
  }

  void create(OpRecord op) {
    ops.put(op.id(), op);
    changes.add(new MetaChange.OpCreated(op));
  }

  void change(OpRecord op) {
    ops.put(op.id(), op);
    changes.add(new MetaChange.OpChanged(op, state.ops().version(op.id())));
  }

  void forget(OpRecord op) {
    changes.add(new MetaChange.OpDeleted(op.id(), state.ops().version(op.id())));
  }

  /** The operation that a partition is at once this is done; null for none. */
  OpRecord running(PartitionId partition) {
    for (OpRecord op : ops.values()) {
      if (op.state() == OpState.DOING && partition.equals(op.goal().partition())) {
        return op;
      }
    }
    OpRecord running = state.ops().running(partition);
    return running == null || ops.containsKey(running.id()) ? null : running;
  }

  /** Whether an operation was changed in this already. */
  boolean isTouched(long opId) {
    return ops.containsKey(opId);
  }
}
