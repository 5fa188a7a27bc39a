package io.holdfast.tablet;

import io.holdfast.common.config.Checks;
import io.holdfast.common.config.SettingsReader;
import io.holdfast.common.config.Unit;
import io.holdfast.sql.query.QueryLimits;
import io.holdfast.tablet.binlog.DiskRoom;
import io.holdfast.tablet.directories.DirectoryLists;
import io.holdfast.tablet.partition.DiskEngineSettings;
import io.holdfast.tablet.query.QuerySettings;
import io.holdfast.tablet.replication.HealthSettings;
import io.holdfast.tablet.replication.ReplicationSettings;
import io.holdfast.tablet.replication.SnapshotSettings;
import java.time.DateTimeException;
import java.time.ZoneId;

/** The tablet's settings. */
public final class TabletConfig {
  private static final long NANOS = 1_000_000L;

  /** Fewer bytes and the header of a segment would be most of it. */
  private static final int LEAST_SEGMENT_BYTES = 1 << 20;

  final String endpoint;
  final String listenHost;
  final String zkCluster;
  final String zkRootPath;
  final int zkSessionTimeoutMillis;
  final long zkStartWaitMillis;
  final DirectoryLists directories;
  final int loops;
  final int syncThreads;
  final long journalBytes;
  final int ioThreads;
  final int segmentBytes;
  final long maxQueuedBytes;
  final long diskStallMillis;
  final long diskGiveUpMillis;
  final long gcIntervalMillis;
  final long scrubIntervalSeconds;
  final long scrubRateBytes;
  final long snapshotBytesPerSecond;
  final long maxMemoryMb;
  final DiskEngineSettings diskEngines;
  final int scanMaxRows;
  final int scanMaxBytes;
  final int sessionWaitMillis;
  final DiskRoom.Limits diskLimits;
  final QuerySettings queries;
  final long stopHandOverMillis;
  final ReplicationSettings replication;

