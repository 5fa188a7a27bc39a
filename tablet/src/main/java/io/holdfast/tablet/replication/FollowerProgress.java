package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Speaker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What a leader knows about one other replica: how far it is, and what is on its way to it.
 *
 * <p>{@code PROBE}: the leader looks for the end of the common log with one empty append at a time.
 * {@code STREAM}: the logs match, records flow without waiting for answers, up to the window. A
 * refusal, a closed connection or silence leads back to {@code PROBE}. {@code SNAPSHOT}: the
 * leader's log does not go back to where the other one ends; a snapshot is on its way, see {@link
 * SnapshotSends}.
 */
final class FollowerProgress {
  enum Phase {
    PROBE,
    STREAM,
    SNAPSHOT
  }

  private record InFlight(long upTo, long bytes) {}

  private static final long NEVER = Long.MIN_VALUE;

  /** Of something that answers nothing that has a time. */
  static final long UNKNOWN_TIME = Long.MIN_VALUE;

  /** How many openings a copy has that are remembered; messages of older ones are long gone. */
  private static final int PAST_OPENINGS = 8;

  private final NodeId tablet;
  private ReplicaUid uid = ReplicaUid.UNKNOWN;
  private ReplicaFlags flags = ReplicaFlags.NONE;
  private boolean witness;
  private long letGo = NEVER;
  private long toldDispensable;
  private long notedDispensable;
  private long opening;
  private long openingHeardAt;
  private final List<Long> pastOpenings = new ArrayList<>();
  private long resyncTo = NEVER;
  private long recallable;
  private long untrustedSince;
  private Phase phase = Phase.PROBE;
  private long match;
  private long next;
  private long sentAt = NEVER;
  private long heardAt;
  private long behindSince;
  private boolean behind;
  private long promiseSentAt = NEVER;
  private long commitTold;
  private boolean closed;
  private final ArrayDeque<InFlight> inFlight = new ArrayDeque<>();
  private long inFlightBytes;

  private final LatencyProbe latency;
  private DiskLevel disk = DiskLevel.ROOMY;

  /**
   * @param latencyNanos over how long its answers are measured
   */
  FollowerProgress(NodeId tablet, long lastOffset, long latencyNanos, long now) {
    this.tablet = tablet;
    this.latency = new LatencyProbe(latencyNanos);
    this.next = lastOffset + 1;
    this.heardAt = now;
    this.behindSince = now;
  }

  NodeId tablet() {
    return tablet;
  }

  Phase phase() {
    return phase;
  }

  /** Highest offset that the copy with {@link #uid} holds durably and equal to the leader's. */
  long match() {
    return match;
  }

  ReplicaUid uid() {
    return uid;
  }

  long next() {
    return next;
  }

  long commitTold() {
    return commitTold;
  }

  /** Whether the copy says that it keeps the log only. */
  boolean isWitness() {
    return witness;
  }

  /** The witness was told that nobody needs its log up to an offset. */
  void toldDispensable(long offset) {
    toldDispensable = Math.max(toldDispensable, offset);
  }

  /** What a copy of the data was told of that by this leader, in this opening. */
  long notedDispensable() {
    return notedDispensable;
  }

  void noteDispensable(long offset) {
    notedDispensable = offset;
  }

  /** The witness has heard, in this opening, up to where its log may be gone. */
  void letGo(long upTo) {
    letGo = Math.max(letGo, upTo);
  }

  /** Whether the witness has said that it knows of everything that it was told is dispensable. */
  boolean hasLetGoAsTold() {
    return letGo != NEVER && letGo >= toldDispensable;
  }

  /** Highest offset up to which the witness's log may be gone, as far as it has said so. */
  long letGo() {
    return letGo;
  }

  /** From a record's being sent to the answer that the copy has it on disk. */
  LatencyProbe latency() {
    return latency;
  }

  boolean isClosed() {
    return closed;
  }

  /** What is wrong with the copy, as far as it has said. */
  ReplicaFlags flags() {
    return flags;
  }

  /** In which opening the copy speaks; see {@link Speaker}. */
  long opening() {
    return opening;
  }

  /**
   * Something arrived from a copy. Another copy, or one that was opened anew, is asked again for
   * everything: what was on disk then need not be there now.
   *
   * @param saidAfter when, on this clock, the copy certainly had not said it yet: what it answers
   *     was sent then; {@link #UNKNOWN_TIME} when that is not known
   * @param lastOffset where to begin to look for the end of the common log
   * @return false when the copy has been opened anew since it said this, so that it is void
   */
  boolean heard(Speaker speaker, long saidAfter, long lastOffset, long now) {
    boolean another = !speaker.uid().equals(uid);
    if (another || speaker.opening() != opening) {
      if (pastOpenings.contains(speaker.opening())) {
        // The first that was heard of an opening may be late: then it took the place of the one
        // that came after it, which shows by living on.
        if (saidAfter == UNKNOWN_TIME || saidAfter - openingHeardAt <= 0) {
          return false;
        }
        pastOpenings.removeIf(past -> past == speaker.opening());
      }
      openingHeardAt = now;
      if (uid.isKnown()) {
        rememberOpening();
      }
      opening = speaker.opening();
      recallable = another ? 0 : Math.max(recallable, match);
      resyncTo = NEVER;
      untrustedSince = now;
      match = 0;
      letGo = NEVER;
      notedDispensable = 0;
      promiseSentAt = NEVER;
      probeAgain();
      next = lastOffset + 1;
    }
    uid = speaker.uid();
    flags = speaker.flags();
    witness = speaker.witness();
    heardAt = now;
    closed = false;
    return true;
  }

