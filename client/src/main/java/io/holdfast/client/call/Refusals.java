package io.holdfast.client.call;

import com.google.protobuf.Message;
import io.holdfast.client.ErrorCode;
import io.holdfast.client.RejectedException;
import io.holdfast.client.retry.AnswerCode;
import java.util.List;

/** Turns an answer with a code other than 0 into an exception. */
public final class Refusals {
  private static final int ENDPOINT_NOT_FOUND = 302;
  private static final int PARTITION_NOT_FOUND = 308;

  private Refusals() {}

  /**
   * The answer itself.
   *
   * @param what the operation in words, for the message
   * @throws RejectedException unless its code is 0
   */
  public static <R extends Message> R checked(R answer, String what) {
    return checked(answer, what, List.of());
  }

  /**
   * The answer itself.
   *
   * @param what the operation in words, for the message
   * @param ops ids of the operations of the nameserver that the answer names
   * @throws RejectedException unless its code is 0
   */
  public static <R extends Message> R checked(R answer, String what, List<Long> ops) {
    int code = Answer.code(answer);
    if (code == AnswerCode.OK) {
      return answer;
    }
    String words = Answer.message(answer);
    throw new RejectedException(
        category(code),
        code,
        words,
        what + " was refused: " + words + " (code " + code + ")",
        ops,
        Answer.reasons(answer));
  }

  /** There is no table of this name. */
  public static RejectedException noTable(String database, String table) {
    return new RejectedException(
        ErrorCode.NOT_FOUND,
        AnswerCode.TABLE_NOT_FOUND,
        "table " + table + " does not exist",
        "table "
            + table
            + " does not exist in "
            + (database.isEmpty() ? "the default database" : "database " + database));
  }

  static ErrorCode category(int code) {
    return switch (code) {
      case AnswerCode.TABLE_NOT_FOUND,
          AnswerCode.DATABASE_NOT_FOUND,
          ENDPOINT_NOT_FOUND,
          PARTITION_NOT_FOUND ->
          ErrorCode.NOT_FOUND;
      default -> ErrorCode.REJECTED;
    };
  }
}
