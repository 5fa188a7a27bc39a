package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.Member;
import java.util.function.ToLongFunction;

/**
 * Lets a learner that lacks nothing but the newest records draw level: the leader commits no
 * further than it until it can be taken as a member. Who is to be a member must hold all that is
 * committed, and while writes never cease, a leader that commits without it is always a little
 * ahead.
 *
 * <p>Not for long, since writes wait meanwhile: a learner that stops just then is given up, and
 * nothing is held for a while. Kafka has its high watermark wait in the same way for replicas that
 * have caught up and are not in its in-sync set yet.
 */
final class CommitHold {
  /** How much longer than a hold nothing is held after one that was for nothing. */
  private static final int REST_FACTOR = 10;

  private final long mostNanos;
  private Member awaited;
  private long since;
  private long restsUntil;

  CommitHold(long mostNanos, long now) {
    this.mostNanos = mostNanos;
    this.restsUntil = now;
  }

  /** This learner could be a member if it held what is committed. */
  void await(Member copy, long now) {
    if (awaited == null && now - restsUntil >= 0) {
      awaited = copy;
      since = now;
    }
  }

  /** To be called as time passes. */
  void look(long now) {
    if (awaited != null && now - since >= mostNanos) {
      giveUp(now);
    }
  }

  /** Nobody is waited for any more, and for a while nobody will be. */
  void giveUp(long now) {
    if (awaited != null) {
      awaited = null;
      restsUntil = now + REST_FACTOR * mostNanos;
    }
  }

  /** Another set was asked for: from now on that says who must hold what is committed. */
  void end() {
    awaited = null;
  }

  /**
   * How far the leader may commit.
   *
   * @param held what the members agree on
   * @param commit what is committed
   * @param match how far a copy is
   */
  long limit(long held, long commit, ToLongFunction<Member> match) {
    return awaited == null ? held : Math.min(held, Math.max(commit, match.applyAsLong(awaited)));
  }
}
