package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/** A tablet's disk: survives its process, but keeps through a power cut only what was synced. */
final class SimDisk {
  /** One replica's directory. */
  static final class Files {
    /** Number that the next opening gets; 0 for one of its own. */
    long keptOpening;

    long lastOpening;

    /** Whether the copy began from nothing when it was opened last. */
    boolean lastOpeningLostState;

    final ReplicaUid uid;
    final TableSpec table;
    final boolean witness;
    final SimLog log = new SimLog();
    long term;
    ReplicaFlags flags = ReplicaFlags.NONE;
    long synced;

    SimSnapshots.Saved newest;
    SimSnapshots.Saved previous;

    /** A snapshot that is being received, and what has arrived of it. */
    SnapshotManifest coming;

    byte[] received = new byte[0];

    /** First record that is damaged; 0 when none is. */
    long damagedAt;

    /** The machine lost its memory, and this table counts on that. */
    boolean memoryLost;

    /** The end is the remains of a write, or the disk could not say what it has. */
    boolean tailTorn;

    boolean failsNextSync;

    /** What records say was synced when they were written, by the first offset of their batch. */
    final TreeMap<Long, Long> claims = new TreeMap<>();

    Files(ReplicaUid uid, TableSpec table, boolean witness) {
      this.uid = uid;
      this.table = table;
      this.witness = witness;
    }

    /** The same copy by all that others know it by, with nothing in it: what must never be. */
    Files emptied() {
      Files empty = new Files(uid, table, witness);
      empty.keptOpening = lastOpening;
      return empty;
    }

    boolean isSyncing() {
      return table.options().durability() == Durability.FSYNC;
    }

    /** Whether the record at an offset is as safe as this table wants it. */
    boolean holdsDurably(long offset, long ofTerm) {
      long safe = isSyncing() ? synced : log.last();
      // Before the log there is a snapshot, and it holds what is committed.
      return offset <= safe && (offset < log.base() || log.termAt(offset) == ofTerm);
    }

    /** Whether this copy may lack what it acknowledged, known to it or not. */
    boolean mayHaveLost() {
      return !flags.isClean() || damagedAt != 0 || memoryLost || tailTorn || baseLost();
    }

    /** Whether no intact snapshot is there for what the log does not have any more. */
    private boolean baseLost() {
      return log.base() > 0 && !isIntact(newest) && !isIntact(previous);
    }

    /** Whether there are two snapshots, so that one may be damaged and nothing is lost. */
    boolean hasTwoIntactSnapshots() {
      return isIntact(newest) && isIntact(previous);
    }

    private static boolean isIntact(SimSnapshots.Saved snapshot) {
      return snapshot != null && !snapshot.isDamaged;
    }

    void cutAfter(long offset) {
      log.cutAfter(offset);
      claims.tailMap(offset, false).clear();
      synced = Math.min(synced, offset);
      if (damagedAt > offset) {
        damagedAt = 0;
      }
    }

    void trimTo(long offset) {
      log.trimTo(offset);
      claims.headMap(offset, true).clear();
      if (damagedAt <= offset) {
        damagedAt = 0;
      }
    }

    /** A snapshot takes the place of the log. */
    void beginAnew(long offset, long ofTerm) {
      log.beginAnew(offset, ofTerm);
      claims.clear();
      synced = offset;
      damagedAt = 0;
    }

    /**
     * A damaged snapshot is as good as none, and the log must go back to the one before. Without
     * any, a log that begins late is of no use.
     */
    private void openSnapshots(Mutants mutants) {
      if (baseLost()) {
        if (!mutants.has(Mutant.LOST_STATE_COUNTED)) {
          flags = flags.with(Flag.AMNESIAC);
        }
        beginAnew(0, 0);
        newest = null;
      }
      if (!isIntact(previous)) {
        previous = null;
      }
      if (!isIntact(newest)) {
        newest = previous;
        previous = null;
        long from = newest == null ? 0 : newest.manifest().offset();
        if (log.base() > from) {
          throw new Violation(
              "17 snapshot soundness",
              "a snapshot is damaged, and the log begins at " + log.base() + " behind " + from);
        }
      }
      if (newest != null && log.last() < newest.manifest().offset()) {
        beginAnew(newest.manifest().offset(), newest.manifest().term());
        if (table.options().witnesses() > 0) {
          // As the shipped opener does.
          flags = flags.with(Flag.AMNESIAC);
        }
        // The log does not go on from any other.
        previous = null;
      }
    }

