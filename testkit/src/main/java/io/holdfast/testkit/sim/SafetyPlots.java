package io.holdfast.testkit.sim;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.replication.ReplicaView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Plots about what the nameservers must not do. Chance cannot show that a thing is not done, so
 * these say themselves what would break the promise.
 */
final class SafetyPlots {
  private final PlotDirector director;
  private final Cluster cluster;
  private final World world;
  private final List<SimTablet> tablets;
  private final List<SimNameserver> nameservers;
  private SimZooKeeper.Backup newest;

  SafetyPlots(
      PlotDirector director,
      Cluster cluster,
      List<SimTablet> tablets,
      List<SimNameserver> nameservers) {
    this.director = director;
    this.cluster = cluster;
    this.world = cluster.world();
    this.tablets = tablets;
    this.nameservers = nameservers;
  }

  /** Cut off all at once, or one companion after the other. */
  void isolatedLeader(Plot plot) {
    SimTablet leader = director.leader();
    long spread = world.chance(0.5) ? 0 : director.paced(world.between(0, 800));
    for (SimTablet other : tablets) {
      director.later(world.between(0, spread + 1), () -> director.cut(leader.id, other.id));
    }
    long term = director.record().term();
    director.watch(
        director.paced(5_000),
        () -> {
          PartitionRecord record = director.record();
          boolean alone =
              record.term() == term
                  && record.phase() == Phase.LEAD
                  && record.members().size() < record.holders().size() / 2;
          if (alone) {
            throw new Violation(
                "shrink arbitration", "the leader is cut off and yet goes on alone: " + record);
          }
        },
        () -> director.start(plot));
  }

  /** An outsider has the longest log, or just any, and is there first. */
  void wholeClusterDown(Plot plot) {
    SimTablet leader = director.leader();
    List<SimTablet> others = director.others(leader);
    SimTablet outsider = others.get(world.below(others.size()));
    for (SimTablet other : tablets) {
      director.cut(outsider.id, other.id);
    }
    director.when(
        director.paced(4_000),
        () -> !director.record().members().contains(outsider.id),
        () -> director.later(world.between(0, director.paced(500)), () -> killAll(plot, outsider)),
        () -> director.start(plot));
  }

  private void killAll(Plot plot, SimTablet first) {
    boolean nameserversToo = world.chance(0.5);
    tablets.forEach(world.chance(0.5) ? SimTablet::losePower : SimProcess::kill);
    if (nameserversToo) {
      nameservers.forEach(SimProcess::kill);
    }
    cluster.network().mendAll();
    director.later(
        director.paced(world.between(1, 2_000)),
        () -> {
          nameservers.forEach(SimProcess::start);
          first.start();
          long at = director.paced(4_000);
          List<SimTablet> rest = new ArrayList<>(tablets);
          rest.remove(first);
          while (!rest.isEmpty()) {
            SimTablet next = rest.remove(world.below(rest.size()));
            director.later(at, next::start);
            at += director.paced(world.between(1, 2_000));
          }
          director.later(at, () -> director.start(plot));
        });
  }

  /** The leader and most others vanish from the nameservers' sight within moments. */
  void blindNameservers(Plot plot) {
    SimTablet leader = director.leader();
    List<SimTablet> unseen = new ArrayList<>(tablets);
    unseen.remove(leader);
    while (unseen.size() + 1 > tablets.size() / 2 + 1) {
      unseen.remove(world.below(unseen.size()));
    }
    unseen.add(leader);
    for (SimTablet tablet : unseen) {
      director.later(
          world.between(0, director.paced(900)),
          () -> nameservers.forEach(nameserver -> director.cut(tablet.id, nameserver.id)));
    }
    long term = director.record().term();
    boolean[] gaveUp = new boolean[1];
    director.watch(
        director.paced(20_000),
        () -> {
          // It is not well when disks have more to do than they can, so that it loses its lease.
          ReplicaView view = director.viewOf(leader);
          gaveUp[0] |= view.term() == term && view.role() != Role.LEADER;
          if (director.record().term() != term && !gaveUp[0]) {
            throw new Violation(
                "freeze", "a leader that is well was replaced unseen: " + director.record());
          }
        },
        () -> director.start(plot));
  }

