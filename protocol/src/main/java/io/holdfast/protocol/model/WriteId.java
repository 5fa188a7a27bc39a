package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * Names one write to one partition for ever, so that it is done once however often it is sent.
 *
 * @param session of the client; {@link SessionId#NONE} for a write without a name
 * @param seq number of the write within the session and the partition, from 1; 0 without a name
 * @param begunAfter an offset that the partition had committed before the first write of the
 *     session was sent to it, as a tablet told the client; 0 when it was told none. Every record of
 *     the session lies behind it, so a replica that forgot older sessions only knows that this is
 *     none of them
 */
public record WriteId(SessionId session, long seq, long begunAfter) {
  /** A write that cannot be recognised when it is repeated. */
  public static final WriteId NONE = new WriteId(SessionId.NONE, 0, 0);

  public WriteId {
    Objects.requireNonNull(session);
    boolean named = !session.equals(SessionId.NONE);
    if (named ? seq < 1 : seq != 0) {
      throw new IllegalArgumentException("write " + seq + " of session " + session);
    }
    if (begunAfter < 0) {
      throw new IllegalArgumentException("session begun after offset " + begunAfter);
    }
  }

  /** Whether it can be recognised. */
  public boolean isNamed() {
    return seq != 0;
  }

  @Override
  public String toString() {
    return isNamed() ? session + "/" + seq : "unnamed";
  }
}
