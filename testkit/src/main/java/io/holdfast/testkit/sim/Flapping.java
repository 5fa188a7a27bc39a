package io.holdfast.testkit.sim;

import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.tablet.replication.HealthSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Invariant 23: a member that its leader removed while it ran and was connected comes back only
 * after a time that doubles with each removal. So the number of changes of a set is bounded by the
 * logarithm of the time, however a member behaves.
 */
final class Flapping {
  /** A change of members that a leader wants. */
  private record Wish(PartitionId partition, long term, long version) {}

  private record Copy(PartitionId partition, NodeId tablet) {}

  /** What one leader did to one copy in one life of it. */
  private static final class Past {
    long term;
    int life;
    int removals;
    long removedAt;
  }

  private final Cluster cluster;
  private final HealthSettings settings;
  private final Map<Copy, Past> pasts = new HashMap<>();
  private final Map<PartitionId, Long> termBegan = new HashMap<>();
  private final Set<NodeId> damaged = new HashSet<>();
  private final Set<NodeId> planned = new HashSet<>();
  private final Map<Wish, Long> askedAt = new HashMap<>();
  private boolean wiped;
  private final Map<NodeId, Long> closedAt = new HashMap<>();

  Flapping(Cluster cluster) {
    this.cluster = cluster;
    this.settings = cluster.tempo().health();
  }

  /** Somebody saw a connection of this tablet closed: what comes back may be a fresh process. */
  void onClosed(NodeId tablet) {
    closedAt.put(tablet, cluster.world().now());
  }

  /** A leader asks for a change of members; it may be recorded much later, or not at all. */
  void onAsked(ChangeMembers wish) {
    askedAt.putIfAbsent(
        new Wish(wish.partition(), wish.term(), wish.version()), cluster.world().now());
  }

  /** Operators may have this tablet removed and taken back as often as they like. */
  void onPlanned(NodeId tablet) {
    planned.add(tablet);
  }

  /** From now on a late word of the lost copy makes the one in its place look foreign. */
  void onWipe() {
    wiped = true;
  }

  /** Copies on this tablet are left out for what they lost, and return when they have it again. */
  void onDamage(NodeId tablet) {
    damaged.add(tablet);
  }

  void onRecord(PartitionRecord before, PartitionRecord after) {
    if (after.term() != before.term()) {
      termBegan.put(after.id(), cluster.world().now());
    }
    if (after.phase() != Phase.LEAD || before.phase() != Phase.LEAD) {
      return;
    }
    for (NodeId tablet : before.members().tablets()) {
      if (!after.members().contains(tablet)) {
        removed(before, after, tablet);
      }
    }
    for (NodeId tablet : after.members().tablets()) {
      if (!before.members().contains(tablet)) {
        added(after, tablet);
      }
    }
  }

  private void removed(PartitionRecord before, PartitionRecord record, NodeId tablet) {
    Past past = pasts.computeIfAbsent(new Copy(record.id(), tablet), copy -> new Past());
    int life = cluster.tablet(tablet).life();
    if (past.term != record.term() || past.life != life) {
      past.term = record.term();
      past.life = life;
      past.removals = 0;
    }
    if (cluster.world().now() - past.removedAt > settings.readmitMostNanos() / 100 * 98) {
      // It may have been well for so long that what was before is forgotten. The leader counts from
      // when it asked for the copy, which nobody else knows: it may be recorded much later.
      past.removals = 0;
    }
    past.removals++;
    // To its leader the copy is out from the moment on when that decided it.
    past.removedAt =
        askedAt.getOrDefault(
            new Wish(record.id(), before.term(), before.version()), cluster.world().now());
  }

  private void added(PartitionRecord record, NodeId tablet) {
    Past past = pasts.get(new Copy(record.id(), tablet));
    boolean known =
        !wiped
            && !damaged.contains(tablet)
            && !planned.contains(tablet)
            && past != null
            && past.term == record.term()
            && past.life == cluster.tablet(tablet).life()
            && closedAt.getOrDefault(tablet, -1L) < termBegan.getOrDefault(record.id(), 0L);
    if (!known) {
      return;
    }
    long least =
        Math.min(settings.readmitNanos() << (past.removals - 1), settings.readmitMostNanos());
    long out = cluster.world().now() - past.removedAt;
    // The leader counts on its own clock, which may run a little faster.
    if (out < least / 100 * 98) {
      throw new Violation(
          "23 no flapping",
          tablet
              + " is a member of "
              + record.id()
              + " again "
              + out / World.MILLI
              + " ms after removal "
              + past.removals
              + " by the leader of term "
              + record.term()
              + ", which asks for "
              + least / World.MILLI);
    }
  }
}
