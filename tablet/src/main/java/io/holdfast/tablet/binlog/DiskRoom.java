package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.DiskLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the disk under a data directory is, and a reserve on it: a file that is given up when
 * something must be written that cannot wait or that frees room, such as a term or a truncation.
 * Writes of records never touch it.
 *
 * <p>Looks at the disk from a thread of its own, twice a second, because a file system may take its
 * time to answer. Thread-safe.
 */
public final class DiskRoom implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskRoom.class);

  private static final long LOOK_MILLIS = 500;
  private static final int STEP_BYTES = 1 << 20;
  private static final String RESERVE_FILE = "reserve";

  /** A level ends so many percent below where it began, or it would come and go with each file. */
  private static final int HYSTERESIS_PERCENT = 2;

  /**
   * From how many percent on the disk is how full.
   *
   * @param reserveBytes length of the reserve; 0 for none
   */
  public record Limits(int fillingPercent, int lowPercent, int fullPercent, long reserveBytes) {
    public Limits {
      boolean ordered =
          HYSTERESIS_PERCENT < fillingPercent
              && fillingPercent <= lowPercent
              && lowPercent <= fullPercent
              && fullPercent <= 100;
      if (!ordered || reserveBytes < 0) {
        throw new IllegalArgumentException(
            "percentages must rise, and the reserve not be negative");
      }
    }
  }

  private final Path reserve;
  private final DiskSpace space;
  private final Limits limits;
  private final Thread thread = new Thread(this::run, "disk-room");
  private final Object lock = new Object();
  private volatile DiskLevel gauge = DiskLevel.ROOMY;
  private volatile boolean recordsWait;
  private volatile long totalBytes;
  private volatile long usableBytes;

  /** A disk without bounds: no reserve, never full. */
  static DiskRoom unlimited() {
    return new DiskRoom(null, null, new Limits(100, 100, 100, 0));
  }

  /**
   * Looks once; {@link #start} goes on looking.
   *
   * @param directory where the reserve lies
   */
  public DiskRoom(Path directory, DiskSpace space, Limits limits) {
    this.reserve = directory == null ? null : directory.resolve(RESERVE_FILE);
    this.space = space;
    this.limits = limits;
    thread.setDaemon(true);
    boolean unused = look();
  }

  /** Begins to look by itself. */
  public DiskRoom start() {
    thread.start();
    return this;
  }

  /** How full the disk is, as of a moment ago; full while records wait for room. */
  public DiskLevel level() {
    return recordsWait ? DiskLevel.FULL : gauge;
  }

  /** Bytes of the file system in all, as of a moment ago; 0 when that is not known. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Bytes that may still be written, as of a moment ago. */
  public long usableBytes() {
    return usableBytes;
  }

  /** Whether records wait because the disk had no room for them. */
  void recordsWait(boolean wait) {
    if (wait && !recordsWait) {
      LOG.error(
          "the disk under {} has no room: records wait in memory, nothing of them is acknowledged."
              + " Make room; it goes on by itself",
          reserve == null ? "the log" : reserve.getParent());
    } else if (!wait && recordsWait) {
      LOG.info(
          "the disk under {} has room again; the records that waited are written",
          reserve == null ? "the log" : reserve.getParent());
    }
    recordsWait = wait;
  }

  /**
   * Gives the reserve up.
   *
   * @return whether there was one, so that repeating what failed makes sense
   */
  public boolean release() {
    synchronized (lock) {
      if (reserve == null) {
        return false;
      }
      try {
        boolean released = Files.deleteIfExists(reserve);
        if (released) {
          LOG.warn("the disk's reserve {} is given up for what cannot wait", reserve);
        }
        return released;
      } catch (IOException e) {
        LOG.error("the disk's reserve {} cannot be given up", reserve, e);
        return false;
      }
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LOOK_MILLIS);
        lookAndReserve();
      }
    } catch (InterruptedException e) {
      // Closed.
      return;
    }
  }

  /** Looks at the disk now; returns whether there is ample room for the reserve. */
  private boolean look() {
    if (space == null) {
      return false;
    }
    try {
      long total = space.totalBytes();
      long usable = space.usableBytes();
      totalBytes = total;
      usableBytes = usable;
      double used = total <= 0 ? 0 : 100.0 * (total - usable) / total;
      DiskLevel before = gauge;
      gauge = levelAt(used, before);
      if (gauge != before) {
        tell(before, used, usable);
      }
      return gauge == DiskLevel.ROOMY
          && total > 0
          && usable - limits.reserveBytes > total / 100 * (100 - limits.lowPercent);
    } catch (IOException e) {
      LOG.warn("how full the disk is cannot be found out: {}", e.toString());
      return false;
    }
  }

  /** Looks, and makes the reserve if that leaves room enough; writes that much. */
  void lookAndReserve() {
    if (!look()) {
      return;
    }
    try {
      makeReserve();
    } catch (IOException e) {
      LOG.warn("the disk's reserve {} cannot be made: {}", reserve, e.toString());
    }
  }

  private DiskLevel levelAt(double used, DiskLevel before) {
    DiskLevel up = DiskLevel.ROOMY;
    DiskLevel down = DiskLevel.ROOMY;
    int[] from = {0, limits.fillingPercent, limits.lowPercent, limits.fullPercent};
    for (DiskLevel level : DiskLevel.values()) {
      up = used >= from[level.ordinal()] ? level : up;
      down = used >= from[level.ordinal()] - HYSTERESIS_PERCENT ? level : down;
    }
    DiskLevel held = before.isAtLeast(down) ? down : before;
    return up.isAtLeast(held) ? up : held;
  }

  private void tell(DiskLevel before, double used, long usable) {
    String what =
        switch (gauge) {
          case ROOMY -> "there is room";
          case FILLING -> "make room, or add a disk";
          case LOW -> "partitions that are led from here take no writes until there is room";
          case FULL -> "replicas here take no records any more and leave the in-sync sets";
        };
    String text = "the disk under {} is {} after {}: {} % used, {} bytes free; {}";
    Path place = reserve == null ? null : reserve.getParent();
    Object[] values = {place, gauge, before, Math.round(used), usable, what};
    if (gauge.isAtLeast(DiskLevel.LOW)) {
      LOG.error(text, values);
    } else if (gauge == DiskLevel.FILLING) {
      LOG.warn(text, values);
    } else {
      LOG.info(text, values);
    }
  }

  private void makeReserve() throws IOException {
    synchronized (lock) {
      if (reserve == null
          || limits.reserveBytes == 0
          || (Files.exists(reserve) && Files.size(reserve) == limits.reserveBytes)) {
        return;
      }
      // Written, not merely sized: a hole reserves nothing.
      try (FileChannel channel =
          FileChannel.open(reserve, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.truncate(0);
        for (long at = 0; at < limits.reserveBytes; at += STEP_BYTES) {
          int bytes = (int) Math.min(STEP_BYTES, limits.reserveBytes - at);
          DurableFiles.writeFully(channel, ByteBuffer.allocate(bytes), at);
          // In small steps, or the logs' syncs would wait behind all of it.
          channel.force(true);
        }
      } catch (IOException e) {
        Files.deleteIfExists(reserve);
        throw e;
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
