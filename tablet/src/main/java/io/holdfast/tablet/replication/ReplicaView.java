package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A look inside one replica, for invariant checks and diagnosis. Valid until the next event. */
public final class ReplicaView {
  private final Replica replica;
  private final long applied;

  ReplicaView(Replica replica, long applied) {
    this.replica = replica;
    this.applied = applied;
  }

  public Role role() {
    return replica.role();
  }

  public long term() {
    return replica.state().term();
  }

  public long commit() {
    return replica.state().commit();
  }

  public long applied() {
    return applied;
  }

  public long durable() {
    return replica.state().durable();
  }

  public TermHistory history() {
    return replica.state().history;
  }

  /** What is wrong with the copy. */
  public ReplicaFlags flags() {
    return replica.state().flags();
  }

  /** The clients' sessions that it remembers as bytes: equal for replicas that applied the same. */
  public byte[] sessions() {
    return replica.state().sessions.encode();
  }

  /** Whether it leads and knows everything that is committed. */
  public boolean isActive() {
    return replica.leader() != null && replica.leader().isActive();
  }

  /** Whether it leads and holds its lease, however much of what is committed it has applied. */
  public boolean holdsLease(long now) {
    return replica.holdsLease(now);
  }

  /** First offset of the term it leads. */
  public long startOffset() {
    return replica.leader().startOffset();
  }

  /** The in-sync set it leads; null unless it leads. */
  public MemberSet members() {
    return replica.leader() == null ? null : replica.leader().membership().members();
  }

  /** How many members of that set hold the data; 0 unless it leads. */
  public int dataCopies() {
    LeaderRole leader = replica.leader();
    return leader == null ? 0 : leader.witnesses().dataCopies(leader.membership().members());
  }

  /** Whether the copy keeps the log only. */
  public boolean isWitness() {
    return replica.state().witness;
  }

  /** The set it has asked for; null unless it leads and has. */
  public MemberSet pending() {
    return replica.leader() == null ? null : replica.leader().membership().pending();
  }

  /** Version of the configuration it leads under; 0 unless it leads. */
  public long version() {
    return replica.leader() == null ? 0 : replica.leader().membership().version();
  }

  /** Offset of its newest snapshot; 0 without one. */
  public long snapshotOffset() {
    return replica.state().keeper.newestOffset();
  }

  /** Whether a snapshot is being made just now. */
  public boolean isMakingSnapshot() {
    return replica.state().keeper.isMaking();
  }

  /** Whether an operator has paused snapshots. */
  public boolean isSnapshotPaused() {
    return replica.state().keeper.isPaused();
  }

  /** How it gets what it lacks. */
  public CatchUp catchUp() {
    return replica.catchUp();
  }

  /** What this replica has sent so that others catch up. */
  public TransferCounters transfers() {
    return replica.state().transfers;
  }

  /** How far each replica that it streams to holds its log; empty unless it leads. */
  public Map<NodeId, Long> followerOffsets() {
    Map<NodeId, Long> offsets = new TreeMap<>();
    LeaderRole leader = replica.leader();
    if (leader != null) {
      List<NodeId> tablets = new ArrayList<>(leader.membership().members().tablets());
      tablets.addAll(leader.learners());
      for (NodeId tablet : tablets) {
        FollowerProgress follower = leader.progressOf(tablet);
        if (follower != null) {
          offsets.put(tablet, follower.match());
        }
      }
    }
    return offsets;
  }
}
