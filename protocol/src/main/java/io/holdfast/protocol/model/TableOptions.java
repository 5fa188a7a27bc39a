package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * What a table asks of replication.
 *
 * @param replicas how many copies of the data each partition shall have, the leader included
 * @param acks when a client is answered
 * @param minInsync writes are refused while fewer copies of the data than this are in sync
 * @param reads how reads are served whose request does not say it
 * @param durability when a copy may acknowledge
 * @param witnesses how many members besides keep the log only: 0 or 1
 */
public record TableOptions(
    int replicas,
    AckMode acks,
    int minInsync,
    ReadMode reads,
    Durability durability,
    int witnesses) {
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
    if (witnesses < 0 || witnesses > 1) {
      throw new IllegalArgumentException(
          "witnesses must be 0 or 1, not " + witnesses + ": one makes an even number odd");
    }
    if (witnesses == 1 && replicas % 2 != 0) {
      throw new IllegalArgumentException(
          "a witness makes no sense beside "
              + replicas
              + " replicas: it is for an even number of them, 2 above all. With an odd number"
              + " it lets no more members fail, and one replica it cannot replace");
    }
  }

  /** Without a witness. */
  public TableOptions(
      int replicas, AckMode acks, int minInsync, ReadMode reads, Durability durability) {
    this(replicas, acks, minInsync, reads, durability, 0);
  }

  /** With copies that acknowledge what their disks have confirmed. */
  public TableOptions(int replicas, AckMode acks, int minInsync, ReadMode reads) {
    this(replicas, acks, minInsync, reads, Durability.FSYNC);
  }

  /** The same with so many copies of the data. */
  public TableOptions withReplicas(int count) {
    return new TableOptions(count, acks, minInsync, reads, durability, witnesses);
  }

  /** The same with so many witnesses. */
  public TableOptions withWitnesses(int count) {
    return new TableOptions(replicas, acks, minInsync, reads, durability, count);
  }

  /** How many members a partition's in-sync set has when it is complete. */
  public int voters() {
    return replicas + witnesses;
  }

  /** Every copy in sync acknowledges, one surviving copy goes on serving. */
  public static TableOptions defaults(int replicas) {
    return new TableOptions(replicas, AckMode.ALL, 1, ReadMode.LEADER);
  }
}
