package io.holdfast.tablet.replication;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A log in memory, and snapshots of it, whose disk works when the test says so. */
final class FakeReplicaStore implements ReplicaStore {
  private static final String ALTERED = "altered ";

  /** A report that the disk owes. */
  record Sync(long generation, long offset) {}

  /** An order to fill added indexes. */
  record Fill(long term, int version, long behind) {}

  final List<Fill> fills = new ArrayList<>();

  final List<LogRecord> log = new ArrayList<>();
  final List<LogRecord> applied = new ArrayList<>();
  final List<LogRecord> skipped = new ArrayList<>();
  long logTimeMillis;
  final List<Long> cuts = new ArrayList<>();
  final Deque<Sync> owed = new ArrayDeque<>();
  private final ReplicaUid uid;
  private final TableSpec table;
  final boolean witness;
  private boolean isNew = true;
  private long opening = 1000;
  private ReplicaFlags flags = ReplicaFlags.NONE;
  private boolean broken;
  private Error termError;
  final FakeSnapshots snapshots = new FakeSnapshots(this);
  private long term;
  private long durable;

  /** The log begins behind this offset, whose record was of {@link #baseTerm}. */
  long base;

  long baseTerm;

  FakeReplicaStore(ReplicaUid uid, TableSpec table) {
    this(uid, table, false);
  }

  FakeReplicaStore(ReplicaUid uid, TableSpec table, boolean witness) {
    this.uid = uid;
    this.table = table;
    this.witness = witness;
  }

  /** What is found after a restart: the term, and what was synced. */
  FakeReplicaStore reopened() {
    FakeReplicaStore next = new FakeReplicaStore(uid, table, witness);
    next.isNew = false;
    next.term = term;
    next.base = base;
    next.baseTerm = baseTerm;
    next.log.addAll(log.subList(0, (int) (durable - base)));
    next.snapshots.takeOver(snapshots);
    next.durable = durable;
    next.flags = flags;
    next.opening = opening + 1000;
    return next;
  }

  /** Puts a durable log there, as an earlier life may have left it. */
  FakeReplicaStore holding(List<LogRecord> records) {
    log.addAll(records);
    durable = log.size();
    term = Math.max(term, log.isEmpty() ? 0 : log.get(log.size() - 1).term());
    return reopened();
  }

  void flag(ReplicaFlags.Flag flag) {
    flags = flags.with(flag);
  }

  /** From now on every append throws. */
  void breakDown() {
    broken = true;
  }

  /** From now on no term becomes durable: this is thrown instead. */
  void refuseTerms(Error error) {
    termError = error;
  }

  long durable() {
    return durable;
  }

  /** The terms of the records, in order. */
  List<Long> terms() {
    return log.stream().map(LogRecord::term).toList();
  }

  Sync syncOne() {
    Sync sync = owed.removeFirst();
    durable = Math.max(durable, Math.min(sync.offset(), base + log.size()));
    return sync;
  }

  @Override
  public ReplicaUid uid() {
    return uid;
  }

  @Override
  public boolean isWitness() {
    return witness;
  }

  @Override
  public TableSpec table() {
    return table;
  }

  @Override
  public long term() {
    return term;
  }

  @Override
  public TermHistory history() {
    List<TermHistory.Entry> entries = new ArrayList<>();
    long last = 0;
    for (LogRecord record : log) {
      if (record.term() != last) {
        last = record.term();
        entries.add(new TermHistory.Entry(last, record.offset()));
      }
    }
    return new TermHistory(entries, base, baseTerm, base + log.size());
  }

  /** Another log, empty, that goes on behind a snapshot. */
  void beginAnew(long offset, long ofTerm) {
    log.clear();
    owed.clear();
    base = offset;
    baseTerm = ofTerm;
    durable = offset;
  }

  /** Lets go of the records up to an offset. */
  void trim(long upTo) {
    if (upTo > base) {
      baseTerm = log.get((int) (upTo - base) - 1).term();
      log.subList(0, (int) (upTo - base)).clear();
      base = upTo;
    }
  }

  @Override
  public ReplicaFlags flags() {
    return flags;
  }

  @Override
  public long opening() {
    return opening;
  }

  @Override
  public void persistFlags(ReplicaFlags newFlags) {
    flags = newFlags;
  }

  @Override
  public boolean isNew() {
    return isNew;
  }

  @Override
  public void persistTerm(long newTerm) {
    if (termError != null) {
      throw termError;
    }
    term = newTerm;
  }

  @Override
  public void truncateAfter(long offset, String reason) {
    cuts.add(offset);
    log.subList((int) (offset - base), log.size()).clear();
    durable = Math.min(durable, offset);
  }

  @Override
  public void append(List<LogRecord> records, long durableBefore, long generation) {
    if (broken) {
      throw new IllegalStateException("the disk is gone");
    }
    log.addAll(records);
    owed.addLast(new Sync(generation, records.get(records.size() - 1).offset()));
  }

  @Override
  public List<LogRecord> read(long from, int maxBytes) {
    return from > durable
        ? List.of()
        : List.copyOf(log.subList((int) (from - base) - 1, (int) (durable - base)));
  }

  @Override
  public int apply(LogRecord record) {
    applied.add(record);
    return 1;
  }

  @Override
  public void skip(LogRecord record) {
    skipped.add(record);
  }

  @Override
  public long logTimeMillis() {
    return logTimeMillis;
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  @Override
  public int alterations() {
    int version = 0;
    for (LogRecord record : applied) {
      boolean alters = new String(record.payload(), UTF_8).startsWith(ALTERED);
      version = alters ? Math.max(version, record.payload()[ALTERED.length()]) : version;
    }
    return version;
  }

  @Override
  public void fill(long term, int version, long behind, List<NodeId> leaders) {
    fills.add(new Fill(term, version, behind));
  }

  @Override
  public int filled(long term) {
    return 0;
  }

  @Override
  public byte[] payload(Alterations alterations) {
    return (ALTERED + (char) alterations.version()).getBytes(UTF_8);
  }

  @Override
  public long rows() {
    return applied.size();
  }

  @Override
  public long bytes() {
    return 0;
  }
}
