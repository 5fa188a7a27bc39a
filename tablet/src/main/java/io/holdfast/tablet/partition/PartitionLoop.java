package io.holdfast.tablet.partition;

import io.holdfast.common.error.FaultHandler;
import io.holdfast.common.loop.EventLoop;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicationSettings;
import io.holdfast.tablet.storage.MemoryExhaustedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread and the replicas that it owns: brings them events with the time, and at the end of
 * each turn sends what they said and hands the disk what they wrote.
 */
public final class PartitionLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionLoop.class);

  private static final long TICK_NANOS = 10_000_000L;
  private static final int TICKS_PER_ROLE_LOOK = 5;
  private static final int TICKS_PER_FIGURES = 100;

  private final Clock clock;
  private final LoopOutbox outbox;
  private final ReplicaReopener reopener;
  private final DiskReplicaStores stores;
  private final GarbageCollector garbage;
  private final ReplicaHost host;
  private final RecoveryProgress recovery;
  private final int index;
  private final RoleLog roles = new RoleLog();

  /** Replicas that were opened from disk and that nobody has asked to load since. */
  private final Set<PartitionId> loadedUnasked = new TreeSet<>();

  private final EventLoop.Builder builder;
  private volatile EventLoop loop;
  private volatile LoopFigures figures = LoopFigures.NONE;
  private int ticks;

  /**
   * What the loops of a tablet have in common.
   *
   * @param incarnation this life of the process
   * @param loops how many there are
   * @param stallNanos how long the disk may owe an answer before the tablet must not look alive
   * @param gcIntervalNanos pause between two looks for rows that are too old
   * @param recovery is told how far the replicas are that were on the disk at start
   */
  record Shared(
      NodeId self,
      long incarnation,
      int loops,
      ReplicationSettings settings,
      long stallNanos,
      long gcIntervalNanos,
      TabletDisk disk,
      FillSender fills,
      FaultHandler faults,
      Clock clock,
      RecoveryProgress recovery) {}

  /**
   * Makes the loop, but not its thread: until {@link #start} the caller's thread owns it.
   *
   * @param index number of the loop, from 0
   * @param reopener opens what has failed
   */
  PartitionLoop(int index, Shared shared, LoopOutbox outbox, ReplicaReopener reopener) {
    this.reopener = reopener;
    this.clock = shared.clock();
    this.recovery = shared.recovery();
    this.index = index;
    this.outbox = outbox;
    this.stores =
        new DiskReplicaStores(
            shared.disk(),
            this::executeOrThrow,
            shared.stallNanos(),
            shared.fills(),
            clock,
            partition -> collect(partition, clock.nanoTime()));
    this.garbage = new GarbageCollector(stores, shared.gcIntervalNanos(), clock);
    this.host =
        new ReplicaHost(
            shared.self(),
            shared.incarnation(),
            index,
            shared.loops(),
            shared.settings(),
            Mutants.NONE,
            stores,
            outbox,
            this::onBroken,
            clock.nanoTime());
    this.builder =
        EventLoop.named("partitions-" + index, shared.faults())
            .clock(clock)
            .tick(TICK_NANOS, this::tick)
            .endOfTurn(this::endOfTurn);
  }

  /** Somebody has read a replica's log and found it damaged. On the loop. */
  void onDamageFound(PartitionId partition, Binlog binlog, IOException damage) {
    loop.assertInLoop();
    DiskReplicaStore store = stores.get(partition);
    // Not if the log was opened anew since.
    if (store != null && store.binlog() == binlog) {
      host.onStoreFailed(partition, new UncheckedIOException(damage));
    }
  }

  /** Somebody has read a replica's snapshot and found it damaged. On the loop. */
  void onSnapshotDamaged(PartitionId partition, DiskReplicaStore of, SnapshotManifest manifest) {
    loop.assertInLoop();
    if (stores.get(partition) == of) {
      host.onSnapshotDamaged(partition, manifest, clock.nanoTime());
    }
  }

  /**
   * Takes a replica that had failed into service again. On the loop.
   *
   * @return false when it was to be put aside meanwhile; nothing was done then
   */
  boolean reopen(PartitionId partition, DiskReplicaStore store, FailedFiles files) {
    loop.assertInLoop();
    if (files.isUnwanted()) {
      return false;
    }
    open(partition, store);
    return true;
  }

  /** Takes a replica that was found on disk into service. Before {@link #start} only. */
  void open(PartitionId partition, DiskReplicaStore store) {
    stores.adopt(partition, store);
    host.open(partition, store, clock.nanoTime());
    loadedUnasked.add(partition);
  }

  void start() {
    loop = builder.start();
  }

  // ---- any thread

  /** Asks the loop to run something; false when too much waits already, or the loop is closed. */
  public boolean execute(Runnable task) {
    EventLoop running = loop;
    return running != null && running.execute(task);
  }

  /** What the disk's thread uses: it must know when its news did not get in. */
  void executeOrThrow(Runnable task) {
    if (!execute(task)) {
      throw new RejectedExecutionException("the loop takes nothing more");
    }
  }

  /** Brings messages of one server. They may be lost, so a loop that is full loses them. */
  void deliver(NodeId from, List<Message> messages) {
    boolean taken =
        execute(
            () -> {
              long now = clock.nanoTime();
              for (Message message : messages) {
                host.onMessage(from, message, now);
              }
            });
    if (!taken) {
      LOG.debug("{} messages of {} were lost: too much waits", messages.size(), from);
    }
  }

  /** A server's connection to here was closed. */
  void peerClosed(NodeId peer) {
    boolean unused = execute(() -> host.onPeerClosed(peer));
  }

  /** How the replicas were at most a second ago. */
  public LoopFigures figures() {
    return figures;
  }

  /** Runs what was asked so far and ends the thread. */
  @Override
  public void close() {
    EventLoop running = loop;
    if (running != null) {
      running.close();
    }
  }

  // ---- the loop's thread

  /** The replicas. */
  public ReplicaHost host() {
    loop.assertInLoop();
    return host;
  }

  /** A replica's disk and rows; null when there is none here. */
  public DiskReplicaStore store(PartitionId partition) {
    return stores.get(partition);
  }

  /**
   * Somebody asks to load a replica that is here.
   *
   * @return whether this is the first time since it was opened from disk. One that was made in this
   *     life of the process was never to be loaded
   */
  public boolean takeLoadOrder(PartitionId partition) {
    loop.assertInLoop();
    return loadedUnasked.remove(partition);
  }

  /** The present, for the host. */
  public long now() {
    return clock.nanoTime();
  }

  private void tick(long now) {
    stores.sampleDisk();
    for (PartitionId partition : stores.partitions()) {
      collect(partition, now);
    }
    host.tick(now);
    garbage.tick(now);
    stores.tickSnapshots(now);
    stores.tickFilling();
    if (!recovery.isDone()) {
      recovery.replayed(index, stores.replay(), now);
    }
    if (++ticks % TICKS_PER_ROLE_LOOK == 0) {
      roles.look(host);
    }
    if (ticks % TICKS_PER_FIGURES == 0) {
      RecoveryProgress.Replay replay = stores.replay();
      figures = LoopFigures.of(host, replay);
    }
  }

  /** Brings the replica what its disk has reported. */
  private void collect(PartitionId partition, long now) {
    DiskReplicaStore store = stores.get(partition);
    if (store == null) {
      return;
    }
    SyncMailbox.Synced synced = store.takeSynced();
    if (synced != null) {
      host.onSynced(partition, synced.generation(), synced.offset(), now);
    }
    if (store.snapshots().hasReports()) {
      store.snapshots().collect(SnapshotReports.to(host, partition, now));
    }
    IOException failure = store.failure();
    if (failure != null) {
      host.onStoreFailed(partition, new UncheckedIOException(failure));
    }
  }

  private void endOfTurn() {
    host.endOfTurn(clock.nanoTime());
    // Messages before the disk: it may take a while, and followers write at the same time.
    outbox.flush();
    stores.flush();
  }

  private void onBroken(PartitionId partition, RuntimeException cause) {
    if (ReplicaReopener.mayHelp(cause)) {
      LOG.error(
          "replica {} has left its roles: {}",
          partition,
          MemoryExhaustedException.isCauseOf(cause) ? "no memory is left" : "its disk failed",
          cause);
      stores.abandon(partition, files -> reopener.failed(partition, cause, files, this));
      return;
    }
    LOG.error(
        "replica {} is out of service until the tablet is restarted; its files are left as they"
            + " are",
        partition,
        cause);
    stores.abandon(partition, files -> {});
  }
}
