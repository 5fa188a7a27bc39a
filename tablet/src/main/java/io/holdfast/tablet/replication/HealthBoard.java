package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well the replicas of a leader do: its own disk, its members and its learners. Lives as long
 * as the leadership; a new leader judges anew.
 */
final class HealthBoard {
  /** With fewer, the slowest one would decide alone. */
  private static final int LEAST_SAMPLES = 8;

  private final ReplicationSettings settings;
  private final Map<NodeId, MemberHealth> healths = new TreeMap<>();

  /** How many times slower than the best member's its own disk must be. */
  private static final int LEADER_SLOW_FACTOR = 5;

  private final LatencyProbe ownDisk;
  private final MemberHealth own;
  private long[] others = new long[4];
  private boolean looked;
  private long lookedAt;

  HealthBoard(ReplicationSettings settings) {
    this.settings = settings;
    this.ownDisk = new LatencyProbe(settings.health().slowForNanos());
    this.own = new MemberHealth(settings.health(), 0);
  }

  /** From a record's append to its being on this tablet's disk. */
  LatencyProbe ownDisk() {
    return ownDisk;
  }

  MemberHealth of(NodeId tablet, long now) {
    return healths.computeIfAbsent(tablet, t -> new MemberHealth(settings.health(), now));
  }

  void closed(NodeId tablet) {
    MemberHealth health = healths.get(tablet);
    if (health != null) {
      health.restarted();
    }
  }

  /** Compares all with each other; at most once a heartbeat, since it is not for free. */
  void look(LeaderRole leader, ReplicaState state, long now) {
    if (looked && now - lookedAt < settings.heartbeatNanos()) {
      return;
    }
    looked = true;
    lookedAt = now;
    own.looksSlow(isOwnSlower(leader, now), now);
    for (Member member : leader.membership().members().members()) {
      FollowerProgress follower = leader.progressOf(member.tablet());
      if (follower != null) {
        of(member.tablet(), now).looksSlow(isSlow(leader, follower, now), now);
      }
    }
    for (NodeId learner : leader.learners()) {
      FollowerProgress follower = leader.progressOf(learner);
      if (follower != null) {
        boolean near =
            state.lacks(Mutant.PROBATION_NEEDS_LEVEL)
                ? ReadmissionPolicy.isCaughtUp(follower, state, now)
                : ReadmissionPolicy.isNear(follower, state, now);
        boolean well = near && !isSlow(leader, follower, now);
        of(learner, now).looksWell(well, now);
      }
    }
  }

  /** Whether this tablet's own disk has been far slower than the best member's for a while. */
  boolean isOwnDiskSlow(long now) {
    return own.isSlow(now);
  }

  private boolean isOwnSlower(LeaderRole leader, long now) {
    LatencyWindow mine = ownDisk.window();
    long best = Long.MAX_VALUE;
    for (Member member : leader.membership().members().members()) {
      FollowerProgress follower = leader.progressOf(member.tablet());
      if (follower != null && follower.latency().window().count(now) >= LEAST_SAMPLES) {
        best = Math.min(best, follower.latency().window().p99Nanos(now));
      }
    }
    long p99 = mine.p99Nanos(now);
    return mine.count(now) >= LEAST_SAMPLES
        && best != Long.MAX_VALUE
        && p99 > settings.health().slowFloorNanos()
        && p99 / LEADER_SLOW_FACTOR > best;
  }

  private boolean isSlow(LeaderRole leader, FollowerProgress follower, long now) {
    LatencyWindow mine = follower.latency().window();
    if (mine.count(now) < LEAST_SAMPLES) {
      return false;
    }
    HealthSettings health = settings.health();
    long p99 = mine.p99Nanos(now);
    return p99 > health.slowFloorNanos()
        && p99 > health.slowFactor() * medianOfOthers(leader, follower, now);
  }

  /** Of the leader's own disk and of the other members; of two the slower one. */
  private long medianOfOthers(LeaderRole leader, FollowerProgress except, long now) {
    int count = 0;
    others[count++] = ownDisk.window().p99Nanos(now);
    for (Member member : leader.membership().members().members()) {
      FollowerProgress other = leader.progressOf(member.tablet());
      if (other == null || other == except) {
        continue;
      }
      LatencyWindow window = other.latency().window();
      if (window.count(now) >= LEAST_SAMPLES) {
        if (count == others.length) {
          others = Arrays.copyOf(others, 2 * count);
        }
        others[count++] = window.p99Nanos(now);
      }
    }
    Arrays.sort(others, 0, count);
    return others[count / 2];
  }
}