  /** Declares and reads them. */
  public TabletConfig(SettingsReader in) {
    endpoint =
        in.requiredText(
            "endpoint",
            Checks::isEndpoint,
            Checks.ENDPOINT,
            "Address that this tablet serves on and that others reach it by.");
    listenHost =
        in.text(
            "listen_host",
            "",
            "Address to listen on when it is not the endpoint's host, such as 0.0.0.0.");
    zkCluster =
        in.requiredText(
            "zk_cluster",
            Checks::isEndpointList,
            Checks.ENDPOINT_LIST,
            "ZooKeeper servers of the cluster.");
    zkRootPath =
        in.text(
            "zk_root_path",
            "/openmldb",
            Checks::isZkPath,
            Checks.ZK_PATH,
            "ZooKeeper node below which the cluster keeps everything.");
    zkSessionTimeoutMillis =
        in.integer(
            "zk_session_timeout_millis",
            4_000,
            1_000,
            60_000,
            Unit.MILLIS,
            "Silence after which ZooKeeper takes this tablet for gone.");
    zkStartWaitMillis =
        in.number(
            "zk_start_wait_millis",
            10_000,
            0,
            600_000,
            Unit.MILLIS,
            "How long a start waits for ZooKeeper before it goes on with the cluster id that the"
                + " data directory has. Without such an id it waits on.");
    directories = directories(in);
    int wantedLoops =
        in.integer(
            "loops",
            0,
            0,
            64,
            Unit.NONE,
            "Threads that own partitions. 0: as many as there are cores, at most 4.");
    // The default is not the number itself: the file of defaults must be the same on all machines.
    loops =
        wantedLoops == 0 ? Math.min(4, Runtime.getRuntime().availableProcessors()) : wantedLoops;
    syncThreads =
        in.integer(
            "sync_threads",
            16,
            1,
            256,
            Unit.NONE,
            "Logs of a data directory that are synced at a time. A disk does many syncs in little"
                + " more time than one; more than it can do at a time does no good.");
    journalBytes =
        in.number(
            "journal_bytes",
            128 << 20,
            0,
            1L << 34,
            Unit.BYTES,
            "How long the files of a data directory's journal may be together, by which one sync"
                + " does for all logs that were written. 0: no journal, each log is synced by"
                + " itself.");
    ioThreads =
        in.integer("io_threads", 2, 1, 64, Unit.NONE, "Threads that read and write sockets.");
    segmentBytes =
        in.integer(
            "segment_bytes",
            64 << 20,
            LEAST_SEGMENT_BYTES,
            1 << 30,
            Unit.BYTES,
            "Length of a log's files.");
    maxQueuedBytes =
        in.number(
            "max_queued_bytes",
            64 << 20,
            1 << 20,
            1L << 34,
            Unit.BYTES,
            "Log bytes that may wait for the disk of a data directory before clients' writes to its"
                + " partitions are refused as busy.");
    diskStallMillis =
        in.number(
            "disk_stall_millis",
            2_000,
            100,
            60_000,
            Unit.MILLIS,
            "A disk that owes an answer for so long makes this tablet look dead to the others.");
    diskGiveUpMillis =
        in.number(
            "disk_give_up_millis",
            20_000,
            1_000,
            600_000,
            Unit.MILLIS,
            "A disk that owes an answer for so long ends the process.");
    diskLimits = diskLimits(in);
    gcIntervalMillis =
        in.number(
            "gc_interval_millis",
            600_000,
            1_000,
            86_400_000,
            Unit.MILLIS,
            "Pause between two looks for rows that are too old. Reads never return such rows; this"
                + " frees their memory.");
    scrubIntervalSeconds =
        in.number(
            "scrub_interval_seconds",
            604_800,
            60,
            31_536_000,
            Unit.SECONDS,
            "Pause between two rounds in which all logs and snapshots are read, to find damage in"
                + " time.");
    scrubRateBytes =
        in.number(
            "scrub_rate_bytes",
            8 << 20,
            1 << 10,
            1 << 30,
            Unit.BYTES,
            "How much of them such a round reads per second at most.");
    snapshotBytesPerSecond =
        in.number(
            "snapshot_bytes_per_second",
            64 << 20,
            0,
            1L << 40,
            Unit.BYTES,
            "How fast snapshots are written, so that logs do not wait for the disk. 0: no limit.");
    maxMemoryMb =
        in.number(
            "max_memory_mb",
            0,
            0,
            1L << 20,
            Unit.NONE,
            "MiB that the rows of memory tables may take, outside the Java heap; above it puts are"
                + " refused (code 160), reads and deletes go on. 0: as much as can be, seven"
                + " tenths of -XX:MaxDirectMemorySize.");
    diskEngines =
        new DiskEngineSettings(
            in.number(
                "disk_cache_bytes",
                256 << 20,
                8 << 20,
                1L << 40,
                Unit.BYTES,
                "Memory for what was read of tables on disk (storage_mode kSSD and kHDD), of all"
                    + " partitions together."),
            in.number(
                "disk_write_buffer_bytes",
                256 << 20,
                8 << 20,
                1L << 40,
                Unit.BYTES,
                "Memory for rows of such tables that are not written yet. A larger one writes"
                    + " less often, and a restart has more to apply again."));
    scanMaxRows =
        in.integer(
            "scan_max_rows",
            100_000,
            1,
            10_000_000,
            Unit.NONE,
            "Rows of one answer; a scan that has more says so.");
    scanMaxBytes =
        in.integer(
            "scan_max_bytes",
            2 << 20,
            1 << 10,
            16 << 20,
            Unit.BYTES,
            "Row bytes of one answer; a scan that has more says so.");
    sessionWaitMillis =
        in.integer(
            "session_wait_millis",
            50,
            0,
            // Clients give a replica one second, and then ask somebody else anyway.
            500,
            Unit.MILLIS,
            "How long a session's read waits at a replica that is behind what the session has seen,"
                + " before it is sent to the leader.");
    queries = queries(in);
    stopHandOverMillis =
        in.number(
            "stop_hand_over_millis",
            10_000,
            0,
            600_000,
            Unit.MILLIS,
            "How long a stop (SIGTERM) waits for other tablets to take the leaderships over."
                + " 0: not at all.");
    replication = replication(in);
    in.require(
        diskStallMillis < diskGiveUpMillis,
        "disk_stall_millis must be smaller than disk_give_up_millis");
    acceptOpenMldb(in);
  }

  private static DirectoryLists directories(SettingsReader in) {
    String db =
        in.text(
            "db_root_path",
            "./db",
            DirectoryLists::isList,
            DirectoryLists.RULE,
            "Data directories, each one tablet's alone. A new replica goes to the one that has room"
                + " and the fewest; those that are there stay where they are, whatever the order.");
    String ssd =
        in.text(
            "ssd_root_path",
            "",
            DirectoryLists::isListOrEmpty,
            DirectoryLists.RULE,
            "The same for tables with storage_mode kSSD. Empty: they go to db_root_path.");
    String hdd =
        in.text(
            "hdd_root_path",
            "",
            DirectoryLists::isListOrEmpty,
            DirectoryLists.RULE,
            "The same for tables with storage_mode kHDD. Empty: they go to db_root_path.");
    DirectoryLists lists = DirectoryLists.parse(db, ssd, hdd);
    in.require(
        lists.all().size() <= DirectoryLists.MOST,
        "db_root_path, ssd_root_path and hdd_root_path may name "
            + DirectoryLists.MOST
            + " directories together");
    return lists;
  }

