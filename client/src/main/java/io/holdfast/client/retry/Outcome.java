package io.holdfast.client.retry;

import java.util.Objects;

/**
 * What one attempt came to. Immutable.
 *
 * @param kind what is known
 * @param code the {@code code} of the answer; 0 unless {@code kind} is {@link Kind#ANSWERED}
 * @param leaderHint who leads, as {@code host:port}, as far as the answer said; else empty
 * @param retryAfterMillis how long the server asked to wait; 0 when it did not ask
 */
public record Outcome(Kind kind, int code, String leaderHint, long retryAfterMillis) {

  /** What is known of an attempt. */
  public enum Kind {
    /** An answer came. */
    ANSWERED,
    /** No server could be asked: no connection. */
    NOT_CONNECTED,
    /** Nothing was sent: a bound on this side, or the route knows no leader. */
    NOT_SENT,
    /** The server does not serve such a call, or could not read it. */
    REFUSED,
    /** The call was sent and no answer came: it may or may not have been done. */
    UNKNOWN
  }

  public Outcome {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(leaderHint);
    if (retryAfterMillis < 0) {
      throw new IllegalArgumentException("retryAfterMillis " + retryAfterMillis);
    }
  }

  /** An answer with this code and no advice. */
  public static Outcome answered(int code) {
    return answered(code, "", 0);
  }

  /** An answer with this code; an empty hint or a zero wait means that the server gave none. */
  public static Outcome answered(int code, String leaderHint, long retryAfterMillis) {
    return new Outcome(Kind.ANSWERED, code, leaderHint, retryAfterMillis);
  }

  public static Outcome notConnected() {
    return new Outcome(Kind.NOT_CONNECTED, 0, "", 0);
  }

  public static Outcome notSent() {
    return new Outcome(Kind.NOT_SENT, 0, "", 0);
  }

  public static Outcome refused() {
    return new Outcome(Kind.REFUSED, 0, "", 0);
  }

  public static Outcome unknown() {
    return new Outcome(Kind.UNKNOWN, 0, "", 0);
  }

  /** Whether the attempt may have been done although nobody can say so. */
  public boolean mayHaveHappened() {
    return kind == Kind.UNKNOWN
        || (kind == Kind.ANSWERED
            && (code == AnswerCode.REPLICATION_FAILED
                || code == AnswerCode.OUTCOME_UNKNOWN
                || code == AnswerCode.SEQ_TOO_OLD));
  }
}
