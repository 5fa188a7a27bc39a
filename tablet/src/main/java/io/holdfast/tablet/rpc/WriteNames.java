package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.protocol.openmldb.tablet.WriteName;

/** The names of writes on the wire. */
final class WriteNames {
  private WriteNames() {}

  /**
   * The name that a request carries; {@link WriteId#NONE} if it carries none, as those of
   * OpenMLDB's own clients do.
   *
   * @throws RefusedException when it is none that a client may use
   */
  static WriteId id(boolean present, WriteName name) throws RefusedException {
    if (!present) {
      return WriteId.NONE;
    }
    SessionId session = new SessionId(name.getSessionHigh(), name.getSessionLow());
    // Unsigned on the wire: what does not fit is negative here.
    if (session.equals(SessionId.NONE) || name.getSeq() < 1 || name.getBegunAfter() < 0) {
      throw new RefusedException(
          StatusCode.INVALID_PARAMETER,
          "write_name needs a session that is not zero and a seq from 1 to 2^63 - 1; session "
              + session
              + ", seq "
              + Long.toUnsignedString(name.getSeq())
              + ", begun_after "
              + Long.toUnsignedString(name.getBegunAfter()));
    }
    return new WriteId(session, name.getSeq(), name.getBegunAfter());
  }

  /** The answer that tells a client to begin a new session, and after what. */
  static Message forgotten(Message answerType, long begin) {
    Message.Builder answer =
        Refusal.of(
            StatusCode.SESSION_FORGOTTEN,
            "it was idle for an hour, or too many others wrote; read back whether the write"
                + " was done, unless this was the first request for it")
            .in(answerType)
            .toBuilder();
    return answer
        .setField(answer.getDescriptorForType().findFieldByName("session_begin"), begin)
        .build();
  }
}
