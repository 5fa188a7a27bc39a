package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.AppendNack;
import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.HeartbeatAck;
import io.holdfast.protocol.message.ReplicationMessage.LetGo;
import io.holdfast.protocol.message.ReplicationMessage.LogMismatch;
import io.holdfast.protocol.message.ReplicationMessage.LogRequest;
import io.holdfast.protocol.message.ReplicationMessage.LogSuffix;
import io.holdfast.protocol.message.ReplicationMessage.Recall;
import io.holdfast.protocol.message.ReplicationMessage.Relabel;
import io.holdfast.protocol.message.ReplicationMessage.Resync;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.WriteId;

/**
 * One copy of one partition: compares terms, keeps the role, and hands everything else to it.
 *
 * <p>Moves between roles:
 *
 * <ul>
 *   <li>any to FENCED: a nameserver opens a higher term, or the leadership turns out to be over;
 *   <li>FENCED to LEADER: named as leader of the very term it is fenced in, in the same life;
 *   <li>any but LEADER of the same term to FOLLOWER or LEARNER: the leader of its term, or of a
 *       higher one, speaks.
 * </ul>
 *
 * A lower term is always refused, a higher one always adopted and made durable first.
 */
final class Replica {
  private final ReplicaState state;
  private final LogTail log;
  private final GrantTable grants;
  private Role role = Role.FENCED;
  private FollowerRole follower;
  private LeaderRole leader;
  private NodeId successor;
  private long fencedAt;
  private long refusedTerm;
  private final long barredTerm;
  private final SnapshotReceive receive;
  private final WitnessRole witness;
  private final LogFetch fetch;

  /**
   * @param barredTerm highest term that this replica must not lead: it was opened anew within this
   *     life of the process, and may have been elected for what it held before
   */
  Replica(ReplicaState state, LogTail log, GrantTable grants, long barredTerm, long now) {
    this.state = state;
    this.log = log;
    this.grants = grants;
    this.barredTerm = barredTerm;
    this.fencedAt = now;
    this.receive = new SnapshotReceive(state);
    this.witness = new WitnessRole(state, receive);
    this.fetch = new LogFetch(state);
  }

  Role role() {
    return role;
  }

  ReplicaState state() {
    return state;
  }

  /** The leader role; null unless this replica leads. */
  LeaderRole leader() {
    return leader;
  }

  /** Whom clients should ask; null when nobody is known. */
  NodeId knownLeader() {
    if (leader != null) {
      return state.self;
    }
    return follower == null ? successor : follower.leader();
  }

  /** Whether this replica led in its term, in whatever life, and does not, or never will. */
  boolean hasSteppedDown() {
    return role == Role.FENCED
        && (state.history.hasTerm(state.term()) || refusedTerm == state.term());
  }

  // ---- what the nameserver orders

  void onNewTerm(NodeId from, NewTerm order, long now, Ready out) {
    if (order.term() < state.term() || (order.term() == state.term() && role != Role.FENCED)) {
      return;
    }
    if (order.term() > state.term()) {
      fence(now, out);
      state.adoptTerm(order.term(), out);
    }
    if (receive.isInstalling()) {
      // What could be said of the log is about to change. The nameserver asks again.
      return;
    }
    answerElection(from, now, out);
  }

  /**
   * The nameserver wants this candidate to hold what a fenced witness holds, before it may lead.
   */
  void onFetchLog(NodeId from, FetchLog order, long now, Ready out) {
    if (order.term() == state.term()
        && mayCopy()
        && !state.witness
        && fetch.onOrder(from, order, now, out)) {
      answerElection(from, now, out);
    }
  }

  private void onSuffix(NodeId from, LogSuffix suffix, long now, Ready out) {
    if (fetch.onSuffix(from, suffix, now, out)) {
      answerElection(fetch.orderedBy(), now, out);
    }
  }

  /** Whether the log stands still, says what it should, and may be copied from or completed. */
  private boolean mayCopy() {
    return role == Role.FENCED && !receive.isInstalling() && state.flags().isTrusted();
  }

