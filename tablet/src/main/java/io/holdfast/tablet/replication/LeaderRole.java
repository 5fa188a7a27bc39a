package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.AppendAck;
import io.holdfast.protocol.message.ReplicationMessage.AppendNack;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.HeartbeatAck;
import io.holdfast.protocol.message.ReplicationMessage.LetGo;
import io.holdfast.protocol.message.ReplicationMessage.Recall;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.WriteId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The side that orders writes, in one term.
 *
 * <p>A record is committed when a write quorum of the in-sync set (and of the set that shall
 * replace it, while a change is under way) holds it on disk, and the record is of this term: what
 * earlier terms left is committed by committing something after it. The first record of the term,
 * written at once, sees to that; the leader is <em>active</em> when it is committed.
 */
final class LeaderRole {
  private final ReplicaState state;
  private final LogTail log;
  private final TableOptions options;
  private final MembershipChange membership;
  private final HealthBoard health;
  private final MembershipPolicy policy;
  private final ReliefPolicy relief;
  private final Map<NodeId, FollowerProgress> progress = new TreeMap<>();
  private final PendingWrites writes = new PendingWrites();
  private final RepeatedWrites repeated;
  private final QuorumReads reads = new QuorumReads();
  private final Healing healing;
  private final SnapshotSends snapshots;
  private final WitnessCare witnesses;
  private final ArrayDeque<Integer> uncommittedSizes = new ArrayDeque<>();
  private final long startOffset;
  private final long waitUntil;

  private final HandOver handOver;
  private final CommitHold hold;
  private final Altering altering;
  private List<NodeId> learners;
  private MemberWishes wishes = MemberWishes.NONE;
  private boolean automatic;
  private boolean active;
  private boolean heartbeatNow = true;
  private long uncommittedBytes;
  private long heartbeatAt;
  private long noticeAt;
  private long leaseSeenAt;
  private long tickedAt;

  LeaderRole(ReplicaState state, LogTail log, BecomeLeader order, long now, Ready out) {
    this.state = state;
    this.log = log;
    this.repeated = new RepeatedWrites(state);
    this.options = order.options();
    this.membership = new MembershipChange(state, order.members(), order.version());
    this.health = new HealthBoard(state.settings);
    this.policy = new MembershipPolicy(health, state.host.evictions());
    this.relief = new ReliefPolicy(health);
    this.learners = order.learners();
    this.automatic = order.automatic();
    this.healing = new Healing(state);
    this.snapshots = new SnapshotSends(state);
    this.witnesses = new WitnessCare(state, order.witnesses());
    this.waitUntil =
        now + (state.lacks(Mutant.NO_LEASE_WAIT) ? 0 : order.waitMillis() * 1_000_000L);
    this.leaseSeenAt = now;
    this.tickedAt = now;
    this.handOver = new HandOver(state, now);
    this.hold = new CommitHold(state.settings.heartbeatNanos(), now);
    this.altering = new Altering(state);
    syncProgress(now);
    startOffset = state.history.lastOffset() + 1;
    append(LogRecord.termStart(state.term(), startOffset), now, out);
  }

  /** Whether the term's first record is committed, so that the leader knows all that is. */
  boolean isActive() {
    return active;
  }

  MembershipChange membership() {
    return membership;
  }

  TableOptions options() {
    return options;
  }

  long startOffset() {
    return startOffset;
  }

  /** Whether the leader may change members by its own judgement. */
  boolean isAutomatic() {
    return automatic;
  }

  List<NodeId> learners() {
    return learners;
  }

  /** Who shall be a member and who shall not, as far as that is known of this configuration. */
  MemberWishes wishes() {
    return wishes.version() == membership.version() ? wishes : MemberWishes.NONE;
  }

  /** Which of the others keep the log only, and what is to become of them. */
  WitnessCare witnesses() {
    return witnesses;
  }

  HandOver handOver() {
    return handOver;
  }

  CommitHold hold() {
    return hold;
  }

  FollowerProgress progressOf(NodeId tablet) {
    return progress.get(tablet);
  }

  // ---- writes

