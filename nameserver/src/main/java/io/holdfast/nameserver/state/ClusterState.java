package io.holdfast.nameserver.state;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableSpec;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The truth as it was last read, with every change since. Changed only by {@link #apply}, with what
 * the store has confirmed, and only by the loop that owns it.
 */
public final class ClusterState {
  /** What the settings' keys begin with under which the servers' outer addresses are kept. */
  private static final String SDK_ENDPOINT = "sdk_endpoint.";

  /** What the settings' keys begin with that name the tablets which are being emptied. */
  private static final String DRAINED = "drained.";

  private record Stored(PartitionRecord record, int nodeVersion) {}

  private final SortedMap<Integer, TableSpec> tables = new TreeMap<>();
  private final Map<Integer, Integer> tableVersions = new TreeMap<>();
  private final SortedMap<PartitionId, Stored> partitions = new TreeMap<>();
  private final Set<String> databases = new TreeSet<>();
  private final Map<String, String> config = new TreeMap<>();
  private final Set<Integer> dropped = new TreeSet<>();
  private final SortedMap<PartitionId, LossReport> losses = new TreeMap<>();
  private final Set<NodeId> offline = new TreeSet<>();
  private final OpBook ops = new OpBook();

  // ---- filling from a store

  /** Adds a partition that was read, with the version of its node. */
  public void loadPartition(PartitionRecord record, int nodeVersion) {
    partitions.put(record.id(), new Stored(record, nodeVersion));
  }

  /** Adds a table that was read, with the version of its node. */
  public void loadTable(TableSpec table, int nodeVersion) {
    tables.put(table.tid(), table);
    tableVersions.put(table.tid(), nodeVersion);
  }

  /** Adds a database that was read. */
  public void loadDatabase(String name) {
    databases.add(name);
  }

  /** Adds a setting that was read. */
  public void loadConfig(String key, String value) {
    config.put(key, value);
  }

  /** Adds the id of a dropped table that was read. */
  public void loadDropped(int tid) {
    dropped.add(tid);
  }

  /** Adds a report that was read. */
  public void loadLoss(LossReport report) {
    losses.put(report.partition(), report);
  }

  /** Adds a tablet that was read to have been taken out of service. */
  public void loadOffline(NodeId tablet) {
    offline.add(tablet);
  }

  /** Adds an operation that was read. */
  public void loadOp(OpRecord op, int nodeVersion) {
    ops.put(op, nodeVersion);
  }

  /** Takes note of the newest op id that was ever given out, and of the node that says so. */
  public void loadLastOpId(long id, int nodeVersion) {
    ops.used(id, nodeVersion);
  }

  // ---- changing

  /** Makes a confirmed change. */
  public void apply(MetaChange change) {
    if (change instanceof MetaChange.PartitionCreated created) {
      loadPartition(created.record(), 0);
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      PartitionRecord before = partition(changed.record().id());
      assertFollows(before, changed.record());
      loadPartition(changed.record(), changed.basedOn() + 1);
    } else if (change instanceof MetaChange.TableCreated created) {
      loadTable(created.table(), 0);
    } else if (change instanceof MetaChange.TableChanged changed) {
      loadTable(changed.table(), changed.basedOn() + 1);
    } else if (change instanceof MetaChange.TableDropped drop) {
      int tid = drop.table().tid();
      tables.remove(tid);
      tableVersions.remove(tid);
      partitions.keySet().removeIf(id -> id.tid() == tid);
      losses.keySet().removeIf(id -> id.tid() == tid);
      dropped.add(tid);
    } else if (change instanceof MetaChange.DatabaseCreated created) {
      loadDatabase(created.name());
    } else if (change instanceof MetaChange.DatabaseDropped drop) {
      databases.remove(drop.name());
    } else if (change instanceof MetaChange.LossReported reported) {
      loadLoss(reported.report());
    } else if (change instanceof MetaChange.TabletSwitched switched) {
      if (switched.offline()) {
        offline.add(switched.tablet());
      } else {
        offline.remove(switched.tablet());
      }
    } else if (change instanceof MetaChange.ConfigSet set) {
      loadConfig(set.key(), set.value());
    } else if (change instanceof MetaChange.OpCreated created) {
      ops.put(created.op(), 0);
    } else if (change instanceof MetaChange.OpIdsUsed used) {
      ops.used(used.lastId(), used.basedOn() + 1);
    } else if (change instanceof MetaChange.OpChanged changed) {
      ops.put(changed.op(), changed.basedOn() + 1);
    } else if (change instanceof MetaChange.OpDeleted deleted) {
      ops.remove(deleted.id());
    }
  }

  private static void assertFollows(PartitionRecord before, PartitionRecord after) {
    boolean next =
        before != null && after.version() == before.version() + 1 && after.term() >= before.term();
    if (!next && (before == null || !after.hasSameConfiguration(before))) {
      throw new IllegalStateException(after + " cannot follow " + before);
    }
  }

  // ---- looking

  public Collection<TableSpec> tables() {
    return Collections.unmodifiableCollection(tables.values());
  }

  /** The table with this id; null when there is none. */
  public TableSpec table(int tid) {
    return tables.get(tid);
  }

  /** The table of this name; null when there is none. */
  public TableSpec table(String db, String name) {
    for (TableSpec table : tables.values()) {
      if (table.db().equals(db) && table.name().equals(name)) {
        return table;
      }
    }
    return null;
  }

  /** The ids of all partitions, in order. */
  public Set<PartitionId> partitionIds() {
    return Collections.unmodifiableSet(partitions.keySet());
  }

  /** A partition's record; null when there is none. */
  public PartitionRecord partition(PartitionId id) {
    Stored stored = partitions.get(id);
    return stored == null ? null : stored.record();
  }

  /** The version of a table's node. */
  public int tableVersion(int tid) {
    return tableVersions.get(tid);
  }

  /** The version of a partition's stored node. */
  public int nodeVersion(PartitionId id) {
    return partitions.get(id).nodeVersion();
  }

  public Set<String> databases() {
    return Collections.unmodifiableSet(databases);
  }

  /** Whether a table with this id was dropped. */
  public boolean isDropped(int tid) {
    return dropped.contains(tid);
  }

  /** What was last given up of a partition; null when nothing ever was. */
  public LossReport loss(PartitionId id) {
    return losses.get(id);
  }

  /** Whether an operator took this tablet out of service. */
  public boolean isOffline(NodeId tablet) {
    return offline.contains(tablet);
  }

  /** The operations that are known. */
  public OpBook ops() {
    return ops;
  }

  /** A setting's value; null when it was never set. */
  public String config(String key) {
    return config.get(key);
  }

  /** Whether the nameserver acts on failures by itself. On unless it was switched off. */
  public boolean isAutoFailover() {
    return !"false".equals(config.get(ClusterSettings.AUTO_FAILOVER));
  }

  /** By name, automatic failover and what else somebody has set. */
  public SortedMap<String, String> settings() {
    return ClusterSettings.set(config);
  }

  /** By name, the values in force of the settings that nobody has set. */
  public SortedMap<String, String> defaultSettings() {
    return ClusterSettings.unset(config);
  }

  /**
   * For how long a tablet is waited for before its copies are made anew elsewhere; 0 for ever. In
   * milliseconds.
   */
  public long nodeRemoveMillis() {
    return ClusterSettings.nodeRemoveMillis(config);
  }

  /** Whether two replicas of a partition must not be on one host. */
  public boolean areHostsApart() {
    return ClusterSettings.areHostsApart(config);
  }

  /** The host that a tablet is on: its label, or else the host of its address. */
  public String hostOf(NodeId tablet) {
    String label = config.getOrDefault(ClusterSettings.HOST_LABEL + tablet.endpoint(), "");
    if (!label.isEmpty()) {
      return label;
    }
    String endpoint = tablet.endpoint();
    int port = endpoint.lastIndexOf(':');
    return port < 0 ? endpoint : endpoint.substring(0, port);
  }

  /** Whether a tablet is to be emptied, and gets no more copies. */
  public boolean isDrained(NodeId tablet) {
    return "true".equals(config.get(drainedKey(tablet)));
  }

  /** The setting that says that a tablet is to be emptied. */
  public static String drainedKey(NodeId tablet) {
    return DRAINED + tablet.endpoint();
  }

  /** The endpoint of the tablet that such a setting is about; null for another setting. */
  public static String drainedEndpoint(String key) {
    return key.startsWith(DRAINED) ? key.substring(DRAINED.length()) : null;
  }

  /** The setting that holds the address of a server for clients outside. */
  public static String sdkEndpointKey(String server) {
    return SDK_ENDPOINT + server;
  }

  /** By server, the addresses for clients outside that were set. */
  public SortedMap<String, String> sdkEndpoints() {
    SortedMap<String, String> endpoints = new TreeMap<>();
    config.forEach(
        (key, value) -> {
          // One that was taken away is left empty: settings have no end.
          if (key.startsWith(SDK_ENDPOINT) && !value.isEmpty()) {
            endpoints.put(key.substring(SDK_ENDPOINT.length()), value);
          }
        });
    return endpoints;
  }

  /** An id that no table has or had. */
  public int nextTableId() {
    int highest = tables.isEmpty() ? 0 : tables.lastKey();
    for (int tid : dropped) {
      highest = Math.max(highest, tid);
    }
    return highest + 1;
  }

  /** How many partitions a tablet leads, or is to lead. */
  public int leadersOn(NodeId tablet) {
    int count = 0;
    for (Stored stored : partitions.values()) {
      PartitionRecord record = stored.record();
      if (record.phase() == Phase.LEAD && record.leader().equals(tablet)) {
        count++;
      }
    }
    return count;
  }

  /** How many copies a tablet has, or shall have. */
  public int replicasOn(NodeId tablet) {
    int count = 0;
    for (Stored stored : partitions.values()) {
      if (stored.record().involves(tablet)) {
        count++;
      }
    }
    return count;
  }
}
