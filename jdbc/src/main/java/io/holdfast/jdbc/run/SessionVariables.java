package io.holdfast.jdbc.run;

import io.holdfast.common.config.NearestName;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.sql.ast.Expression.Literal;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The variables that programs for OpenMLDB set. They are kept and shown and change nothing: every
 * statement is executed online, and there are no jobs. Thread-safe.
 */
final class SessionVariables {
  private static final String EXECUTE_MODE = "execute_mode";
  private static final String JOB_TIMEOUT = "job_timeout";

  private final Map<String, String> values = new TreeMap<>();

  SessionVariables() {
    values.put("enable_trace", "false");
    values.put(EXECUTE_MODE, "online");
    values.put(JOB_TIMEOUT, "20000");
    values.put("sync_job", "false");
  }

  /** Names and values, by name. */
  synchronized Map<String, String> all() {
    return new TreeMap<>(values);
  }

  synchronized void set(String name, String value) {
    values.put(name, value);
  }

  /**
   * The value as it is kept.
   *
   * @throws SQLException when there is no such variable, or it cannot have the value
   */
  synchronized String checked(String name, Literal literal) throws SQLException {
    if (!values.containsKey(name)) {
      throw SqlErrors.syntax(
          "there is no variable "
              + name
              + NearestName.of(name, values.keySet())
                  .map(near -> "; did you mean " + near + "? There are ")
                  .orElse("; there are ")
              + String.join(", ", values.keySet()),
          null);
    }
    String value = String.valueOf(literal.value()).strip().toLowerCase(Locale.ROOT);
    return switch (name) {
      case EXECUTE_MODE -> executeMode(value);
      case JOB_TIMEOUT -> millis(value);
      default -> truth(name, value);
    };
  }

  private static String executeMode(String value) throws SQLException {
    if (value.equals("online")) {
      return value;
    }
    if (value.equals("offline") || value.equals("request")) {
      throw SqlErrors.notSupported(
          "execute_mode " + value + " is not supported: statements are always executed online");
    }
    throw SqlErrors.syntax("execute_mode is online, not " + value, null);
  }

  private static String millis(String value) throws SQLException {
    try {
      long millis = Long.parseLong(value);
      if (millis >= 0) {
        return Long.toString(millis);
      }
    } catch (NumberFormatException ignored) {
      // Said below.
    }
    throw SqlErrors.syntax(
        JOB_TIMEOUT + " is a number of milliseconds from 0 to " + Long.MAX_VALUE + ", not " + value,
        null);
  }

  private static String truth(String name, String value) throws SQLException {
    if (value.equals("true") || value.equals("false")) {
      return value;
    }
    throw SqlErrors.syntax(name + " is true or false, not " + value, null);
  }
}
