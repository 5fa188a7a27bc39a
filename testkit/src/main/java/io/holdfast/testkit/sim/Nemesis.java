package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Breaks things. Which kinds of faults a history has, and how often, follows from its seed, so that
 * some histories are about one kind only.
 */
final class Nemesis {
  private static final long MILLI = World.MILLI;

  private record Fault(String name, double weight, Runnable action) {}

  private final Cluster cluster;
  private final World world;
  private final List<SimTablet> tablets;
  private final List<SimNameserver> nameservers;
  private final List<Fault> faults = new ArrayList<>();
  private final long pace;
  private double totalWeight;
  private boolean stopped;
  private final DiskFaults disks;
  private final Map<String, Long> made = new TreeMap<>();

  Nemesis(Cluster cluster, List<SimTablet> tablets, List<SimNameserver> nameservers) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.disks = new DiskFaults(cluster);
    this.tablets = tablets;
    this.nameservers = nameservers;
    this.pace = cluster.tempo().paced(world.between(40 * MILLI, 1500 * MILLI));
    add("kill", 0.8, this::killTablet);
    add("power", 0.6, this::cutPower);
    add("blink", 0.6, this::restartLeaderAtOnce);
    add("pause", 0.7, this::pauseTablet);
    add("cut-leader", 1.0, this::cutLeader);
    add("cut-pair", 0.6, this::cutPair);
    add("cut-nameserver", 0.5, this::cutLeaderFromNameservers);
    add("reset", 0.4, this::resetConnection);
    add("stall", 0.4, this::stallDisk);
    add("ns-kill", 0.4, this::killNameserver);
    add("ns-pause", 0.4, this::pauseNameserver);
    add("ns-expire", 0.4, this::expireSession);
    add("ns-cut-zk", 0.4, this::cutZooKeeper);
    add("cut-and-blink", 0.6, this::cutLeaderAndRestartOthers);
    add("flap", 0.4, this::flapFollower);
    add("lag", 0.6, this::slowFollower);
    add("wipe", 0.3, this::wipeDisk);
    add("rot", 0.5, this::rot);
    add("sync-error", 0.3, () -> disks.failSync(victim()));
    add("slow-disk", 0.4, this::slowDisk);
    add("slow-link", 0.3, this::slowLink);
    add("stop-and-go", 0.4, this::stopAndGo);
    add("stuck-disk", 0.3, this::stickDisk);
    add("full-disk", 0.4, this::fillDisk);
  }

  private void add(String name, double likelihood, Runnable action) {
    if (world.chance(likelihood)) {
      double weight = 0.2 + world.fraction();
      faults.add(new Fault(name, weight, action));
      totalWeight += weight;
    }
  }

  String describe() {
    StringBuilder text = new StringBuilder("every " + pace / MILLI + " ms:");
    faults.forEach(fault -> text.append(' ').append(fault.name()));
    return text.toString();
  }

  /** How many faults of each kind were made. */
  Map<String, Long> made() {
    return made;
  }

  void start() {
    if (!faults.isEmpty()) {
      world.after(world.between(pace, 2 * pace), this::strike);
    }
  }

  /** Makes everything whole. */
  void stop() {
    stopped = true;
    cluster.network().heal();
    nameservers.forEach(nameserver -> nameserver.cutFromZooKeeper(false));
    nameservers.forEach(SimProcess::start);
    tablets.forEach(SimProcess::start);
    tablets.forEach(tablet -> tablet.disk().heal());
  }

  private void strike() {
    if (stopped) {
      return;
    }
    double pick = world.fraction() * totalWeight;
    for (Fault fault : faults) {
      pick -= fault.weight();
      if (pick <= 0) {
        made.merge(fault.name(), 1L, Long::sum);
        fault.action().run();
        break;
      }
    }
    world.after(world.between(pace / 2, pace * 3 / 2), this::strike);
  }

  private void until(long time, Runnable repair) {
    world.after(
        time,
        () -> {
          if (!stopped) {
            repair.run();
          }
        });
  }

  // ---- victims

  private SimTablet leader() {
    List<SimTablet> leaders = new ArrayList<>();
    for (PartitionId id : cluster.zooKeeper().partitionIds()) {
      PartitionRecord record = cluster.zooKeeper().partition(id);
      if (record.phase() == Phase.LEAD) {
        leaders.add(cluster.tablet(record.leader()));
      }
    }
    return leaders.isEmpty() ? anyTablet() : leaders.get(world.below(leaders.size()));
  }

  private SimTablet anyTablet() {
    return tablets.get(world.below(tablets.size()));
  }

  private SimTablet victim() {
    return world.chance(0.6) ? leader() : anyTablet();
  }

  private SimNameserver activeNameserver() {
    for (SimNameserver nameserver : nameservers) {
      if (nameserver.isActive()) {
        return nameserver;
      }
    }
    return nameservers.get(world.below(nameservers.size()));
  }

  private long aWhile() {
    return world.chance(0.5) ? during(20, 800) : during(500, 4000);
  }

  private long during(long leastMillis, long mostMillis) {
    return cluster.tempo().paced(world.between(leastMillis * MILLI, mostMillis * MILLI));
  }

  // ---- faults

  private void killTablet() {
    SimTablet tablet = victim();
    tablet.kill();
    until(aWhile(), tablet::start);
  }

  private void restartLeaderAtOnce() {
    SimTablet tablet = leader();
    tablet.kill();
    until(during(1, 60), tablet::start);
  }

  private void cutPower() {
    for (SimTablet tablet : tablets) {
      if (world.chance(0.5)) {
        disks.losePower(tablet);
        until(aWhile(), tablet::start);
      }
    }
  }

  private void pauseTablet() {
    victim().pause(aWhile());
  }

  private void stallDisk() {
    victim().disk().stall(during(10, 1500));
  }

  /** A disk that works, but so slowly that everybody waits for it. */
  private void slowDisk() {
    victim().disk().slowDown(during(500, 8000), during(5, 250));
  }

  /** Longer than a server may look alive with it. */
  private void stickDisk() {
    victim().disk().stall(during(2000, 6000));
  }

  /** With a warning or without: something else may fill a disk faster than anybody looks. */
  private void fillDisk() {
    SimDisk disk = victim().disk();
    long warning = world.chance(0.5) ? during(50, 1000) : 0;
    long full = during(100, 5000);
    if (warning > 0) {
      disk.levelIs(DiskLevel.LOW);
    }
    until(warning, () -> disk.fill(full));
    until(warning + during(0, 300), () -> disk.levelIs(DiskLevel.FULL));
    until(warning + full + during(0, 300), () -> disk.levelIs(DiskLevel.LOW));
    until(warning + full + during(300, 2000), () -> disk.levelIs(DiskLevel.ROOMY));
  }

  /** A network card that is dying, or a switch that is overrun: one pair has a slow path. */
  private void slowLink() {
    SimTablet one = victim();
    SimTablet other = anyTablet();
    if (one == other) {
      return;
    }
    cluster.network().slow(one.id, other.id, during(5, 400));
    until(during(500, 8000), () -> cluster.network().slow(one.id, other.id, 0));
  }

  /** A process that stands still more often than it runs, as on a machine that swaps. */
  private void stopAndGo() {
    SimTablet tablet = victim();
    long at = 0;
    for (int i = 0; i < 6; i++) {
      long still = during(200, 1200);
      until(at, () -> tablet.pause(still));
      at += still + during(20, 500);
    }
  }

  private void cutLeader() {
    SimTablet cut = leader();
    boolean out = world.chance(0.7);
    boolean in = !out || world.chance(0.6);
    boolean nameserversToo = world.chance(0.6);
    List<NodeId> others = new ArrayList<>();
    tablets.forEach(tablet -> others.add(tablet.id));
    if (nameserversToo) {
      nameservers.forEach(nameserver -> others.add(nameserver.id));
    }
    for (NodeId other : others) {
      cutFor(cut.id, other, out, in, aWhile());
    }
  }

  /** The leader is alone and does not know it, while the others forget what they can forget. */
  private void cutLeaderAndRestartOthers() {
    SimTablet cut = leader();
    long time = during(50, 900);
    for (SimTablet other : tablets) {
      if (other == cut) {
        continue;
      }
      cutFor(cut.id, other.id, true, true, during(50, 900));
      if (world.chance(0.7)) {
        until(
            world.between(0, time),
            () -> {
              other.kill();
              until(world.chance(0.7) ? during(1, 60) : aWhile(), other::start);
            });
      }
    }
    boolean unseen = world.chance(0.7);
    for (SimNameserver nameserver : nameservers) {
      if (unseen) {
        cutFor(cut.id, nameserver.id, true, true, time);
      }
    }
  }

  /** A follower is left out and taken back again and again. */
  private void flapFollower() {
    SimTablet tablet = anyTablet();
    long at = 0;
    for (int i = 0; i < 6; i++) {
      at += during(20, 250);
      until(
          at,
          () -> {
            tablet.kill();
            until(during(1, 150), tablet::start);
          });
    }
  }

  /** What a leader sends to one of the others arrives, but late. */
  private void slowFollower() {
    NodeId from = leader().id;
    NodeId to = anyTablet().id;
    if (!from.equals(to)) {
      cluster.network().slow(from, to, during(5, 400));
      until(aWhile(), () -> cluster.network().slow(from, to, 0));
    }
  }

  private void cutPair() {
    cutFor(anyTablet().id, anyTablet().id, true, world.chance(0.5), aWhile());
  }

  private void cutLeaderFromNameservers() {
    SimTablet cut = leader();
    long time = aWhile();
    for (SimNameserver nameserver : nameservers) {
      cutFor(cut.id, nameserver.id, true, world.chance(0.5), time);
    }
  }

  private void cutFor(NodeId a, NodeId b, boolean there, boolean back, long time) {
    if (a.equals(b)) {
      return;
    }
    if (there) {
      cluster.network().cut(a, b);
    }
    if (back) {
      cluster.network().cut(b, a);
    }
    until(
        time,
        () -> {
          cluster.network().mend(a, b);
          cluster.network().mend(b, a);
        });
  }

  private void resetConnection() {
    SimTablet one = anyTablet();
    SimTablet other = anyTablet();
    if (one != other) {
      one.onPeerClosed(other.id);
      other.onPeerClosed(one.id);
    }
  }

  private void killNameserver() {
    SimNameserver nameserver = activeNameserver();
    nameserver.kill();
    until(aWhile(), nameserver::start);
  }

  private void pauseNameserver() {
    activeNameserver().pause(during(100, 5000));
  }

  private void expireSession() {
    cluster.zooKeeper().expireSession();
  }

  private void cutZooKeeper() {
    SimNameserver nameserver = activeNameserver();
    nameserver.cutFromZooKeeper(true);
    until(during(500, 6000), () -> nameserver.cutFromZooKeeper(false));
  }

  /** One disk is lost for good, when every in-sync set can bear that. */
  private void wipeDisk() {
    SimTablet tablet = anyTablet();
    if (!disks.mayLose(tablet)) {
      return;
    }
    cluster.invariants().onWipe();
    tablet.kill();
    tablet.wipe();
    until(aWhile(), tablet::start);
  }

  /** Restarted at once and once more: what it has found out about itself must not get lost. */
  private void rot() {
    SimTablet tablet = victim();
    boolean twice = world.chance(0.5);
    disks.rot(
        tablet,
        () -> {
          long at = world.chance(0.7) ? during(1, 60) : aWhile();
          until(at, tablet::start);
          if (twice) {
            until(at + during(1, 120), tablet::kill);
            until(at + during(130, 200), tablet::start);
          }
        });
  }
}
