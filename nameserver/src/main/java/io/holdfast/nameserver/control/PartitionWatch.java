package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.ElectionPlanner.Basis;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the active nameserver has seen of one partition and would not need to remember: a successor
 * sees it again, since everything is repeated.
 */
final class PartitionWatch {
  /** Why a partition's record becomes another one. */
  enum Cause {
    /** A leader's request, or a wish that has ended. */
    ORDINARY,
    /** The leader is gone, or was asked to make way without doing so. */
    LEADER_LOST,
    /** The leader has made way for its successor. */
    PREPARED,
    /** The leader reaches nobody. */
    CUT_OFF
  }

  private record SilenceSeen(Silence silence, long at) {}

  static final long NEVER = Long.MIN_VALUE;

  private final Map<NodeId, Fenced> answers = new TreeMap<>();
  private final Map<NodeId, SilenceSeen> silences = new TreeMap<>();
  private long term = -1;
  private long version = -1;
  private Basis basis = Basis.NONE;
  private long basisSince = NEVER;
  private long suspectSince = NEVER;
  private long orderedAt = NEVER;
  private long advisedAt = NEVER;
  private long queriedAt = NEVER;
  private long namedAt = NEVER;
  private ElectionPlanner.Missing missing;
  private final TransferWatch transfer = new TransferWatch();
  private ChangeMembers request;
  private final ReachWatch reach = new ReachWatch();
  private NodeId passedOver;
  private long passedOverTerm = -1;
  private long passedOverUntil;
  private Cause cause = Cause.ORDINARY;

  /** Forgets what was about earlier terms; a new version makes every order due at once. */
  void enter(PartitionRecord record) {
    if (record.version() != version) {
      version = record.version();
      orderedAt = NEVER;
      advisedAt = NEVER;
    }
    if (record.term() != term) {
      term = record.term();
      answers.clear();
      silences.clear();
      basis = Basis.NONE;
      basisSince = NEVER;
      suspectSince = NEVER;
      queriedAt = NEVER;
      namedAt = NEVER;
      missing = null;
      request = null;
      reach.reset();
      transfer.enterTerm(term);
    }
  }

  void answered(NodeId from, Fenced answer) {
    answers.put(from, answer);
  }

  /**
   * Forgets what was answered by processes that have ended since, so that those who came after them
   * are asked. A log's last records may have been lost with the process, and an election must not
   * wait for a log that nobody has.
   */
  void forgetEarlierLives(TabletRegistry tablets) {
    answers
        .entrySet()
        .removeIf(answer -> tablets.hasEnded(answer.getKey(), answer.getValue().incarnation()));
  }

  Map<NodeId, Fenced> answers() {
    return Collections.unmodifiableMap(answers);
  }

  /** For how long the answers have allowed just this; starts to count when that changes. */
  long sufficientNanos(Basis newBasis, long now) {
    if (newBasis != basis || basisSince == NEVER) {
      basis = newBasis;
      basisSince = now;
    }
    return now - basisSince;
  }

  void silent(NodeId from, Silence silence, long now) {
    silences.put(from, new SilenceSeen(silence, now));
  }

  /** Whether a voter said, not long ago, that it does not hear the leader of the present term. */
  boolean saysSilent(NodeId voter, long silenceNanos, long freshNanos, long now) {
    SilenceSeen seen = silences.get(voter);
    if (seen == null || now - seen.at() > freshNanos) {
      return false;
    }
    Silence silence = seen.silence();
    return silence.term() <= term && (silence.closed() || silence.silentNanos() > silenceNanos);
  }

  void suspected(long now) {
    if (suspectSince == NEVER) {
      suspectSince = now;
    }
  }

  void cleared() {
    suspectSince = NEVER;
    silences.clear();
  }

  boolean isSuspected() {
    return suspectSince != NEVER;
  }

  long suspectNanos(long now) {
    return suspectSince == NEVER ? 0 : now - suspectSince;
  }

  /** Whether an order was due again; notes that it is given now. */
  boolean orderDue(long everyNanos, long now) {
    if (orderedAt != NEVER && now - orderedAt < everyNanos) {
      return false;
    }
    orderedAt = now;
    return true;
  }

  boolean queryDue(long everyNanos, long now) {
    if (queriedAt != NEVER && now - queriedAt < everyNanos) {
      return false;
    }
    queriedAt = now;
    return true;
  }

  boolean adviceDue(long everyNanos, long now) {
    if (advisedAt != NEVER && now - advisedAt < everyNanos) {
      return false;
    }
    advisedAt = now;
    return true;
  }

  /** For how long the present leader has been named; starts to count when first asked. */
  long namedNanos(long now) {
    if (namedAt == NEVER) {
      namedAt = now;
    }
    return now - namedAt;
  }

  /** What the present term's candidate has to copy before it may be named; null for nothing. */
  ElectionPlanner.Missing missing() {
    return missing;
  }

  void missing(ElectionPlanner.Missing newMissing) {
    missing = newMissing;
  }

  /** Who reaches whom, while that is being asked. */
  ReachWatch reach() {
    return reach;
  }

  /** A term's election is to do without this tablet, which was found to be cut off, if it can. */
  void passOver(NodeId tablet, long inTerm, long until) {
    passedOver = tablet;
    passedOverTerm = inTerm;
    passedOverUntil = until;
  }

  /** Whom the present term's election is to do without; null for nobody. */
  NodeId passedOver(long now) {
    return passedOverTerm == term && now - passedOverUntil < 0 ? passedOver : null;
  }

  /** The planned change of leader that is under way, if there is one. */
  TransferWatch transfer() {
    return transfer;
  }

  void because(Cause newCause) {
    cause = newCause;
  }

  /** Why the next state that was decided last is what it is. */
  Cause cause() {
    return cause;
  }

  void request(ChangeMembers newRequest) {
    request = newRequest;
  }

  /** The leader's open request; null when there is none. */
  ChangeMembers request() {
    return request;
  }
}
