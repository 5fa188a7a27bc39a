package io.holdfast.jdbc;

import io.holdfast.client.discovery.Endpoints;
import io.holdfast.common.config.NearestName;
import io.holdfast.jdbc.link.SqlErrors;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * {@code jdbc:holdfast://host:port,host:port/database?option=value&option=value}, taken apart.
 * Immutable.
 *
 * @param hosts as they are written
 * @param database empty for the nameless one
 * @param options those that were given
 */
record JdbcUrl(List<String> hosts, String database, Map<ConnectionOption, String> options) {
  static final String PREFIX = "jdbc:holdfast:";
  private static final String FORM =
      "jdbc:holdfast://host:port,host:port/database?option=value&option=value";

  JdbcUrl {
    hosts = List.copyOf(hosts);
    options = Map.copyOf(options);
  }

  static boolean isOurs(String url) {
    return url != null && url.startsWith(PREFIX);
  }

  /**
   * Takes a URL apart. What stands in it goes before the properties.
   *
   * @throws SQLException when it has another form, or there is an option that is not known
   */
  static JdbcUrl parse(String url, Properties properties) throws SQLException {
    String rest = url.substring(PREFIX.length());
    if (!rest.startsWith("//")) {
      throw SqlErrors.invalid("a URL looks like " + FORM);
    }
    int question = rest.indexOf('?');
    String query = question < 0 ? "" : rest.substring(question + 1);
    String place = question < 0 ? rest.substring(2) : rest.substring(2, question);
    int slash = place.indexOf('/');
    String database = slash < 0 ? "" : decoded(place.substring(slash + 1));
    if (database.indexOf('/') >= 0) {
      throw SqlErrors.invalid("a database has no / in its name. A URL looks like " + FORM);
    }
    Map<ConnectionOption, String> options = new EnumMap<>(ConnectionOption.class);
    for (String name : properties.stringPropertyNames()) {
      options.put(option(name), properties.getProperty(name));
    }
    addQuery(options, query);
    List<String> hosts = hosts(slash < 0 ? place : place.substring(0, slash));
    if (hosts.isEmpty() && options.getOrDefault(ConnectionOption.ZK, "").isBlank()) {
      throw SqlErrors.invalid("give a host:port of the cluster, or zk=. A URL looks like " + FORM);
    }
    return new JdbcUrl(hosts, database, options);
  }

  private static void addQuery(Map<ConnectionOption, String> options, String query)
      throws SQLException {
    for (String part : query.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw SqlErrors.invalid("'" + part + "' is no option=value. A URL looks like " + FORM);
      }
      options.put(option(decoded(part.substring(0, equals))), decoded(part.substring(equals + 1)));
    }
  }

  private static ConnectionOption option(String name) throws SQLException {
    for (ConnectionOption option : ConnectionOption.values()) {
      if (option.word().equals(name)) {
        return option;
      }
    }
    List<String> known = ConnectionOption.words();
    throw SqlErrors.invalid(
        "unknown option "
            + name
            + NearestName.of(name, known).map(near -> ", did you mean " + near + "?").orElse("")
            + " Known are "
            + known);
  }

  private static List<String> hosts(String text) throws SQLException {
    List<String> hosts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        try {
          hosts.add(Endpoints.checked(part.strip()));
        } catch (IllegalArgumentException e) {
          throw SqlErrors.invalid(e.getMessage() + ". A URL looks like " + FORM);
        }
      }
    }
    return hosts;
  }

  private static String decoded(String text) throws SQLException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw SqlErrors.invalid("'" + text + "' is not encoded as URLs are: " + e.getMessage());
    }
  }
}
