package io.holdfast.nameserver.state;

import io.holdfast.protocol.model.PartitionId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Every operation that is known, by id, partition and parent. Owned by a {@link ClusterState}. */
public final class OpBook {
  private final NavigableMap<Long, OpRecord> ops = new TreeMap<>();
  private final NavigableSet<Long> open = new TreeSet<>();
  private final Map<PartitionId, NavigableSet<Long>> byPartition = new HashMap<>();
  private final Map<Long, NavigableSet<Long>> byParent = new HashMap<>();
  private final Map<Long, Integer> versions = new HashMap<>();
  private long lastId;
  private int idsVersion;

  void put(OpRecord op, int version) {
    ops.put(op.id(), op);
    versions.put(op.id(), version);
    if (op.isOver()) {
      open.remove(op.id());
    } else {
      open.add(op.id());
    }
    if (op.goal().partition() != null) {
      byPartition.computeIfAbsent(op.goal().partition(), id -> new TreeSet<>()).add(op.id());
    }
    if (op.parentId() != 0) {
      byParent.computeIfAbsent(op.parentId(), id -> new TreeSet<>()).add(op.id());
    }
  }

  void remove(long id) {
    OpRecord op = ops.remove(id);
    if (op == null) {
      return;
    }
    open.remove(id);
    versions.remove(id);
    forget(byPartition, op.goal().partition(), id);
    forget(byParent, op.parentId(), id);
  }

  private static <K> void forget(Map<K, NavigableSet<Long>> index, K key, long id) {
    NavigableSet<Long> ids = key == null ? null : index.get(key);
    if (ids != null && ids.remove(id) && ids.isEmpty()) {
      index.remove(key);
    }
  }

  /** Ids up to this one were given out, whether or not they are still known. */
  void used(long id, int version) {
    lastId = id;
    idsVersion = version;
  }

  /** The version of the stored node that says which ids were given out. */
  public int idsVersion() {
    return idsVersion;
  }

  /** The version of an operation's stored node. */
  public int version(long id) {
    return versions.get(id);
  }

  /** The newest id that was ever given out; 0 for none. */
  public long lastId() {
    return lastId;
  }

  /** All of them, oldest first. */
  public Collection<OpRecord> all() {
    return Collections.unmodifiableCollection(ops.values());
  }

  /** The one with this id; null when it is not known, or not any more. */
  public OpRecord find(long id) {
    return ops.get(id);
  }

  public int size() {
    return ops.size();
  }

  /** The ids of those that are not over, oldest first. */
  public SortedSet<Long> open() {
    return Collections.unmodifiableSortedSet(open);
  }

  /** The ids of a partition's operations, oldest first. */
  public Set<Long> of(PartitionId partition) {
    return Collections.unmodifiableSet(
        byPartition.getOrDefault(partition, Collections.emptyNavigableSet()));
  }

  /** The ids of an operation's parts, oldest first. */
  public Set<Long> childrenOf(long parentId) {
    return Collections.unmodifiableSet(
        byParent.getOrDefault(parentId, Collections.emptyNavigableSet()));
  }

  /** The operation that a partition is at; null for none. */
  public OpRecord running(PartitionId partition) {
    for (long id : of(partition)) {
      if (ops.get(id).state() == OpState.DOING) {
        return ops.get(id);
      }
    }
    return null;
  }
}
