package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * One record of a partition's replicated log.
 *
 * <p>Two replicas that hold a record of the same term at the same offset hold the same record: the
 * leader of a term writes each of its offsets once. Immutable; the payload array must not be
 * changed after it was handed over.
 *
 * @param term the leadership that wrote the record, from 1
 * @param offset position in the log, from 1, without gaps
 * @param type what the payload is
 * @param session the client session that asked for the write; {@link SessionId#NONE} when none did
 * @param seq number of the write within its session; 0 without a session
 * @param payload the write itself, opaque to replication; empty for a {@link Type#TERM_START}
 */
public record LogRecord(
    long term, long offset, Type type, SessionId session, long seq, byte[] payload) {

  /** What a record's payload is. The code is what stands on disk and on the wire. */
  public enum Type {
    /** The first record of a leadership. Carries no write; once committed, the leader is active. */
    TERM_START(1),
    /** A client's write, encoded as {@code holdfast.WriteOp}. */
    WRITE(2);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    /** The number on disk and on the wire; fits in one unsigned byte and never changes. */
    public int code() {
      return code;
    }

    /**
     * The type with this code.
     *
     * @throws IllegalArgumentException when no type has it
     */
    public static Type ofCode(int code) {
      return switch (code) {
        case 1 -> TERM_START;
        case 2 -> WRITE;
        default -> throw new IllegalArgumentException("unknown log record type " + code);
      };
    }
  }

  private static final byte[] NO_PAYLOAD = new byte[0];

  public LogRecord {
    Objects.requireNonNull(type);
    Objects.requireNonNull(session);
    Objects.requireNonNull(payload);
    if (term < 1 || offset < 1) {
      throw new IllegalArgumentException("term and offset start at 1: " + term + ", " + offset);
    }
  }

  /** The record with which a leader opens its term. */
  public static LogRecord termStart(long term, long offset) {
    return new LogRecord(term, offset, Type.TERM_START, SessionId.NONE, 0, NO_PAYLOAD);
  }

  @Override
  public String toString() {
    return type + "(" + term + ":" + offset + ", " + payload.length + " bytes)";
  }
}
