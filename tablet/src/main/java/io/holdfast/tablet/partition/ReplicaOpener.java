package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.binlog.LogExchange;
import io.holdfast.tablet.binlog.OpenResult;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.replication.TermHistory;
import io.holdfast.tablet.snapshot.IncomingSnapshot;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.snapshot.SnapshotReader;
import io.holdfast.tablet.storage.DiskEngines;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StorageEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one replica: the newest snapshot that passes its checks, and its log, if that goes on from
 * there. Of an engine that keeps its state, that state is used instead of the snapshot's, if the
 * log goes on from it.
 *
 * <p>A log that does not reach the snapshot is that of a replica which a crash met between taking a
 * snapshot from another and beginning its log anew; or records are missing that were here once. The
 * two cannot be told apart. A log that begins behind every intact snapshot is of no use either:
 * what is missing before it was committed. In each case the log is put aside and another one begun,
 * behind the snapshot or, without any, from nothing; and the replica is marked: it may have lost
 * what it had acknowledged. So its leader brings it up to date, and until then it counts for
 * nothing.
 */
final class ReplicaOpener {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaOpener.class);

  private final DataDirectory directory;
  private final BinlogSettings settings;
  private final ReplicaKey key;
  private final TableSchema schema;
  private final Engines engines;
  private final SnapshotFolder folder;
  private final LogExchange exchange;
  private final LoadProgress progress;
  private final List<Long> damaged = new ArrayList<>();
  private ReplicaMeta meta;
  private OpenResult log;

  ReplicaOpener(
      DataDirectory directory,
      BinlogSettings settings,
      ReplicaKey key,
      ReplicaMeta meta,
      TableSchema schema,
      Engines engines,
      LoadProgress progress) {
    this.progress = progress;
    this.directory = directory;
    this.settings = settings;
    this.key = key;
    this.meta = meta;
    this.schema = schema;
    this.engines = engines;
    this.folder = new SnapshotFolder(directory.snapshotsPath(key));
    this.exchange = new LogExchange(directory.replicaPath(key));
  }

  /**
   * Opens it.
   *
   * @throws IOException when the disk fails; what is damaged is no exception
   */
  OpenedReplica open() throws IOException {
    exchange.recover();
    folder.recover();
    openLog();
    if (log.binlog().isEmpty()) {
      throw new IOException("the log cannot be opened: " + log.damage());
    }
    try {
      return openWithLog();
    } catch (IOException | RuntimeException e) {
      log.binlog().orElseThrow().close();
      throw e;
    }
  }

  private OpenedReplica openWithLog() throws IOException {
    OpenedReplica kept = openKept();
    if (kept != null) {
      return kept;
    }
    SnapshotReader.Loaded loaded = newestUsable();
    if (loaded == null) {
      if (log.firstOffset() > 1) {
        beginFromNothing();
      }
      putDamagedAside();
      return opened(engines.empty(schema), new byte[0], null, null);
    }
    try {
      return openLoaded(loaded);
    } catch (IOException | RuntimeException e) {
      loaded.engine().close();
      throw e;
    }
  }

  private OpenedReplica openLoaded(SnapshotReader.Loaded loaded) throws IOException {
    SnapshotHeader header = loaded.header();
    if (!logContinues(header.term(), header.offset())) {
      beginLogAnew(header.term(), header.offset());
    }
    putDamagedAside();
    SnapshotManifest newest = folder.manifest(header.offset());
    SnapshotManifest previous = previous(header.offset());
    folder.removeBefore(previous == null ? newest.offset() : previous.offset());
    exchange.prune();
    return opened(loaded.engine(), loaded.sessions(), newest, previous);
  }

  /** With the state that the engine has kept itself; null when there is none of use. */
  private OpenedReplica openKept() throws IOException {
    if (!(engines instanceof DiskEngines onDisk)) {
      return null;
    }
    DiskEngines.Found found =
        onDisk
            .find(schema, meta.flags(), (term, offset) -> logContinues(term, offset))
            .orElse(null);
    if (found == null) {
      return null;
    }
    StorageEngine engine = found.engine();
    try {
      SnapshotManifest newest = newestByManifest();
      if (newest != null && !logContinues(newest.term(), newest.offset())) {
        // A snapshot was being taken over: its log is to be begun anew, see below.
        engine.discard();
        damaged.clear();
        return null;
      }
      putDamagedAside();
      SnapshotManifest previous = newest == null ? null : previous(newest.offset());
      if (newest != null) {
        folder.removeBefore(previous == null ? newest.offset() : previous.offset());
      }
      exchange.prune();
      LOG.info(
          "replica {} goes on from its state of {}:{}; the log has {} records behind it",
          key,
          found.term(),
          engine.appliedOffset(),
          log.lastOffset() - engine.appliedOffset());
      return opened(engine, found.sessions(), newest, previous);
    } catch (IOException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** The newest snapshot, of which no more is read than what it says that it is; or null. */
  private SnapshotManifest newestByManifest() throws IOException {
    for (long offset : folder.offsets()) {
      try {
        return folder.manifest(offset);
      } catch (IOException e) {
        LOG.error(
            "replica {}: its snapshot of offset {} is damaged: {}", key, offset, e.toString());
        damaged.add(offset);
      }
    }
    return null;
  }

  private void openLog() throws IOException {
    log =
        Binlog.open(
            directory.binlogPath(key),
            meta.replicaUid(),
            meta.tid(),
            meta.pid(),
            settings,
            progress);
    report();
    if (log.status() == OpenResult.Status.CORRUPT) {
      // In this order: a crash must not leave a shortened log that everybody believes.
      markAmnesiac();
      log =
          Binlog.salvage(
              directory.binlogPath(key), meta.replicaUid(), meta.tid(), meta.pid(), settings);
    }
  }

  private void markAmnesiac() throws IOException {
    meta = meta.withFlags(meta.flags().with(Flag.AMNESIAC));
    directory.metaFile(key).store(meta);
  }

  private void report() {
    String damage = log.damage().map(Object::toString).orElse("");
    switch (log.status()) {
      case CORRUPT ->
          LOG.error(
              "replica {} is damaged: {}. What is damaged is kept in its directory; the replica"
                  + " goes on with what is before it, counts for nothing, and is brought up to date"
                  + " by the partition's leader",
              key,
              damage);
      case TORN_TAIL_CUT ->
          LOG.warn("replica {}: an unfinished write was cut off: {}", key, damage);
      case CLEAN, SALVAGED -> {}
    }
  }

  /** The newest snapshot that passes its checks; or null. */
  private SnapshotReader.Loaded newestUsable() throws IOException {
    SnapshotHeader partition =
        new SnapshotHeader(
            meta.clusterId(), meta.tid(), meta.pid(), SnapshotHeader.fingerprint(schema), 0, 0, 0);
    for (long offset : folder.offsets()) {
      try {
        SnapshotReader.Loaded loaded =
            folder.load(folder.manifest(offset), partition, schema, engines, progress.ofSnapshot());
        if (!damaged.isEmpty()) {
          LOG.warn("replica {}: goes on from its snapshot of offset {} instead", key, offset);
        }
        return loaded;
      } catch (IOException e) {
        LOG.error(
            "replica {}: its snapshot of offset {} is damaged: {}", key, offset, e.toString());
        damaged.add(offset);
      }
    }
    return null;
  }

  /** Whether the log has the snapshot's last record, or begins right behind it. */
  private boolean logContinues(long term, long offset) {
    return history().continues(term, offset);
  }

  private void beginLogAnew(long term, long offset) throws IOException {
    OpenResult before = log;
    LOG.warn(
        "replica {}: its log, offsets {} to {}, does not have the last record {}:{} of its newest"
            + " intact snapshot. It is in {} now, and a new one goes on behind the snapshot. A"
            + " crash leaves that while a snapshot is taken over from another replica; if damage is"
            + " reported above, that is the cause",
        key,
        before.firstOffset(),
        before.lastOffset(),
        term,
        offset,
        exchangeLog(term, offset));
  }

  private void beginFromNothing() throws IOException {
    OpenResult before = log;
    LOG.error(
        "replica {} has lost its state: its log begins at offset {}, and no intact snapshot reaches"
            + " that far. The log is in {} now, damaged snapshots are in {}; the replica begins"
            + " anew with nothing, counts for nothing, and is brought up to date by the partition's"
            + " leader",
        key,
        before.firstOffset(),
        exchangeLog(0, 0),
        directory.snapshotsPath(key));
  }

  /** Returns where the log is now in whose place another one goes on behind an offset. */
  private Path exchangeLog(long term, long offset) throws IOException {
    log.binlog().orElseThrow().close();
    // First: a crash right after the exchange would otherwise find a log that looks whole.
    markAmnesiac();
    exchange.prepare(meta.replicaUid(), meta.tid(), meta.pid(), settings, offset + 1, term);
    Path aside = exchange.carryOut();
    openLog();
    if (log.binlog().isEmpty() || log.lastOffset() != offset) {
      throw new IOException("the log of replica " + key + " cannot be begun anew");
    }
    return aside;
  }

  private SnapshotManifest previous(long newest) throws IOException {
    for (long offset : folder.offsets()) {
      if (offset < newest && log.firstOffset() <= offset + 1) {
        try {
          SnapshotManifest manifest = folder.manifest(offset);
          return logContinues(manifest.term(), offset) ? manifest : null;
        } catch (IOException e) {
          LOG.warn("replica {}: its snapshot of offset {}: {}", key, offset, e.toString());
        }
      }
    }
    return null;
  }

  private void putDamagedAside() {
    if (damaged.isEmpty()) {
      return;
    }
    try {
      folder.putAside(damaged);
    } catch (IOException e) {
      LOG.warn(
          "replica {}: its snapshots of offsets {} cannot be put aside: {}",
          key,
          damaged,
          e.toString());
    }
  }

  private TermHistory history() {
    return TermHistories.of(log.terms(), log.firstOffset(), log.prevTerm(), log.lastOffset());
  }

  private OpenedReplica opened(
      StorageEngine engine, byte[] sessions, SnapshotManifest newest, SnapshotManifest previous)
      throws IOException {
    ReplicaFlags flags = meta.flags();
    return new OpenedReplica(
        meta,
        log.tailSuspect() ? flags.with(Flag.TAIL_SUSPECT) : flags,
        log.binlog().orElseThrow(),
        history(),
        engine,
        sessions,
        newest,
        previous,
        IncomingSnapshot.recover(folder));
  }
}
