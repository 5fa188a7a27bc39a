package io.holdfast.tablet;

import io.holdfast.common.metrics.Metrics;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.binlog.Journal;
import io.holdfast.tablet.partition.DataVolume;
import io.holdfast.tablet.partition.LoopFigures;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.partition.PartitionLoops;
import io.holdfast.tablet.partition.TabletDisk;
import io.holdfast.tablet.query.QueryService;
import io.holdfast.tablet.rpc.ReadCounters;
import io.holdfast.tablet.storage.ChunkPool;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Names the figures of a tablet; see docs/operations/metrics.md. */
final class TabletMetrics {
  private final PartitionLoops loops;

  private TabletMetrics(PartitionLoops loops) {
    this.loops = loops;
  }

  /**
   * Adds a tablet's figures.
   *
   * @param registered whether the cluster can find this tablet in ZooKeeper
   */
  static void addTo(
      Metrics metrics, PartitionLoops loops, TabletDisk disk, BooleanSupplier registered) {
    TabletMetrics here = new TabletMetrics(loops);
    metrics.gauges(
        "holdfast_tablet_replicas", "Replicas on this tablet by role.", "role", here::roles);
    metrics.gauge(
        "holdfast_tablet_corrupt_replicas",
        "Replicas that are damaged and serve nothing.",
        () -> here.sum(LoopFigures::outOfService));
    metrics.gauge(
        "holdfast_tablet_untrusted_replicas",
        "Replicas that may have lost what they had acknowledged, and are being brought up to date.",
        () -> here.sum(LoopFigures::untrusted));
    metrics.gauge(
        "holdfast_tablet_loading_replicas",
        "Replicas that do not have all yet that was on the disk at start.",
        () -> loops.recovery().unread() + here.sum(LoopFigures::loading));
    metrics.counter(
        "holdfast_recovery_read_bytes",
        "Bytes of logs and snapshots that were read at start.",
        () -> loops.recovery().bytesRead());
    metrics.counter(
        "holdfast_recovery_applied_records",
        "Records that were in logs at start and have been applied since.",
        () -> here.sum(LoopFigures::replayed));
    metrics.gauge(
        "holdfast_replication_uncommitted_records",
        "Records in logs here that are not known to be committed.",
        () -> here.sum(LoopFigures::uncommitted));
    metrics.gauge(
        "holdfast_replication_unapplied_records",
        "Committed records that are not applied yet.",
        () -> here.sum(LoopFigures::unapplied));
    metrics.gauge(
        "holdfast_storage_rows",
        "Entries in the first index of every table.",
        () -> here.sum(LoopFigures::rows));
    metrics.gauge(
        "holdfast_storage_rows_bytes",
        "Memory that rows and their indexes take, as estimated.",
        () -> here.sum(LoopFigures::bytes));
    metrics.gauge(
        "holdfast_replication_catching_up_replicas",
        "Replicas here that receive a snapshot, or are far behind in the log.",
        () -> here.sum(LoopFigures::catchingUp));
    metrics.counter(
        "holdfast_replication_member_sent_bytes",
        "Payload of records sent to members of in-sync sets.",
        () -> here.sum(figures -> figures.transfers().memberBytes()));
    metrics.counter(
        "holdfast_replication_learner_sent_bytes",
        "Payload of records sent to replicas that catch up.",
        () -> here.sum(figures -> figures.transfers().learnerBytes()));
    metrics.counter(
        "holdfast_snapshot_sent_bytes",
        "Bytes of snapshots sent to other tablets.",
        () -> here.sum(figures -> figures.transfers().snapshotBytes()));
    metrics.counter(
        "holdfast_snapshot_made",
        "Snapshots made here.",
        () -> here.sum(figures -> figures.transfers().snapshotsMade()));
    metrics.counter(
        "holdfast_snapshot_installed",
        "Snapshots of other tablets that became the state of a replica here.",
        () -> here.sum(figures -> figures.transfers().snapshotsInstalled()));
    metrics.gauge(
        "holdfast_disk_queue_bytes", "Log bytes that wait for the disks.", disk::queuedBytes);
    metrics.gauge(
        "holdfast_disk_oldest_wait_seconds",
        "For how long a disk has owed its oldest answer; of several, the longest.",
        () -> disk.oldestPendingNanos() / 1e9);
    addEngines(metrics, disk);
    addDirectories(metrics, disk);
    List<Journal> journals = disk.journals();
    if (!journals.isEmpty()) {
      metrics.counter(
          "holdfast_journal_blocks",
          "Blocks of the journals, each a sync for several logs.",
          () -> journals.stream().mapToLong(Journal::blocks).sum());
      metrics.counter(
          "holdfast_journal_blocks_bytes",
          "Bytes of these blocks.",
          () -> journals.stream().mapToLong(Journal::blockBytes).sum());
      metrics.gauge(
          "holdfast_journal_usable",
          "0 when a journal has failed, so that each log there is synced by itself.",
          () -> journals.stream().allMatch(Journal::isUsable) ? 1 : 0);
    }
    metrics.gauge(
        "holdfast_zookeeper_registered",
        "1 while ZooKeeper lists this tablet. Reads and writes go on without; failover does not.",
        () -> registered.getAsBoolean() ? 1 : 0);
  }

