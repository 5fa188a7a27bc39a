package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.PartitionRecord;

/** Plots about a member that keeps the log only. */
final class WitnessPlots {
  private final PlotDirector director;
  private final Cluster cluster;
  private final World world;

  WitnessPlots(PlotDirector director, Cluster cluster) {
    this.director = director;
    this.cluster = cluster;
    this.world = cluster.world();
  }

  /**
   * One copy of the data is cut off while writes go on, and before it is left out of the in-sync
   * set the leader dies. Whoever leads next has to get what it lacks from the witness.
   */
  void bestLogOnWitness(Plot plot) {
    PartitionRecord record = director.record();
    SimTablet leader = director.leader();
    SimTablet behind = null;
    for (SimTablet other : director.others(leader)) {
      if (!record.isWitness(other.id)) {
        behind = other;
      }
    }
    SimTablet candidate = behind;
    for (SimTablet other : director.others(candidate)) {
      director.cut(candidate.id, other.id);
    }
    director.later(
        director.paced(world.between(50, 1_500)),
        () -> {
          leader.kill();
          cluster.network().mendAll();
          // Sometimes the witness, or the candidate in the midst of copying, goes as well.
          if (world.chance(0.3)) {
            SimTablet second = world.chance(0.5) ? candidate : witnessOf(record);
            director.later(
                director.paced(world.between(0, 1_500)),
                () -> {
                  second.kill();
                  director.later(director.paced(world.between(1, 500)), second::start);
                });
          }
          director.when(
              director.paced(6_000),
              () -> director.isLed() && !director.record().leader().equals(leader.id),
              () -> director.later(director.paced(300), () -> director.start(plot)),
              () -> director.start(plot));
        });
  }

  private SimTablet witnessOf(PartitionRecord record) {
    return cluster.tablet(record.witnesses().get(0));
  }
}