  private static DiskRoom.Limits diskLimits(SettingsReader in) {
    int filling =
        in.integer(
            "disk_warn_percent",
            85,
            10,
            100,
            Unit.PERCENT,
            "From so many percent of a data directory's disk on, the log warns.");
    int low =
        in.integer(
            "disk_low_percent",
            92,
            10,
            100,
            Unit.PERCENT,
            "From so many percent on, the partitions that this tablet leads from there take no"
                + " writes, and it asks to be replaced as their leader.");
    int full =
        in.integer(
            "disk_full_percent",
            97,
            10,
            100,
            Unit.PERCENT,
            "From so many percent on, its replicas there take no records as followers, and leave"
                + " the in-sync sets.");
    long reserve =
        in.number(
            "disk_reserve_bytes",
            256 << 20,
            0,
            1L << 34,
            Unit.BYTES,
            "Length of a file in each data directory that is given up when the disk is full, for"
                + " what cannot wait.");
    boolean rising = filling <= low && low <= full;
    in.require(rising, "disk_warn_percent, disk_low_percent and disk_full_percent must not fall");
    return rising
        ? new DiskRoom.Limits(filling, low, full, reserve)
        : new DiskRoom.Limits(85, 92, 97, reserve);
  }

  private static QuerySettings queries(SettingsReader in) {
    QueryLimits defaults = QueryLimits.defaults();
    int threads =
        in.integer(
            "sql_threads",
            0,
            0,
            64,
            Unit.NONE,
            "Threads that compute the answers of queries (SQL). 0: as many as there are cores, at"
                + " most 4.");
    QueryLimits limits =
        new QueryLimits(
            in.integer(
                "sql_max_result_rows",
                defaults.maxResultRows(),
                1,
                100_000_000,
                Unit.NONE,
                "Rows that a query may return; one that has more fails."),
            in.number(
                "sql_max_result_bytes",
                16 << 20,
                1 << 10,
                // What a frame holds, less than all of it.
                30 << 20,
                Unit.BYTES,
                "The same for the bytes of these rows."),
            in.number(
                "sql_max_scanned_rows",
                defaults.maxScannedRows(),
                1,
                Long.MAX_VALUE,
                Unit.NONE,
                "Rows that a query may read from all partitions together; one that needs more"
                    + " fails."),
            in.number(
                "sql_max_held_bytes",
                32 << 20,
                1 << 20,
                1L << 34,
                Unit.BYTES,
                "About how much memory ORDER BY, GROUP BY and DISTINCT of one query may take."),
            defaults.maxKeys(),
            defaults.pageRows(),
            defaults.pageBytes(),
            defaults.prefetch());
    return new QuerySettings(
        in.number(
            "sql_timeout_millis",
            60_000,
            10,
            3_600_000,
            Unit.MILLIS,
            "After so long a query is given up."),
        in.integer(
            "sql_max_queries",
            64,
            0,
            100_000,
            Unit.NONE,
            "Queries that may run on this tablet at a time; more are refused. 0: none."),
        threads == 0 ? Math.min(4, Runtime.getRuntime().availableProcessors()) : threads,
        in.number(
            "sql_slow_millis",
            1_000,
            0,
            3_600_000,
            Unit.MILLIS,
            "Queries that take as long are written to the log. 0: none."),
        zone(in),
        limits);
  }

  private static ZoneId zone(SettingsReader in) {
    return ZoneId.of(
        in.text(
            "sql_time_zone",
            "UTC",
            TabletConfig::isZone,
            "a time zone such as UTC, +08:00 or Europe/Berlin",
            "Time zone of timestamps that queries write as text, and of parts of dates. OpenMLDB"
                + " has +08:00."));
  }

