package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.FetchLog;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MakeSnapshot;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ControlMessage.ReachQuery;
import io.holdfast.protocol.message.ControlMessage.SilenceQuery;
import io.holdfast.protocol.message.ControlMessage.TransferLeader;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReplicationMessage.Ping;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.SessionListener.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The replicas that one loop of a tablet owns: routes events to them and carries out, in the one
 * right order (see {@link Ready}), what they want. Deterministic; not thread-safe: every call comes
 * from the owning loop and brings the time.
 *
 * <p>After each burst of events the driver calls {@link #endOfTurn}, which puts whatever gathered
 * on the way at once: that is all the batching there is, and it needs no timer.
 */
public final class ReplicaHost {
  private static final long REPORT_NANOS = 200_000_000L;
  private static final int READ_BYTES = 1 << 20;

  private static final class Hosted {
    final Replica replica;
    final ReplicaStore store;
    final LogTail log;
    final SessionReads sessions;
    final RecordApplier applier;
    long applied;
    long applyTo;
    boolean touched;

    Hosted(Replica replica, ReplicaStore store, LogTail log) {
      this.replica = replica;
      this.store = store;
      this.log = log;
      this.sessions = new SessionReads(replica.state());
      this.applier = new RecordApplier(replica.state(), store);
      replica.state().sessions.restore(store.snapshots().sessions());
      this.applied = store.snapshots().restoredTo();
      this.applyTo = replica.state().commit();
    }

    /** Whether committed records are still to be applied: then nothing is read or written here. */
    boolean lags() {
      return applied < applyTo;
    }
  }

  private final NodeId self;
  private final long incarnation;
  private final int loop;
  private final int loops;
  private final long bornAt;
  private final ReplicationSettings settings;
  private final Mutants mutants;
  private final ReplicaStores stores;
  private final Outbox outbox;
  private final BiConsumer<PartitionId, RuntimeException> faults;
  private final HostCondition condition;
  private final Map<PartitionId, Hosted> replicas = new TreeMap<>();
  private final Map<PartitionId, ReplicaStatus> failed = new TreeMap<>();
  private final ArrayDeque<Hosted> touched = new ArrayDeque<>();
  private final Ready ready = new Ready();
  private final PeerReach reach;
  private final TailBudget tails;
  private long epoch;
  private long reportedAt;
  private boolean reportNow = true;
  private Departure departure = Departure.NONE;
  private DepartureAnswer departureAnswer;
  private long reports;

  /**
   * @param self the tablet
   * @param incarnation this life of its process
   * @param loop number of the owning loop
   * @param loops how many loops the tablet has
   * @param faults told when a replica broke an invariant and was taken out of service
   * @param now the present; promises of an earlier life may hold for one lease from here
   */
  public ReplicaHost(
      NodeId self,
      long incarnation,
      int loop,
      int loops,
      ReplicationSettings settings,
      Mutants mutants,
      ReplicaStores stores,
      Outbox outbox,
      BiConsumer<PartitionId, RuntimeException> faults,
      long now) {
    this.self = self;
    this.incarnation = incarnation;
    this.loop = loop;
    this.loops = loops;
    this.settings = settings;
    this.mutants = mutants;
    this.stores = stores;
    this.outbox = outbox;
    this.faults = faults;
    this.reach = new PeerReach(outbox);
    // The tablet's loops do not know of each other: each takes its share of the tablet's pace.
    SnapshotSettings snapshots = settings.snapshots();
    double bytesPerSecond = (double) snapshots.bytesPerSecond() / loops;
    this.condition =
        new HostCondition(
            new EvictionBudget(settings.health().evictionPauseNanos() * loops),
            new TransferPace(bytesPerSecond, snapshots.chunkBytes(), now),
            settings.leaseNanos() / 2);
    this.tails =
        new TailBudget(settings.tailBytes() / loops, settings.appendBytes() / 64, replicas::size);
    this.bornAt = now;
    this.reportedAt = now - REPORT_NANOS;
  }

  /**
   * Takes a replica into service: one that was found on disk, or just made, or that had failed in
   * this life and was opened anew.
   */
  public void open(PartitionId partition, ReplicaStore store, long now) {
    boolean again = failed.remove(partition) != null;
    boolean promisedNothing = store.isNew() || mutants.has(Mutant.RESTART_FORGETS_GRANT);
    GrantTable grants =
        new GrantTable(
            settings.leaseNanos(),
            promisedNothing ? now : (again ? now : bornAt) + settings.leaseNanos());
    ReplicaState state =
        new ReplicaState(
            partition,
            self,
            store.uid(),
            store.isWitness(),
            store.table().options().witnesses() > 0,
            incarnation,
            store.term(),
            store.history(),
            store.flags(),
            store.opening(),
            settings,
            mutants,
            condition,
            store.snapshots(),
            now);
    state.diskIs(stores.diskLevel(partition));
    LogTail log = new LogTail(store::read, tails::shareBytes, store.history().lastOffset());
    Replica replica = new Replica(state, log, grants, again ? store.term() : 0, now);
    replicas.put(partition, new Hosted(replica, store, log));
    reportNow = true;
  }

  // ---- messages

  public void onMessage(NodeId from, Message message, long now) {
    if (message instanceof ReplicationMessage replication) {
      onReplication(from, replication, now);
    } else if (message instanceof ControlMessage control && control.epoch() >= epoch) {
      epoch = control.epoch();
      onControl(from, control, now);
    }
  }

  private void onReplication(NodeId from, ReplicationMessage message, long now) {
    // A tablet whose disk is stuck must not look alive: it makes no promises.
    // Nor does it take records, which would only wait: the leader will send them again.
    boolean asksForSigns =
        message instanceof Heartbeat || message instanceof Append || message instanceof Ping;
    if (asksForSigns && isStalled(now)) {
      return;
    }
    if (message instanceof Ping ping) {
      reach.onPing(from, ping, now);
      return;
    }
    with(message.partition(), replica -> replica.onMessage(from, message, now, ready));
  }

  private boolean isStalled(long now) {
    return stores.isStalled(now) && !mutants.has(Mutant.STALLED_DISK_HEARTBEATS);
  }

  private void onControl(NodeId from, ControlMessage message, long now) {
    // To count on a stuck disk in an election is no better than in a lease. And who did not listen
    // to its leader must not say that the leader is silent.
    boolean counts =
        message instanceof NewTerm
            || message instanceof BecomeLeader
            || message instanceof FetchLog
            || message instanceof SilenceQuery
            || message instanceof ReachQuery;
    if (counts && isStalled(now)) {
      return;
    }
    if (message instanceof CreateReplica create) {
      create(create, now);
    } else if (message instanceof DropReplica drop) {
      drop(drop);
    } else if (message instanceof MakeSnapshot order) {
      // Its sender sees in the reports what comes of it.
      makeSnapshot(order.partition(), order.offset(), (manifest, problem) -> {});
    } else if (message instanceof AlterTable order) {
      alter(order, now);
    } else if (message instanceof FillIndexes order) {
      fill(order);
    } else if (message instanceof NewTerm order) {
      with(order.partition(), replica -> replica.onNewTerm(from, order, now, ready));
    } else if (message instanceof BecomeLeader order) {
      with(order.partition(), replica -> replica.onBecomeLeader(order, now, ready));
    } else if (message instanceof FetchLog order) {
      with(order.partition(), replica -> replica.onFetchLog(from, order, now, ready));
    } else if (message instanceof MembersChanged changed) {
      with(changed.partition(), replica -> replica.onMembersChanged(changed, now, ready));
    } else if (message instanceof LeaderAdvice advice) {
      with(advice.partition(), replica -> replica.onAdvice(advice, now));
    } else if (message instanceof ReachQuery query) {
      reach.onQuery(from, query, now);
    } else if (message instanceof TransferLeader transfer) {
      with(transfer.partition(), replica -> replica.onTransfer(transfer, now, ready));
    } else if (message instanceof DepartureAnswer answer && answer.incarnation() == incarnation) {
      departureAnswer = answer;
    } else if (message instanceof SilenceQuery query) {
      outbox.send(from, new SilenceReport(silences(query.partitions(), now)));
    }
  }

  private void create(CreateReplica order, long now) {
    PartitionId partition = order.partition();
    if (!replicas.containsKey(partition) && !failed.containsKey(partition)) {
      ReplicaStore store = stores.create(partition, order.table(), order.witness());
      if (store != null) {
        open(partition, store, now);
      }
    }
  }

  /** Only the copy that was meant, and only if nothing newer is known of its partition here. */
  private static boolean isMeant(DropReplica order, ReplicaUid uid, long term) {
    return !order.uid().isKnown() || (order.uid().equals(uid) && order.term() >= term);
  }

  private void drop(DropReplica order) {
    Hosted hosted = replicas.get(order.partition());
    ReplicaStatus broken = failed.get(order.partition());
    if (hosted != null) {
      ReplicaState state = hosted.replica.state();
      if (isMeant(order, state.uid, state.term())) {
        drop(order.partition());
      }
    } else if (broken != null && isMeant(order, broken.uid(), broken.term())) {
      failed.remove(order.partition());
      stores.retireFailed(order.partition());
      reportNow = true;
    }
  }

  /** Whether there is a replica here that has failed and was not opened anew yet. */
  public boolean hasFailed(PartitionId partition) {
    return failed.containsKey(partition);
  }

  private void drop(PartitionId partition) {
    Hosted hosted = replicas.remove(partition);
    if (hosted != null) {
      touched.remove(hosted);
      try {
        abandon(hosted);
      } finally {
        stores.retire(partition, hosted.store);
        reportNow = true;
      }
    }
  }

  private List<Silence> silences(Collection<PartitionId> partitions, long now) {
    List<Silence> result = new ArrayList<>();
    for (PartitionId partition : partitions) {
      Hosted hosted = replicas.get(partition);
      if (hosted != null && !hosted.replica.state().flags().isOutOfService()) {
        result.add(hosted.replica.silence(now));
      }
    }
    return result;
  }

  /** The connection from another server was closed: it died, or the network between us did. */
  public void onPeerClosed(NodeId peer) {
    for (Hosted hosted : replicas.values()) {
      hosted.replica.onPeerClosed(peer);
      touch(hosted);
    }
  }

  // ---- disk

  /** The disk holds the log of this generation up to an offset. */
  public void onSynced(PartitionId partition, long generation, long offset, long now) {
    with(partition, replica -> replica.onSynced(generation, offset, now, ready));
  }

  /**
   * A snapshot that was ordered by {@link SnapshotStore#make} is complete and durable.
   *
   * @param manifest what it became; null when it could not be made
   * @param problem why not; null when it was made
   */
  public void onSnapshotMade(
      PartitionId partition, SnapshotManifest manifest, String problem, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted != null) {
      guarded(partition, () -> keeper(hosted).onMade(manifest, problem, now));
    }
  }

  /** One of a replica's snapshots was read and is damaged. */
  public void onSnapshotDamaged(PartitionId partition, SnapshotManifest manifest, long now) {
    with(partition, replica -> replica.onSnapshotDamaged(manifest));
  }

  /**
   * Bytes that were asked for by {@link SnapshotStore#read}.
   *
   * @param position where they stand
   * @param bytes at least one, unless the position is the end; null when they cannot be read
   * @param problem why not; null when they were read
   */
  public void onSnapshotRead(
      PartitionId partition,
      SnapshotManifest manifest,
      long position,
      byte[] bytes,
      String problem,
      long now) {
    with(
        partition,
        replica ->
            replica.onSnapshotRead(manifest, position, problem == null ? bytes : null, now, ready));
  }

  /**
   * What {@link SnapshotStore#store} was given is where {@link SnapshotStore#prepare} will find it.
   *
   * @param position from where bytes are missing now
   * @param ok false when the disk did not take them
   */
  public void onSnapshotStored(
      PartitionId partition, SnapshotManifest manifest, long position, boolean ok, long now) {
    with(partition, replica -> replica.onSnapshotStored(manifest, position, ok, now, ready));
  }

  /**
   * The engine is the snapshot's and the log goes on behind it.
   *
   * @param problem why everything is as before instead; null when it was installed
   */
  public void onSnapshotInstalled(
      PartitionId partition, SnapshotManifest manifest, String problem, long now) {
    with(partition, replica -> replica.onSnapshotInstalled(manifest, problem, now, ready));
  }

  /**
   * The disk failed this replica: it leaves every role. It may be opened anew, see {@link #open},
   * once what is on disk has been judged again.
   */
  public void onStoreFailed(PartitionId partition, RuntimeException cause) {
    fail(partition, cause);
  }

  /**
   * Has a snapshot made that includes at least a given offset. One that is there already is the
   * answer at once; an offset that is not applied yet is waited for.
   *
   * @param listener told once; possibly before this returns
   */
  public void makeSnapshot(PartitionId partition, long minOffset, SnapshotListener listener) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null || hosted.replica.state().flags().isOutOfService()) {
      listener.onSnapshotDone(null, "there is no usable replica of " + partition + " here");
    } else if (hosted.replica.state().witness) {
      listener.onSnapshotDone(
          null, "the replica of " + partition + " here is a witness: it has no rows to save");
    } else {
      keeper(hosted).request(minOffset, listener);
    }
  }

  /** As {@link SnapshotKeeper#pause}; false also when there is no replica. */
  public boolean pauseSnapshots(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && keeper(hosted).pause();
  }

  /** As {@link SnapshotKeeper#resume}; false also when there is no replica. */
  public boolean resumeSnapshots(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && keeper(hosted).resume();
  }

  private static SnapshotKeeper keeper(Hosted hosted) {
    return hosted.replica.state().keeper;
  }

  // ---- clients

  /**
   * Appends a write, if this replica leads. One that was appended before under the same name is not
   * appended again: it has the answer of the first, at once or when that is there.
   *
   * @param id the write's name, if it has one
   * @param listener told once how it ended; possibly before this returns
   */
  public void write(
      PartitionId partition, WriteId id, byte[] payload, WriteListener listener, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null) {
      listener.onWriteDone(WriteOutcome.NO_SUCH_PARTITION, 0, 0);
      return;
    }
    if (hosted.lags() && hosted.replica.leader() != null) {
      listener.onWriteDone(WriteOutcome.NOT_READY, 0, 0);
      return;
    }
    with(partition, replica -> replica.onWrite(id, payload, listener, now, ready));
  }

  /**
   * Whether a write of this name was applied here, or may have been: {@link #write} would not
   * append it.
   */
  public boolean knows(PartitionId partition, WriteId id) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && hosted.replica.state().sessions.find(id) != WriteAnswer.NONE;
  }

  /**
   * Whether a read of the applied state was linearizable. To be asked <em>after</em> the state was
   * read: a pause in between may have outlived the lease.
   */
  public boolean holdsLease(PartitionId partition, long now) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && !hosted.lags() && hosted.replica.holdsLease(now);
  }

  /** Has a write quorum confirm the leadership; the state may be read when the listener says so. */
  public void confirmRead(PartitionId partition, ReadListener listener, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null || hosted.lags()) {
      listener.onReadDone(false);
      return;
    }
    with(partition, replica -> replica.onQuorumRead(listener, now, ready));
  }

  /**
   * Lets a session read at any replica that has applied what it has seen, and waits for that a
   * while. Damaged replicas are never read.
   *
   * @param minVersion newest version that the session has seen of this partition; 0 for none
   * @param waitNanos for how long the replica may take to get there; 0 for not at all
   * @param listener told once; possibly before this returns. When it is told to serve, the state
   *     must be read before it returns
   */
  public void sessionRead(
      PartitionId partition, long minVersion, long waitNanos, SessionListener listener, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null || !hosted.sessions.isReadable()) {
      listener.onVerdict(Verdict.NO_REPLICA);
    } else {
      hosted.sessions.read(minVersion, hosted.applied, waitNanos, listener, now);
    }
  }

  /** Whether the replica here keeps the log only, so that it can answer no reads. */
  public boolean isWitness(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && hosted.store.isWitness();
  }

  /** Whether there is a replica here whose state may be shown to readers who bear old answers. */
  public boolean isReadable(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted != null && hosted.sessions.isReadable();
  }

  /**
   * How old the applied state is: the time, on this tablet's clock, since the replica received the
   * last message in which a leader that held its lease named a commit offset that is applied here;
   * 0 at a leader that holds its lease. What the message took to get here is not included.
   *
   * @return nanoseconds; -1 when the replica was not up to date in this life yet, or does not exist
   */
  public long ageNanos(PartitionId partition, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null) {
      return Freshness.UNKNOWN;
    }
    return holdsLease(partition, now) ? 0 : hosted.replica.state().freshness.ageNanos(now);
  }

  /** The newest offset whose record is applied here: the version of what a read sees. */
  public long version(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null) {
      return 0;
    }
    return mutants.has(Mutant.VERSION_IS_LOG_END)
        ? hosted.replica.state().history.lastOffset()
        : hosted.applied;
  }

  // ---- time

  /** To be called every few milliseconds. */
  public void tick(long now) {
    condition.tick(now);
    boolean stalled = isStalled(now);
    for (PartitionId partition : List.copyOf(replicas.keySet())) {
      with(
          partition,
          replica -> {
            replica.state().diskIs(stores.diskLevel(partition));
            // A leader that falls silent hears nothing: to judge its members by that would leave
            // it alone in the set, with the one disk that is stuck.
            if (stalled) {
              replica.tickStalled(now, ready);
            } else {
              replica.tick(now, ready);
            }
          });
      endOverdueReads(partition, now);
      keepSnapshots(partition, now);
    }
    if (now - reportedAt >= REPORT_NANOS) {
      reportNow = true;
    }
  }

  /** Puts on the way what the last events brought up. */
  public void endOfTurn(long now) {
    // A leader whose disk is stuck can commit nothing, but its followers would go on hearing it and
    // tell the nameserver that it lives. So it falls silent altogether, and is replaced.
    if (isStalled(now)) {
      return;
    }
    // One at a time: a replica that fails leaves the queue, and must not take its neighbour along.
    while (!touched.isEmpty()) {
      Hosted hosted = touched.removeFirst();
      hosted.touched = false;
      perform(hosted, replica -> replica.flush(now, ready));
    }
    if (reportNow) {
      reportNow = false;
      reportedAt = now;
      outbox.report(report());
    }
  }

  private void endOverdueReads(PartitionId partition, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted == null) {
      return;
    }
    guarded(partition, () -> tellAll(hosted.sessions.takeOverdue(now), Verdict.BEHIND));
  }

  private void keepSnapshots(PartitionId partition, long now) {
    Hosted hosted = replicas.get(partition);
    if (hosted != null) {
      guarded(partition, () -> hosted.replica.keepSnapshots(hosted.applied, now));
    }
  }

  private void guarded(PartitionId partition, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      fail(partition, e);
    }
  }

  private TabletReport report() {
    List<ReplicaStatus> statuses = new ArrayList<>(replicas.size());
    replicas.values().forEach(hosted -> statuses.add(status(hosted)));
    statuses.addAll(failed.values());
    return new TabletReport(incarnation, loop, loops, epoch, statuses, departure, ++reports);
  }

  // ---- departing

  /**
   * From now on the nameservers are told that the tablet is about to end, or that it stays after
   * all.
   */
  public void depart(Departure newDeparture) {
    departure = newDeparture;
    departureAnswer = null;
    reportNow = true;
  }

  /** What the nameserver said of the departure last; null when it has not answered yet. */
  public DepartureAnswer departureAnswer() {
    return departureAnswer;
  }

  /** How many partitions are led here. */
  public int leaderships() {
    int count = 0;
    for (Hosted hosted : replicas.values()) {
      count += hosted.replica.leader() == null ? 0 : 1;
    }
    return count;
  }

  // ---- what others may look at

  /** What the replicas here have sent so that others catch up, since the process started. */
  public TransferCounters transfers() {
    return condition.transfers();
  }

  /** The partitions that have a replica here, in order. */
  public Set<PartitionId> partitions() {
    return Collections.unmodifiableSet(replicas.keySet());
  }

  /** What a replica does; null when there is none. */
  public ReplicaStatus status(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted == null ? null : status(hosted);
  }

  /** What a replica's roles look like inside; null when there is none. */
  public ReplicaView view(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted == null ? null : new ReplicaView(hosted.replica, hosted.applied);
  }

  /** Whom clients should ask for a partition; null when this tablet does not know. */
  public NodeId knownLeader(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted == null ? null : hosted.replica.knownLeader();
  }

  /** The replica's store; null when there is none. */
  public ReplicaStore store(PartitionId partition) {
    Hosted hosted = replicas.get(partition);
    return hosted == null ? null : hosted.store;
  }

  private ReplicaStatus status(Hosted hosted) {
    Replica replica = hosted.replica;
    ReplicaState state = replica.state();
    LeaderRole leader = replica.leader();
    return new ReplicaStatus(
        state.partition,
        state.uid,
        replica.role() == Role.FOLLOWER && state.witness ? Role.WITNESS : replica.role(),
        state.term(),
        leader == null ? 0 : leader.membership().version(),
        leader != null && leader.isActive(),
        replica.hasSteppedDown(),
        state.flags(),
        state.history.lastOffset(),
        state.commit(),
        hosted.applied,
        hosted.store.rows(),
        hosted.store.bytes(),
        replica.catchUp(),
        state.keeper.newestOffset(),
        hosted.store.snapshots().diskBytes(),
        hosted.store.alterations(),
        leader == null ? 0 : hosted.store.filled(state.term()));
  }

  private void alter(AlterTable order, long now) {
    Hosted hosted = replicas.get(order.partition());
    if (hosted != null && !hosted.lags()) {
      with(order.partition(), replica -> replica.onAlterTable(order, hosted.store, now, ready));
    }
  }

  private void fill(FillIndexes order) {
    Hosted hosted = replicas.get(order.partition());
    if (hosted != null && !hosted.lags()) {
      with(order.partition(), replica -> replica.onFillIndexes(order, hosted.store));
    }
  }

  // ---- carrying out

  @FunctionalInterface
  private interface Event {
    void on(Replica replica);
  }

  private void with(PartitionId partition, Event event) {
    Hosted hosted = replicas.get(partition);
    if (hosted != null) {
      perform(hosted, event);
      // Unless the event was its end.
      if (replicas.get(partition) == hosted) {
        touch(hosted);
      }
    }
  }

  private void touch(Hosted hosted) {
    if (!hosted.touched) {
      hosted.touched = true;
      touched.addLast(hosted);
    }
  }

  private void perform(Hosted hosted, Event event) {
    ReplicaState state = hosted.replica.state();
    long before = outline(hosted);
    try {
      event.on(hosted.replica);
      carryOut(hosted);
    } catch (RuntimeException | Error broken) {
      // An error, too, such as of a class that is gone from under the process: what the replica
      // believes, its term first of all, may not be what its disk holds.
      List<Ready.WriteDone> writesDone = List.copyOf(ready.writesDone);
      List<Ready.ReadDone> readsDone = List.copyOf(ready.readsDone);
      // Before anyone is told: a listener may come back with a request to another replica, which
      // must not find what this one had wanted.
      ready.clear();
      fail(
          state.partition,
          broken instanceof RuntimeException known ? known : new IllegalStateException(broken));
      tellOfFailure(writesDone, readsDone);
      return;
    } finally {
      ready.clear();
    }
    if (before != outline(hosted)) {
      reportNow = true;
    }
  }

  /** The event that was to end a write broke the replica: what it had done may not be durable. */
  private static void tellOfFailure(
      List<Ready.WriteDone> writesDone, List<Ready.ReadDone> readsDone) {
    List<Ready.WriteDone> unsure = new ArrayList<>(writesDone.size());
    for (Ready.WriteDone done : writesDone) {
      WriteOutcome outcome = done.outcome().isRefusal() ? done.outcome() : WriteOutcome.UNKNOWN;
      unsure.add(new Ready.WriteDone(done.listener(), outcome, done.offset(), done.result()));
    }
    tell(unsure, readsDone, false);
  }

  /** What the nameserver must hear of at once when it changes. */
  private static long outline(Hosted hosted) {
    Replica replica = hosted.replica;
    LeaderRole leader = replica.leader();
    long version = leader == null ? -1 : leader.membership().version() * 2;
    return version + (leader != null && leader.isActive() ? 1 : 0);
  }

  private void carryOut(Hosted hosted) {
    ReplicaState state = hosted.replica.state();
    if (ready.startAnew) {
      // A learner whose identity belongs to another tablet's copy. The nameserver, which sees none
      // here then, has it made anew.
      drop(state.partition);
      return;
    }
    if (ready.installed != null) {
      hosted.applied = ready.installed.offset();
      hosted.applyTo = hosted.applied;
      hosted.log.resetTo(hosted.applied);
      state.sessions.restore(hosted.store.snapshots().sessions());
    }
    if (ready.persistFlags) {
      hosted.store.persistFlags(state.flags());
    }
    if (ready.persistTerm) {
      hosted.store.persistTerm(state.term());
    }
    ready.messages.forEach(outgoing -> outbox.send(outgoing.to(), outgoing.message()));
    ready.reports.forEach((ReportMessage report) -> outbox.report(report));
    if (ready.truncateAfter != Ready.NOTHING) {
      hosted.log.truncateAfter(ready.truncateAfter);
      hosted.store.truncateAfter(ready.truncateAfter, ready.truncateReason);
    }
    if (!ready.appends.isEmpty()) {
      ready.appends.forEach(hosted.log::add);
      hosted.store.append(List.copyOf(ready.appends), state.durable(), state.generation());
    }
    if (ready.applyTo != Ready.NOTHING) {
      hosted.applyTo = ready.applyTo;
    }
    // While another state takes the place of this one, its log may be gone from one moment to the
    // next, and nothing of what it would make is kept.
    if (hosted.lags() && !hosted.replica.isInstalling()) {
      applySome(hosted);
    }
    // A listener may come back with the next request, so the lists must not be the live ones.
    List<Ready.WriteDone> writesDone = List.copyOf(ready.writesDone);
    List<Ready.ReadDone> readsDone = List.copyOf(ready.readsDone);
    ready.clear();
    state.freshness.applied(hosted.applied);
    tell(writesDone, readsDone, !hosted.lags());
    tellAll(hosted.sessions.takeServable(hosted.applied), Verdict.SERVE);
  }

  private static void tellAll(List<SessionListener> listeners, Verdict verdict) {
    Listeners.tell(listeners, listener -> listener.onVerdict(verdict));
  }

  private static void tell(
      List<Ready.WriteDone> writesDone, List<Ready.ReadDone> readsDone, boolean readable) {
    try {
      Listeners.tell(writesDone, Ready.WriteDone::tell);
    } finally {
      Listeners.tell(readsDone, done -> done.listener().onReadDone(done.confirmed() && readable));
    }
  }

  /**
   * Applies what is committed, up to a bound: a restarted replica may have a whole log to apply,
   * and must not keep the loop from its heartbeats meanwhile. The rest follows at the next ticks.
   */
  private void applySome(Hosted hosted) {
    long left = settings.applyBytes();
    while (hosted.lags() && left >= 0) {
      List<LogRecord> records = hosted.log.read(hosted.applied + 1, READ_BYTES);
      if (records.isEmpty()) {
        throw new IllegalStateException(
            "committed record " + (hosted.applied + 1) + " cannot be read");
      }
      for (LogRecord record : records) {
        if (!hosted.lags() || left < 0) {
          return;
        }
        long answer = hosted.applier.apply(record, hosted.replica.leader() != null);
        hosted.applied = record.offset();
        hosted.replica.onApplied(record.offset(), answer, ready);
        left -= record.payload().length;
      }
    }
  }

  private void fail(PartitionId partition, RuntimeException cause) {
    Hosted hosted = replicas.remove(partition);
    if (hosted != null) {
      failed.put(partition, FailedReplica.of(status(hosted), hosted.store, cause));
      touched.remove(hosted);
      reportNow = true;
      try {
        abandon(hosted);
      } catch (RuntimeException e) {
        // A listener's own trouble must not keep the fault from whoever closes the files.
        if (e != cause) {
          cause.addSuppressed(e);
        }
      }
      faults.accept(partition, cause);
    }
  }

  private void abandon(Hosted hosted) {
    List<Runnable> words = new ArrayList<>();
    LeaderRole leader = hosted.replica.leader();
    if (leader != null) {
      Ready last = new Ready();
      leader.stepDown(last);
      words.add(() -> tell(last.writesDone, last.readsDone, true));
    }
    words.add(() -> tellAll(hosted.sessions.takeAll(), Verdict.NO_REPLICA));
    words.add(() -> keeper(hosted).abandon());
    Listeners.tell(words, Runnable::run);
  }
}
