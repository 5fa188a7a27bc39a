package io.holdfast.protocol.model;

/**
 * A client session: 128 random bits that the client drew. Together with a sequence number it names
 * one write for ever.
 */
public record SessionId(long high, long low) {
  /** The absence of a session: such a write cannot be recognised when it is repeated. */
  public static final SessionId NONE = new SessionId(0, 0);

  @Override
  public String toString() {
    return String.format("%016x%016x", high, low);
  }
}
