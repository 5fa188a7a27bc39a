package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.LogExchange;
import io.holdfast.tablet.binlog.OpenResult;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.replication.SnapshotStore;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.snapshot.SnapshotReader;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StateFiles;
import io.holdfast.tablet.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica's snapshots on disk. Owned by the partition's loop; what needs the disk runs in the
 * replica's lane in the background, one thing after the other, and comes back through a mailbox.
 *
 * <p>Installing a snapshot, and what a crash leaves at each point:
 *
 * <ol>
 *   <li>Background: the received file is checked and an engine is made of it; the new, empty log is
 *       made beside the old one. A crash leaves the old state and what was received.
 *   <li>Disk's thread, behind everything that was written to the old log: the received snapshot
 *       becomes one of the replica's by a rename. From here on a restart opens it. If the old log
 *       reaches it and has its last record, that log goes on; otherwise it is put aside.
 *   <li>Disk's thread: the old log is put aside, the new one takes its name.
 *   <li>Loop: engine and log are exchanged and the core is told.
 * </ol>
 */
final class DiskSnapshots implements SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(DiskSnapshots.class);

  /** A file that nobody has read from for so long is closed. */
  private static final long SENDING_NANOS = 30_000_000_000L;

  /** Where a replica's snapshots are, and who works on them. */
  record Place(
      Path replica,
      Path snapshots,
      BinlogSettings settings,
      Engines engines,
      Executor background,
      BytePace pace,
      Clock clock) {}

  private final DiskReplicaStore store;
  private final ReplicaMeta meta;
  private final Place place;
  private final SnapshotFolder folder;
  private final LogExchange exchange;
  private final SerialLane lane;
  private final SnapshotMailbox mailbox;
  private final SnapshotReceiving receiving;
  private final SnapshotSending sending;

  /** Offsets of damaged snapshots whose files are still in their place. */
  private final TreeSet<Long> discarded = new TreeSet<>();

  private SnapshotManifest newest;
  private SnapshotManifest previous;
  private byte[] sessions;
  private final long restoredTo;
  private SnapshotWork making;
  private SnapshotManifest installing;
  private boolean isSending;
  private boolean hasSent;
  private long sentAt;
  private volatile boolean closed;

  /** The engine that is to take the place of the store's, until it does. */
  private volatile StorageEngine uncollectedEngine;

  /** The log that is in place of the store's, until the loop knows of it. */
  private volatile Binlog uncollected;

  /**
   * @param loop runs what the background reports
   */
  DiskSnapshots(DiskReplicaStore store, OpenedReplica opened, Place place, Executor loop) {
    this.store = store;
    this.meta = opened.meta();
    this.place = place;
    this.folder = new SnapshotFolder(place.snapshots());
    this.exchange = new LogExchange(place.replica());
    this.lane = new SerialLane(place.background());
    this.mailbox = new SnapshotMailbox(loop);
    this.receiving = new SnapshotReceiving(folder, opened.incoming());
    this.sending = new SnapshotSending(folder);
    this.newest = opened.newest();
    this.previous = opened.previous();
    this.sessions = opened.sessions();
    this.restoredTo = opened.engine().appliedOffset();
  }

  void onReport(Runnable collector) {
    mailbox.onArrival(collector);
  }

  /** Whether there is anything to collect. */
  boolean hasReports() {
    return !mailbox.isEmpty();
  }

  /** Passes on what the background has reported. */
  void collect(SnapshotReports reports) {
    mailbox.collect(reports);
  }

  private SnapshotHeader header(long term, long offset) {
    return new SnapshotHeader(
        meta.clusterId(),
        meta.tid(),
        meta.pid(),
        SnapshotHeader.fingerprint(store.definedSchema()),
        term,
        offset,
        store.engine().logTimeMillis());
  }

  /** Work whose failure changes nothing but that the disk is fuller than it need be. */
  private void tidy(SerialLane.Step step) {
    inLane(step, problem -> LOG.warn("{}: snapshots cannot be tidied up: {}", store, problem));
  }

  private void inLane(SerialLane.Step step, Consumer<String> failed) {
    lane.attempt(
        () -> {
          if (!closed) {
            step.run();
          }
        },
        failed);
  }

  // ---- what is here

  @Override
  public SnapshotManifest newest() {
    return newest;
  }

  @Override
  public SnapshotManifest previous() {
    return previous;
  }

  @Override
  public long restoredTo() {
    return restoredTo;
  }

  @Override
  public boolean checkpointDue(long now) {
    return store.engine().checkpointDue(now);
  }

  @Override
  public void checkpoint(long term, byte[] applied, long now) {
    store.engine().checkpoint(term, applied, now);
  }

  @Override
  public byte[] sessions() {
    return sessions.clone();
  }

  @Override
  public long firstLogOffset() {
    return store.binlog().firstOffset();
  }

  @Override
  public long logBytesAfter(long offset) {
    return store.binlog().bytesAfter(offset);
  }

  @Override
  public boolean hasRoomFor(byte[] payload) {
    return store.engine().hasRoomFor(payload);
  }

  @Override
  public long diskBytes() {
    return logBytesAfter(0) + SnapshotBytes.of(newest, previous) + store.engine().diskBytes();
  }

  @Override
  public void trimLog(long upTo) {
    if (newest == null || upTo > newest.offset()) {
      throw new IllegalStateException(
          "log to be removed up to " + upTo + ", but no snapshot reaches that far");
    }
    store.trimBefore(upTo + 1);
  }

  // ---- making

  @Override
  public void make(long term, long offset, byte[] newSessions) {
    if (store.engine().appliedOffset() != offset) {
      throw new IllegalStateException(
          "snapshot of offset " + offset + " at " + store.engine().appliedOffset());
    }
    if (newest != null && newest.offset() == offset) {
      SnapshotManifest there = newest;
      mailbox.post(reports -> reports.onMade(there, null));
      return;
    }
    if (making != null || installing != null) {
      mailbox.post(reports -> reports.onMade(null, "another snapshot is being made or taken over"));
      return;
    }
    // The log will be cut behind this snapshot, and must not be cut in front of the engine's state.
    store.engine().checkpoint(term, newSessions, place.clock().nanoTime());
    SnapshotWork.Listener listener =
        (manifest, problem) -> mailbox.post(reports -> made(reports, manifest, problem));
    StateFiles files = store.engine().holdFiles();
    making =
        files != null
            ? new SnapshotLinking(
                folder, header(term, offset), newSessions, files, newest, lane, listener)
            : new SnapshotMaking(
                folder,
                header(term, offset),
                newSessions,
                store.engine(),
                lane,
                place.pace(),
                place.clock(),
                SnapshotMaking.LIMIT_BYTES,
                listener);
  }

  private void made(SnapshotReports reports, SnapshotManifest manifest, String problem) {
    making.close();
    making = null;
    if (manifest != null) {
      LOG.info(
          "{}: snapshot of {}:{} made, {} bytes",
          store,
          manifest.term(),
          manifest.offset(),
          manifest.bytes());
      previous = newest;
      newest = manifest;
      putDiscardedAside(manifest.offset());
      long oldest = previous == null ? newest.offset() : previous.offset();
      tidy(() -> folder.removeBefore(oldest));
    } else {
      LOG.warn("{}: no snapshot could be made: {}", store, problem);
    }
    reports.onMade(manifest, problem);
  }

  /** Whether a snapshot is being made. */
  boolean isMaking() {
    return making != null;
  }

  /**
   * To be called at every tick.
   *
   * @param mayWalk whether it is this replica's turn to walk over its engine
   */
  void tick(boolean mayWalk, long now) {
    if (making != null) {
      making.tick(mayWalk, now);
    }
    if (hasSent) {
      hasSent = false;
      isSending = true;
      sentAt = now;
    } else if (isSending && now - sentAt > SENDING_NANOS) {
      isSending = false;
      tidy(sending::close);
    }
  }

  // ---- damage

  /** The snapshots that are here and not known to be damaged. */
  List<SnapshotManifest> all() {
    return Stream.of(newest, previous).filter(Objects::nonNull).toList();
  }

  /** Says what {@link #verify} expects to find; on the loop. */
  SnapshotHeader expected() {
    return header(0, 0);
  }

  /**
   * Reads a snapshot to its end. Any thread; takes its time.
   *
   * @param pace called as the reading goes on, and may hold it up
   * @throws IOException when it is damaged, cannot be read, or was removed meanwhile
   */
  void verify(SnapshotManifest manifest, SnapshotHeader expected, SnapshotReader.Pace pace)
      throws IOException {
    folder.verify(manifest, expected, pace);
  }

  @Override
  public void check(SnapshotManifest manifest) {
    SnapshotHeader expected = expected();
    inLane(
        () -> {
          try {
            verify(manifest, expected, SnapshotReader.Pace.NONE);
            LOG.info("{}: the snapshot of offset {} is intact", store, manifest.offset());
          } catch (IOException e) {
            LOG.error("{}: the snapshot of offset {} is damaged", store, manifest.offset(), e);
            mailbox.post(reports -> reports.onDamaged(manifest));
          }
        },
        problem ->
            LOG.warn(
                "{}: whether the snapshot of offset {} is intact is not known: {}",
                store,
                manifest.offset(),
                problem));
  }

  @Override
  public void discard(SnapshotManifest manifest) {
    if (manifest.equals(newest)) {
      newest = previous;
      previous = null;
    } else if (manifest.equals(previous)) {
      previous = null;
    } else {
      return;
    }
    discarded.add(manifest.offset());
    LOG.warn(
        "{}: the snapshot of offset {} is damaged and not counted on any more; it is put aside as"
            + " soon as there is another",
        store,
        manifest.offset());
  }

  private void putDiscardedAside(long replacedBy) {
    discarded.remove(replacedBy);
    if (!discarded.isEmpty()) {
      List<Long> damaged = List.copyOf(discarded);
      discarded.clear();
      tidy(() -> folder.putAside(damaged));
    }
  }

  // ---- sending

  @Override
  public void read(SnapshotManifest manifest, long position, int maxBytes) {
    hasSent = true;
    lane.attempt(
        () -> {
          byte[] bytes = sending.read(manifest, position, maxBytes);
          mailbox.post(reports -> reports.onRead(manifest, position, bytes, null));
        },
        problem -> mailbox.post(reports -> reports.onRead(manifest, position, null, problem)));
  }

  // ---- receiving

  @Override
  public long prepare(SnapshotManifest manifest) {
    if (installing != null) {
      // Its file is in use. What is sent meanwhile is refused, and asked for once more.
      return receiving.isWanted(manifest) ? receiving.received() : 0;
    }
    if (!receiving.isWanted(manifest)) {
      receiving.want(manifest);
      tidy(receiving::forget);
    }
    return receiving.received();
  }

  @Override
  public void store(SnapshotManifest manifest, long position, byte[] bytes) {
    if (installing != null) {
      mailbox.post(reports -> reports.onStored(manifest, receiving.received(), false));
      return;
    }
    inLane(
        () -> {
          long reached = receiving.write(manifest, position, bytes);
          mailbox.post(
              reports -> {
                receiving.reached(manifest, reached);
                reports.onStored(manifest, reached, true);
              });
        },
        problem -> {
          LOG.warn("{}: a piece of a snapshot is not taken: {}", store, problem);
          mailbox.post(reports -> reports.onStored(manifest, receiving.received(), false));
        });
  }

  // ---- installing

  @Override
  public void install(SnapshotManifest manifest) {
    if (installing != null) {
      reportInstalled(manifest, "another snapshot is being taken over");
      return;
    }
    installing = manifest;
    SnapshotHeader partition = header(0, 0);
    inLane(
        () -> {
          SnapshotReader.Loaded loaded =
              receiving.load(manifest, partition, store.definedSchema(), place.engines());
          uncollectedEngine = loaded.engine();
          exchange.prepare(
              meta.replicaUid(),
              meta.tid(),
              meta.pid(),
              place.settings(),
              manifest.offset() + 1,
              manifest.term());
          Arrival received =
              () -> {
                receiving.adopt();
                return new Adopted(manifest, loaded);
              };
          mailbox.post(reports -> exchangeLogs(manifest, received));
        },
        problem -> {
          LOG.warn("{}: the snapshot received is not taken over: {}", store, problem);
          discardUncollected();
          mailbox.post(
              reports -> {
                installing = null;
                // Whatever is still there of it is found by the next attempt to store.
                receiving.want(null);
                reports.onInstalled(manifest, problem);
              });
        });
  }

  private void reportInstalled(SnapshotManifest manifest, String problem) {
    mailbox.post(reports -> reports.onInstalled(manifest, problem));
  }

  /** What becomes the state, when it is one of the replica's snapshots. */
  private record Adopted(SnapshotManifest manifest, SnapshotReader.Loaded loaded) {}

  /**
   * Makes what has come, or was made here, one of the replica's snapshots. On the disk's thread.
   */
  private interface Arrival {
    Adopted adopt() throws IOException;
  }

  /**
   * The steps are those of installing, see above; but what becomes the state is made at the second
   * of them, from nothing.
   */
  @Override
  public void beginAt(long term, long offset) {
    SnapshotManifest behind = new SnapshotManifest(term, offset, List.of());
    if (installing != null || making != null) {
      reportInstalled(behind, "another snapshot is being made or taken over");
      return;
    }
    installing = behind;
    SnapshotHeader header = header(term, offset);
    inLane(
        () -> {
          exchange.prepare(
              meta.replicaUid(), meta.tid(), meta.pid(), place.settings(), offset + 1, term);
          mailbox.post(reports -> exchangeLogs(behind, () -> emptyState(header)));
        },
        problem -> {
          LOG.warn("{}: the log cannot be begun anew: {}", store, problem);
          mailbox.post(
              reports -> {
                installing = null;
                reports.onInstalled(behind, problem);
              });
        });
  }

  private void discardUncollected() {
    StorageEngine unwanted = uncollectedEngine;
    uncollectedEngine = null;
    if (unwanted != null) {
      lane.execute(unwanted::discard);
    }
  }

  private Adopted emptyState(SnapshotHeader header) throws IOException {
    SnapshotManifest manifest =
        folder.complete(folder.begin(header, new byte[0], Alterations.NONE), header);
    return new Adopted(
        manifest, folder.load(manifest, header, store.definedSchema(), place.engines()));
  }

  private void exchangeLogs(SnapshotManifest manifest, Arrival arrival) {
    if (closed) {
      return;
    }
    if (store.engine().appliedOffset() > manifest.offset()) {
      discardUncollected();
      installing = null;
      reportInstalled(
          manifest, "records up to " + store.engine().appliedOffset() + " are applied already");
      return;
    }
    if (making != null) {
      making.cancel("a snapshot of another replica is taken over");
    }
    store.exchangeLog(old -> exchangeOnDisk(old, manifest, arrival));
  }

  /** On the disk's thread, when all that was written to the old log is done with. */
  private void exchangeOnDisk(Binlog old, SnapshotManifest manifest, Arrival arrival)
      throws IOException {
    Adopted adopted = arrival.adopt();
    old.close();
    Path aside = exchange.carryOut();
    OpenResult opened =
        Binlog.open(
            place.replica().resolve("binlog"),
            meta.replicaUid(),
            meta.tid(),
            meta.pid(),
            place.settings());
    if (opened.binlog().isEmpty() || opened.lastOffset() != manifest.offset()) {
      throw new IOException("the log cannot be begun anew behind offset " + manifest.offset());
    }
    LOG.info(
        "{}: {} {}:{}; the log before is in {}",
        store,
        meta.witness() ? "goes on behind record" : "took over a snapshot of",
        manifest.term(),
        manifest.offset(),
        aside);
    Binlog fresh = opened.binlog().get();
    uncollected = fresh;
    mailbox.post(reports -> installed(reports, adopted.manifest(), adopted.loaded(), fresh));
  }

  private void installed(
      SnapshotReports reports,
      SnapshotManifest manifest,
      SnapshotReader.Loaded loaded,
      Binlog fresh) {
    StorageEngine before = store.engine();
    store.goOnWith(loaded.engine(), fresh);
    uncollected = null;
    uncollectedEngine = null;
    // Behind a walk over it, which was ended before.
    lane.execute(before::discard);
    sessions = loaded.sessions();
    newest = manifest;
    // The log does not go on from any other.
    previous = null;
    installing = null;
    receiving.want(null);
    putDiscardedAside(manifest.offset());
    tidy(
        () -> {
          folder.removeBefore(manifest.offset());
          exchange.prune();
        });
    reports.onInstalled(manifest, null);
  }

  // ---- the end

  /** Begins no more work. To be called when the loop lets go of the replica. */
  void stop() {
    closed = true;
    if (making != null) {
      making.cancel("the replica is closed");
    }
  }

  /**
   * Waits, without blocking, for work that has begun. Any thread, after {@link #stop}.
   *
   * @param then runs in the background when nothing touches the files any more
   */
  void whenStopped(Runnable then) {
    lane.execute(
        () -> {
          try {
            Binlog fresh = uncollected;
            if (fresh != null) {
              // The replica has ended before it was told of it.
              fresh.close();
            }
            StorageEngine unused = uncollectedEngine;
            if (unused != null) {
              // It has a checkpoint: the next opening finds out whether it counts.
              unused.close();
            }
            store.engine().close();
            sending.close();
            receiving.close();
          } catch (IOException | RuntimeException e) {
            LOG.warn("{}: a file does not close: {}", store, e.toString());
          }
          then.run();
        });
  }
}