  private static boolean isZone(String text) {
    try {
      ZoneId unused = ZoneId.of(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static ReplicationSettings replication(SettingsReader in) {
    ReplicationSettings defaults = ReplicationSettings.DEFAULTS;
    long heartbeat =
        millis(
            in,
            "heartbeat_millis",
            defaults.heartbeatNanos(),
            "How often a leader asks its followers for promises.");
    long lease =
        millis(
            in,
            "lease_millis",
            defaults.leaseNanos(),
            "How long a follower's promise to its leader lasts. The same on all tablets.");
    long evictAfter =
        millis(
            in,
            "evict_after_millis",
            defaults.evictAfterNanos(),
            "A member that acknowledges nothing for so long is proposed for removal.");
    boolean isSound = heartbeat * 3 <= lease;
    in.require(isSound, "lease_millis must be at least three times heartbeat_millis");
    return new ReplicationSettings(
        isSound ? heartbeat : defaults.heartbeatNanos(),
        isSound ? lease : defaults.leaseNanos(),
        defaults.leaseMarginPercent(),
        defaults.leaseMarginNanos(),
        evictAfter,
        defaults.commitNoticeNanos(),
        defaults.resendNanos(),
        defaults.promoteLag(),
        defaults.windowRecords(),
        defaults.windowBytes(),
        in.number(
            "log_tail_bytes",
            defaults.tailBytes(),
            1 << 20,
            1L << 34,
            Unit.BYTES,
            "How much of the newest log records a tablet keeps on the heap although the disk has"
                + " them, or 16 KiB for each replica if that is more: followers that are no"
                + " further behind are served from there."),
        defaults.appendBytes(),
        defaults.maxRecordBytes(),
        defaults.transferPauseNanos(),
        defaults.applyBytes(),
        defaults.sessions(),
        snapshots(in),
        health(in));
  }

  private static SnapshotSettings snapshots(SettingsReader in) {
    SnapshotSettings defaults = SnapshotSettings.DEFAULTS;
    return new SnapshotSettings(
        in.number(
            "snapshot_every_records",
            defaults.everyRecords(),
            1,
            Long.MAX_VALUE,
            Unit.NONE,
            "A snapshot is made when so many records came since the last one, if their log is at"
                + " least half as large as that."),
        in.number(
            "snapshot_every_bytes",
            defaults.everyBytes(),
            1 << 20,
            1L << 40,
            Unit.BYTES,
            "The same for the length of the log since the last snapshot."),
        in.number(
                "snapshot_interval_seconds",
                defaults.intervalNanos() / (1000 * NANOS),
                10,
                30 * 86_400,
                Unit.SECONDS,
                "A snapshot is made after so long if anything was written since the last one.")
            * 1000
            * NANOS,
        in.number(
            "log_retain_max_bytes",
            defaults.retainMaxBytes(),
            1 << 20,
            1L << 44,
            Unit.BYTES,
            "How much log a partition keeps for replicas that are behind. Who is behind further is"
                + " sent a snapshot."),
        in.integer(
            "snapshot_chunk_bytes",
            defaults.chunkBytes(),
            1 << 10,
            8 << 20,
            Unit.BYTES,
            "One piece of a snapshot on its way to another tablet."),
        in.number(
            "snapshot_send_bytes_per_second",
            defaults.bytesPerSecond(),
            1 << 10,
            1L << 40,
            Unit.BYTES,
            "How fast this tablet sends snapshots to others, all its partitions together."));
  }

  private static HealthSettings health(SettingsReader in) {
    HealthSettings defaults = HealthSettings.DEFAULTS;
    long slow =
        millis(
            in,
            "slow_millis",
            defaults.slowFloorNanos(),
            "A member is never taken for slow while 99 of 100 of its acknowledgements come within"
                + " this time.");
    long readmit =
        in.number(
                "readmit_after_millis",
                defaults.readmitNanos() / NANOS,
                100,
                defaults.readmitMostNanos() / NANOS,
                Unit.MILLIS,
                "A member that was removed for being slow or silent must have been well for so long"
                    + " before it is one again; doubled with every repetition, up to 5 minutes. One"
                    + " that was restarted comes back at once.")
            * NANOS;
    return new HealthSettings(
        slow,
        defaults.slowFactor(),
        defaults.slowForNanos(),
        readmit,
        defaults.readmitMostNanos(),
        defaults.evictionPauseNanos());
  }

  private static long millis(
      SettingsReader in, String name, long defaultNanos, String description) {
    return in.number(name, defaultNanos / NANOS, 10, 60_000, Unit.MILLIS, description) * NANOS;
  }

  /** Names of OpenMLDB's template that mean nothing here. */
  private static void acceptOpenMldb(SettingsReader in) {
    in.acceptWithoutEffect("zk_session_timeout", "use zk_session_timeout_millis");
    in.acceptWithoutEffect("zk_keep_alive_check_interval", "the session is always watched");
    in.acceptWithoutEffect("thread_pool_size", "use io_threads and loops");
    in.acceptWithoutEffect("binlog_notify_on_put", "followers are always told at once");
    in.acceptWithoutEffect(
        "binlog_sync_to_disk_interval", "a write is on disk before it is acknowledged");
    in.acceptWithoutEffect("binlog_single_file_max_size", "use segment_bytes");
    in.acceptWithoutEffect("gc_interval", "use gc_interval_millis");
    in.acceptWithoutEffect("recycle_bin_enabled", "dropped replicas always go to recycle/");
    String recycle = "dropped replicas go to recycle/ in their data directory";
    in.acceptWithoutEffect("recycle_bin_root_path", recycle);
    in.acceptWithoutEffect("recycle_bin_ssd_root_path", recycle);
    in.acceptWithoutEffect("recycle_bin_hdd_root_path", recycle);
    in.acceptWithoutEffect("openmldb_log_dir", "see the logging configuration");
    in.acceptWithoutEffect("log_level", "see the logging configuration");
  }

  String host() {
    return endpoint.substring(0, endpoint.lastIndexOf(':'));
  }

  int port() {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }
}
