package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;

/**
 * The named writes that a partition has applied, as far back as {@link SessionLimits} say. Part of
 * the applied state: a function of the records alone, so that it is the same on every replica at
 * the same offset, and a new leader recognises what its predecessor answered.
 *
 * <p>A session that is not here may be a new one, or one that was forgotten, whose writes must not
 * be done again. The table can tell: it remembers the offset up to which it has forgotten anything,
 * and a session says behind which offset it began (see {@link WriteId#begunAfter}). No clock has a
 * part in that; clocks only decide how soon a session is forgotten.
 *
 * <p>A table of its own kind instead of a map: no objects but one entry and one array per session,
 * and nothing is allocated for a session that is known. About 130 bytes for a session of few
 * writes, 650 for one whose window is full.
 */
final class SessionTable {
  private static final int FIRST_BUCKETS = 16;

  private final SessionLimits limits;
  private SessionEntry[] buckets = new SessionEntry[FIRST_BUCKETS];
  private int size;

  /** Ends of the order by last write. */
  private SessionEntry eldest;

  private SessionEntry newest;
  private long forgottenUpTo;
  private long logTimeMillis;

  SessionTable(SessionLimits limits) {
    this.limits = limits;
  }

  /** How many sessions are remembered. */
  int size() {
    return size;
  }

  /** Highest offset at which a session that is forgotten may have written; 0 for none. */
  long forgottenUpTo() {
    return forgottenUpTo;
  }

  /** Highest time of a leader that the log has shown. */
  long logTimeMillis() {
    return logTimeMillis;
  }

  /**
   * What is known of a write: its answer, or one of the constants of {@link WriteAnswer}.
   *
   * @param id a named one
   */
  long find(WriteId id) {
    SessionEntry entry = entry(id.session());
    long known = answer(entry, id.seq());
    if (known != WriteAnswer.NONE) {
      return known;
    }
    long completeFrom = entry == null ? forgottenUpTo : entry.completeFrom;
    return id.begunAfter() < completeFrom ? WriteAnswer.FORGOTTEN : WriteAnswer.NONE;
  }

  /** What is known of a write that is in the log: never {@link WriteAnswer#FORGOTTEN}. */
  long find(SessionId session, long seq) {
    return answer(entry(session), seq);
  }

  private static long answer(SessionEntry entry, long seq) {
    if (entry == null) {
      return WriteAnswer.NONE;
    }
    return entry.isBelowWindow(seq) ? WriteAnswer.TOO_OLD : entry.answerOf(seq);
  }

  /**
   * Remembers the answer of a write that was applied just now.
   *
   * @param session not {@link SessionId#NONE}
   * @param seq one for which {@link #find} knew nothing
   * @param offset of its record
   * @param result what the engine made of it
   * @param leaderMillis highest time of a leader in the log up to this record
   */
  void applied(SessionId session, long seq, long offset, int result, long leaderMillis) {
    SessionEntry entry = entry(session);
    if (entry == null) {
      if (size == limits.maxSessions()) {
        forget(eldest);
      }
      entry = new SessionEntry(session.high(), session.low(), forgottenUpTo);
      insert(entry);
    } else {
      unlink(entry);
    }
    linkNewest(entry);
    entry.put(seq, WriteAnswer.of(offset, result));
    entry.lastOffset = offset;
    entry.lastMillis = Math.max(logTimeMillis, leaderMillis);
    // Last, so that the session that comes back after a long time is not forgotten for it.
    passTo(leaderMillis);
  }

  /** The time in the log has come to here: what was idle for too long is forgotten. */
  void passTo(long leaderMillis) {
    if (leaderMillis <= logTimeMillis) {
      return;
    }
    logTimeMillis = leaderMillis;
    while (eldest != null && logTimeMillis - eldest.lastMillis > limits.idleMillis()) {
      forget(eldest);
    }
  }

  /**
   * All of it, for a snapshot. A full table with full windows, 100,000 times 64 answers, makes 38
   * MB and takes some tenths of a second; 100,000 sessions of one write make 3 MB in 20 ms.
   */
  byte[] encode() {
    return SessionTableCodec.encode(this);
  }

  /**
   * Becomes the table that a snapshot holds.
   *
   * @param encoded what {@link #encode} made; empty for a table without sessions
   * @throws IllegalArgumentException when it is not what {@link #encode} made
   */
  void restore(byte[] encoded) {
    clear();
    SessionTableCodec.decodeInto(this, encoded);
  }

  // ---- for the codec

  SessionEntry eldest() {
    return eldest;
  }

  void begin(long newForgottenUpTo, long newLogTimeMillis) {
    forgottenUpTo = newForgottenUpTo;
    logTimeMillis = newLogTimeMillis;
  }

  /** Adds an entry that wrote later than all that are here. */
  void add(SessionEntry entry) {
    if (size == limits.maxSessions() || entry(new SessionId(entry.high, entry.low)) != null) {
      throw new IllegalArgumentException("too many sessions, or one of them twice");
    }
    insert(entry);
    linkNewest(entry);
  }

  // ---- structure

  private void clear() {
    buckets = new SessionEntry[FIRST_BUCKETS];
    size = 0;
    eldest = null;
    newest = null;
    forgottenUpTo = 0;
    logTimeMillis = 0;
  }

  private SessionEntry entry(SessionId session) {
    SessionEntry entry = buckets[bucket(session.high(), session.low())];
    while (entry != null && (entry.low != session.low() || entry.high != session.high())) {
      entry = entry.nextInBucket;
    }
    return entry;
  }

  private int bucket(long high, long low) {
    long mixed = (high ^ low) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & (buckets.length - 1);
  }

  private void insert(SessionEntry entry) {
    if (size >= buckets.length) {
      SessionEntry[] old = buckets;
      buckets = new SessionEntry[old.length * 2];
      for (SessionEntry first : old) {
        for (SessionEntry moving = first; moving != null; ) {
          SessionEntry next = moving.nextInBucket;
          hang(moving);
          moving = next;
        }
      }
    }
    hang(entry);
    size++;
  }

  private void hang(SessionEntry entry) {
    int bucket = bucket(entry.high, entry.low);
    entry.nextInBucket = buckets[bucket];
    buckets[bucket] = entry;
  }

  private void forget(SessionEntry entry) {
    // Those that go are the ones that wrote least recently, so this never falls.
    forgottenUpTo = Math.max(forgottenUpTo, entry.lastOffset);
    unlink(entry);
    int bucket = bucket(entry.high, entry.low);
    if (buckets[bucket] == entry) {
      buckets[bucket] = entry.nextInBucket;
    } else {
      SessionEntry before = buckets[bucket];
      while (before.nextInBucket != entry) {
        before = before.nextInBucket;
      }
      before.nextInBucket = entry.nextInBucket;
    }
    size--;
  }

  private void linkNewest(SessionEntry entry) {
    entry.older = newest;
    entry.newer = null;
    if (newest == null) {
      eldest = entry;
    } else {
      newest.newer = entry;
    }
    newest = entry;
  }

  private void unlink(SessionEntry entry) {
    if (entry.older == null) {
      eldest = entry.newer;
    } else {
      entry.older.newer = entry.newer;
    }
    if (entry.newer == null) {
      newest = entry.older;
    } else {
      entry.newer.older = entry.older;
    }
  }
}