  private void answerElection(NodeId from, long now, Ready out) {
    out.send(
        from,
        new Fenced(
            state.partition,
            state.term(),
            state.uid,
            state.incarnation,
            state.history.lastTerm(),
            state.history.lastOffset(),
            state.commit(),
            state.flags(),
            grants.remaining(state.self, now)));
  }

  void onBecomeLeader(BecomeLeader order, long now, Ready out) {
    boolean sameLife =
        order.incarnation() == state.incarnation || state.lacks(Mutant.NO_INCARNATION);
    if (order.term() != state.term()
        || role != Role.FENCED
        || receive.isInstalling()
        || !sameLife
        || (state.witness && !state.lacks(Mutant.WITNESS_ELECTED))
        || !order.members().contains(state.self, state.uid)
        || state.history.hasTerm(order.term())) {
      return;
    }
    if (order.term() <= barredTerm || !mayLead(order)) {
      // It was elected for a log that it may not have any more. Saying so has another one elected.
      refusedTerm = order.term();
      return;
    }
    if (order.lossAccepted()) {
      // Whatever it has lost, nobody has more: from here on its log is the truth.
      state.clearFlags(out);
    }
    role = Role.LEADER;
    follower = null;
    fetch.abandon();
    receive.abandon();
    leader = new LeaderRole(state, log, order, now, out);
  }

  private boolean mayLead(BecomeLeader order) {
    ReplicaFlags flags = state.flags();
    return flags.isTrusted() || (order.lossAccepted() && !flags.isOutOfService());
  }

  void onMembersChanged(MembersChanged message, long now, Ready out) {
    if (leader != null && message.term() == state.term()) {
      leader.onMembersChanged(message.members(), message.version(), message.learners(), now, out);
    }
  }

  void onAdvice(LeaderAdvice message, long now) {
    if (leader != null && message.term() == state.term()) {
      leader.onAdvice(message, now);
    }
  }

  /** The nameserver wants the table's alterations in the log; repeated until they are applied. */
  void onAlterTable(AlterTable order, ReplicaStore store, long now, Ready out) {
    if (leader != null && order.term() == state.term()) {
      leader.onAlterTable(order.alterations(), store, now, out);
    }
  }

  /**
   * The nameserver wants the rows found by added indexes; repeated until they are. What is in the
   * log now may have been put by somebody who did not know of these; whoever puts from now on is
   * sent back when he does not.
   */
  void onFillIndexes(FillIndexes order, ReplicaStore store) {
    boolean leads = leader != null && leader.isActive() && order.term() == state.term();
    if (leads && store.alterations() >= order.version()) {
      store.fill(state.term(), order.version(), state.history.lastOffset(), order.leaders());
    }
  }

  void onTransfer(TransferLeader message, long now, Ready out) {
    if (leader != null && message.term() == state.term()) {
      leader.onTransfer(message.target(), now, out);
    }
  }

  /** Answer to a nameserver that wonders whether the leader lives. */
  Silence silence(long now) {
    if (leader != null) {
      return new Silence(state.partition, state.term(), 0, false);
    }
    if (follower == null) {
      return new Silence(state.partition, state.term(), now - fencedAt, false);
    }
    return new Silence(
        state.partition, state.term(), follower.silentNanos(now), follower.isConnectionClosed());
  }

  // ---- what other replicas say

