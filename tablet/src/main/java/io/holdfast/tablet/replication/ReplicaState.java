package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.Speaker;

/**
 * What the roles of one replica share: its identity, its term and the shape of its log. The term
 * and the log are durable, everything else is this process's.
 */
final class ReplicaState {
  final PartitionId partition;
  final NodeId self;
  final ReplicaUid uid;

  /** Whether this copy keeps the log only. */
  final boolean witness;

  /**
   * Whether the table has witnesses, so that log is let go of with care; see {@link WitnessCare}.
   */
  final boolean witnessed;

  final long incarnation;
  final ReplicationSettings settings;
  final Mutants mutants;
  final HostCondition host;
  final TransferCounters transfers;
  final SnapshotKeeper keeper;
  final TermHistory history;
  final Freshness freshness = new Freshness();

  /** The named writes among the applied records: state that the log makes, like the rows. */
  final SessionTable sessions;

  private ReplicaFlags flags;
  private long opening;
  private long term;
  private long commit;
  private long durable;
  private long generation;
  private long dispensable;
  private DiskLevel disk = DiskLevel.ROOMY;

  ReplicaState(
      PartitionId partition,
      NodeId self,
      ReplicaUid uid,
      boolean witness,
      boolean witnessed,
      long incarnation,
      long term,
      TermHistory history,
      ReplicaFlags flags,
      long opening,
      ReplicationSettings settings,
      Mutants mutants,
      HostCondition host,
      SnapshotStore snapshots,
      long now) {
    this.partition = partition;
    this.self = self;
    this.uid = uid;
    this.witness = witness;
    this.witnessed = witnessed;
    this.incarnation = incarnation;
    this.term = term;
    this.history = history;
    this.flags = flags;
    this.opening = opening;
    this.settings = settings;
    this.mutants = mutants;
    this.host = host;
    this.sessions = new SessionTable(settings.sessions());
    this.transfers = new TransferCounters(host.transfers());
    this.keeper = new SnapshotKeeper(this, snapshots, now);
    this.durable = history.lastOffset();
    // Nothing uncommitted is ever in a snapshot, or kept by an engine.
    this.commit = Math.max(keeper.newestOffset(), snapshots.restoredTo());
    // A log that was begun anew behind a snapshot of this copy's own, because it had lost records,
    // says nothing about what others have.
    boolean begunAnew = flags.has(Flag.AMNESIAC);
    this.dispensable =
        witness ? keeper.newestOffset() : begunAnew ? 0 : snapshots.firstLogOffset() - 1;
  }

  long term() {
    return term;
  }

  /** What is wrong with this copy. */
  ReplicaFlags flags() {
    return flags;
  }

  /** Number of the last time that this copy may have lost something, its opening included. */
  long opening() {
    return opening;
  }

  /** This copy, as it signs what it says. */
  Speaker speaker() {
    return new Speaker(uid, opening, flags, witness);
  }

  /** Something was found that is wrong with this copy; durable before anything of it is said. */
  void flag(Flag flag, Ready out) {
    flags = flags.with(flag);
    opening++;
    out.persistFlags = true;
  }

  /** How full the disk is that this copy lies on. */
  DiskLevel disk() {
    return disk;
  }

  void diskIs(DiskLevel level) {
    disk = level;
  }

  /** Nothing is wrong with this copy any more. */
  void clearFlags(Ready out) {
    if (!flags.isClean()) {
      flags = ReplicaFlags.NONE;
      out.persistFlags = true;
    }
  }

  long commit() {
    return commit;
  }

  /** Highest offset up to which the disk has confirmed the log. */
  long durable() {
    return durable;
  }

  /** Number of truncations so far: tells whether a disk's report is about this log. */
  long generation() {
    return generation;
  }

  void adoptTerm(long newTerm, Ready out) {
    if (newTerm <= term) {
      throw new IllegalStateException(partition + ": term " + newTerm + " after " + term);
    }
    term = newTerm;
    out.persistTerm = true;
  }

  void append(LogRecord record, Ready out) {
    history.append(record.term(), record.offset());
    out.appends.add(record);
  }

  void truncateAfter(long offset, String reason, Ready out) {
    if (offset < commit) {
      throw new DivergedException(
          partition + ": asked to cut committed records after " + offset + ", commit " + commit);
    }
    history.truncateAfter(offset);
    durable = Math.min(durable, offset);
    generation++;
    out.appends.removeIf(record -> record.offset() > offset);
    out.truncateAfter =
        out.truncateAfter == Ready.NOTHING ? offset : Math.min(out.truncateAfter, offset);
    out.truncateReason = reason;
  }

  /** A snapshot took the place of log and state. */
  void installed(SnapshotManifest manifest, Ready out) {
    if (manifest.offset() < commit && !lacks(Mutant.INSTALL_BELOW_COMMIT)) {
      throw new DivergedException(
          partition + ": a snapshot of " + manifest.offset() + " was installed, commit " + commit);
    }
    if (!lacks(Mutant.INSTALL_KEEPS_OLD_LOG)) {
      history.resetTo(manifest.offset(), manifest.term());
      durable = manifest.offset();
    }
    commit = manifest.offset();
    dispensable = commit;
    generation++;
    out.installed = manifest;
    transfers.installed();
  }

  /** The disk confirmed the log of this generation up to an offset. */
  boolean synced(long ofGeneration, long offset) {
    if (ofGeneration != generation || offset <= durable) {
      return false;
    }
    durable = Math.min(offset, history.lastOffset());
    return true;
  }

  /** Moves the commit offset up and has what became committed applied. */
  boolean commitTo(long offset, Ready out) {
    if (offset <= commit) {
      return false;
    }
    if (offset > history.lastOffset()) {
      throw new IllegalStateException(
          partition + ": commit " + offset + " past the log's end " + history.lastOffset());
    }
    commit = offset;
    if (!witness) {
      out.applyTo = commit;
    }
    return true;
  }

  /**
   * Highest offset up to which a witness's log is known to be dispensable: every copy of the data
   * that counts, or ever will, has it. No log in a partition with witnesses begins beyond it.
   */
  long dispensable() {
    return dispensable;
  }

  /**
   * No witness's log is needed up to a committed record that this copy has. Passing over it is all
   * that a witness applies, so that its snapshots, which hold nothing, let go of just that.
   */
  void letGo(long offset, Ready out) {
    commitTo(offset, out);
    if (offset > dispensable) {
      dispensable = offset;
      if (witness) {
        out.applyTo = offset;
      }
    }
  }

  boolean lacks(Mutant rule) {
    return mutants.has(rule);
  }
}