  /** One figure for each data directory: there are as many as the settings list. */
  private static void addDirectories(Metrics metrics, TabletDisk disk) {
    metrics.gauges(
        "holdfast_data_directory_replicas",
        "Replicas in each data directory.",
        "directory",
        () -> {
          Map<String, Double> counts = new TreeMap<>();
          disk.replicasByDirectory().forEach((name, count) -> counts.put(name, (double) count));
          return counts;
        });
    directories(
        metrics,
        disk,
        "level",
        "How full the disk is: 0 roomy, 1 filling, 2 low (no writes), 3 full.",
        volume -> volume.level().ordinal());
    directories(
        metrics,
        disk,
        "total_bytes",
        "Size of the file system.",
        volume -> volume.room().totalBytes());
    directories(
        metrics,
        disk,
        "free_bytes",
        "What can still be written to it.",
        volume -> volume.room().usableBytes());
    directories(
        metrics, disk, "queue_bytes", "Log bytes that wait for the disk.", DataVolume::queuedBytes);
    directories(
        metrics,
        disk,
        "oldest_wait_seconds",
        "For how long the disk has owed its oldest answer.",
        volume -> volume.oldestPendingNanos() / 1e9);
  }

  private static void directories(
      Metrics metrics,
      TabletDisk disk,
      String what,
      String help,
      ToDoubleFunction<DataVolume> figure) {
    metrics.gauges(
        "holdfast_data_directory_" + what,
        help,
        "directory",
        () -> {
          Map<String, Double> values = new TreeMap<>();
          disk.volumes().forEach(volume -> values.put(volume.name(), figure.applyAsDouble(volume)));
          return values;
        });
  }

  /** The memory tables' memory. */
  static void addTo(Metrics metrics, ChunkPool memory) {
    metrics.gauge(
        "holdfast_memory_rows_bytes",
        "Memory outside the Java heap that memory tables have set aside, used or not.",
        memory::givenBytes);
    metrics.gauge(
        "holdfast_memory_spare_bytes",
        "Memory outside the Java heap that dropped tables gave back, kept for the next.",
        memory::keptBytes);
    metrics.gauge(
        "holdfast_memory_write_limit_bytes",
        "From holdfast_memory_rows_bytes of so many on puts are refused (max_memory_mb).",
        memory::writeLimitBytes);
    metrics.gauge(
        "holdfast_memory_limit_bytes",
        "More is never set aside: a replica that needs more stops.",
        memory::limitBytes);
  }

