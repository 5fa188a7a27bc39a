package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaStatus;
import java.util.Map;
import java.util.TreeMap;

/**
 * Notices that ZooKeeper holds older data than the cluster has seen: a backup that was restored, or
 * a disk that was. Terms, versions and epochs are written to ZooKeeper before any tablet hears of
 * them, so no tablet can be ahead of it. To act on an old record could elect a copy that left the
 * in-sync set long ago.
 *
 * <p>A tablet that seems to be ahead may also have heard of the next nameserver before this one
 * has. So the truth is read anew first: if the epoch is still this nameserver's, nobody else can
 * have written what the tablet has seen. Until that is known, and from then on, what the evidence
 * is about is left alone.
 *
 * <p>What cannot be noticed: that all who know better are down.
 */
final class TruthCheck {
  /** What a tablet says, and ZooKeeper does not know. */
  private static final class Evidence {
    final NodeId tablet;
    final long term;
    final long version;
    boolean asked;
    boolean confirmed;

    Evidence(NodeId tablet, long term, long version) {
      this.tablet = tablet;
      this.term = term;
      this.version = version;
    }

    /** Whether a record is older than what the tablet has seen. */
    boolean isAheadOf(PartitionRecord record) {
      return record == null
          || term > record.term()
          || (term == record.term() && version > record.version());
    }
  }

  private final Mutants mutants;
  private final Map<PartitionId, Evidence> partitions = new TreeMap<>();
  private Evidence epoch;

  TruthCheck(Mutants mutants) {
    this.mutants = mutants;
  }

  void reset() {
    partitions.clear();
    epoch = null;
  }

  /** Compares what a tablet has said with the truth as it was read. */
  void look(TabletHealth health, long ownEpoch, ClusterState state) {
    if (mutants.has(Mutant.ROLLED_BACK_ZK_TRUSTED)) {
      return;
    }
    if (health.epoch() > ownEpoch && epoch == null) {
      epoch = new Evidence(health.tablet(), health.epoch(), 0);
    }
    for (ReplicaStatus status : health.replicas()) {
      if (!state.isDropped(status.id().tid())) {
        look(health.tablet(), status, state);
      }
    }
  }

  private void look(NodeId from, ReplicaStatus status, ClusterState state) {
    Evidence seen = new Evidence(from, status.term(), status.version());
    if (seen.isAheadOf(state.partition(status.id()))) {
      partitions.putIfAbsent(status.id(), seen);
    }
  }

  /** Whether the truth is to be read anew. */
  boolean isInDoubt() {
    return isOpen(epoch) || partitions.values().stream().anyMatch(TruthCheck::isOpen);
  }

  private static boolean isOpen(Evidence evidence) {
    return evidence != null && !evidence.confirmed;
  }

  /** The truth is about to be read: what is known so far will be compared with it. */
  void asking() {
    partitions.values().forEach(evidence -> evidence.asked = true);
    if (epoch != null) {
      epoch.asked = true;
    }
  }

  /** The truth was read, and this nameserver's epoch is still the one that stands there. */
  void loaded(ClusterState state) {
    partitions
        .entrySet()
        .removeIf(entry -> !entry.getValue().isAheadOf(state.partition(entry.getKey())));
    partitions.values().forEach(evidence -> evidence.confirmed |= evidence.asked);
    if (epoch != null) {
      epoch.confirmed |= epoch.asked;
    }
  }

  /** Whether a partition's record must not be acted on. */
  boolean isRefused(PartitionId partition) {
    return epoch != null || partitions.containsKey(partition);
  }

  /** Whether it is certain that ZooKeeper holds old data. */
  boolean isRolledBack() {
    return !mistrusted().isEmpty();
  }

  /** What is wrong with ZooKeeper's data and what to do; empty for nothing, as far as is known. */
  String mistrusted() {
    if (epoch != null && epoch.confirmed) {
      return "ZooKeeper holds older data than the cluster has seen: tablet "
          + epoch.tablet
          + " has heard of epoch "
          + epoch.term
          + ", and epochs are written to ZooKeeper before anybody hears of them. "
          + ADVICE;
    }
    for (Map.Entry<PartitionId, Evidence> entry : partitions.entrySet()) {
      if (entry.getValue().confirmed) {
        return about(entry.getKey(), entry.getValue());
      }
    }
    return "";
  }

  /** The same about one partition. */
  String mistrusted(PartitionId partition) {
    Evidence evidence = partitions.get(partition);
    return evidence != null && evidence.confirmed
        ? about(partition, evidence)
        : epoch != null && epoch.confirmed ? mistrusted() : "";
  }

  private static String about(PartitionId partition, Evidence evidence) {
    return "ZooKeeper holds older data than the cluster has seen: tablet "
        + evidence.tablet
        + " knows term "
        + evidence.term
        + " of partition "
        + partition
        + (evidence.version > 0 ? " and its version " + evidence.version : "")
        + ". "
        + ADVICE;
  }

  private static final String ADVICE =
      "Nothing is decided on it. Restore ZooKeeper's newest data and restart the nameservers;"
          + " see docs/operations/zookeeper-lost.md";
}