  void onMessage(NodeId from, ReplicationMessage message, long now, Ready out) {
    if (state.flags().isOutOfService()) {
      return;
    }
    if (message instanceof Append append) {
      if (follow(from, append.term(), append.learner(), now, out)) {
        onAppend(append, now, out);
      }
    } else if (message instanceof Heartbeat heartbeat) {
      if (follow(from, heartbeat.term(), heartbeat.learner(), now, out)) {
        grants.grant(from, now);
        follower.onHeartbeat(heartbeat, now, out);
      }
    } else if (message instanceof SnapshotOffer offer) {
      if (follow(from, offer.term(), offer.learner(), now, out)) {
        follower.heard(now);
        receive.onOffer(from, offer, now, out);
      }
    } else if (message instanceof SnapshotChunk chunk) {
      if (follow(from, chunk.term(), chunk.learner(), now, out)) {
        follower.heard(now);
        receive.onChunk(from, chunk, now, out);
      }
    } else if (message instanceof Resync resync) {
      if (concerns(from, resync.term(), resync.uid()) && resync.opening() == state.opening()) {
        follower.onResync(resync.upTo(), out);
      }
    } else if (message instanceof Recall recall) {
      if (concerns(from, recall.term(), recall.uid()) && recall.opening() == state.opening()) {
        onRecall(recall.match(), out);
      }
    } else if (message instanceof Relabel relabel) {
      if (concerns(from, relabel.term(), relabel.uid()) && role == Role.LEARNER) {
        out.startAnew = true;
      }
    } else if (message instanceof Dispensable dispensable) {
      if (follow(from, dispensable.term(), dispensable.learner(), now, out)) {
        follower.heard(now);
        witness.onDispensable(from, dispensable, out);
      }
    } else if (message instanceof LogRequest request) {
      if (request.term() == state.term() && mayCopy()) {
        fetch.serve(from, request, log, out);
      }
    } else if (message instanceof LogSuffix suffix) {
      if (suffix.term() == state.term() && mayCopy()) {
        onSuffix(from, suffix, now, out);
      }
    } else if (message instanceof LogMismatch mismatch) {
      if (mismatch.term() == state.term() && mayCopy()) {
        fetch.onMismatch(from, mismatch, now, out);
      }
    } else if (message instanceof StaleTerm stale) {
      if (stale.term() > state.term()) {
        fence(now, out);
        state.adoptTerm(stale.term(), out);
      }
    } else if (leader != null && message.term() == state.term()) {
      if (message instanceof AppendAck ack) {
        leader.onAppendAck(from, ack, now, out);
      } else if (message instanceof AppendNack nack) {
        leader.onAppendNack(from, nack, now, out);
      } else if (message instanceof HeartbeatAck ack) {
        leader.onHeartbeatAck(from, ack, now, out);
      } else if (message instanceof SnapshotProgress progress) {
        leader.onSnapshotProgress(from, progress, now);
      } else if (message instanceof LetGo letGo) {
        leader.onLetGo(from, letGo, now);
      }
    }
  }

  private void onAppend(Append append, long now, Ready out) {
    if (receive.isInstalling()) {
      // There is no log to append to for the moment.
      follower.heard(now);
    } else if (follower.onAppend(append, now, out)) {
      receive.abandon();
    }
  }

  /** Whether the leader that is followed speaks to this very copy, in the present term. */
  private boolean concerns(NodeId from, long term, ReplicaUid uid) {
    return follower != null
        && term == state.term()
        && follower.term() == term
        && follower.leader().equals(from)
        && uid.equals(state.uid);
  }

  /** The leader remembers an acknowledgement. A log that ends before it has lost records. */
  private void onRecall(long match, Ready out) {
    // What is known already is not found again: each time would void all that was said since.
    if (match > state.history.lastOffset() && !state.flags().has(Flag.AMNESIAC)) {
      state.flag(Flag.AMNESIAC, out);
      follower.onLossFound();
    }
  }

  /** Takes the sender as the leader of its term, unless that term is over. */
  private boolean follow(NodeId from, long term, boolean learner, long now, Ready out) {
    if (term < state.term() && !state.lacks(Mutant.NO_TERM_CHECK)) {
      out.send(from, new StaleTerm(state.partition, state.term()));
      return false;
    }
    if (term > state.term()) {
      fence(now, out);
      state.adoptTerm(term, out);
    }
    fetch.abandon();
    if (leader != null) {
      // Within one term nobody but this replica may lead; a message that says so is a forgery or
      // a bug, and following it would be worse than ignoring it.
      return false;
    }
    if (follower == null || follower.term() != term || !follower.leader().equals(from)) {
      follower = new FollowerRole(state, from, term, now);
    }
    role = learner ? Role.LEARNER : Role.FOLLOWER;
    return true;
  }

