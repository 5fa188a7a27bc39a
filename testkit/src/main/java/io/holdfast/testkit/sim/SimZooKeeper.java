package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * ZooKeeper as the nameservers use it: versioned records, an epoch, and a session that may expire.
 */
final class SimZooKeeper {
  private static final long SESSION = 3 * World.SECOND;

  record Stored(PartitionRecord record, int version) {}

  private record StoredTable(TableSpec table, int version) {}

  record StoredOp(OpRecord op, int version) {}

  /** Sees transactions come. */
  interface CommitHook {
    /** A transaction has arrived; false when it is to be lost. */
    boolean before(MetaTransaction transaction);

    /** A transaction is the truth, and nobody knows it yet. */
    void after(MetaTransaction transaction);
  }

  private static final CommitHook NO_HOOK =
      new CommitHook() {
        @Override
        public boolean before(MetaTransaction transaction) {
          return true;
        }

        @Override
        public void after(MetaTransaction transaction) {}
      };

  private CommitHook hook = NO_HOOK;

  private final Cluster cluster;
  private final Map<PartitionId, Stored> partitions = new TreeMap<>();
  private final Map<Integer, StoredTable> tables = new TreeMap<>();
  private final Map<PartitionId, LossReport> losses = new TreeMap<>();
  private final Set<NodeId> offline = new TreeSet<>();
  private final Map<String, String> config = new TreeMap<>();
  private final SortedMap<Long, StoredOp> ops = new TreeMap<>();
  private long lastOpId;
  private int idsVersion;
  private long epoch;
  private NodeId holder;
  private long holderUntil;

  SimZooKeeper(Cluster cluster) {
    this.cluster = cluster;
  }

  // ---- the truth

  void create(TableSpec table, Iterable<PartitionRecord> records) {
    tables.put(table.tid(), new StoredTable(table, 0));
    records.forEach(record -> partitions.put(record.id(), new Stored(record, 0)));
  }

  PartitionRecord partition(PartitionId id) {
    return partitions.get(id).record();
  }

  TableSpec table(int tid) {
    return tables.get(tid).table();
  }

  /** What stands there, as a backup. */
  record Backup(
      Map<PartitionId, Stored> partitions, long epoch, Map<Long, StoredOp> ops, long lastOpId) {}

  Backup backup() {
    return new Backup(new TreeMap<>(partitions), epoch, new TreeMap<>(ops), lastOpId);
  }

  /** Somebody puts a backup back. Whoever was active is not, its session belonged to what was. */
  void restore(Backup backup, boolean epochToo) {
    partitions.putAll(backup.partitions());
    epoch = epochToo ? backup.epoch() : epoch;
    ops.clear();
    ops.putAll(backup.ops());
    lastOpId = backup.lastOpId();
    idsVersion++;
    cluster.invariants().ops().onRestored(lastOpId);
    expireSession();
  }

  /** What was put back is undone, without undoing what was rightly decided since. */
  void restoreNewer(Backup backup) {
    backup
        .partitions()
        .forEach(
            (id, stored) -> {
              if (stored.record().version() > partition(id).version()) {
                partitions.put(id, stored);
              }
            });
    epoch = Math.max(epoch, backup.epoch());
    backup.ops().forEach(ops::putIfAbsent);
    lastOpId = Math.max(lastOpId, backup.lastOpId());
    cluster.invariants().ops().onRestored(lastOpId);
    expireSession();
  }

  Iterable<PartitionId> partitionIds() {
    return partitions.keySet();
  }

  long epoch() {
    return epoch;
  }

  /** Executes a transaction, whole or not at all. */
  CommitResult commit(MetaTransaction transaction) {
    if (!hook.before(transaction)) {
      return CommitResult.CONFLICT;
    }
    CommitResult result = execute(transaction);
    if (result == CommitResult.DONE) {
      hook.after(transaction);
    }
    return result;
  }

  void hook(CommitHook newHook) {
    hook = newHook;
  }

