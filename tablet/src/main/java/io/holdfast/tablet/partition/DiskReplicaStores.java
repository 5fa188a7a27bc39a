package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.tablet.replication.ReplicaStore;
import io.holdfast.tablet.replication.ReplicaStores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stores of one loop's replicas. Called only by that loop. */
final class DiskReplicaStores implements ReplicaStores {
  private static final Logger LOG = LoggerFactory.getLogger(DiskReplicaStores.class);

  private final TabletDisk disk;
  private final Executor loop;
  private final long stallNanos;
  private final FillSender fills;
  private final Clock clock;
  private final Consumer<PartitionId> collector;
  private final Map<PartitionId, DiskReplicaStore> stores = new TreeMap<>();
  private final Map<PartitionId, FailedFiles> failed = new TreeMap<>();
  private long pendingNanos;
  private int snapshotTurn;

  /** What replicas had applied of their logs at start that are not here any more. */
  private long left;

  /**
   * @param loop runs what the disk reports
   * @param stallNanos how long the disk may owe an answer before the tablet must not look alive
   * @param fills brings rows to other partitions
   * @param collector called on the loop when the disk has reported something about a replica
   */
  DiskReplicaStores(
      TabletDisk disk,
      Executor loop,
      long stallNanos,
      FillSender fills,
      Clock clock,
      Consumer<PartitionId> collector) {
    this.fills = fills;
    this.clock = clock;
    this.disk = disk;
    this.loop = loop;
    this.stallNanos = stallNanos;
    this.collector = collector;
  }

  /** Takes over a replica that was opened. */
  void adopt(PartitionId partition, DiskReplicaStore store) {
    store.onReport(() -> collector.accept(partition));
    store.fillWith(new IndexFilling(partition, store, fills, loop, clock));
    stores.put(partition, store);
    failed.remove(partition);
  }

  @Override
  public ReplicaStore create(PartitionId partition, TableSpec table, boolean witness) {
    try {
      DiskReplicaStore store = disk.create(partition, table, witness, loop);
      adopt(partition, store);
      LOG.info(
          "{} {} of {} was made, uid {}",
          witness ? "witness" : "replica",
          partition,
          table,
          store.uid());
      return store;
    } catch (IOException | SchemaException | RuntimeException e) {
      LOG.warn("replica {} of {} cannot be made: {}", partition, table, e.toString());
      return null;
    }
  }

  @Override
  public void retire(PartitionId partition, ReplicaStore store) {
    disk.retire(partition, forget(partition));
  }

  @Override
  public void retireFailed(PartitionId partition) {
    FailedFiles files = failed.remove(partition);
    if (files != null && files.retire()) {
      disk.recycleLater(partition);
    }
  }

  /**
   * Closes the log of a replica that was taken out of service; its files stay, unless it is to be
   * put aside before that is done.
   *
   * @param then is given the files on the disk's thread when they are closed
   */
  void abandon(PartitionId partition, Consumer<FailedFiles> then) {
    DiskReplicaStore store = forget(partition);
    if (store != null) {
      FailedFiles files = new FailedFiles();
      failed.put(partition, files);
      disk.abandon(
          partition,
          store,
          () -> {
            if (files.done()) {
              disk.recycle(partition);
            } else {
              then.accept(files);
            }
          });
    }
  }

  private DiskReplicaStore forget(PartitionId partition) {
    DiskReplicaStore store = stores.remove(partition);
    if (store != null) {
      store.stopFilling();
      left += store.replay().applied();
      // In order: what was appended before belongs in front of the close.
      store.flush();
    }
    return store;
  }

  DiskReplicaStore get(PartitionId partition) {
    return stores.get(partition);
  }

  /** The partitions as they are now, for a walk in which some may be dropped. */
  List<PartitionId> partitions() {
    return new ArrayList<>(stores.keySet());
  }

  /** Looks at the disk's queue, once a tick: its lock is not for the path of every message. */
  void sampleDisk() {
    pendingNanos = disk.oldestPendingNanos();
    disk.sample();
  }

  @Override
  public boolean isStalled(long now) {
    return pendingNanos > stallNanos;
  }

  @Override
  public DiskLevel diskLevel(PartitionId partition) {
    return stores.get(partition).volume().level();
  }

  /** Lets snapshots go on a little: of those being made, one a tick may walk over its engine. */
  void tickSnapshots(long now) {
    int making = 0;
    for (DiskReplicaStore store : stores.values()) {
      making += store.snapshots().isMaking() ? 1 : 0;
    }
    int turn = making == 0 ? 0 : Math.floorMod(snapshotTurn++, making);
    for (DiskReplicaStore store : stores.values()) {
      boolean isMaking = store.snapshots().isMaking();
      boolean mayWalk = isMaking && turn == 0;
      store.guardEngine(() -> store.snapshots().tick(mayWalk, now));
      turn -= isMaking ? 1 : 0;
    }
  }

  /** How far the replicas are in applying what their logs had at start. */
  RecoveryProgress.Replay replay() {
    RecoveryProgress.Replay sum = new RecoveryProgress.Replay(0, 0, left);
    for (DiskReplicaStore store : stores.values()) {
      sum = sum.and(store.replay());
    }
    return sum;
  }

  /** Has rows sent on that added indexes are to find. */
  void tickFilling() {
    stores.values().forEach(DiskReplicaStore::tickFilling);
  }

  /** Hands what gathered in this turn to the disk. */
  void flush() {
    for (DiskReplicaStore store : stores.values()) {
      if (store.hasWork()) {
        store.flush();
      }
    }
  }
}