  void onWrite(WriteId id, byte[] payload, WriteListener listener, long now, Ready out) {
    WriteOutcome refusal = refusalOf(payload);
    if (refusal == null
        && id.isNamed()
        && repeated.settle(id, listener, answerableUnapplied(), out)) {
      return;
    }
    if (refusal == null && isFull(payload)) {
      refusal = WriteOutcome.BUSY;
    }
    if (refusal == null && !state.keeper.store().hasRoomFor(payload)) {
      refusal = WriteOutcome.MEMORY_FULL;
    }
    if (refusal != null) {
      out.writesDone.add(Ready.WriteDone.refused(listener, refusal));
      return;
    }
    long offset = state.history.lastOffset() + 1;
    LogRecord record =
        new LogRecord(state.term(), offset, LogRecord.Type.WRITE, id.session(), id.seq(), payload);
    append(record, now, out);
    if (state.lacks(Mutant.ANSWER_BEFORE_COMMIT)) {
      out.writesDone.add(new Ready.WriteDone(listener, WriteOutcome.OK, offset, 0));
      return;
    }
    PendingWrites.Pending pending = writes.add(offset, listener);
    if (id.isNamed()) {
      repeated.appended(id, pending);
    }
  }

  /** What stands against a write, whether it is a new one or was sent before. */
  private WriteOutcome refusalOf(byte[] payload) {
    if (!active) {
      return WriteOutcome.NOT_READY;
    }
    if (handOver.isPausing()) {
      return WriteOutcome.HANDING_OVER;
    }
    if (payload.length > state.settings.maxRecordBytes()) {
      return WriteOutcome.TOO_LARGE;
    }
    if (state.disk().isAtLeast(DiskLevel.LOW)) {
      return WriteOutcome.DISK_FULL;
    }
    if (witnesses.dataCopies(membership.members()) < options.minInsync()) {
      return WriteOutcome.TOO_FEW_REPLICAS;
    }
    return null;
  }

  private boolean isFull(byte[] payload) {
    return uncommittedSizes.size() >= state.settings.windowRecords()
        || uncommittedBytes + payload.length > state.settings.windowBytes();
  }

  /** The record at an offset was applied, and its write can be answered. */
  void onApplied(long offset, long answer, Ready out) {
    writes.applied(offset, answer, out);
    repeated.applied(offset);
  }

  private void append(LogRecord record, long now, Ready out) {
    state.append(record, out);
    health.ownDisk().began(record.offset(), now);
    uncommittedSizes.addLast(record.payload().length);
    uncommittedBytes += record.payload().length;
    for (FollowerProgress follower : progress.values()) {
      follower.fallsBehind(now);
    }
  }

  // ---- reads

  /** Whether no other leader can have committed anything that this one does not know. */
  boolean holdsLease(long now) {
    return active && quorumPromised(follower -> follower.promisedWithin(leaseNanos(), now));
  }

  void onQuorumRead(ReadListener listener, long now, Ready out) {
    if (!active) {
      out.readsDone.add(new Ready.ReadDone(listener, false));
      return;
    }
    reads.add(now, listener);
    heartbeatNow = true;
    completeReads(out);
  }

  private long leaseNanos() {
    return state.lacks(Mutant.NO_LEASE_MARGIN)
        ? state.settings.leaseNanos()
        : state.settings.usableLeaseNanos();
  }

  private boolean quorumPromised(Predicate<FollowerProgress> promised) {
    MemberSet pending = membership.pending();
    return quorumPromised(membership.members(), promised)
        && (pending == null
            || state.lacks(Mutant.LEASE_NOT_JOINT)
            || quorumPromised(pending, promised));
  }

  private boolean quorumPromised(MemberSet set, Predicate<FollowerProgress> promised) {
    int needed = options.acks().writeQuorum(set.size());
    if (state.lacks(Mutant.LEASE_SMALL_QUORUM) && needed > 1) {
      needed--;
    }
    int given =
        QuorumCounter.count(
            set,
            member -> {
              FollowerProgress follower = speaker(member);
              return isSelf(member) || (follower != null && promised.test(follower));
            });
    return given >= needed;
  }

  private void completeReads(Ready out) {
    reads.completeIf(askedAt -> quorumPromised(follower -> follower.promisedSince(askedAt)), out);
  }

  // ---- what the others answer

  void onAppendAck(NodeId from, AppendAck ack, long now, Ready out) {
    FollowerProgress follower = progress.get(from);
    if (follower == null
        || !follower.heard(
            ack.speaker(), FollowerProgress.UNKNOWN_TIME, state.history.lastOffset(), now)) {
      return;
    }
    follower.matched(
        Math.min(ack.match(), state.history.lastOffset()), state.history.lastOffset(), now);
    advance(now, out);
  }

