package io.holdfast.shell;

import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.RejectedException;
import io.holdfast.client.UnavailableException;
import io.holdfast.common.error.OperatorAdvice;
import java.util.List;
import java.util.Set;

/** Turns what the client library throws into the words and codes of the shell. */
public final class Failures {
  /** Codes with which a server says that it could, and will not. */
  private static final Set<Integer> SAFETY_CODES = Set.of(102, 301, 309, 803, 1240);

  private Failures() {}

  /**
   * @param prefix the command's own words, up to the reason
   */
  public static Reply reply(String prefix, HoldfastException failure) {
    return reply(prefix, failure, hint(failure));
  }

  /**
   * @param prefix the command's own words, up to the reason
   * @param hint what to do next
   */
  public static Reply reply(String prefix, HoldfastException failure, String hint) {
    Reply reply =
        Reply.failed(
            exitCode(failure), serverCode(failure), List.of(prefix + reason(failure)), hint);
    return failure instanceof RejectedException rejected
        ? reply.withReasons(rejected.reasons())
        : reply;
  }

  public static ExitCode exitCode(HoldfastException failure) {
    if (SAFETY_CODES.contains(serverCode(failure))) {
      return ExitCode.REFUSED;
    }
    return switch (failure.code()) {
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case INVALID_ARGUMENT -> ExitCode.USAGE;
      case CLUSTER_UNREACHABLE -> ExitCode.UNREACHABLE;
      case OUTCOME_UNKNOWN -> ExitCode.TIMED_OUT;
      case UNAVAILABLE -> serverCode(failure) == 0 ? ExitCode.UNREACHABLE : ExitCode.FAILED;
      case REJECTED, CLOSED -> ExitCode.FAILED;
    };
  }

  /** The server's own words where it said any: scripts compare them. */
  public static String reason(HoldfastException failure) {
    String words =
        failure instanceof RejectedException rejected
            ? rejected.serverMessage()
            : failure instanceof UnavailableException unavailable
                ? unavailable.serverMessage()
                : "";
    return oneLine(words.isEmpty() ? failure.getMessage() : words);
  }

  public static int serverCode(HoldfastException failure) {
    if (failure instanceof RejectedException rejected) {
      return rejected.serverCode();
    }
    return failure instanceof UnavailableException unavailable ? unavailable.serverCode() : 0;
  }

  private static String hint(HoldfastException failure) {
    if (failure instanceof OutcomeUnknownException) {
      return "it may or may not have been done: look before you repeat it";
    }
    String advice = OperatorAdvice.of(serverCode(failure));
    if (!advice.isEmpty()) {
      return advice;
    }
    return failure.code() == ErrorCode.UNAVAILABLE
            || failure.code() == ErrorCode.CLUSTER_UNREACHABLE
        ? "are the servers running, and is the address right? It is safe to try again"
        : "";
  }

  private static String oneLine(String text) {
    return text.replace('\n', ' ');
  }
}
