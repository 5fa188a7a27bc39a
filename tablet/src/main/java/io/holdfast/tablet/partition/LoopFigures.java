package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.TransferCounters;
import java.util.EnumMap;
import java.util.Map;

/**
 * The figures of one loop's replicas at some moment. Immutable, so that whoever reads metrics need
 * not ask the loop.
 *
 * @param replicas how many there are in each role
 * @param outOfService how many of them take part in nothing, because of damage
 * @param untrusted how many may have lost what they had acknowledged, and are being healed
 * @param uncommitted records that are in logs here and not known to be committed
 * @param unapplied committed records that are not applied yet
 * @param rows entries in the first indexes
 * @param bytes memory that rows take
 * @param catchingUp how many replicas are being brought up to date by a snapshot or the log
 * @param loading replicas that have not applied all that their logs had at start
 * @param replayed records that were in logs here at start and have been applied since
 * @param transfers what was sent and made so that others catch up, since the process started
 */
public record LoopFigures(
    Map<Role, Integer> replicas,
    int outOfService,
    int untrusted,
    long uncommitted,
    long unapplied,
    long rows,
    long bytes,
    int catchingUp,
    int loading,
    long replayed,
    Transfers transfers) {

  /**
   * Sums since the process started; bytes are payload.
   *
   * @param memberBytes of records sent to members of in-sync sets
   * @param learnerBytes of records sent to learners
   * @param snapshotBytes of snapshots sent
   * @param snapshotsMade here
   * @param snapshotsInstalled those of others that became the state here
   */
  public record Transfers(
      long memberBytes,
      long learnerBytes,
      long snapshotBytes,
      long snapshotsMade,
      long snapshotsInstalled) {
    static final Transfers NONE = new Transfers(0, 0, 0, 0, 0);

    static Transfers of(TransferCounters counters) {
      return new Transfers(
          counters.memberBytes(),
          counters.learnerBytes(),
          counters.snapshotBytes(),
          counters.snapshotsMade(),
          counters.snapshotsInstalled());
    }
  }

  static final LoopFigures NONE =
      new LoopFigures(Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, Transfers.NONE);

  public LoopFigures {
    replicas = Map.copyOf(replicas);
  }

  static LoopFigures of(ReplicaHost host, RecoveryProgress.Replay replay) {
    Map<Role, Integer> replicas = new EnumMap<>(Role.class);
    int outOfService = 0;
    int untrusted = 0;
    long uncommitted = 0;
    long unapplied = 0;
    long rows = 0;
    long bytes = 0;
    int catchingUp = 0;
    for (PartitionId partition : host.partitions()) {
      ReplicaStatus status = host.status(partition);
      replicas.merge(status.role(), 1, Integer::sum);
      outOfService += status.flags().isOutOfService() ? 1 : 0;
      untrusted += status.flags().isOutOfService() || status.flags().isTrusted() ? 0 : 1;
      uncommitted += status.lastOffset() - status.commit();
      unapplied += status.commit() - status.applied();
      rows += status.rows();
      bytes += status.bytes();
      boolean behind = status.catchUp() == CatchUp.SNAPSHOT || status.catchUp() == CatchUp.LOG;
      catchingUp += behind ? 1 : 0;
    }
    return new LoopFigures(
        replicas,
        outOfService,
        untrusted,
        uncommitted,
        unapplied,
        rows,
        bytes,
        catchingUp,
        replay.replicas(),
        replay.applied(),
        Transfers.of(host.transfers()));
  }
}