  void onAppendNack(NodeId from, AppendNack nack, long now, Ready out) {
    FollowerProgress follower = progress.get(from);
    if (follower == null
        || !follower.heard(
            nack.speaker(), FollowerProgress.UNKNOWN_TIME, state.history.lastOffset(), now)) {
      return;
    }
    if (nack.lastOffset() < follower.recallable()) {
      // An old refusal that comes late, or a log that went back. The copy itself knows which.
      out.send(
          from,
          new Recall(
              state.partition,
              state.term(),
              follower.uid(),
              follower.opening(),
              follower.recallable()));
    }
    if (follower.phase() == FollowerProgress.Phase.SNAPSHOT) {
      // A refusal from before: that is why there is a snapshot on its way.
      return;
    }
    if (nack.baseOffset() > 0) {
      // Even if it lies beyond the end of this log: then the copy belongs to another truth, and is
      // to find that out.
      follower.probeFrom(nack.baseOffset() + 1);
      return;
    }
    follower.refused(FollowerRole.nextProbe(state.history, nack, follower.next() - 1));
  }

  void onSnapshotProgress(NodeId from, SnapshotProgress message, long now) {
    FollowerProgress follower = progress.get(from);
    if (follower != null
        && follower.heard(
            message.speaker(), FollowerProgress.UNKNOWN_TIME, state.history.lastOffset(), now)) {
      snapshots.onProgress(follower, message, now);
    }
  }

  void onLetGo(NodeId from, LetGo message, long now) {
    FollowerProgress follower = progress.get(from);
    if (follower != null
        && follower.heard(
            message.speaker(), FollowerProgress.UNKNOWN_TIME, state.history.lastOffset(), now)) {
      witnesses.onLetGo(follower, message.upTo());
    }
  }

  void onSnapshotRead(SnapshotManifest manifest, long position, byte[] bytes, long now, Ready out) {
    snapshots.onRead(manifest, position, bytes, this, now, out);
  }

  /** This snapshot, if it is still here, has been replaced, or will be. */
  void onSnapshotDamaged(SnapshotManifest manifest) {
    snapshots.replaced(manifest);
  }

  /** Whether this very snapshot is on its way to anybody. */
  boolean isSendingSnapshot(SnapshotManifest manifest) {
    return snapshots.isSending(manifest);
  }

  /** Whether a replica counts nowhere yet. */
  boolean isLearner(NodeId tablet) {
    return !membership.members().contains(tablet);
  }

  /**
   * Offset behind which the log must be kept for those who follow, as far as it is kept for them.
   */
  long neededAfter() {
    long needed = Long.MAX_VALUE;
    for (FollowerProgress follower : progress.values()) {
      long after = Math.max(follower.match(), snapshots.logNeededAfter(follower.tablet()));
      boolean gone = after + 1 < state.keeper.store().firstLogOffset();
      if (!gone && !state.keeper.isBeyondBound(after)) {
        needed = Math.min(needed, after);
      }
    }
    return needed;
  }

  void onHeartbeatAck(NodeId from, HeartbeatAck ack, long now, Ready out) {
    FollowerProgress follower = progress.get(from);
    if (follower == null) {
      return;
    }
    follower.answered(ack.speaker(), ack.sentNanos());
    if (!follower.heard(ack.speaker(), ack.sentNanos(), state.history.lastOffset(), now)) {
      return;
    }
    follower.promised(ack.sentNanos());
    follower.diskIs(ack.disk());
    completeReads(out);
  }

  void onSynced(long now, Ready out) {
    health.ownDisk().reached(state.durable(), now);
    advance(now, out);
  }

  void onPeerClosed(NodeId peer) {
    FollowerProgress follower = progress.get(peer);
    if (follower != null) {
      follower.connectionClosed();
      snapshots.interrupted(peer);
      health.closed(peer);
    }
  }

  void onMembersChanged(
      MemberSet truth, long version, List<NodeId> newLearners, long now, Ready out) {
    if (membership.confirmed(truth, version)) {
      learners = newLearners;
      syncProgress(now);
      advance(now, out);
      completeReads(out);
    }
  }

  void onAdvice(LeaderAdvice advice, long now) {
    automatic = advice.automatic();
    learners = advice.learners();
    wishes = MemberWishes.of(advice);
    witnesses.witnessesAre(advice.witnesses());
    syncProgress(now);
  }

  void onAlterTable(Alterations wanted, ReplicaStore store, long now, Ready out) {
    altering.asked(this, wanted, store, now, out);
  }

  void onTransfer(NodeId target, long now, Ready out) {
    handOver.asked(this, target, now, out);
  }

  // ---- time

  void expireReads(long now, Ready out) {
    reads.expire(2 * state.settings.leaseNanos(), now, out);
  }

