package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.replication.ReplicaView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Leads a cluster through a {@link Plot}, again and again, until it is told to stop. */
final class PlotDirector {
  private static final long LOOK = World.MILLI / 5;

  private final Cluster cluster;
  private final World world;
  private final List<SimTablet> tablets;
  private final List<SimNameserver> nameservers;
  private final PartitionId partition;
  private final SafetyPlots safety;
  private final DamagePlots damage;
  private final WitnessPlots witness;
  private boolean stopped;
  private long rounds;

  PlotDirector(Cluster cluster, List<SimTablet> tablets, List<SimNameserver> nameservers) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.tablets = tablets;
    this.nameservers = nameservers;
    this.partition = cluster.zooKeeper().partitionIds().iterator().next();
    this.safety = new SafetyPlots(this, cluster, tablets, nameservers);
    this.damage = new DamagePlots(this, cluster);
    this.witness = new WitnessPlots(this, cluster);
  }

  long rounds() {
    return rounds;
  }

  void stop() {
    stopped = true;
    safety.undo();
  }

  void start(Plot plot) {
    if (stopped) {
      return;
    }
    // Each round begins with a cluster that is whole, so that it leads to the edge.
    cluster.network().mendAll();
    tablets.forEach(SimProcess::start);
    when(
        paced(8_000),
        this::isWhole,
        () ->
            later(
                world.between(0, paced(300)),
                () -> {
                  rounds++;
                  play(plot);
                }),
        () -> start(plot));
  }

  private void play(Plot plot) {
    switch (plot) {
      case LEASE_EDGE -> leaseEdge(plot, false);
      case FORGOTTEN_PROMISES -> leaseEdge(plot, true);
      case FORGOTTEN_TERM -> forgottenTerm(plot);
      case OLD_TERMS -> oldTerms(plot);
      case LEFT_BEHIND -> leftBehind(plot);
      case LEFT_DAMAGED -> damage.leftDamaged(plot);
      case WIPED_MEMBER -> damage.wipedMember(plot);
      case ISOLATED_LEADER_OF_FIVE -> safety.isolatedLeader(plot);
      case WHOLE_CLUSTER_DOWN -> safety.wholeClusterDown(plot);
      case ROLLED_BACK_ZOOKEEPER -> safety.rolledBackZooKeeper(plot);
      case ACCEPTED_LOSS -> safety.acceptedLoss(plot);
      case BLIND_NAMESERVERS -> safety.blindNameservers(plot);
      case STOP_AND_GO -> stopAndGo(plot);
      case STUCK_DISK -> stuckDisk(plot);
      case BEST_LOG_ON_WITNESS -> witness.bestLogOnWitness(plot);
      case LEFT_OUT_UNDER_LOAD -> leftOut(plot);
      case NONE -> {}
    }
  }

  // ---- plots

  private void leaseEdge(Plot plot, boolean forgetting) {
    SimTablet leader = leader();
    isolate(leader);
    later(world.between(0, paced(580)), () -> giveUpOn(leader));
    if (forgetting) {
      List<SimTablet> others = others(leader);
      int back = 1 + world.below(2);
      for (SimTablet other : others) {
        other.kill();
        if (back-- > 0) {
          later(world.between(World.MILLI, paced(60)), other::start);
        }
      }
      later(paced(120), () -> giveUpOn(leader));
    }
    later(paced(1500), () -> start(plot));
  }

  private void forgottenTerm(Plot plot) {
    SimTablet leader = leader();
    long term = cluster.zooKeeper().partition(partition).term();
    isolate(leader);
    giveUpOn(leader);
    SimTablet forgetful = others(leader).get(world.below(others(leader).size()));
    when(
        paced(2_000),
        () -> forgetful.isRunning() && viewOf(forgetful).term() > term,
        () -> {
          forgetful.kill();
          later(
              World.MILLI,
              () -> {
                forgetful.start();
                cluster.network().mend(leader.id, forgetful.id);
                cluster.network().mend(forgetful.id, leader.id);
                for (SimTablet other : others(leader)) {
                  if (other != forgetful) {
                    cut(other.id, forgetful.id);
                  }
                }
              });
          later(paced(600), () -> start(plot));
        },
        () -> start(plot));
  }

  private void leftBehind(Plot plot) {
    SimTablet leader = leader();
    SimTablet behind = others(leader).get(world.below(others(leader).size()));
    for (SimTablet other : tablets) {
      cut(behind.id, other.id);
    }
    later(
        world.between(paced(20), paced(600)),
        () -> {
          leader.kill();
          when(
              paced(3_000),
              () -> cluster.zooKeeper().partition(partition).phase() == Phase.ELECT,
              () -> {
                for (SimTablet other : tablets) {
                  if (other != behind) {
                    other.kill();
                    later(world.between(paced(300), paced(1500)), other::start);
                  }
                }
                later(paced(2_000), () -> start(plot));
              },
              () -> start(plot));
        });
  }

  /** Nobody gets an answer of such a leader, so another one must be there before long. */
  private void stuckDisk(Plot plot) {
    SimTablet leader = leader();
    leader.disk().stall(paced(20_000));
    when(
        paced(10_000),
        () -> record().phase() == Phase.LEAD && !record().leader().equals(leader.id),
        () -> later(paced(1_000), () -> start(plot)),
        () -> {
          if (record().dataMembers().size() == 1) {
            // The others were left out for being slow just before; nobody else may lead, and a
            // witness never does.
            start(plot);
            return;
          }
          throw new Violation(
              "24 a stuck disk does not lead", leader.id + " leads on: " + record());
        });
  }

  private void stopAndGo(Plot plot) {
    SimTablet leader = leader();
    SimTablet follower = others(leader).get(world.below(others(leader).size()));
    long at = 0;
    for (int i = 0; i < 6; i++) {
      later(at, () -> follower.pause(paced(800)));
      at += paced(800) + world.between(paced(100), paced(700));
    }
    later(at, () -> start(plot));
  }

  private void leftOut(Plot plot) {
    SimTablet leader = leader();
    SimTablet follower = others(leader).get(world.below(others(leader).size()));
    cut(leader.id, follower.id);
    later(paced(world.between(700, 1_200)), () -> start(plot));
  }

  private void oldTerms(Plot plot) {
    SimTablet first = leader();
    cutAmongTablets();
    when(
        paced(500),
        () -> first.isRunning() && uncommitted(first) >= 3,
        () -> {
          first.kill();
          long term = cluster.zooKeeper().partition(partition).term();
          when(
              paced(3_000),
              () -> durableLeaderAfter(term) != null,
              () -> secondDies(plot, first, durableLeaderAfter(term)),
              () -> start(plot));
        },
        () -> start(plot));
  }

  private void secondDies(Plot plot, SimTablet first, SimTablet second) {
    second.kill();
    first.start();
    cluster.network().mendAll();
    // Until its own start is a lease ago, a successor would have to wait, and have time to mend
    // what the rule is about.
    for (SimNameserver nameserver : nameservers) {
      cut(first.id, nameserver.id);
    }
    later(paced(700), () -> cluster.network().mendAll());
    long committed = cluster.invariants().committed(partition);
    when(
        paced(3_000),
        () -> cluster.invariants().committed(partition) > committed,
        () -> {
          SimTablet third = leader();
          cutAmongTablets();
          if (third != second) {
            third.kill();
          }
          later(
              World.MILLI,
              () -> {
                cluster.network().mendAll();
                second.start();
              });
          later(paced(1500), () -> start(plot));
        },
        () -> start(plot));
  }

  // ---- looking

  /** Looks again and again for a while, then goes on. */
  void watch(long time, Runnable check, Runnable then) {
    when(
        time,
        () -> {
          check.run();
          return false;
        },
        () -> {},
        then);
  }

  PartitionRecord record() {
    return cluster.zooKeeper().partition(partition);
  }

  void when(long patience, BooleanSupplier condition, Runnable then, Runnable otherwise) {
    look(world.now() + patience, condition, then, otherwise);
  }

  void later(long nanos, Runnable action) {
    world.after(
        nanos,
        () -> {
          if (!stopped) {
            action.run();
          }
        });
  }

  private void look(long deadline, BooleanSupplier condition, Runnable then, Runnable otherwise) {
    if (stopped) {
      return;
    }
    if (condition.getAsBoolean()) {
      then.run();
    } else if (world.now() > deadline) {
      otherwise.run();
    } else {
      world.after(LOOK, () -> look(deadline, condition, then, otherwise));
    }
  }

  /** Whether the leader in the record serves. */
  boolean isLed() {
    PartitionRecord record = record();
    return record.phase() == Phase.LEAD
        && cluster.tablet(record.leader()).isRunning()
        && viewOf(cluster.tablet(record.leader())) != null
        && viewOf(cluster.tablet(record.leader())).isActive();
  }

  private boolean isWhole() {
    PartitionRecord record = record();
    return isLed() && record.members().size() == cluster.zooKeeper().table(1).options().voters();
  }

  SimTablet leader() {
    PartitionRecord record = cluster.zooKeeper().partition(partition);
    NodeId id = record.phase() == Phase.LEAD ? record.leader() : record.members().tablets().get(0);
    return cluster.tablet(id);
  }

  List<SimTablet> others(SimTablet one) {
    List<SimTablet> result = new ArrayList<>();
    PartitionRecord record = cluster.zooKeeper().partition(partition);
    for (SimTablet tablet : tablets) {
      if (tablet != one && record.involves(tablet.id)) {
        result.add(tablet);
      }
    }
    return result;
  }

  ReplicaView viewOf(SimTablet tablet) {
    return tablet.host().view(partition);
  }

  private long uncommitted(SimTablet tablet) {
    ReplicaView view = viewOf(tablet);
    return view == null ? 0 : view.durable() - view.commit();
  }

  private SimTablet durableLeaderAfter(long term) {
    for (SimTablet tablet : tablets) {
      ReplicaView view = tablet.isRunning() ? viewOf(tablet) : null;
      if (view != null
          && view.role() == Role.LEADER
          && view.term() > term
          && view.durable() >= view.startOffset()) {
        return tablet;
      }
    }
    return null;
  }

  // ---- acting

  private void isolate(SimTablet tablet) {
    for (SimTablet other : tablets) {
      cut(tablet.id, other.id);
    }
    for (SimNameserver nameserver : nameservers) {
      cut(tablet.id, nameserver.id);
    }
  }

  private void cutAmongTablets() {
    for (SimTablet one : tablets) {
      for (SimTablet other : tablets) {
        cut(one.id, other.id);
      }
    }
  }

  void cut(NodeId a, NodeId b) {
    if (!a.equals(b)) {
      cluster.network().cut(a, b);
      cluster.network().cut(b, a);
    }
  }

  /** Something between the machines closes their connections to a server that still runs. */
  private void giveUpOn(SimTablet tablet) {
    nameservers.forEach(nameserver -> nameserver.onTabletClosed(tablet.id));
    for (SimTablet other : tablets) {
      if (other != tablet) {
        other.onPeerClosed(tablet.id);
      }
    }
  }

  long paced(long millis) {
    return cluster.tempo().paced(millis * World.MILLI);
  }
}
