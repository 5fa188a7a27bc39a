package io.holdfast.client.call;

import io.holdfast.client.retry.PartitionSessions;
import io.holdfast.client.retry.PartitionSessions.Ticket;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Names the writes of one client, each partition's in sessions of its own, so that tablets
 * recognise a write that they are sent again. Thread-safe.
 */
public final class WriteNames {
  /** Partitions above which those that were not written to for long are looked for. */
  private static final int MANY_PARTITIONS = 4096;

  private final Clock clock;
  private final Supplier<SessionId> ids;
  private final Map<PartitionId, PartitionSessions> partitions = new HashMap<>();

  /**
   * @param ids draws the ids of sessions: 128 random bits each, not all zero
   */
  public WriteNames(Clock clock, Supplier<SessionId> ids) {
    this.clock = Objects.requireNonNull(clock);
    this.ids = Objects.requireNonNull(ids);
  }

  /** Draws ids that no other client draws, whatever machine it runs on. */
  public static Supplier<SessionId> randomIds() {
    SecureRandom random = new SecureRandom();
    return () -> {
      SessionId id = SessionId.NONE;
      while (id.equals(SessionId.NONE)) {
        id = new SessionId(random.nextLong(), random.nextLong());
      }
      return id;
    };
  }

  /** The name of a new write; null when too many are under way. */
  synchronized Ticket begin(PartitionId partition) {
    PartitionSessions sessions = partitions.get(partition);
    if (sessions == null) {
      if (partitions.size() >= MANY_PARTITIONS) {
        partitions.values().removeIf(idle -> idle.isIdle(nowMillis()));
      }
      sessions = new PartitionSessions(ids);
      partitions.put(partition, sessions);
    }
    return sessions.begin(nowMillis());
  }

  /** A write has ended, and will not be sent again under this name. */
  synchronized void end(PartitionId partition, Ticket ticket) {
    PartitionSessions sessions = partitions.get(partition);
    if (sessions != null) {
      sessions.end(ticket, nowMillis());
    }
  }

  /** The session of this name is not known any more; the name is not used any more either. */
  synchronized void forgotten(PartitionId partition, Ticket ticket, long sessionBegin) {
    PartitionSessions sessions = partitions.get(partition);
    if (sessions != null) {
      sessions.end(ticket, nowMillis());
      sessions.forgotten(ticket, sessionBegin);
    }
  }

  private long nowMillis() {
    return clock.nanoTime() / 1_000_000;
  }

  static WriteName onWire(WriteId id) {
    return WriteName.newBuilder()
        .setSessionHigh(id.session().high())
        .setSessionLow(id.session().low())
        .setSeq(id.seq())
        .setBegunAfter(id.begunAfter())
        .build();
  }
}