  void tick(long now, Ready out) {
    ReplicationSettings settings = state.settings;
    if (now - tickedAt > settings.heartbeatNanos()) {
      // The process itself was stopped for a while. Answers that came meanwhile are still queued
      // behind this tick, and a member must not be evicted for them.
      progress.values().forEach(follower -> follower.excuse(now));
      health.ownDisk().forget();
    }
    tickedAt = now;
    if (now - heartbeatAt >= settings.heartbeatNanos()) {
      heartbeatNow = true;
    }
    hold.look(now);
    advance(now, out);
    membership.repeat(now, out);
    handOver.look(this, now, out);
    if (!handOver.isPausing()) {
      policy.tick(this, state, now, out);
      relief.tick(this, state, now, out);
    }
    expireReads(now, out);
    for (FollowerProgress follower : progress.values()) {
      // Nothing but a lost message keeps a stream from moving for so long while others move.
      if (follower.phase() == FollowerProgress.Phase.STREAM
          && follower.owesNanos(now) > 3 * settings.resendNanos()
          && !follower.sentWithin(3 * settings.resendNanos(), now)) {
        follower.probeAgain();
      }
      if (follower.phase() == FollowerProgress.Phase.STREAM
          && state.history.lastOffset() - follower.match() <= settings.promoteLag()) {
        snapshots.forget(follower.tablet());
      }
    }
    if (holdsLease(now)) {
      leaseSeenAt = now;
      state.freshness.told(state.commit(), now);
    }
  }

  /**
   * Whether this leadership is of no use to anyone: nobody confirms it, nothing can be committed.
   * Giving up lets clients look elsewhere and tells the nameserver to elect. Where nobody is
   * elected without an operator, it stays: what it lacks may come back, and then it can go on at
   * once.
   */
  boolean isPowerless(long now) {
    return automatic
        && now - leaseSeenAt > 2 * state.settings.leaseNanos()
        && state.commit() < state.history.lastOffset()
        && (membership.pending() == null
            || membership.pendingNanos(now) > 20 * state.settings.leaseNanos());
  }

  /** Puts on the way whatever can be: called once after a burst of events. */
  void flush(long now, Ready out) {
    boolean notice = now - noticeAt >= state.settings.commitNoticeNanos();
    for (FollowerProgress follower : progress.values()) {
      pump(follower, now, out);
      boolean tell = notice && follower.commitTold() < state.commit();
      if (heartbeatNow || tell) {
        follower.toldCommit(state.commit());
        boolean learner = isLearner(follower.tablet());
        out.send(
            follower.tablet(),
            new Heartbeat(
                state.partition, state.term(), now, state.commit(), learner, isCurrent(now)));
      }
      if (heartbeatNow) {
        healing.tell(follower, this, out);
        witnesses.tell(follower, this, out);
      }
    }
    snapshots.readNext(now);
    if (notice) {
      noticeAt = now;
    }
    if (heartbeatNow) {
      heartbeatNow = false;
      heartbeatAt = now;
    }
  }

  private boolean isCurrent(long now) {
    return holdsLease(now) || (active && state.lacks(Mutant.DEPOSED_LEADER_IS_CURRENT));
  }

  private void pump(FollowerProgress follower, long now, Ready out) {
    ReplicationSettings settings = state.settings;
    if (follower.phase() == FollowerProgress.Phase.SNAPSHOT) {
      sendSnapshot(follower, now, out);
      return;
    }
    if (witnesses.isHeldBack(follower, this)) {
      return;
    }
    if (follower.next() < state.keeper.store().firstLogOffset()
        || witnesses.shouldJump(follower, this)) {
      follower.needsSnapshot();
      sendSnapshot(follower, now, out);
      return;
    }
    if (follower.phase() == FollowerProgress.Phase.PROBE) {
      if (!follower.sentWithin(settings.resendNanos(), now)) {
        out.send(follower.tablet(), appendTo(follower, List.of()));
        follower.probed(state.commit(), now);
      }
      return;
    }
    while (follower.next() <= state.history.lastOffset()
        && follower.hasRoom(settings.windowRecords(), settings.windowBytes())) {
      List<LogRecord> records = log.read(follower.next(), settings.appendBytes());
      if (records.isEmpty()) {
        return;
      }
      out.send(follower.tablet(), appendTo(follower, records));
      long bytes = 0;
      for (LogRecord record : records) {
        bytes += record.payload().length;
      }
      follower.streamed(records.get(records.size() - 1).offset(), bytes, state.commit(), now);
      state.transfers.recordsSent(bytes, isLearner(follower.tablet()));
    }
  }

