package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.PartitionId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a tablet is in loading what was on its disk when it started, and what its log says of
 * that. Two stages: the files of all replicas are read; then each replica applies what its log has
 * behind its state, as far as a leader says that it is committed. Thread-safe.
 */
public final class RecoveryProgress {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryProgress.class);

  /** Between two lines of the log. */
  static final long LINE_NANOS = 3_000_000_000L;

  private static final double MIB = 1 << 20;

  /** Time is looked at once a tick of the loops. */
  private static final long MIN_NANOS = 10_000_000L;

  private final ConcurrentSkipListMap<PartitionId, LoadProgress> reading =
      new ConcurrentSkipListMap<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final long began;

  /** What each loop has said last; null for nothing yet. */
  private final Replay[] replays;

  private volatile boolean read;
  private volatile boolean done;
  private long readAt;
  private long replayBegan;
  private long lineAt;
  private long lastApplied = -1;

  /**
   * What one loop's replicas have applied of what their logs had at start.
   *
   * @param replicas that have not applied all of it
   * @param records how many there were to be applied
   * @param applied how many of them are
   */
  record Replay(int replicas, long records, long applied) {
    static final Replay NONE = new Replay(0, 0, 0);

    Replay and(Replay other) {
      return new Replay(
          replicas + other.replicas, records + other.records, applied + other.applied);
    }
  }

  /**
   * @param loops that will tell of their replays
   * @param now of a clock that only goes on, in nanoseconds
   */
  RecoveryProgress(int loops, long now) {
    this.replays = new Replay[loops];
    this.began = now;
    this.lineAt = now;
  }

  // ---- reading

  LoadProgress begin(PartitionId partition) {
    return reading.computeIfAbsent(partition, LoadProgress::new);
  }

  void opened(PartitionId partition) {
    reading.get(partition).opened();
    opened.incrementAndGet();
  }

  /** The files have been read; before the loops run, which tell of what they apply. */
  void allRead(long now) {
    readAt = now;
    replayBegan = now;
    lineAt = now;
  }

  /** The loops run, so that they are to be asked from now on. */
  void loopsRun() {
    read = true;
  }

  /** Whether all files have been read, and the loops run and know of every replica here. */
  public boolean isRead() {
    return read;
  }

  /**
   * The replicas that were on the disk at start, while the loops do not run and cannot be asked;
   * empty when they run.
   */
  public Optional<List<LoadProgress>> reading() {
    return read ? Optional.empty() : Optional.of(List.copyOf(reading.values()));
  }

  /** Replicas that are not opened yet. */
  public int unread() {
    return read ? 0 : reading.size() - opened.get();
  }

  /** Bytes of logs and snapshots that were read at start. */
  public long bytesRead() {
    return reading.values().stream().mapToLong(LoadProgress::bytes).sum();
  }

  private long recordsRead() {
    return reading.values().stream().mapToLong(LoadProgress::records).sum();
  }

  /** Says in the log how far reading is. */
  void logReading(long now) {
    LOG.info("loading: {}", readSoFar(now));
  }

  String readSoFar(long now) {
    double seconds = Math.max(MIN_NANOS, now - began) / 1e9;
    return String.format(
        Locale.ROOT,
        "%d of %d replicas opened; read %.1f MiB (%.1f MiB/s) with %d log records (%.0f/s) in"
            + " %.1f s",
        opened.get(),
        reading.size(),
        bytesRead() / MIB,
        bytesRead() / MIB / seconds,
        recordsRead(),
        recordsRead() / seconds,
        seconds);
  }

  // ---- applying

  /** Whether all replicas have applied what their logs had; then nobody need tell any more. */
  public boolean isDone() {
    return done;
  }

  /**
   * A loop tells how far its replicas are; says in the log how far all are, every few seconds while
   * that changes, and once when all have arrived.
   */
  synchronized void replayed(int loop, Replay replay, long now) {
    if (done) {
      return;
    }
    replays[loop] = replay;
    Replay sum = Replay.NONE;
    for (Replay one : replays) {
      if (one == null) {
        return;
      }
      sum = sum.and(one);
    }
    if (sum.applied() == 0 && sum.replicas() > 0) {
      // Nobody has said yet what is committed.
      replayBegan = now;
    }
    if (sum.replicas() == 0) {
      done = true;
      if (opened.get() > 0) {
        LOG.info("{}", atEnd(sum, now));
      }
    } else if (now - lineAt >= LINE_NANOS && sum.applied() != lastApplied) {
      lineAt = now;
      lastApplied = sum.applied();
      LOG.info("loading: {}", replaySoFar(sum, now));
    }
  }

  private String replaySoFar(Replay sum, long now) {
    double seconds = Math.max(MIN_NANOS, now - replayBegan) / 1e9;
    return String.format(
        Locale.ROOT,
        "%d of %d replicas have applied their logs; %d of %d records applied (%.0f/s)",
        opened.get() - sum.replicas(),
        opened.get(),
        sum.applied(),
        sum.records(),
        sum.applied() / seconds);
  }

  private String atEnd(Replay sum, long now) {
    double reading = Math.max(MIN_NANOS, readAt - began) / 1e9;
    double seconds = Math.max(MIN_NANOS, now - replayBegan) / 1e9;
    return String.format(
        Locale.ROOT,
        "loaded: %d replicas in %.1f s: read %.1f MiB with %d log records in %.1f s (%.1f MiB/s),"
            + " applied %d records in %.1f s (%.0f/s)",
        opened.get(),
        (now - began) / 1e9,
        bytesRead() / MIB,
        recordsRead(),
        reading,
        bytesRead() / MIB / reading,
        sum.applied(),
        seconds,
        sum.applied() / seconds);
  }
}