  private CommitResult execute(MetaTransaction transaction) {
    boolean unchecked = cluster.mutants().has(Mutant.NO_CAS);
    if (!unchecked && transaction.epoch() != epoch) {
      return CommitResult.CONFLICT;
    }
    for (MetaChange change : transaction.changes()) {
      if (!unchecked
          && change instanceof MetaChange.TabletSwitched switched
          && offline.contains(switched.tablet()) == switched.offline()) {
        return CommitResult.CONFLICT;
      }
      if (!unchecked
          && change instanceof MetaChange.PartitionChanged changed
          && partitions.get(changed.record().id()).version() != changed.basedOn()) {
        return CommitResult.CONFLICT;
      }
      if (!unchecked && !isPossible(change)) {
        return CommitResult.CONFLICT;
      }
    }
    for (MetaChange change : transaction.changes()) {
      if (change instanceof MetaChange.LossReported reported) {
        losses.put(reported.report().partition(), reported.report());
        cluster.invariants().onLossAccepted(reported.report());
      }
    }
    Map<PartitionId, PartitionRecord> changedRecords = new TreeMap<>();
    for (MetaChange change : transaction.changes()) {
      if (change instanceof MetaChange.PartitionChanged changed) {
        PartitionRecord before = partition(changed.record().id());
        changedRecords.put(before.id(), before);
        partitions.put(changed.record().id(), new Stored(changed.record(), changed.basedOn() + 1));
        cluster.invariants().onRecord(before, changed.record(), transaction.epoch());
      } else if (change instanceof MetaChange.TabletSwitched switched) {
        if (switched.offline()) {
          offline.add(switched.tablet());
        } else {
          offline.remove(switched.tablet());
        }
      } else if (change instanceof MetaChange.TableChanged changed) {
        cluster.invariants().fills().onTable(table(changed.table().tid()), changed.table());
        tables.put(changed.table().tid(), new StoredTable(changed.table(), changed.basedOn() + 1));
      } else if (change instanceof MetaChange.OpCreated created) {
        ops.put(created.op().id(), new StoredOp(created.op(), 0));
      } else if (change instanceof MetaChange.OpIdsUsed used) {
        lastOpId = used.lastId();
        idsVersion = used.basedOn() + 1;
      } else if (change instanceof MetaChange.OpChanged changed) {
        ops.put(changed.op().id(), new StoredOp(changed.op(), changed.basedOn() + 1));
      } else if (change instanceof MetaChange.OpDeleted deleted) {
        ops.remove(deleted.id());
      } else if (change instanceof MetaChange.ConfigSet set) {
        config.put(set.key(), set.value());
      } else if (!(change instanceof MetaChange.LossReported
          || change instanceof MetaChange.PartitionChecked)) {
        throw new IllegalStateException("not simulated: " + change);
      }
    }
    cluster.invariants().ops().onTransaction(transaction, changedRecords, read());
    return CommitResult.DONE;
  }

  private boolean isPossible(MetaChange change) {
    if (change instanceof MetaChange.OpCreated created) {
      return !ops.containsKey(created.op().id());
    } else if (change instanceof MetaChange.PartitionChecked check) {
      return partitions.get(check.partition()).version() == check.basedOn();
    } else if (change instanceof MetaChange.OpIdsUsed used) {
      return used.basedOn() == idsVersion;
    } else if (change instanceof MetaChange.TableChanged changed) {
      return tables.get(changed.table().tid()).version() == changed.basedOn();
    } else if (change instanceof MetaChange.OpChanged changed) {
      return isAt(changed.op().id(), changed.basedOn());
    }
    return !(change instanceof MetaChange.OpDeleted deleted)
        || isAt(deleted.id(), deleted.basedOn());
  }

  private boolean isAt(long opId, int version) {
    StoredOp stored = ops.get(opId);
    return stored != null && stored.version() == version;
  }

  /** The operations that are known, oldest first. */
  List<OpRecord> ops() {
    return ops.values().stream().map(StoredOp::op).toList();
  }

  ClusterState read() {
    ClusterState state = new ClusterState();
    tables.values().forEach(stored -> state.loadTable(stored.table(), stored.version()));
    config.forEach(state::loadConfig);
    offline.forEach(state::loadOffline);
    partitions.values().forEach(stored -> state.loadPartition(stored.record(), stored.version()));
    losses.values().forEach(state::loadLoss);
    ops.values().forEach(stored -> state.loadOp(stored.op(), stored.version()));
    state.loadLastOpId(lastOpId, idsVersion);
    return state;
  }

  // ---- who is active

  /**
   * Renews or takes the right to be active.
   *
   * @param activeEpoch the epoch that the candidate believes is its own; 0 when it is not active
   * @return the epoch if it was newly taken, 0 if it was renewed, -1 if another holds it
   */
  long campaign(NodeId candidate, long activeEpoch) {
    boolean free = holder == null || cluster.world().now() > holderUntil;
    if (!free && !holder.equals(candidate)) {
      return -1;
    }
    boolean renewed = !free && activeEpoch == epoch;
    holder = candidate;
    holderUntil = cluster.world().now() + cluster.tempo().paced(SESSION);
    return renewed ? 0 : ++epoch;
  }

  void expireSession() {
    holder = null;
  }
}
