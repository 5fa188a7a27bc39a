package io.holdfast.jdbc;

import io.holdfast.client.ErrorCode;
import io.holdfast.client.HoldfastException;
import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.Cluster;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.link.SqlStates;
import io.holdfast.jdbc.meta.HoldfastDatabaseMetaData;
import io.holdfast.jdbc.result.Unwrapping;
import io.holdfast.jdbc.run.ParsedSql;
import io.holdfast.jdbc.run.Runner;
import io.holdfast.jdbc.run.Session;
import java.sql.ClientInfoStatus;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A connection. It is to a cluster and not to a server: what one server does not answer, another
 * does, so that it outlives the servers of its URL.
 *
 * <p>Thread-safe, except that a statement and its results belong to one thread at a time; {@link
 * Statement#cancel} and {@code close} may come from others. Every call ends by the statement's
 * query time-out, else {@code requestTimeoutMillis}, and by the network time-out in any case.
 */
final class HoldfastConnection extends AutocommitConnection {
  private final String url;
  private final ConnectionSettings settings;
  private final Session session;
  private final Runner runner;
  private final Runnable release;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Set<HoldfastStatement> statements = ConcurrentHashMap.newKeySet();
  private volatile SQLWarning warnings;

  /**
   * @param release gives the cluster back; called once
   */
  HoldfastConnection(String url, ConnectionSettings settings, Cluster cluster, Runnable release) {
    this.url = url;
    this.settings = settings;
    this.session =
        new Session(
            cluster,
            settings.database(),
            settings.zone(),
            settings.requestTimeout(),
            settings.batchWindow());
    this.session.readOnly(settings.readOnly());
    this.runner = new Runner(session);
    this.release = release;
  }

  /** Fails if the nameserver knows no database of the URL's name. */
  void checkDatabase(CallScope scope) throws SQLException {
    if (settings.database().isEmpty() || !session.cluster().knowsNameServer()) {
      return;
    }
    try {
      session.cluster().admin(scope.deadline()).useDatabase(settings.database());
    } catch (HoldfastException e) {
      // A nameserver that does not answer now is no reason: the tablets may.
      if (e.code() == ErrorCode.NOT_FOUND) {
        throw new SQLNonTransientConnectionException(
            "there is no database " + settings.database() + "; leave it out of the URL to make it",
            SqlStates.NO_DATABASE,
            e);
      }
    }
  }

  Session session() {
    return session;
  }

  Runner runner() {
    return runner;
  }

  @Override
  void checkOpen() throws SQLException {
    if (closed.get()) {
      throw SqlErrors.closed("the connection");
    }
  }

  void opened(HoldfastStatement statement) throws SQLException {
    statements.add(statement);
    if (closed.get()) {
      // Closed meanwhile, perhaps without having seen this statement.
      statement.close();
      checkOpen();
    }
  }

  void closed(HoldfastStatement statement) {
    statements.remove(statement);
  }

  @Override
  public Statement createStatement() throws SQLException {
    checkOpen();
    HoldfastStatement statement = new HoldfastStatement(this);
    opened(statement);
    return statement;
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    checkKind(type, concurrency);
    return createStatement();
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    checkHoldability(holdability);
    return createStatement(type, concurrency);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    checkOpen();
    HoldfastPreparedStatement statement = new HoldfastPreparedStatement(this, ParsedSql.of(sql));
    opened(statement);
    return statement;
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    checkKind(type, concurrency);
    return prepareStatement(sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    checkHoldability(holdability);
    return prepareStatement(sql, type, concurrency);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int autoGeneratedKeys) throws SQLException {
    HoldfastStatement.checkNoKeys(autoGeneratedKeys);
    return prepareStatement(sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] columns) throws SQLException {
    throw HoldfastStatement.noKeys();
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] columns) throws SQLException {
    throw HoldfastStatement.noKeys();
  }

  private static void checkKind(int type, int concurrency) throws SQLException {
    if (type != ResultSet.TYPE_FORWARD_ONLY || concurrency != ResultSet.CONCUR_READ_ONLY) {
      throw SqlErrors.notSupported(
          "results are TYPE_FORWARD_ONLY and CONCUR_READ_ONLY, and nothing else");
    }
  }

  private static void checkHoldability(int holdability) throws SQLException {
    if (holdability != ResultSet.HOLD_CURSORS_OVER_COMMIT) {
      throw SqlErrors.notSupported("results are HOLD_CURSORS_OVER_COMMIT: there are no commits");
    }
  }

  /** The text itself: escapes in braces are not understood. */
  @Override
  public String nativeSQL(String sql) throws SQLException {
    checkOpen();
    return sql;
  }

  @Override
  public void close() throws SQLException {
    if (closed.compareAndSet(false, true)) {
      for (HoldfastStatement statement : statements) {
        statement.close();
      }
      release.run();
    }
  }

  @Override
  public boolean isClosed() {
    return closed.get();
  }

  /** Ends it with all that is under way. */
  @Override
  public void abort(Executor executor) throws SQLException {
    if (executor == null) {
      throw SqlErrors.invalid("abort needs an executor");
    }
    if (closed.compareAndSet(false, true)) {
      executor.execute(
          () -> {
            statements.forEach(HoldfastStatement::abandon);
            release.run();
          });
    }
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    checkOpen();
    return new HoldfastDatabaseMetaData(this, session, url, settings.user());
  }

  @Override
  public void setReadOnly(boolean readOnly) throws SQLException {
    checkOpen();
    session.readOnly(readOnly);
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    checkOpen();
    return session.readOnly();
  }

  /** Ignored, as JDBC wants it where there are no catalogs: databases are schemas. */
  @Override
  public void setCatalog(String catalog) throws SQLException {
    checkOpen();
  }

  @Override
  public String getCatalog() throws SQLException {
    checkOpen();
    return null;
  }

  /** What tables without a database are in. It is not asked for: it may be made later. */
  @Override
  public void setSchema(String schema) throws SQLException {
    checkOpen();
    session.use(schema == null ? "" : schema);
  }

  @Override
  public String getSchema() throws SQLException {
    checkOpen();
    return session.database();
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    checkOpen();
    return warnings;
  }

  @Override
  public void clearWarnings() throws SQLException {
    checkOpen();
    warnings = null;
  }

  @Override
  public void setHoldability(int holdability) throws SQLException {
    checkOpen();
    checkHoldability(holdability);
  }

  @Override
  public int getHoldability() throws SQLException {
    checkOpen();
    return ResultSet.HOLD_CURSORS_OVER_COMMIT;
  }

  /**
   * Whether a tablet answers.
   *
   * @param timeoutSeconds how long to wait for it; 0 for as long as any other call
   */
  @Override
  public boolean isValid(int timeoutSeconds) throws SQLException {
    if (timeoutSeconds < 0) {
      throw SqlErrors.invalid("a time-out of " + timeoutSeconds + " s");
    }
    return !closed.get() && session.cluster().isAlive(session.begin(timeoutSeconds, false));
  }

  @Override
  public void setClientInfo(String name, String value) throws SQLClientInfoException {
    if (closed.get()) {
      throw new SQLClientInfoException("the connection is closed", Map.of());
    }
    // As JDBC wants it for names that a driver does not know.
    warnings = new SQLWarning("client info " + name + " is not kept", SqlStates.NOT_SUPPORTED);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    Map<String, ClientInfoStatus> unknown = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      unknown.put(name, ClientInfoStatus.REASON_UNKNOWN_PROPERTY);
    }
    if (closed.get()) {
      throw new SQLClientInfoException("the connection is closed", unknown);
    }
    if (!unknown.isEmpty()) {
      warnings = new SQLWarning("client info is not kept", SqlStates.NOT_SUPPORTED);
    }
  }

  @Override
  public String getClientInfo(String name) throws SQLException {
    checkOpen();
    return null;
  }

  @Override
  public Properties getClientInfo() throws SQLException {
    checkOpen();
    return new Properties();
  }

  /** Longest time of any call from now on. The executor is not needed: calls end by themselves. */
  @Override
  public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
    checkOpen();
    if (milliseconds < 0) {
      throw SqlErrors.invalid("a network time-out of " + milliseconds + " ms");
    }
    session.networkTimeoutMillis(milliseconds);
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    checkOpen();
    return session.networkTimeoutMillis();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return Unwrapping.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