    /** Judges the log as the shipped opener does: by what the records themselves say. */
    void open(Mutants mutants) {
      lastOpeningLostState = baseLost();
      if (mutants.has(Mutant.AMNESIA_FORGOTTEN_AT_RESTART)) {
        flags = ReplicaFlags.NONE;
      }
      if (damagedAt != 0) {
        boolean wasSynced =
            claims.entrySet().stream()
                .anyMatch(e -> e.getKey() != damagedAt && e.getValue() >= damagedAt);
        if (!wasSynced) {
          flags = flags.with(Flag.TAIL_SUSPECT);
        } else if (!mutants.has(Mutant.CORRUPT_COUNTED)) {
          flags = flags.with(Flag.AMNESIAC);
        }
        cutAfter(damagedAt - 1);
      }
      if (tailTorn) {
        flags = flags.with(Flag.TAIL_SUSPECT);
      }
      if (memoryLost) {
        flags = flags.with(Flag.AMNESIAC);
      }
      tailTorn = false;
      memoryLost = false;
      // Opening a log syncs it: what a replica counts as durable must be.
      openSnapshots(mutants);
      synced = log.last();
    }
  }

  final Map<PartitionId, Files> replicas = new TreeMap<>();

  private record Pending(long since, long doneAt) {}

  private final World world;
  private final boolean slow;
  private final boolean strictTail;
  private long busyUntil;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private DiskLevel level = DiskLevel.ROOMY;
  private long fullUntil;
  private long held;
  private long slowUntil;
  private long slowNanos;

  /**
   * @param strictTail whether no log may be found with a torn tail but where a copy may be lost:
   *     nobody would decide for such copies
   */
  SimDisk(World world, boolean slow, boolean strictTail) {
    this.world = world;
    this.strictTail = strictTail;
    this.slow = slow;
  }

  /** Whether it is never slow unless it is made so. */
  boolean isSteady() {
    return !slow;
  }

  /** When work that is handed in now will be done: one thing after the other. */
  long finishOf(long fastest, long slowest) {
    long took = world.between(fastest, slowest);
    if (slow && world.chance(0.02)) {
      took += world.between(5 * World.MILLI, 100 * World.MILLI);
    }
    if (world.now() < fullUntil) {
      busyUntil = Math.max(busyUntil, fullUntil);
    }
    // Group commit: what comes while something is under way is done with the next round.
    if (world.now() < slowUntil && busyUntil - world.now() < slowNanos) {
      took += world.between(slowNanos / 2, slowNanos);
    }
    busyUntil = Math.max(busyUntil, world.now()) + took;
    pending.addLast(new Pending(world.now(), busyUntil));
    return busyUntil;
  }

  /** For a while everything takes so much longer. */
  void slowDown(long whileNanos, long byNanos) {
    slowUntil = world.now() + whileNanos;
    slowNanos = byNanos;
  }

  /** Made whole. */
  void heal() {
    slowUntil = 0;
    level = DiskLevel.ROOMY;
    fullUntil = 0;
  }

  /** Nothing is written from now on; it waits for room. The level is noticed some time later. */
  void fill(long whileNanos) {
    fullUntil = world.now() + whileNanos;
    held = Math.max(held, fullUntil);
  }

  /** What the tablet's gauge shows. */
  void levelIs(DiskLevel newLevel) {
    level = newLevel;
  }

  DiskLevel level() {
    return level;
  }

  /** How long the disk has owed its oldest answer; waiting for room does not count. */
  long oldestPendingNanos() {
    while (!pending.isEmpty() && pending.peekFirst().doneAt() <= world.now()) {
      pending.removeFirst();
    }
    return pending.isEmpty() || world.now() < held
        ? 0
        : world.now() - Math.max(held, pending.peekFirst().since());
  }

  /** Nothing is done for so long. Stalls do not add up: whoever heals the disk must see its end. */
  void stall(long nanos) {
    busyUntil = Math.max(busyUntil, world.now() + nanos);
  }

  /** What was written but not synced is kept up to some point, and gone after it. */
  void losePower() {
    busyUntil = 0;
    pending.clear();
    for (Files files : replicas.values()) {
      long kept = world.between(files.synced, files.log.last() + 1L);
      boolean torn = kept < files.log.last() && world.chance(0.5);
      files.cutAfter(kept);
      files.synced = kept;
      files.memoryLost |= !files.isSyncing();
      files.tailTorn |= files.isSyncing() && torn && !strictTail;
    }
  }

  /** The process is gone, the machine is not: the kernel still has what was written. */
  void loseProcess() {
    busyUntil = 0;
    pending.clear();
  }
}