  private static void addEngines(Metrics metrics, TabletDisk disk) {
    metrics.gauge(
        "holdfast_disk_engine_replicas",
        "Replicas here whose rows are on disk (storage_mode kSSD and kHDD).",
        () -> disk.engineFigures().engines());
    metrics.gauge(
        "holdfast_disk_engine_cache_bytes",
        "Memory that the disk engines' cache takes; at most disk_cache_bytes.",
        () -> disk.engineFigures().cacheUsedBytes());
    metrics.counter(
        "holdfast_disk_engine_cache_hits",
        "Blocks that the disk engines found in their cache.",
        () -> disk.engineFigures().cacheHits());
    metrics.counter(
        "holdfast_disk_engine_cache_misses",
        "Blocks that the disk engines had to read.",
        () -> disk.engineFigures().cacheMisses());
    metrics.counter(
        "holdfast_disk_engine_read_bytes",
        "Keys and values that the disk engines read.",
        () -> disk.engineFigures().bytesRead());
    metrics.counter(
        "holdfast_disk_engine_written_bytes",
        "Keys and values that the disk engines were given.",
        () -> disk.engineFigures().bytesWritten());
    metrics.counter(
        "holdfast_disk_engine_flushed_bytes",
        "Bytes that checkpoints wrote.",
        () -> disk.engineFigures().bytesFlushed());
    metrics.counter(
        "holdfast_disk_engine_compacted_bytes",
        "Bytes that were written again to put files together.",
        () -> disk.engineFigures().bytesCompacted());
    metrics.counter(
        "holdfast_disk_engine_checkpoints",
        "Checkpoints of disk engines.",
        () -> disk.engineFigures().checkpoints());
    metrics.counter(
        "holdfast_disk_engine_failures",
        "Errors of the disk engines' databases; each stops a replica.",
        () -> disk.engineFigures().failures());
  }

  /** Adds the figures of the data service. */
  static void addTo(Metrics metrics, ReadCounters reads) {
    metrics.counters(
        "holdfast_tablet_reads", "Reads answered here, by read mode.", "mode", reads::byMode);
    metrics.counter(
        "holdfast_tablet_reads_sent_on",
        "Reads that a replica here was too far behind for, so that the leader was to be asked.",
        reads::sentOn);
  }

  /** Adds the distribution of the times that queries take. */
  static DoubleConsumer querySeconds(Metrics metrics) {
    return metrics.histogram(
        "holdfast_tablet_query_seconds",
        "How long queries (SQL) took, whatever became of them.",
        0.0005,
        0.001,
        0.002,
        0.005,
        0.01,
        0.02,
        0.05,
        0.1,
        0.2,
        0.5,
        1,
        2,
        5,
        10,
        30,
        60);
  }

  /** Adds the figures of queries. */
  static void addTo(Metrics metrics, QueryService queries) {
    metrics.counters(
        "holdfast_tablet_queries",
        "Queries (SQL) by what became of them.",
        "outcome",
        queries.figures()::byOutcome);
    metrics.counter(
        "holdfast_tablet_query_rows",
        "Rows that queries read, here and on other tablets.",
        queries.figures()::rowsScanned);
    metrics.counter(
        "holdfast_tablet_query_pages", "Pages in which they were read.", queries.figures()::pages);
    metrics.gauge(
        "holdfast_tablet_queries_under_way",
        "Queries that run at the moment; at most sql_max_queries.",
        queries::underWay);
  }

  private Map<String, Double> roles() {
    Map<String, Double> counts = new TreeMap<>();
    for (Role role : Role.values()) {
      counts.put(
          role.name().toLowerCase(Locale.ROOT),
          (double) sum(figures -> figures.replicas().getOrDefault(role, 0)));
    }
    return counts;
  }

  private long sum(ToLongFunction<LoopFigures> figure) {
    return loops.all().stream().map(PartitionLoop::figures).mapToLong(figure).sum();
  }
}
