package io.holdfast.jdbc;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.Cluster;
import io.holdfast.jdbc.link.Deadline;
import io.holdfast.jdbc.link.SharedClusters;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.meta.Version;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Makes connections for URLs {@code jdbc:holdfast://host:port,host:port/database?option=value}. The
 * hosts are tablets and nameservers of one cluster, in any order; one that answers is enough.
 * Connections of the same hosts and options share their sockets and threads, which end with the
 * last of them. Thread-safe.
 *
 * <p>It need not be named anywhere: {@link DriverManager} finds it.
 */
public final class HoldfastDriver implements Driver {
  private static final SharedClusters CLUSTERS = new SharedClusters();

  static {
    try {
      DriverManager.registerDriver(new HoldfastDriver());
    } catch (SQLException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** One more of the same; for those that want an object of the class. */
  public HoldfastDriver() {}

  @Override
  public Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    ConnectionSettings settings =
        ConnectionSettings.of(JdbcUrl.parse(url, info == null ? new Properties() : info));
    int loginSeconds = DriverManager.getLoginTimeout();
    Duration timeout =
        loginSeconds > 0 ? Duration.ofSeconds(loginSeconds) : settings.connectTimeout();
    Cluster cluster = acquire(settings);
    try {
      CallScope scope = CallScope.reading(Deadline.in(timeout));
      cluster.connect(scope);
      HoldfastConnection connection =
          new HoldfastConnection(url, settings, cluster, () -> CLUSTERS.release(cluster));
      connection.checkDatabase(scope);
      return connection;
    } catch (SQLException | RuntimeException e) {
      CLUSTERS.release(cluster);
      throw e;
    }
  }

  private static Cluster acquire(ConnectionSettings settings) throws SQLException {
    try {
      return CLUSTERS.acquire(settings.address());
    } catch (IllegalArgumentException e) {
      throw SqlErrors.invalid("the address of the cluster cannot be used: " + e.getMessage());
    }
  }

  @Override
  public boolean acceptsURL(String url) {
    return JdbcUrl.isOurs(url);
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    List<DriverPropertyInfo> infos = new ArrayList<>();
    for (ConnectionOption option : ConnectionOption.values()) {
      String given = info == null ? null : info.getProperty(option.word());
      DriverPropertyInfo one =
          new DriverPropertyInfo(option.word(), given == null ? option.standard() : given);
      one.description = option.meaning();
      one.required = false;
      if (option == ConnectionOption.READ_ONLY) {
        one.choices = new String[] {"false", "true"};
      }
      infos.add(one);
    }
    return infos.toArray(new DriverPropertyInfo[0]);
  }

  @Override
  public int getMajorVersion() {
    return Version.MAJOR;
  }

  @Override
  public int getMinorVersion() {
    return Version.MINOR;
  }

  /** False: SQL has more than a subset of it. */
  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  /** The driver logs through slf4j. */
  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw SqlErrors.notSupported("the driver does not log through java.util.logging");
  }

  /** How many clusters are open, for tests. */
  static int openClusters() {
    return CLUSTERS.size();
  }
}
