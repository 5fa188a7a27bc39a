package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.meta.MetaCodec;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.binlog.Binlog;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.binlog.LogTask;
import io.holdfast.tablet.binlog.OpenResult;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.binlog.ReplicaMetaFile;
import io.holdfast.tablet.binlog.SyncListener;
import io.holdfast.tablet.replication.TermHistory;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tablet's data directory and the thread that writes to it, shared by the loops. Thread-safe:
 * replicas are made and put aside under a lock, which no read or write ever takes.
 */
public final class TabletDisk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TabletDisk.class);

  private final DataDirectory directory;
  private final BinlogWriter writer;
  private final BinlogSettings settings;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Object lock = new Object();
  private final Set<Binlog> open = ConcurrentHashMap.newKeySet();

  /**
   * @param directory stays the caller's
   * @param writer is closed with the disk
   */
  public TabletDisk(
      DataDirectory directory, BinlogWriter writer, BinlogSettings settings, Clock clock) {
    this.directory = directory;
    this.writer = writer;
    this.settings = settings;
    this.clock = clock;
  }

  /** All partitions with a directory here. */
  List<ReplicaKey> replicas() throws IOException {
    return directory.replicas();
  }

  /**
   * Makes an empty replica under a new uid and opens it.
   *
   * @param loop runs what the disk has to report
   */
  DiskReplicaStore create(PartitionId partition, TableSpec table, Executor loop)
      throws IOException, SchemaException {
    // Before anything is on disk: a table that cannot be opened is not begun.
    schemaOf(table);
    ReplicaMeta meta =
        new ReplicaMeta(
            directory.clusterId(),
            new UUID(random.nextLong(), random.nextLong()),
            partition.tid(),
            partition.pid(),
            0,
            ReplicaFlags.NONE,
            MetaCodec.encodeTable(table));
    synchronized (lock) {
      directory.createReplica(meta, settings, 1, 0);
    }
    return open(new ReplicaKey(partition.tid(), partition.pid()), loop, true);
  }

  /**
   * Opens a replica that is here. A damaged log is no failure: what is intact of it is used, and
   * the store says that records may be missing.
   */
  DiskReplicaStore open(ReplicaKey key, Executor loop, boolean isNew)
      throws IOException, SchemaException {
    ReplicaMetaFile metaFile = directory.metaFile(key);
    ReplicaMeta meta = metaFile.load(directory.clusterId());
    TableSpec table = MetaCodec.decodeTable(meta.schema());
    OpenResult result =
        Binlog.open(directory.binlogPath(key), meta.replicaUid(), meta.tid(), meta.pid(), settings);
    report(key, result);
    if (result.status() == OpenResult.Status.CORRUPT) {
      // In this order: a crash must not leave a shortened log that everybody believes.
      meta = meta.withFlags(meta.flags().with(Flag.AMNESIAC));
      metaFile.store(meta);
      result =
          Binlog.salvage(
              directory.binlogPath(key), meta.replicaUid(), meta.tid(), meta.pid(), settings);
    }
    result.binlog().ifPresent(open::add);
    TermHistory history =
        new TermHistory(
            result.terms().stream()
                .map(term -> new TermHistory.Entry(term.term(), term.startOffset()))
                .toList(),
            result.lastOffset());
    return new DiskReplicaStore(
        table,
        schemaOf(table),
        meta,
        metaFile,
        result.binlog().orElse(null),
        history,
        flags(meta, result),
        isNew,
        random.nextLong(),
        writer,
        new SyncMailbox(loop));
  }

  private static ReplicaFlags flags(ReplicaMeta meta, OpenResult result) {
    return result.tailSuspect() ? meta.flags().with(Flag.TAIL_SUSPECT) : meta.flags();
  }

  private static void report(ReplicaKey key, OpenResult result) {
    String damage = result.damage().map(Object::toString).orElse("");
    switch (result.status()) {
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

  static TableSchema schemaOf(TableSpec table) throws IOException, SchemaException {
    return TableSchema.of(TableInfo.parseFrom(table.definition()));
  }

  /** Puts a dropped replica's files into the recycle bin, after all writes asked for so far. */
  void retire(PartitionId partition, DiskReplicaStore store) {
    close(partition, store, () -> recycle(partition));
  }

  /**
   * Closes the log of a replica that is not used any more and leaves its files.
   *
   * @param then runs on the disk's thread when that is done
   */
  void abandon(PartitionId partition, DiskReplicaStore store, Runnable then) {
    close(partition, store, then);
  }

  /** Notes that the end of a replica's log cannot be relied on; the log must be closed. */
  void suspectTail(PartitionId partition) throws IOException {
    Binlog.suspectTail(directory.binlogPath(new ReplicaKey(partition.tid(), partition.pid())));
  }

  private void close(PartitionId partition, DiskReplicaStore store, Runnable then) {
    Binlog binlog = store.binlog();
    if (binlog == null) {
      then.run();
      return;
    }
    SyncListener whenDone =
        new SyncListener() {
          @Override
          public void onSynced(Binlog log, long token, long lastOffset) {
            closeNow(partition, binlog);
            then.run();
          }

          @Override
          public void onFailed(Binlog log, long token, IOException cause) {
            onSynced(log, token, 0);
          }
        };
    if (!writer.submit(binlog, LogTask.change(SyncMailbox.SILENT, log -> {}), whenDone)) {
      LOG.warn("replica {} keeps its files open: the disk takes no more orders", partition);
    }
  }

  private void closeNow(PartitionId partition, Binlog binlog) {
    open.remove(binlog);
    try {
      binlog.close();
    } catch (IOException e) {
      LOG.warn("the log of {} cannot be closed: {}", partition, e.toString());
    }
  }

  private void recycle(PartitionId partition) {
    try {
      synchronized (lock) {
        LOG.info(
            "replica {} was dropped; its files are in {}",
            partition,
            directory.recycle(
                new ReplicaKey(partition.tid(), partition.pid()), clock.currentTimeMillis()));
      }
    } catch (IOException e) {
      LOG.error("replica {} was dropped, but its files cannot be put aside", partition, e);
    }
  }

  /** How long the disk has owed its oldest answer, in nanoseconds. */
  public long oldestPendingNanos() {
    return writer.oldestPendingNanos();
  }

  /** Bytes that wait for the disk. */
  public long queuedBytes() {
    return writer.queuedBytes();
  }

  /** Finishes what the disk was asked and closes all logs. */
  @Override
  public void close() {
    writer.close();
    for (Binlog binlog : open) {
      try {
        binlog.close();
      } catch (IOException e) {
        LOG.warn("{} cannot be closed: {}", binlog, e.toString());
      }
    }
    open.clear();
  }
}
