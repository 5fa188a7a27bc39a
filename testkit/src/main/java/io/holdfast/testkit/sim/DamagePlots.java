package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.PartitionRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Plots about copies that have lost what they had acknowledged. */
final class DamagePlots {
  private final PlotDirector director;
  private final Cluster cluster;
  private final World world;
  private final DiskFaults disks;

  DamagePlots(PlotDirector director, Cluster cluster) {
    this.director = director;
    this.cluster = cluster;
    this.world = cluster.world();
    this.disks = new DiskFaults(cluster);
  }

  /**
   * One copy missed the newest writes, the other one loses them; then the leader, who alone has
   * them, is away for a while.
   */
  void leftDamaged(Plot plot) {
    loseTheOther(
        plot,
        (leader, victim) -> {
          damage(victim);
          awayForAWhile(plot, leader, victim);
        });
  }

  /** As before, but the other one loses its whole disk. */
  void wipedMember(Plot plot) {
    loseTheOther(
        plot,
        (leader, victim) -> {
          cluster.invariants().onWipe();
          leader.kill();
          victim.wipe();
          victim.start();
          cluster.network().mendAll();
          // Long enough for an election, if those who are left were enough for one.
          director.later(director.paced(world.between(1_000, 4_000)), leader::start);
          director.later(director.paced(5_000), () -> director.start(plot));
        });
  }

  private void loseTheOther(Plot plot, BiConsumer<SimTablet, SimTablet> loss) {
    SimTablet leader = director.leader();
    List<SimTablet> others = director.others(leader);
    SimTablet behind = others.remove(world.below(others.size()));
    for (SimTablet other : others) {
      director.cut(behind.id, other.id);
    }
    director.cut(behind.id, leader.id);
    director.later(
        world.between(director.paced(20), director.paced(2_000)),
        () -> {
          PartitionRecord record = director.record();
          List<SimTablet> victims = new ArrayList<>(others);
          victims.removeIf(other -> !record.members().contains(other.id) || !other.isRunning());
          if (victims.isEmpty() || !leader.isRunning()) {
            director.start(plot);
            return;
          }
          SimTablet victim = victims.get(world.below(victims.size()));
          if (disks.mayLose(victim)) {
            victim.kill();
            loss.accept(leader, victim);
          } else {
            director.start(plot);
          }
        });
  }

  private void damage(SimTablet victim) {
    disks.damage(victim, cluster.tempo().strictTail() && world.chance(0.7));
    victim.start();
    // What it fetches again gets to its disk late, or not in this life.
    victim.disk().stall(director.paced(world.between(1, 500)));
  }

  private void awayForAWhile(Plot plot, SimTablet leader, SimTablet victim) {
    long time = world.chance(0.4) ? 0 : director.paced(world.between(0, 400));
    director.later(
        time,
        () -> {
          leader.kill();
          if (world.chance(0.7)) {
            victim.kill();
            director.later(director.paced(world.between(1, 60)), victim::start);
          }
          cluster.network().mendAll();
          director.later(director.paced(world.between(300, 3_000)), leader::start);
          director.later(director.paced(4_000), () -> director.start(plot));
        });
  }
}
