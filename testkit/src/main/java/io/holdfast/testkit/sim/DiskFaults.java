package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;

/**
 * Damages what is on disks, and never more of it than the promises bear: one copy of a set, while
 * the others are whole. What is promised beyond that, nothing can keep.
 */
final class DiskFaults {
  private final Cluster cluster;
  private final World world;

  DiskFaults(Cluster cluster) {
    this.cluster = cluster;
    this.world = cluster.world();
  }

  /** Whether every partition can bear that this tablet loses what it has. */
  boolean mayLose(SimTablet tablet) {
    for (PartitionId id : cluster.zooKeeper().partitionIds()) {
      PartitionRecord record = cluster.zooKeeper().partition(id);
      // An election may come to end with whoever has answered as the whole set, and that may be
      // this tablet alone, on its way to be recorded just now. So may a wish of a leader.
      boolean onlyCopy =
          !record.isWitness(tablet.id)
              && record.dataMembers().size() < (tablet.id.equals(record.leader()) ? 3 : 2);
      if (record.members().contains(tablet.id)
          && (onlyCopy
              || record.phase() == Phase.ELECT
              || record.members().size() < (tablet.id.equals(record.leader()) ? 3 : 2)
              || !areOthersWhole(record, tablet))) {
        return false;
      }
    }
    return true;
  }

  private boolean areOthersWhole(PartitionRecord record, SimTablet tablet) {
    for (Member member : record.members().members()) {
      SimDisk.Files files = cluster.tablet(member.tablet()).disk().replicas.get(record.id());
      boolean whole =
          files != null
              && files.uid.equals(member.uid())
              && !files.mayHaveLost()
              && !files.failsNextSync;
      if (!member.tablet().equals(tablet.id) && !whole) {
        return false;
      }
    }
    return true;
  }

  /** Cuts a machine's power, or only kills it where the loss of its memory would be too much. */
  void losePower(SimTablet tablet) {
    boolean forgets =
        cluster.zooKeeper().table(1).options().durability() == Durability.OS && !mayLose(tablet);
    if (forgets) {
      tablet.kill();
    } else {
      cluster.invariants().onDamage(tablet.id);
      tablet.losePower();
    }
  }

  /**
   * Damages a record of each log of a tablet, and of one that is not running also snapshots; now
   * and then nothing but those, since damage in a log is found in any case.
   *
   * @param atEnd where no other record shows that it had been synced, instead of anywhere else
   */
  void damage(SimTablet tablet, boolean atEnd) {
    cluster.invariants().onDamage(tablet.id);
    for (SimDisk.Files files : tablet.disk().replicas.values()) {
      if (!tablet.isRunning() && damageSnapshots(files) && world.chance(0.7)) {
        continue;
      }
      long known = files.claims.values().stream().mapToLong(claim -> claim).max().orElse(0);
      known = Math.min(known, files.log.last());
      long from = Math.max(files.log.base() + 1, atEnd ? known + 1 : known - 30);
      long to = atEnd ? files.log.last() : known;
      if (from <= to) {
        files.damagedAt = world.between(from, to + 1);
      }
    }
  }

  /**
   * Damages the newest of two snapshots at times, and now and then all that are there.
   *
   * @return whether those were all
   */
  private boolean damageSnapshots(SimDisk.Files files) {
    boolean all = world.chance(0.25);
    if (files.newest != null && (all || (files.previous != null && world.chance(0.5)))) {
      files.newest.isDamaged = true;
    }
    if (files.previous != null && all) {
      files.previous.isDamaged = true;
    }
    return all && files.newest != null;
  }

  /** Damage that is found at a restart, or while the tablet runs. */
  void rot(SimTablet tablet, Runnable startLater) {
    if (!mayLose(tablet)) {
      return;
    }
    boolean atEnd = cluster.tempo().strictTail() && world.chance(0.5);
    if (tablet.isRunning() && world.chance(0.3)) {
      rotSnapshots(tablet);
      return;
    }
    if (tablet.isRunning() && world.chance(0.4)) {
      damage(tablet, atEnd);
      for (PartitionId id : cluster.zooKeeper().partitionIds()) {
        SimDisk.Files files = tablet.disk().replicas.get(id);
        if (files != null && files.damagedAt != 0) {
          tablet.findDamage(id);
        }
      }
      return;
    }
    tablet.kill();
    damage(tablet, atEnd);
    startLater.run();
  }

  /**
   * One of two snapshots of each replica is damaged while the tablet runs. Somebody finds that
   * soon, or whoever needs the snapshot next does.
   */
  private void rotSnapshots(SimTablet tablet) {
    for (PartitionId id : cluster.zooKeeper().partitionIds()) {
      SimDisk.Files files = tablet.disk().replicas.get(id);
      if (files != null && files.hasTwoIntactSnapshots()) {
        cluster.invariants().onDamage(tablet.id);
        (world.chance(0.6) ? files.newest : files.previous).isDamaged = true;
        if (world.chance(0.6)) {
          tablet.scrubSnapshots(id);
        }
      }
    }
  }

  /** The next sync of one replica fails. */
  void failSync(SimTablet tablet) {
    if (cluster.tempo().strictTail() && !mayLose(tablet)) {
      return;
    }
    cluster.invariants().onDamage(tablet.id);
    for (SimDisk.Files files : tablet.disk().replicas.values()) {
      files.failsNextSync = files.isSyncing();
      // Soon or not at all: a disk that is stuck or full first would bring it to a set of one.
      cluster.world().after(20 * World.MILLI, () -> files.failsNextSync = false);
    }
  }
}
