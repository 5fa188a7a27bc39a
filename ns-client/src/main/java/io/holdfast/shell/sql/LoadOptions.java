package io.holdfast.shell.sql;

import io.holdfast.common.config.NearestName;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.QuoteMode;

/**
 * What OPTIONS of a LOAD DATA say.
 *
 * @param format how lines are cut into values; NULL is what stands for it without quotes
 * @param header whether the first line has the columns' names
 * @param putIfAbsent whether rows are left out whose key and time are there
 */
record LoadOptions(CSVFormat format, boolean header, boolean putIfAbsent) {
  private static final int MAX_THREADS = 50;
  private static final List<String> KNOWN =
      List.of(
          "deep_copy",
          "delimiter",
          "format",
          "header",
          "load_mode",
          "mode",
          "null_value",
          "put_if_absent",
          "quote",
          "thread");

  /**
   * Reads the options.
   *
   * @throws SQLException when one is not known, or cannot have its value
   */
  static LoadOptions of(Map<String, String> options) throws SQLException {
    for (String option : new TreeSet<>(options.keySet())) {
      if (!KNOWN.contains(option)) {
        throw failed(
            "LOAD DATA has no option "
                + option
                + NearestName.of(option, KNOWN)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("; there are " + String.join(", ", KNOWN)));
      }
    }
    only(options, "format", "csv");
    only(options, "load_mode", "local");
    only(options, "mode", "append");
    truth(options, "deep_copy", true);
    thread(options.getOrDefault("thread", "1"));
    return new LoadOptions(
        format(options), truth(options, "header", true), truth(options, "put_if_absent", false));
  }

  private static CSVFormat format(Map<String, String> options) throws SQLException {
    String quote = options.getOrDefault("quote", "\"");
    if (quote.length() > 1) {
      throw failed("quote is one character, or empty for none, not " + quote);
    }
    try {
      return CSVFormat.RFC4180
          .builder()
          .setDelimiter(options.getOrDefault("delimiter", ","))
          .setQuote(quote.isEmpty() ? null : quote.charAt(0))
          // Of texts that look like NULL, those in quotes are texts.
          .setQuoteMode(QuoteMode.ALL_NON_NULL)
          .setNullString(options.getOrDefault("null_value", "null"))
          .setIgnoreEmptyLines(false)
          .get();
    } catch (IllegalArgumentException e) {
      throw failed("delimiter and quote do not go together: " + e.getMessage());
    }
  }

  private static void only(Map<String, String> options, String name, String value)
      throws SQLException {
    String given = options.getOrDefault(name, value);
    if (!given.equalsIgnoreCase(value)) {
      throw new SQLFeatureNotSupportedException(
          name + "='" + given + "' is not supported: LOAD DATA has " + name + "='" + value + "'");
    }
  }

  private static boolean truth(Map<String, String> options, String name, boolean preset)
      throws SQLException {
    String given = options.getOrDefault(name, Boolean.toString(preset)).toLowerCase(Locale.ROOT);
    return switch (given) {
      case "true" -> true;
      case "false" -> false;
      default -> throw failed(name + " is true or false, not " + given);
    };
  }

  /** Rows are always written many at a time; the number is only looked at. */
  private static void thread(String given) throws SQLException {
    try {
      int threads = Integer.parseInt(given);
      if (threads >= 1 && threads <= MAX_THREADS) {
        return;
      }
    } catch (NumberFormatException ignored) {
      // Said below.
    }
    throw failed("thread is a number from 1 to " + MAX_THREADS + ", not " + given);
  }

  private static SQLException failed(String message) {
    return new SQLNonTransientException(message, "42000");
  }
}
