package io.holdfast.client.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Outcome;
import io.holdfast.common.error.StatusCode;
import java.util.List;

/** The fields that answers of all methods have in common, read by name. */
public final class Answer {
  private Answer() {}

  /** What the answer means for going on. */
  public static Outcome outcome(Message answer) {
    return Outcome.answered(
        (int) number(answer, "code"),
        text(answer, "leader"),
        // The wire has it unsigned.
        number(answer, "retry_after_millis") & 0xFFFFFFFFL);
  }

  public static int code(Message answer) {
    return (int) number(answer, "code");
  }

  /** The server's words; empty when it gave none. */
  public static String message(Message answer) {
    return text(answer, "msg");
  }

  /** What the server's words say of several replicas; empty when it does not say. */
  static List<String> reasons(Message answer) {
    FieldDescriptor field = answer.getDescriptorForType().findFieldByName("reasons");
    return field == null
        ? List.of()
        : ((List<?>) answer.getField(field)).stream().map(String::valueOf).toList();
  }

  /** Version of what the answer reflects; 0 when it does not say. */
  public static long version(Message answer) {
    return number(answer, "version");
  }

  /** What a new session begins after; 0 when the answer does not say. */
  static long sessionBegin(Message answer) {
    return number(answer, "session_begin");
  }

  static String describe(String endpoint, Message answer) {
    Outcome outcome = outcome(answer);
    String who = endpoint + " ";
    switch (outcome.code()) {
      case AnswerCode.NOT_LEADER, AnswerCode.NAMESERVER_NOT_LEADER:
        String hint = outcome.leaderHint();
        String detail = hint.isEmpty() ? notLeaderDetail(answer) : " (it names " + hint + ")";
        return who + "is not leader" + detail;
      case AnswerCode.SESSION_FORGOTTEN:
        return who + "does not know the session";
      case AnswerCode.TABLE_LOADING:
        return who + "is still loading the table";
      default:
        String message = message(answer);
        return who + "answered " + outcome.code() + (message.isEmpty() ? "" : " (" + message + ")");
    }
  }

  /** Why it does not lead, if it says more than that it does not: it may be loading. */
  private static String notLeaderDetail(Message answer) {
    String usual = StatusCode.NOT_LEADER.words() + ": ";
    String message = message(answer);
    return message.startsWith(usual) ? " (" + message.substring(usual.length()) + ")" : "";
  }

  private static long number(Message answer, String field) {
    FieldDescriptor descriptor = answer.getDescriptorForType().findFieldByName(field);
    return descriptor == null ? 0 : ((Number) answer.getField(descriptor)).longValue();
  }

  private static String text(Message answer, String field) {
    FieldDescriptor descriptor = answer.getDescriptorForType().findFieldByName(field);
    return descriptor == null ? "" : (String) answer.getField(descriptor);
  }
}