  private void sendSnapshot(FollowerProgress follower, long now, Ready out) {
    if (follower.match() > 0
        && follower.match() + 1 >= state.keeper.store().firstLogOffset()
        && !witnesses.shouldJump(follower, this)) {
      // It has said since that it holds enough.
      snapshots.interrupted(follower.tablet());
      follower.probeAgain();
      return;
    }
    if (follower.isWitness()) {
      // It has no use for rows: it is told where to begin anew, see WitnessCare.
      return;
    }
    snapshots.pump(follower, isLearner(follower.tablet()), witnesses.sendableUpTo(this), now, out);
  }

  private Append appendTo(FollowerProgress follower, List<LogRecord> records) {
    long prev = follower.next() - 1;
    return new Append(
        state.partition,
        state.term(),
        prev,
        state.history.termAt(prev),
        records,
        state.commit(),
        isLearner(follower.tablet()));
  }

  // ---- commit

  private void advance(long now, Ready out) {
    if (now - waitUntil < 0) {
      return;
    }
    long held = heldByQuorum();
    boolean ofThisTerm = held >= startOffset || state.lacks(Mutant.COMMIT_OLD_TERM);
    if (ofThisTerm && state.commitTo(held, out)) {
      forgetSizesUpTo(held);
      if (held >= startOffset && !active) {
        active = true;
        // Whatever was doubtful about its log's end, it is the truth now.
        state.clearFlags(out);
      }
    }
    if (active) {
      answer(out);
    }
    handOver.look(this, now, out);
  }

  private void answer(Ready out) {
    if (witnesses.dataCopies(membership.members()) < options.minInsync()) {
      // Taken while enough copies were in sync, committed by too few: to say yes would promise
      // copies that do not exist, to say no would deny a record that does.
      writes.abandon(out);
      return;
    }
    // In the other modes a write is answered when it was applied, see onApplied.
    writes.completeUpTo(answerableUnapplied(), out);
  }

  /** Writes up to here are answered although nobody has seen yet what the engine makes of them. */
  private long answerableUnapplied() {
    return options.acks() == AckMode.LEADER ? Math.max(state.commit(), state.durable()) : 0;
  }

  private long heldByQuorum() {
    AckMode acks = options.acks();
    MemberSet members = membership.members();
    MemberSet pending = membership.pending();
    long held = heldBy(members, acks);
    if (pending == null) {
      return hold.limit(held, state.commit(), this::matchOf);
    }
    long heldByNew = heldBy(pending, acks);
    return state.lacks(Mutant.NOT_JOINT) ? Math.max(held, heldByNew) : Math.min(held, heldByNew);
  }

  private long heldBy(MemberSet set, AckMode acks) {
    long held = QuorumCounter.offsetHeldBy(set, acks, this::matchOf);
    if (state.lacks(Mutant.LEARNER_COUNTED)) {
      for (NodeId learner : learners) {
        held = Math.max(held, Math.min(state.durable(), progress.get(learner).match()));
      }
    }
    return held;
  }

  /** How far a member is: only the very copy that the set names counts, and only if trusted. */
  long matchOf(Member member) {
    if (isSelf(member)) {
      return state.durable();
    }
    FollowerProgress follower = speaker(member);
    return follower == null ? 0 : follower.match();
  }

  private FollowerProgress speaker(Member member) {
    FollowerProgress follower = progress.get(member.tablet());
    return follower != null
            && follower.uid().equals(member.uid())
            && follower.isTrusted()
            && follower.isWitness() == witnesses.isWitness(member.tablet())
        ? follower
        : null;
  }

  private boolean isSelf(Member member) {
    return member.tablet().equals(state.self);
  }

  private void forgetSizesUpTo(long commit) {
    long uncommitted = state.history.lastOffset() - commit;
    while (uncommittedSizes.size() > uncommitted) {
      uncommittedBytes -= uncommittedSizes.removeFirst();
    }
  }

  private void syncProgress(long now) {
    progress.keySet().removeIf(tablet -> !isTracked(tablet) && snapshots.forget(tablet));
    for (NodeId tablet : membership.members().tablets()) {
      track(tablet, now);
    }
    for (NodeId tablet : learners) {
      track(tablet, now);
    }
  }

  private boolean isTracked(NodeId tablet) {
    return membership.members().contains(tablet)
        || learners.contains(tablet)
        || (membership.pending() != null && membership.pending().contains(tablet));
  }

  private void track(NodeId tablet, long now) {
    if (!tablet.equals(state.self)) {
      progress.computeIfAbsent(
          tablet,
          t ->
              new FollowerProgress(
                  t, state.history.lastOffset(), state.settings.health().slowForNanos(), now));
    }
  }

  /** Ends the leadership: what was not committed may be kept by a successor, or may not. */
  void stepDown(Ready out) {
    writes.abandon(out);
    reads.abandon(out);
  }
}