  /** After the backup there was another leader, and one copy left the in-sync set. */
  void rolledBackZooKeeper(Plot plot) {
    SimZooKeeper.Backup backup = cluster.zooKeeper().backup();
    SimTablet first = director.leader();
    long term = director.record().term();
    first.kill();
    director.when(
        director.paced(4_000),
        () -> director.isLed() && director.record().term() > term,
        () -> {
          first.start();
          SimTablet second = director.leader();
          SimTablet behind = director.others(second).get(0);
          tablets.forEach(other -> director.cut(behind.id, other.id));
          director.later(
              director.paced(world.between(500, 2_500)), () -> rollBack(plot, backup, second));
        },
        () -> director.start(plot));
  }

  private void rollBack(Plot plot, SimZooKeeper.Backup backup, SimTablet knows) {
    if (!director.isLed() || director.leader() != knows) {
      director.start(plot);
      return;
    }
    newest = cluster.zooKeeper().backup();
    nameservers.forEach(SimProcess::kill);
    cluster.zooKeeper().restore(backup, world.chance(0.5));
    cluster.network().mendAll();
    nameservers.forEach(SimProcess::start);
    PartitionRecord old = director.record();
    director.watch(
        director.paced(5_000),
        () -> {
          if (director.record().version() != old.version()) {
            throw new Violation(
                "rolled back ZooKeeper",
                "a record that "
                    + knows.id
                    + " knows to be old was acted on: "
                    + director.record());
          }
        },
        () -> {
          undo();
          director.start(plot);
        });
  }

  /** Puts right what no healing of servers and networks would. */
  void undo() {
    if (newest != null) {
      nameservers.forEach(SimProcess::kill);
      cluster.zooKeeper().restoreNewer(newest);
      newest = null;
      nameservers.forEach(SimProcess::start);
    }
  }

  /**
   * The leader loses all companions, commits alone and dies. An operator who asks too early is
   * refused; then one is not.
   */
  void acceptedLoss(Plot plot) {
    SimTablet last = director.leader();
    List<SimTablet> others = director.others(last);
    askTooEarly();
    others.forEach(SimProcess::kill);
    director.when(
        director.paced(4_000),
        () -> director.record().members().size() == 1,
        () ->
            director.later(
                director.paced(world.between(100, 1_500)),
                () -> {
                  last.kill();
                  others.forEach(SimProcess::start);
                  director.later(director.paced(2_000), () -> giveUp(plot, last));
                }),
        () -> director.start(plot));
  }

  private void giveUp(Plot plot, SimTablet last) {
    long term = director.record().term();
    operator(false, result -> refused(result, "nobody said that the last member is stopped"));
    boolean backInTime = world.chance(0.2);
    operator(true, result -> {});
    director.later(
        director.paced(world.between(500, 4_000)),
        () -> {
          if (backInTime) {
            last.start();
          }
        });
    director.when(
        director.paced(12_000),
        () -> director.isLed() && director.record().term() > term,
        () ->
            director.later(
                director.paced(world.between(100, 2_000)),
                () -> {
                  // What was bypassed returns, and must count for nothing.
                  last.start();
                  director.later(director.paced(1_500), () -> director.start(plot));
                }),
        () -> director.start(plot));
  }

  private void operator(boolean stopped, Consumer<AdminResult> done) {
    String table = cluster.zooKeeper().table(director.record().id().tid()).name();
    for (SimNameserver nameserver : nameservers) {
      if (nameserver.isActive()) {
        nameserver.submit(
            new AdminCommand.AcceptLoss(
                "db", table, director.record().id().pid(), "simulated", stopped, 1),
            done);
      }
    }
  }

  /**
   * An operator must be refused for as long as a leader is seen to be up. When none is at that
   * moment, it may end well with an election that gives nothing up.
   */
  private void askTooEarly() {
    PartitionId partition = director.record().id();
    boolean served = nameservers.stream().anyMatch(server -> server.seesServed(partition));
    long before = cluster.invariants().givenUp();
    operator(
        true,
        result -> {
          if (served || cluster.invariants().givenUp() > before) {
            refused(result, "a leader is up");
          }
        });
  }

  private static void refused(AdminResult result, String why) {
    if (result.isOk()) {
      throw new Violation("loss", "something was given up although " + why);
    }
  }
}
