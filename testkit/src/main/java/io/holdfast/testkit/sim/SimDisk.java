package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tablet's disk: survives its process, but keeps through a power cut only what was synced. */
final class SimDisk {
  /** One replica's directory. */
  static final class Files {
    final ReplicaUid uid;
    final TableSpec table;
    final List<LogRecord> log = new ArrayList<>();
    long term;
    ReplicaFlags flags = ReplicaFlags.NONE;
    int synced;

    Files(ReplicaUid uid, TableSpec table) {
      this.uid = uid;
      this.table = table;
    }

    /** Whether the record at an offset is safe from anything but the loss of the disk. */
    boolean holdsDurably(long offset, long ofTerm) {
      return offset <= synced && log.get((int) offset - 1).term() == ofTerm;
    }
  }

  final Map<PartitionId, Files> replicas = new TreeMap<>();
  private final World world;
  private final boolean slow;
  private long busyUntil;
  private long slowUntil;
  private long slowNanos;

  SimDisk(World world, boolean slow) {
    this.world = world;
    this.slow = slow;
  }

  /** When work that is handed in now will be done: one thing after the other. */
  long finishOf(long fastest, long slowest) {
    long took = world.between(fastest, slowest);
    if (slow && world.chance(0.02)) {
      took += world.between(5 * World.MILLI, 100 * World.MILLI);
    }
    // Group commit: what comes while something is under way is done with the next round.
    if (world.now() < slowUntil && busyUntil - world.now() < slowNanos) {
      took += world.between(slowNanos / 2, slowNanos);
    }
    busyUntil = Math.max(busyUntil, world.now()) + took;
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
  }

  void stall(long nanos) {
    busyUntil = Math.max(busyUntil, world.now()) + nanos;
  }

  /** What was written but not synced is kept up to some point, and gone after it. */
  void losePower() {
    busyUntil = 0;
    for (Files files : replicas.values()) {
      int kept = (int) world.between(files.synced, files.log.size() + 1L);
      files.log.subList(kept, files.log.size()).clear();
      files.synced = kept;
    }
  }

  /** The process is gone, the machine is not: the kernel still has what was written. */
  void loseProcess() {
    busyUntil = 0;
  }
}
