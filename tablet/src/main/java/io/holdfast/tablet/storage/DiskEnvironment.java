package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.HistogramType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;

/**
 * What all disk engines of a tablet share: one cache of blocks, one allowance for what is not
 * written yet, one set of figures, and the way in which databases are kept. Thread-safe.
 *
 * <p>RocksDB's own brakes on writes are off: they would hold up the loop, and with it the
 * heartbeats of all its partitions. What is not written yet is bounded by {@link #shareBytes}
 * instead, and checkpoints wait for each other.
 */
public final class DiskEnvironment implements Closeable {
  private static final long MIN_SHARE_BYTES = 1 << 20;

  /** Larger ones are no faster to write, and all the slower to replay. */
  private static final long MAX_SHARE_BYTES = 64 << 20;

  /** Never reached: checkpoints come before, see {@link DiskEngine#checkpointDue}. */
  private static final long BUFFER_LIMIT_BYTES = 1L << 40;

  private static final int NEVER = 1 << 30;
  private static final int BLOCK_BYTES = 8 << 10;
  private static final int BLOOM_BITS = 10;
  private static final double INDEXES_OF_CACHE = 0.3;
  private static final int FILES_OPEN = 256;
  private static final int JOBS = 3;

  private final LRUCache cache;
  private final long cacheBytes;
  private final BloomFilter bloom;
  private final Statistics statistics;
  private final Options options;
  private final long bufferBytes;
  private final Set<DiskDatabase> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong checkpoints = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  /** Figures of all engines together. */
  public record Figures(
      int engines,
      long cacheBytes,
      long cacheUsedBytes,
      long cacheHits,
      long cacheMisses,
      long bytesRead,
      long bytesWritten,
      long bytesFlushed,
      long bytesCompacted,
      long checkpoints,
      long failures) {
    /** Of no engine. */
    public static final Figures NONE = new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * @param cacheBytes of blocks that were read
   * @param bufferBytes of rows that are not written yet, of all engines together
   */
  public DiskEnvironment(long cacheBytes, long bufferBytes) {
    loadLibrary();
    this.cacheBytes = cacheBytes;
    this.bufferBytes = bufferBytes;
    this.cache = new LRUCache(cacheBytes, -1, false, INDEXES_OF_CACHE);
    this.bloom = new BloomFilter(BLOOM_BITS, false);
    this.statistics = new Statistics(EnumSet.allOf(HistogramType.class));
    statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
    this.options =
        new Options()
            .setCreateIfMissing(true)
            .setAvoidFlushDuringShutdown(true)
            .setStatistics(statistics)
            .setWriteBufferSize(BUFFER_LIMIT_BYTES)
            .setArenaBlockSize(256 << 10)
            .setMaxWriteBufferNumber(8)
            .setMaxBackgroundJobs(JOBS)
            .setMaxOpenFiles(FILES_OPEN)
            .setBytesPerSync(1 << 20)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setLevel0SlowdownWritesTrigger(NEVER)
            .setLevel0StopWritesTrigger(NEVER)
            .setSoftPendingCompactionBytesLimit(0)
            .setHardPendingCompactionBytesLimit(0)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setMaxLogFileSize(1 << 20)
            .setKeepLogFileNum(2)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setBlockSize(BLOCK_BYTES)
                    .setFilterPolicy(bloom)
                    .setCacheIndexAndFilterBlocks(true)
                    .setCacheIndexAndFilterBlocksWithHighPriority(true)
                    .setPinL0FilterAndIndexBlocksInCache(true));
  }

  /** So that no copy of the library stays behind, however the process ends. */
  private static void loadLibrary() {
    try {
      Path directory = Files.createTempDirectory("holdfast-rocksdb");
      try {
        NativeLibraryLoader.getInstance().loadLibrary(directory.toString());
      } finally {
        DurableFiles.deleteTree(directory);
      }
      RocksDB.loadLibrary();
    } catch (IOException e) {
      throw new UncheckedIOException("RocksDB's library cannot be unpacked", e);
    }
  }

  Options options() {
    return options;
  }

  void opened(DiskDatabase database) {
    open.add(database);
  }

  void closed(DiskDatabase database) {
    open.remove(database);
  }

  void checkpointed() {
    checkpoints.incrementAndGet();
  }

  void failed() {
    failures.incrementAndGet();
  }

  /** How much one engine may have that is not written yet before it is time to write it. */
  long shareBytes() {
    long share = bufferBytes / Math.max(1, open.size());
    return Math.max(MIN_SHARE_BYTES, Math.min(MAX_SHARE_BYTES, share));
  }

  /** How it is now. */
  public Figures figures() {
    return new Figures(
        open.size(),
        cacheBytes,
        cache.getUsage(),
        statistics.getTickerCount(TickerType.BLOCK_CACHE_HIT),
        statistics.getTickerCount(TickerType.BLOCK_CACHE_MISS),
        statistics.getTickerCount(TickerType.BYTES_READ)
            + statistics.getTickerCount(TickerType.ITER_BYTES_READ),
        statistics.getTickerCount(TickerType.BYTES_WRITTEN),
        statistics.getTickerCount(TickerType.FLUSH_WRITE_BYTES),
        statistics.getTickerCount(TickerType.COMPACT_WRITE_BYTES),
        checkpoints.get(),
        failures.get());
  }

  /** Closes all engines as well; to be called when no thread uses one any more. */
  @Override
  public void close() {
    List.copyOf(open).forEach(DiskDatabase::close);
    options.close();
    statistics.close();
    bloom.close();
    cache.close();
  }
}
