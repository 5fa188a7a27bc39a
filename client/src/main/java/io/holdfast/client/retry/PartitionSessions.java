package io.holdfast.client.retry;

import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The sessions under which one client writes to one partition: names each write, and sees to it
 * that no session has so many under way that the tablets could forget the oldest.
 *
 * <p>Deterministic: time comes in, chance comes from the supplier. Not thread-safe.
 */
public final class PartitionSessions {
  /** Writes of a session that may be under way at a time: as many as the tablets remember. */
  public static final int WINDOW = 64;

  /** Sessions that may be in use at a time. */
  static final int MAX_SESSIONS = 128;

  /** Half the time after which the tablets forget a session that writes nothing. */
  static final long RENEW_AFTER_MILLIS = 30 * 60_000L;

  /** A write that is under way under its name. */
  public static final class Ticket {
    private final Session session;
    private final WriteId id;
    private boolean ended;

    private Ticket(Session session, WriteId id) {
      this.session = session;
      this.id = id;
    }

    public WriteId id() {
      return id;
    }
  }

  private static final class Session {
    final SessionId id;
    final long begunAfter;
    long usedAtMillis;
    private long nextSeq = 1;

    /** Bit i: the write nextSeq - 1 - i is under way. */
    private long underWay;

    Session(SessionId id, long begunAfter) {
      this.id = id;
      this.begunAfter = begunAfter;
    }

    boolean hasRoom() {
      // The highest bit is the oldest that the tablets remember; one more number pushes it out.
      return underWay >= 0;
    }

    boolean isIdle() {
      return underWay == 0;
    }

    long next() {
      underWay = underWay << 1 | 1;
      return nextSeq++;
    }

    void end(long seq) {
      underWay &= ~(1L << (nextSeq - 1 - seq));
    }
  }

  private final Supplier<SessionId> ids;
  private final List<Session> sessions = new ArrayList<>();
  private long begunAfter;

  /**
   * @param ids draws 128 random bits, never the same twice
   */
  public PartitionSessions(Supplier<SessionId> ids) {
    this.ids = Objects.requireNonNull(ids);
  }

  /**
   * Names a new write.
   *
   * @return null when too many are under way
   */
  public Ticket begin(long nowMillis) {
    sessions.removeIf(session -> isStale(session, nowMillis));
    Session chosen = null;
    for (int i = 0; i < sessions.size() && chosen == null; i++) {
      chosen = sessions.get(i).hasRoom() ? sessions.get(i) : null;
    }
    if (chosen == null) {
      if (sessions.size() == MAX_SESSIONS) {
        return null;
      }
      chosen = new Session(ids.get(), begunAfter);
      sessions.add(chosen);
    }
    chosen.usedAtMillis = nowMillis;
    return new Ticket(chosen, new WriteId(chosen.id, chosen.next(), chosen.begunAfter));
  }

  /** A write has ended, well or not: its name is not sent any more. */
  public void end(Ticket ticket, long nowMillis) {
    if (!ticket.ended) {
      ticket.ended = true;
      ticket.session.end(ticket.id.seq());
      ticket.session.usedAtMillis = nowMillis;
    }
  }

  /**
   * A tablet does not know the session of a write any more, or none like it: no other write is
   * named by it.
   *
   * @param newBegunAfter what the tablet said that a new session has begun after
   */
  public void forgotten(Ticket ticket, long newBegunAfter) {
    sessions.remove(ticket.session);
    // As it says, even if it is less than before: an operator may have given up the newest writes.
    begunAfter = newBegunAfter;
  }

  /** Whether nothing is lost when this is thrown away. */
  public boolean isIdle(long nowMillis) {
    return sessions.stream().allMatch(session -> isStale(session, nowMillis));
  }

  private static boolean isStale(Session session, long nowMillis) {
    return session.isIdle() && nowMillis - session.usedAtMillis > RENEW_AFTER_MILLIS;
  }
}
