package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * What a table asks of replication.
 *
 * @param replicas how many copies each partition shall have, the leader included
 * @param acks when a client is answered
 * @param minInsync writes are refused while fewer copies than this are in sync
 * @param reads how reads are served whose request does not say it
 * @param durability when a copy may acknowledge
 */
public record TableOptions(
    int replicas, AckMode acks, int minInsync, ReadMode reads, Durability durability) {
  public TableOptions {
    Objects.requireNonNull(acks);
    Objects.requireNonNull(reads);
    Objects.requireNonNull(durability);
    if (replicas < 1) {
      throw new IllegalArgumentException("a table needs at least one replica, not " + replicas);
    }
    if (minInsync < 1 || minInsync > replicas) {
      throw new IllegalArgumentException(
          "min_insync must be between 1 and the replica count " + replicas + ", not " + minInsync);
    }
  }

  /** With copies that acknowledge what their disks have confirmed. */
  public TableOptions(int replicas, AckMode acks, int minInsync, ReadMode reads) {
    this(replicas, acks, minInsync, reads, Durability.FSYNC);
  }

  /** Every copy in sync acknowledges, one surviving copy goes on serving. */
  public static TableOptions defaults(int replicas) {
    return new TableOptions(replicas, AckMode.ALL, 1, ReadMode.LEADER);
  }
}