  void onPeerClosed(NodeId peer) {
    if (leader != null) {
      leader.onPeerClosed(peer);
    } else if (follower != null && follower.leader().equals(peer)) {
      follower.onConnectionClosed();
    }
  }

  // ---- what clients ask

  void onWrite(WriteId id, byte[] payload, WriteListener listener, long now, Ready out) {
    if (leader == null) {
      out.writesDone.add(Ready.WriteDone.refused(listener, WriteOutcome.NOT_LEADER));
    } else {
      leader.onWrite(id, payload, listener, now, out);
    }
  }

  void onQuorumRead(ReadListener listener, long now, Ready out) {
    if (leader == null) {
      out.readsDone.add(new Ready.ReadDone(listener, false));
    } else {
      leader.onQuorumRead(listener, now, out);
    }
  }

  boolean holdsLease(long now) {
    return leader != null && leader.holdsLease(now);
  }

  // ---- what disk and time bring

  void onSynced(long generation, long offset, long now, Ready out) {
    if (!state.synced(generation, offset)) {
      return;
    }
    log.trim(state.durable());
    if (leader != null) {
      leader.onSynced(now, out);
    } else if (follower != null) {
      follower.onSynced(out);
    }
  }

  void onSnapshotRead(SnapshotManifest manifest, long position, byte[] bytes, long now, Ready out) {
    if (leader != null) {
      leader.onSnapshotRead(manifest, position, bytes, now, out);
    }
  }

  void onSnapshotDamaged(SnapshotManifest manifest) {
    state.keeper.onDamaged(manifest);
    if (leader != null) {
      leader.onSnapshotDamaged(manifest);
    }
  }

  void onSnapshotStored(SnapshotManifest manifest, long position, boolean ok, long now, Ready out) {
    receive.onStored(manifest, position, ok, now, out);
  }

  void onSnapshotInstalled(SnapshotManifest manifest, String problem, long now, Ready out) {
    receive.onInstalled(manifest, problem, out);
    if (problem == null) {
      state.keeper.onInstalled(now);
    }
  }

  /** Makes a snapshot if one is due, and lets go of log that nobody needs. */
  void keepSnapshots(long applied, long now) {
    state.keeper.tick(applied, leader, receive.isInstalling(), now);
  }

  /** Whether a snapshot is taking the place of state and log at this moment. */
  boolean isInstalling() {
    return receive.isInstalling();
  }

  /** How this replica gets what it lacks. */
  CatchUp catchUp() {
    if (receive.isUnderWay()) {
      return CatchUp.SNAPSHOT;
    }
    if (follower == null) {
      return CatchUp.NONE;
    }
    return follower.isFarBehind() ? CatchUp.LOG : CatchUp.INLINE;
  }

  /** Time passes while the disk is stuck: nothing is decided, but nobody waits for ever either. */
  void tickStalled(long now, Ready out) {
    if (leader != null) {
      leader.expireReads(now, out);
    } else if (follower != null) {
      follower.didNotListen(now);
    }
  }

  /** A record was applied; see {@link RecordApplier#apply} for the answer. */
  void onApplied(long offset, long answer, Ready out) {
    if (leader != null) {
      leader.onApplied(offset, answer, out);
    }
  }

  void tick(long now, Ready out) {
    // Its share may have become smaller since it was written to.
    log.trim(state.durable());
    if (leader != null) {
      leader.tick(now, out);
      if (leader.isPowerless(now)) {
        fence(now, out);
      }
    }
  }

  void flush(long now, Ready out) {
    if (leader != null) {
      leader.flush(now, out);
    }
  }

  private void fence(long now, Ready out) {
    successor = null;
    if (leader != null) {
      // Most likely it leads by the time that a client has come there.
      successor = leader.handOver().target();
      leader.stepDown(out);
    }
    if (role != Role.FENCED) {
      fencedAt = now;
    }
    role = Role.FENCED;
    leader = null;
    follower = null;
    fetch.abandon();
    receive.abandon();
  }
}
