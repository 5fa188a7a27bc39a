package io.holdfast.tablet.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;

/**
 * Why a request was not done, and what to do about it.
 *
 * @param code see {@link StatusCode}
 * @param message for people
 * @param leader whom to ask instead; empty when nobody is known
 * @param retryAfterMillis how long to wait before repeating here; 0 when that is of no use
 * @param version newest offset that the refusing replica has applied; 0 when there is none
 */
record Refusal(int code, String message, String leader, int retryAfterMillis, long version) {
  Refusal(int code, String message, String leader, int retryAfterMillis) {
    this(code, message, leader, retryAfterMillis, 0);
  }

  static Refusal of(StatusCode code, String detail) {
    return new Refusal(
        code.number(), code.words() + (detail.isEmpty() ? "" : ": " + detail), "", 0);
  }

  static Refusal repeat(StatusCode code, String detail, int retryAfterMillis) {
    Refusal plain = of(code, detail);
    return new Refusal(plain.code, plain.message, "", retryAfterMillis);
  }

  static Refusal notLeader(String leader) {
    return askLeader(StatusCode.NOT_LEADER, "", leader);
  }

  static Refusal askLeader(StatusCode code, String detail, String leader) {
    Refusal plain = of(code, detail);
    return new Refusal(plain.code, plain.message, leader, 0);
  }

  /** The same, from a replica that has applied so much. */
  Refusal at(long applied) {
    return new Refusal(code, message, leader, retryAfterMillis, applied);
  }

  /** The answer, in the message type of the call: all of them have these fields under one name. */
  Message in(Message answerType) {
    Message.Builder answer = answerType.newBuilderForType();
    set(answer, "code", code);
    set(answer, "msg", message);
    if (!leader.isEmpty()) {
      set(answer, "leader", leader);
    }
    if (retryAfterMillis > 0) {
      set(answer, "retry_after_millis", retryAfterMillis);
    }
    if (version > 0) {
      set(answer, "version", version);
    }
    return answer.build();
  }

  private static void set(Message.Builder answer, String name, Object value) {
    FieldDescriptor field = answer.getDescriptorForType().findFieldByName(name);
    if (field != null) {
      answer.setField(field, value);
    }
  }
}
