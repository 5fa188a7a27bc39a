package io.holdfast.testkit.sim;

import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Outcome;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.tablet.replication.ReplicaHost;

/**
 * What a tablet does with a read, in every mode: the part of its service that asks the replicas.
 */
final class SimReads {
  private static final long SESSION_WAIT = 50 * World.MILLI;

  /** How a read ended at a tablet. */
  @FunctionalInterface
  interface Answered {
    void with(Outcome outcome, long value, long version);
  }

  private final Cluster cluster;

  SimReads(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Serves a read.
   *
   * @param minVersion what the reader has seen
   */
  void read(
      SimTablet tablet,
      SimClient.Register register,
      ReadMode mode,
      long minVersion,
      Answered answered) {
    switch (mode) {
      case LEADER -> {
        if (!readUnderLease(tablet, register, minVersion, answered)) {
          readConfirmed(tablet, register, minVersion, answered);
        }
      }
      case QUORUM -> readConfirmed(tablet, register, minVersion, answered);
      case SESSION -> readInSession(tablet, register, minVersion, answered);
      case STALE -> {
        if (tablet.host().isReadable(register.partition())) {
          show(tablet, register, answered);
        } else {
          answered.with(Outcome.answered(AnswerCode.TABLE_NOT_FOUND), 0, 0);
        }
      }
    }
  }

  private boolean readUnderLease(
      SimTablet tablet, SimClient.Register register, long minVersion, Answered answered) {
    PartitionId partition = register.partition();
    if (tablet.host().store(partition) == null) {
      return false;
    }
    long value = tablet.store(partition).registers().get(register.key());
    if (!tablet.host().holdsLease(partition, tablet.localNow())) {
      return false;
    }
    linearizable(tablet, partition, minVersion, value, answered);
    return true;
  }

  private void readConfirmed(
      SimTablet tablet, SimClient.Register register, long minVersion, Answered answered) {
    PartitionId partition = register.partition();
    long committed = cluster.invariants().committed(partition);
    tablet
        .host()
        .confirmRead(
            partition,
            confirmed -> {
              if (!confirmed) {
                answered.with(askLeader(tablet, partition, AnswerCode.NOT_LEADER), 0, 0);
                return;
              }
              cluster.invariants().onConfirmedRead(tablet, partition, committed);
              long value = tablet.store(partition).registers().get(register.key());
              linearizable(tablet, partition, minVersion, value, answered);
            },
            tablet.localNow());
  }

  private void linearizable(
      SimTablet tablet, PartitionId partition, long minVersion, long value, Answered answered) {
    long version = tablet.host().version(partition);
    if (version >= minVersion) {
      answered.with(Outcome.answered(AnswerCode.OK), value, version);
    } else if (cluster.zooKeeper().table(partition.tid()).options().acks() == AckMode.LEADER
        || cluster.invariants().givenUp() > 0) {
      boolean underWay = minVersion <= tablet.host().view(partition).history().lastOffset();
      answered.with(
          underWay
              ? Outcome.answered(AnswerCode.TABLE_LOADING, "", 10)
              : Outcome.answered(AnswerCode.VERSION_LOST),
          0,
          0);
    } else {
      throw new Violation(
          "13 session monotone",
          tablet.id
              + " answers for "
              + partition
              + " at "
              + version
              + ", and a session has seen "
              + minVersion);
    }
  }

  private void readInSession(
      SimTablet tablet, SimClient.Register register, long minVersion, Answered answered) {
    PartitionId partition = register.partition();
    tablet
        .host()
        .sessionRead(
            partition,
            minVersion,
            cluster.tempo().paced(SESSION_WAIT),
            verdict -> {
              switch (verdict) {
                case SERVE -> show(tablet, register, answered);
                case BEHIND ->
                    answered.with(askLeader(tablet, partition, AnswerCode.REPLICA_BEHIND), 0, 0);
                case NO_REPLICA ->
                    answered.with(Outcome.answered(AnswerCode.TABLE_NOT_FOUND), 0, 0);
              }
            },
            tablet.localNow());
  }

  private void show(SimTablet tablet, SimClient.Register register, Answered answered) {
    PartitionId partition = register.partition();
    ReplicaHost host = tablet.host();
    long value = tablet.store(partition).registers().get(register.key());
    long version = host.version(partition);
    // Its commits of this very event must be known to those who check what it shows.
    cluster.invariants().afterTablet(tablet);
    cluster
        .invariants()
        .reads()
        .onShown(
            tablet,
            partition,
            register.key(),
            value,
            version,
            host.ageNanos(partition, tablet.localNow()));
    answered.with(Outcome.answered(AnswerCode.OK), value, version);
  }

  private static Outcome askLeader(SimTablet tablet, PartitionId partition, int code) {
    NodeId leader = tablet.host().knownLeader(partition);
    return Outcome.answered(code, leader == null ? "" : leader.endpoint(), 0);
  }
}
