package io.holdfast.jdbc.link;

import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.client.OutcomeUnknownException;
import io.holdfast.client.RejectedException;
import io.holdfast.client.UnavailableException;
import io.holdfast.common.error.StatusCode;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLNonTransientException;
import java.sql.SQLRecoverableException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;

/**
 * Failures as JDBC has them. The class says whether trying again has a point, the SQLState what
 * happened, and the vendor code is the server's code if it gave one. Stateless.
 */
public final class SqlErrors {
  private static final int DATABASE_NOT_FOUND = 802;

  /** Of a statement that the tablets cannot execute. */
  private static final int STATEMENT_REFUSED = 1000;

  private SqlErrors() {}

  static SQLException of(HoldfastException failure, CallScope scope, String what) {
    if (failure instanceof OutcomeUnknownException) {
      return failure.outOfTime()
          ? timedOut(scope, what, failure)
          : new SQLRecoverableException(
              what + ": " + failure.getMessage(),
              SqlStates.OUTCOME_UNKNOWN,
              StatusCode.OUTCOME_UNKNOWN.number(),
              failure);
    }
    if (failure instanceof UnavailableException unavailable) {
      return unavailable(unavailable, scope, what);
    }
    return rejected((RejectedException) failure, what);
  }

  private static SQLException unavailable(
      UnavailableException failure, CallScope scope, String what) {
    String message = what + ": " + failure.getMessage();
    if (failure.code() == ErrorCode.CLUSTER_UNREACHABLE) {
      return new SQLTransientConnectionException(
          message, SqlStates.UNREACHABLE, failure.serverCode(), failure);
    }
    if (failure.outOfTime()) {
      // The client library knows that nothing was done, even of a write.
      return new SQLTimeoutException(message, SqlStates.TIMEOUT, failure.serverCode(), failure);
    }
    return new SQLTransientConnectionException(
        message, SqlStates.UNREACHABLE, failure.serverCode(), failure);
  }

  private static SQLException rejected(RejectedException failure, String what) {
    int code = failure.serverCode();
    String message = what + ": " + failure.getMessage();
    if (code == DATABASE_NOT_FOUND) {
      return new SQLSyntaxErrorException(message, SqlStates.NO_DATABASE, code, failure);
    }
    if (failure.code() == ErrorCode.NOT_FOUND) {
      return new SQLSyntaxErrorException(message, SqlStates.NO_TABLE, code, failure);
    }
    if (code == STATEMENT_REFUSED || code == StatusCode.INVALID_PARAMETER.number()) {
      return new SQLSyntaxErrorException(message, SqlStates.SYNTAX, code, failure);
    }
    if (failure.code() == ErrorCode.INVALID_ARGUMENT) {
      return new SQLDataException(message, SqlStates.INVALID_VALUE, code, failure);
    }
    if (code == StatusCode.TOO_LARGE.number()) {
      return new SQLDataException(message, SqlStates.TOO_LARGE, code, failure);
    }
    if (code == StatusCode.NOT_SUPPORTED.number()) {
      return new SQLFeatureNotSupportedException(message, SqlStates.NOT_SUPPORTED, code, failure);
    }
    return mayPass(code)
        ? new SQLTransientException(message, SqlStates.GENERAL, code, failure)
        : new SQLNonTransientException(message, SqlStates.GENERAL, code, failure);
  }

  /** Whether the server's answer may be another one later. */
  private static boolean mayPass(int code) {
    for (StatusCode status : StatusCode.values()) {
      if (status.number() == code) {
        return switch (status.advice()) {
          case ASK_LEADER, ASK_FOR_ROUTE, REPEAT_HERE, NEW_SESSION -> true;
          case DONE, READ_BACK, GIVE_UP -> false;
        };
      }
    }
    return false;
  }

  static SQLTimeoutException timedOut(CallScope scope, String what, Throwable cause) {
    String message =
        what
            + " had no answer within "
            + scope.deadline().budget().toMillis()
            + " ms"
            + (scope.writes() ? "; it may or may not have been done, and may still be" : "");
    int code = scope.writes() ? StatusCode.OUTCOME_UNKNOWN.number() : 0;
    return new SQLTimeoutException(message, SqlStates.TIMEOUT, code, cause);
  }

  static SQLException cancelled(CallScope scope, String message) {
    String more = scope.writes() ? "; it may or may not have been done, and may still be" : "";
    int code = scope.writes() ? StatusCode.OUTCOME_UNKNOWN.number() : 0;
    return new SQLNonTransientException(message + more, SqlStates.CANCELLED, code);
  }

  /** What was not sent any more, because the call is over. */
  public static SQLException notSent(CallScope scope) {
    if (scope.isInterrupted()) {
      return new SQLNonTransientException(
          "not sent: the thread was interrupted", SqlStates.CANCELLED);
    }
    return scope.isCancelled()
        ? new SQLNonTransientException("not sent: the call was cancelled", SqlStates.CANCELLED)
        : new SQLTimeoutException(
            "not sent: the call had " + scope.deadline().budget().toMillis() + " ms",
            SqlStates.TIMEOUT);
  }

  /** Whether what failed may have been done, or may still be. */
  public static boolean outcomeUnknown(SQLException failure) {
    return failure.getErrorCode() == StatusCode.OUTCOME_UNKNOWN.number();
  }

  public static SQLFeatureNotSupportedException notSupported(String what) {
    return new SQLFeatureNotSupportedException(what, SqlStates.NOT_SUPPORTED);
  }

  /** The object was closed. */
  public static SQLNonTransientConnectionException closed(String what) {
    return new SQLNonTransientConnectionException(what + " is closed", SqlStates.CLOSED);
  }

  /** A statement that this side refuses. */
  public static SQLSyntaxErrorException syntax(String message, Throwable cause) {
    return new SQLSyntaxErrorException(message, SqlStates.SYNTAX, STATEMENT_REFUSED, cause);
  }

  /** A value that a method does not take. */
  public static SQLException invalid(String message) {
    return new SQLNonTransientException(message, SqlStates.INVALID_VALUE);
  }
}