  /**
   * The copy answers, in this opening, what was asked at a time. If that was after the opening that
   * is taken for the present one was heard last, then it is the other way round: an even older
   * message had come late, and this is the opening that lives.
   */
  void answered(Speaker speaker, long askedAt) {
    if (speaker.opening() != opening && askedAt - heardAt >= 0) {
      pastOpenings.remove(speaker.opening());
    }
  }

  private void rememberOpening() {
    pastOpenings.add(opening);
    if (pastOpenings.size() > PAST_OPENINGS) {
      pastOpenings.remove(0);
    }
  }

  /** Highest offset that the copy with {@link #uid} ever acknowledged to this leader. */
  long recallable() {
    return Math.max(recallable, match);
  }

  /** Whether the copy can be counted on: what it held when it said so, it holds. */
  boolean isTrusted() {
    return flags.isTrusted();
  }

  /** For how long the copy has not been trusted; 0 while it is. */
  long untrustedNanos(long now) {
    return flags.isTrusted() ? 0 : now - untrustedSince;
  }

  /**
   * How far the copy must hold the log to have lost nothing that counts.
   *
   * @param lastOffset end of the log now; the first call since the copy said that it may have lost
   *     something decides
   */
  long resyncTo(long lastOffset) {
    if (resyncTo == NEVER) {
      resyncTo = lastOffset;
    }
    return resyncTo;
  }

  /** The copy holds everything up to this offset. */
  void matched(long offset, long lastOffset, long now) {
    if (offset > match) {
      match = offset;
      behindSince = now;
    }
    latency.reached(match, now);
    while (!inFlight.isEmpty() && inFlight.peekFirst().upTo() <= match) {
      inFlightBytes -= inFlight.removeFirst().bytes();
    }
    if (phase == Phase.PROBE) {
      phase = Phase.STREAM;
      next = match + 1;
    } else {
      next = Math.max(next, match + 1);
    }
    behind = match < lastOffset;
  }

  /** The copy's log does not continue at the probe; look further back. */
  void refused(long newNext) {
    probeAgain();
    next = Math.max(match + 1, newNext);
  }

  /** What it could not have said while the leader was not listening is not held against it. */
  void excuse(long now) {
    heardAt = now;
    behindSince = now;
    latency.forget();
  }

  /** What the copy last said of its tablet's disk. */
  DiskLevel disk() {
    return disk;
  }

  void diskIs(DiskLevel level) {
    disk = level;
  }

  void promised(long sentNanos) {
    if (promiseSentAt == NEVER || sentNanos - promiseSentAt > 0) {
      promiseSentAt = sentNanos;
    }
  }

  /** Whether a promise asked for less than {@code ageNanos} ago was given. */
  boolean promisedWithin(long ageNanos, long now) {
    return promiseSentAt != NEVER && now - promiseSentAt < ageNanos;
  }

  /** Whether a promise that was asked for at this time or later was given. */
  boolean promisedSince(long sentNanos) {
    return promiseSentAt != NEVER && promiseSentAt - sentNanos >= 0;
  }

  void connectionClosed() {
    closed = true;
    probeAgain();
  }

  /** The leader's log begins behind what the copy needs next. */
  void needsSnapshot() {
    probeAgain();
    phase = Phase.SNAPSHOT;
  }

  /** The copy holds the log up to this offset, or so it seems. */
  void probeFrom(long newNext) {
    probeAgain();
    next = Math.max(next, newNext);
  }

  void probeAgain() {
    phase = Phase.PROBE;
    if (match > 0) {
      next = match + 1;
    }
    sentAt = NEVER;
    inFlight.clear();
    inFlightBytes = 0;
    latency.forget();
  }

  /** A probe is on its way. */
  void probed(long commit, long now) {
    commitTold = commit;
    sentAt = now;
  }

  /** Records up to an offset are on their way. */
  void streamed(long upTo, long bytes, long commit, long now) {
    inFlight.addLast(new InFlight(upTo, bytes));
    inFlightBytes += bytes;
    latency.began(upTo, now);
    next = upTo + 1;
    commitTold = commit;
    sentAt = now;
  }

  /** Whether more records may be put on the way. */
  boolean hasRoom(int windowRecords, int windowBytes) {
    return next - match <= windowRecords && inFlightBytes < windowBytes;
  }

  void toldCommit(long commit) {
    commitTold = commit;
  }

  boolean sentWithin(long nanos, long now) {
    return sentAt != NEVER && now - sentAt < nanos;
  }

  /** A record was appended that the copy does not have. */
  void fallsBehind(long now) {
    if (!behind) {
      behind = true;
      behindSince = now;
    }
  }

  /** For how long the copy has owed an acknowledgement; 0 when it owes none. */
  long owesNanos(long now) {
    return behind ? now - behindSince : 0;
  }

  long silentNanos(long now) {
    return now - heardAt;
  }
}
