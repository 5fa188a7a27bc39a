package io.holdfast.testkit.sim;

import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.control.OpSettings;
import io.holdfast.nameserver.control.SafetySettings;
import io.holdfast.tablet.replication.HealthSettings;
import io.holdfast.tablet.replication.ReplicationSettings;
import io.holdfast.tablet.replication.SessionLimits;
import io.holdfast.tablet.replication.SnapshotSettings;

/**
 * How much faster than real everything but disk and network is. A fast history has more elections
 * and changes of members among the same number of events; a slow one has the shipped times.
 *
 * @param factor 1 for the times that ship
 * @param smallAppends whether an append carries only a record or two
 * @param tickNanos how often tablets look at their clocks
 * @param hasty whether an election ends with the first sufficient answers
 * @param strictTail whether copies with a suspect tail may not decide an election by themselves
 * @param sessions how soon tablets forget sessions; the same on all of them
 * @param promoteLag how far behind a learner may be that becomes a member
 * @param snapshots when snapshots are made: all the time, or now and then
 */
record Tempo(
    int factor,
    boolean smallAppends,
    long tickNanos,
    boolean hasty,
    boolean strictTail,
    SessionLimits sessions,
    int promoteLag,
    SnapshotSettings snapshots) {
  /** A tempo as the seed wants it. */
  static Tempo ofSomeKind(World world, Plot plot) {
    boolean edge = plot == Plot.LEASE_EDGE;
    int factor = world.chance(edge ? 0.2 : 0.75) ? 4 : 1;
    long tick = (world.chance(0.5) ? 10 : 2) * World.MILLI / factor;
    return new Tempo(
        factor,
        world.chance(0.4) && !plot.isUnderLoad(),
        tick,
        world.chance(edge ? 0.7 : 0.3),
        world.chance(0.3),
        sessions(world, factor),
        world.chance(0.5) ? 1000 : 30,
        snapshots(world, factor, plot));
  }

  private static SessionLimits sessions(World world, int factor) {
    SessionLimits shipped = SessionLimits.DEFAULTS;
    double kind = world.fraction();
    if (kind < 0.3) {
      return new SessionLimits(1 + world.below(3), shipped.idleMillis());
    }
    return kind < 0.6
        ? new SessionLimits(shipped.maxSessions(), world.between(50, 2000) / factor)
        : shipped;
  }

  private static SnapshotSettings snapshots(World world, int factor, Plot plot) {
    long[] everyRecords = {4, 12, 40, 1_000_000};
    long[] retainBytes = {50, 400, 3_000, 1 << 20};
    return new SnapshotSettings(
        everyRecords[world.below(everyRecords.length)],
        world.chance(0.3) ? 200 : 1 << 20,
        world.between(1, 20) * World.SECOND / factor,
        Math.max(retainBytes[world.below(retainBytes.length)], plot.isUnderLoad() ? 1 << 20 : 0),
        world.chance(0.5) ? 32 : 200,
        world.chance(0.3) ? 5_000L * factor : 1 << 20);
  }

  long paced(long nanos) {
    return nanos / factor;
  }

  ReplicationSettings replication() {
    ReplicationSettings shipped = ReplicationSettings.DEFAULTS;
    return new ReplicationSettings(
        paced(shipped.heartbeatNanos()),
        paced(shipped.leaseNanos()),
        shipped.leaseMarginPercent(),
        paced(shipped.leaseMarginNanos()),
        paced(shipped.evictAfterNanos()),
        paced(shipped.commitNoticeNanos()),
        paced(shipped.resendNanos()),
        promoteLag,
        smallAppends ? 16 : shipped.windowRecords(),
        smallAppends ? 320 : shipped.windowBytes(),
        smallAppends ? 320 : shipped.tailBytes(),
        smallAppends ? 40 : shipped.appendBytes(),
        smallAppends ? 160 : shipped.maxRecordBytes(),
        paced(shipped.transferPauseNanos()),
        smallAppends ? 320 : shipped.applyBytes(),
        sessions,
        snapshots,
        health());
  }

  /** Shorter still: a history lasts seconds, and must see a replica come back from probation. */
  HealthSettings health() {
    HealthSettings shipped = HealthSettings.DEFAULTS;
    return new HealthSettings(
        paced(shipped.slowFloorNanos()),
        shipped.slowFactor(),
        paced(shipped.slowForNanos() / 5),
        paced(shipped.readmitNanos() / 10),
        paced(shipped.readmitMostNanos() / 50),
        paced(shipped.evictionPauseNanos()));
  }

  private SafetySettings safety(SafetySettings shipped) {
    return new SafetySettings(
        paced(shipped.massWindowNanos()),
        paced(shipped.freezeNanos()),
        paced(shipped.arbitrationNanos()),
        paced(shipped.lossWaitNanos()));
  }

  ControllerSettings controller() {
    ControllerSettings shipped = ControllerSettings.DEFAULTS;
    return new ControllerSettings(
        paced(shipped.suspectNanos()),
        paced(shipped.silenceNanos()),
        hasty ? 0 : paced(shipped.electionGraceNanos()),
        paced(shipped.lateAnswerNanos()),
        paced(shipped.allDownGraceNanos()),
        paced(shipped.holdNanos()),
        paced(shipped.resendNanos()),
        paced(shipped.adviceNanos()),
        paced(shipped.createNanos()),
        paced(shipped.transferNanos()),
        strictTail,
        safety(shipped.safety()),
        ops(shipped.ops()),
        shipped.systemTables());
  }

  /** Short enough that what never comes true is given up while the history lasts. */
  private OpSettings ops(OpSettings shipped) {
    return new OpSettings(
        pacedMillis(shipped.changeLeaderMillis()),
        pacedMillis(6_000),
        pacedMillis(shipped.firstRetryMillis()),
        pacedMillis(2_000),
        pacedMillis(3_000),
        pacedMillis(shipped.indexGraceMillis()),
        40);
  }

  private long pacedMillis(long millis) {
    return Math.max(1, paced(millis * World.MILLI) / World.MILLI);
  }
}
