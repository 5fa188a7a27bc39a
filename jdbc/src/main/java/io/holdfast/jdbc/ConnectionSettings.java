package io.holdfast.jdbc;

import io.holdfast.jdbc.link.ClusterAddress;
import io.holdfast.jdbc.link.SqlErrors;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;

/**
 * What a URL means, checked. Immutable.
 *
 * @param database empty for the nameless one
 * @param zone in which timestamps have a date and a time of day
 * @param batchWindow rows of a batch under way at once
 */
record ConnectionSettings(
    ClusterAddress address,
    String database,
    ZoneId zone,
    Duration requestTimeout,
    Duration connectTimeout,
    int batchWindow,
    boolean readOnly,
    String user) {
  private static final int MAX_MILLIS = 86_400_000;
  private static final int MAX_WINDOW = 4_096;
  private static final int MIN_ANSWER_BYTES = 1 << 20;
  private static final int MAX_ANSWER_BYTES = 1 << 30;

  /**
   * Checks the options.
   *
   * @throws SQLException when one of them has a value that it cannot have
   */
  static ConnectionSettings of(JdbcUrl url) throws SQLException {
    Duration requestTimeout =
        Duration.ofMillis(number(url, ConnectionOption.REQUEST_TIMEOUT_MILLIS, 1, MAX_MILLIS));
    ClusterAddress address =
        new ClusterAddress(
            url.hosts(),
            text(url, ConnectionOption.ZK),
            text(url, ConnectionOption.ZK_PATH),
            requestTimeout,
            number(url, ConnectionOption.MAX_ANSWER_BYTES, MIN_ANSWER_BYTES, MAX_ANSWER_BYTES));
    if (!address.zooKeeperPath().startsWith("/")) {
      throw SqlErrors.invalid("zkPath begins with a /, such as /openmldb");
    }
    return new ConnectionSettings(
        address,
        url.database(),
        zone(url),
        requestTimeout,
        Duration.ofMillis(number(url, ConnectionOption.CONNECT_TIMEOUT_MILLIS, 1, MAX_MILLIS)),
        number(url, ConnectionOption.BATCH_WINDOW, 1, MAX_WINDOW),
        truth(url, ConnectionOption.READ_ONLY),
        text(url, ConnectionOption.USER));
  }

  private static String text(JdbcUrl url, ConnectionOption option) {
    return url.options().getOrDefault(option, option.standard()).strip();
  }

  private static int number(JdbcUrl url, ConnectionOption option, int least, int most)
      throws SQLException {
    String text = text(url, option);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The same message as for a number out of bounds.
    }
    throw SqlErrors.invalid(
        option.word() + " needs a number from " + least + " to " + most + ", not '" + text + "'");
  }

  private static boolean truth(JdbcUrl url, ConnectionOption option) throws SQLException {
    return switch (text(url, option)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw SqlErrors.invalid(option.word() + " is true or false");
    };
  }

  private static ZoneId zone(JdbcUrl url) throws SQLException {
    String text = text(url, ConnectionOption.TIME_ZONE);
    try {
      return text.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(text);
    } catch (DateTimeException e) {
      throw SqlErrors.invalid("timeZone needs a zone such as Europe/Berlin or UTC, not " + text);
    }
  }
}
