package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DiskRoom;
import io.holdfast.tablet.binlog.Journal;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory in use: its files, the thread that writes its logs, with their journal, and how
 * full its disk is. What happens to one disk concerns the replicas that lie there. Thread-safe.
 */
public final class DataVolume implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataVolume.class);

  private final DataDirectory directory;
  private final BinlogWriter writer;
  private final BootMark boot;
  private final Set<StorageMode> modes;
  private volatile long sampledQueuedBytes;
  private volatile boolean unclean;

  /**
   * @param directory stays the caller's
   * @param writer of its logs; is closed with the volume
   * @param boot as it was found
   * @param modes the storage modes of which it takes new replicas
   */
  public DataVolume(
      DataDirectory directory, BinlogWriter writer, BootMark boot, Set<StorageMode> modes) {
    this.directory = directory;
    this.writer = writer;
    this.boot = boot;
    this.modes = Set.copyOf(modes);
  }

  /** A tablet's only one. */
  public DataVolume(DataDirectory directory, BinlogWriter writer, BootMark boot) {
    this(directory, writer, boot, EnumSet.allOf(StorageMode.class));
  }

  DataDirectory directory() {
    return directory;
  }

  BinlogWriter writer() {
    return writer;
  }

  /** The directory's path: its name in figures and messages. */
  public String name() {
    return directory.root().toString();
  }

  /** Whether new replicas of tables with a storage mode are put here. */
  boolean takes(StorageMode mode) {
    return modes.contains(mode);
  }

  /** Whether writes that were left to the kernel may be lost. */
  boolean memoryLost() {
    return boot.memoryLost();
  }

  /** Every replica here was opened, so that each knows what it may have lost. */
  void allOpened() throws IOException {
    boot.confirm();
  }

  /** A log was not synced before its end, so that the directory must not be called clean. */
  void endsUnclean() {
    unclean = true;
  }

  /** How full the disk is. */
  public DiskLevel level() {
    return writer.room().level();
  }

  /** How full the disk is, in bytes, and whether anything can be written. */
  public DiskRoom room() {
    return writer.room();
  }

  /** What does for the syncs of several logs; empty when there is none. */
  public Optional<Journal> journal() {
    return writer.journal();
  }

  /** Bytes that wait for the disk. */
  public long queuedBytes() {
    return writer.queuedBytes();
  }

  /** For how long the disk has owed its oldest answer, in nanoseconds. */
  public long oldestPendingNanos() {
    return writer.oldestPendingNanos();
  }

  /** Looks at the queue, once a tick: its lock is not for the path of every message. */
  void sample() {
    sampledQueuedBytes = writer.queuedBytes();
  }

  /** Bytes that waited for the disk at the last tick. */
  long sampledQueuedBytes() {
    return sampledQueuedBytes;
  }

  /** Finishes what the disk was asked. May be called again. */
  @Override
  public void close() {
    writer.close();
  }

  /** Says so, if everything that was ever written is on disk. Nothing is written after this. */
  void leaveClean() {
    try {
      if (!unclean && journal().map(Journal::isSettled).orElse(true)) {
        boot.leaveClean();
      }
    } catch (IOException e) {
      LOG.warn("data directory {} is not left clean: {}", name(), e.toString());
    }
  }
}
