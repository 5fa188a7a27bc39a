package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.tablet.replication.Outbox;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicaStore;
import io.holdfast.tablet.replication.ReplicaStores;
import java.util.HashMap;
import java.util.Map;

/** A tablet: the real {@link ReplicaHost} over a simulated disk and network. */
final class SimTablet extends SimProcess implements ReplicaStores, Outbox {
  private final Cluster cluster;
  private final SimDisk disk;
  private final Map<PartitionId, SimReplicaStore> stores = new HashMap<>();
  private final long wallClockError;
  private ReplicaHost host;
  private boolean turnEnding;

  SimTablet(Cluster cluster, NodeId id, double clockRate, SimDisk disk) {
    super(cluster.world(), id, clockRate);
    this.cluster = cluster;
    this.disk = disk;
    // Wall clocks are as wrong as people leave them.
    this.wallClockError =
        world.between(0, world.chance(0.2) ? 10_000 * World.SECOND : 20 * World.MILLI);
  }

  /** What this machine takes for the time of day, in milliseconds. */
  long wallMillis() {
    return (world.now() + wallClockError) / World.MILLI;
  }

  SimDisk disk() {
    return disk;
  }

  Mutants mutants() {
    return cluster.mutants();
  }

  Invariants invariants() {
    return cluster.invariants();
  }

  /** The replicas of this life; null while the process is down. */
  ReplicaHost host() {
    return host;
  }

  SimReplicaStore store(PartitionId partition) {
    return (SimReplicaStore) host.store(partition);
  }

  // ---- process

  @Override
  void onStart() {
    long incarnation = life();
    host =
        new ReplicaHost(
            id,
            incarnation,
            0,
            1,
            cluster.tempo().replication(),
            cluster.mutants(),
            this,
            this,
            this::onFault,
            localNow());
    disk.replicas.forEach(this::open);
    tick();
  }

  private void tick() {
    host.tick(localNow());
    cluster.invariants().reads().onTick(this);
    later(cluster.tempo().tickNanos(), this::tick);
  }

  private void onFault(PartitionId partition, RuntimeException cause) {
    stores.remove(partition).close();
    if (!(cause instanceof SimDiskFault)) {
      cluster.invariants().onFault(this, partition, cause);
      return;
    }
    later(cluster.tempo().paced(500 * World.MILLI), () -> reopen(partition));
  }

  private void reopen(PartitionId partition) {
    SimDisk.Files files = disk.replicas.get(partition);
    if (files != null && host.hasFailed(partition)) {
      cluster.invariants().onReopened(this, partition);
      open(partition, files);
    }
  }

  private void open(PartitionId partition, SimDisk.Files files) {
    SimReplicaStore store = new SimReplicaStore(this, partition, files, false);
    stores.put(partition, store);
    host.open(partition, store, localNow());
  }

  /** Somebody reads a log to its end and finds damage; at once, even if the process is stopped. */
  void findDamage(PartitionId partition) {
    onDiskFault(partition, "damage was found");
    afterEvent();
  }

  /** Somebody reads the snapshots of a replica. */
  void scrubSnapshots(PartitionId partition) {
    SimReplicaStore store = stores.get(partition);
    if (store != null) {
      store.snapshotsHere().scrub();
    }
  }

  /** The disk fails a replica. */
  void onDiskFault(PartitionId partition, String what) {
    host.onStoreFailed(partition, new SimDiskFault(what));
  }

  @Override
  void onKill() {
    stores.clear();
    host = null;
    disk.loseProcess();
    cluster.connectionsOf(id);
  }

  void losePower() {
    kill();
    disk.losePower();
  }

  /** Whether a sync that was to fail may still do so: the in-sync set may have changed since. */
  boolean mayFailSync() {
    return !cluster.tempo().strictTail() || new DiskFaults(cluster).mayLose(this);
  }

  /** A new, empty disk. */
  void wipe() {
    if (cluster.mutants().has(Mutant.WIPED_DISK_KEEPS_UID)) {
      disk.replicas.replaceAll((partition, files) -> files.emptied());
    } else {
      disk.replicas.clear();
    }
  }

  @Override
  void afterEvent() {
    if (!turnEnding) {
      turnEnding = true;
      int expected = life();
      world.after(
          world.between(0, World.MILLI / 10),
          () -> {
            turnEnding = false;
            if (isRunning() && life() == expected && !isPaused()) {
              host.endOfTurn(localNow());
              cluster.invariants().afterTablet(this);
            }
          });
    }
    cluster.invariants().afterTablet(this);
  }

  /** The process is told to end, or to go on after all. */
  void depart(Departure departure) {
    run(() -> host.depart(departure));
  }

  void onPeerClosed(NodeId peer) {
    run(
        () -> {
          cluster.invariants().onClosed(peer);
          host.onPeerClosed(peer);
        });
  }

  void onMessage(NodeId from, Message message) {
    run(
        () -> {
          if (message instanceof Heartbeat heartbeat) {
            cluster.invariants().reads().onHandled(this, heartbeat);
          }
          host.onMessage(from, message, localNow());
        });
  }

  void onSynced(PartitionId partition, long generation, long offset) {
    host.onSynced(partition, generation, offset, localNow());
  }

  // ---- ports

  @Override
  public void send(NodeId to, Message message) {
    cluster.send(id, to, message);
  }

  @Override
  public void report(ReportMessage message) {
    if (message instanceof ReportMessage.ChangeMembers wish) {
      cluster.invariants().onAsked(wish);
    }
    cluster.sendToNameservers(id, message);
  }

  @Override
  public ReplicaStore create(PartitionId partition, TableSpec table, boolean witness) {
    ReplicaUid uid = new ReplicaUid(world.between(1, Long.MAX_VALUE), id.hashCode());
    SimDisk.Files files = new SimDisk.Files(uid, table, witness);
    disk.replicas.put(partition, files);
    SimReplicaStore store = new SimReplicaStore(this, partition, files, true);
    stores.put(partition, store);
    return store;
  }

  @Override
  public void retire(PartitionId partition, ReplicaStore store) {
    cluster.invariants().onRetire(this, partition, store.uid());
    disk.replicas.remove(partition);
    // What it had asked of the disk concerns nobody any more, least of all the next copy.
    stores.remove(partition).close();
  }

  @Override
  public void retireFailed(PartitionId partition) {
    cluster.invariants().onRetire(this, partition, disk.replicas.get(partition).uid);
    disk.replicas.remove(partition);
  }

  @Override
  public boolean isStalled(long now) {
    return disk.oldestPendingNanos() > cluster.tempo().paced(2 * World.SECOND);
  }

  @Override
  public DiskLevel diskLevel(PartitionId partition) {
    return disk.level();
  }
}
