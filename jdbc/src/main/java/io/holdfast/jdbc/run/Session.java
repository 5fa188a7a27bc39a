package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.Cluster;
import io.holdfast.jdbc.link.Deadline;
import io.holdfast.jdbc.value.ParameterReader;
import io.holdfast.jdbc.value.Values;
import java.time.Duration;
import java.time.ZoneId;

/** What a connection's statements have in common. Thread-safe. */
public final class Session {
  private final Cluster cluster;
  private final Values values;
  private final ParameterReader parameters;
  private final TableViews views;
  private final SessionVariables variables = new SessionVariables();
  private final Duration requestTimeout;
  private final int batchWindow;
  private volatile String database;
  private volatile boolean readOnly;
  private volatile int networkTimeoutMillis;

  /**
   * @param zone in which timestamps have a date and a time of day
   * @param requestTimeout of calls that have no time-out of their own
   * @param batchWindow rows of a batch that are under way at once
   */
  public Session(
      Cluster cluster, String database, ZoneId zone, Duration requestTimeout, int batchWindow) {
    this.cluster = cluster;
    this.database = database;
    this.values = new Values(zone);
    this.parameters = new ParameterReader(values);
    this.views = new TableViews(cluster);
    this.requestTimeout = requestTimeout;
    this.batchWindow = batchWindow;
  }

  /**
   * A call that begins now.
   *
   * @param timeoutSeconds the statement's own; 0 for none
   */
  public CallScope begin(int timeoutSeconds, boolean writes) {
    Duration budget = timeoutSeconds > 0 ? Duration.ofSeconds(timeoutSeconds) : requestTimeout;
    int network = networkTimeoutMillis;
    if (network > 0 && budget.toMillis() > network) {
      budget = Duration.ofMillis(network);
    }
    return new CallScope(Deadline.in(budget), writes);
  }

  public Cluster cluster() {
    return cluster;
  }

  public Values values() {
    return values;
  }

  public ParameterReader parameters() {
    return parameters;
  }

  TableViews views() {
    return views;
  }

  SessionVariables variables() {
    return variables;
  }

  int batchWindow() {
    return batchWindow;
  }

  /** What tables without a database are in; empty for the nameless one. */
  public String database() {
    return database;
  }

  public void use(String newDatabase) {
    database = newDatabase;
  }

  public boolean readOnly() {
    return readOnly;
  }

  public void readOnly(boolean newReadOnly) {
    readOnly = newReadOnly;
  }

  /** Longest time of any call; 0 for no bound of its own. */
  public int networkTimeoutMillis() {
    return networkTimeoutMillis;
  }

  public void networkTimeoutMillis(int millis) {
    networkTimeoutMillis = millis;
  }
}
