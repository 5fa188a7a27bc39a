package io.holdfast.tablet.query;

import io.holdfast.protocol.rpc.RpcConnection;
import io.holdfast.tablet.query.QueryFailure.Kind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queries that are under way, by the connections that they came on: when one is closed, its
 * queries end. Thread-safe.
 */
final class RunningQueries {
  private final int most;
  private final AtomicInteger count = new AtomicInteger();
  private final ConcurrentMap<RpcConnection, Set<RunningQuery>> byConnection =
      new ConcurrentHashMap<>();

  /**
   * @param most how many there may be at a time
   */
  RunningQueries(int most) {
    this.most = most;
  }

  /** Takes a place for a query; false when all are taken. */
  boolean take() {
    if (count.incrementAndGet() <= most) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  int count() {
    return count.get();
  }

  /** A query for which a place was taken. To be called on the connection's own thread. */
  void add(RpcConnection connection, RunningQuery query) {
    Set<RunningQuery> queries = byConnection.get(connection);
    if (queries != null) {
      queries.add(query);
      return;
    }
    Set<RunningQuery> first = ConcurrentHashMap.newKeySet();
    first.add(query);
    byConnection.put(connection, first);
    // Once for the connection and not for each query: a connection never forgets what it is to do.
    connection.onClose(() -> closed(connection));
  }

  /** A query that has ended. */
  void remove(RpcConnection connection, RunningQuery query) {
    count.decrementAndGet();
    Set<RunningQuery> queries = byConnection.get(connection);
    if (queries != null) {
      queries.remove(query);
    }
  }

  private void closed(RpcConnection connection) {
    Set<RunningQuery> queries = byConnection.remove(connection);
    if (queries != null) {
      cancel(queries, "whoever asked is gone");
    }
  }

  /** Ends those whose time is over. They may be waiting for something that never comes. */
  void endThoseWhoseTimeIsOver() {
    for (Set<RunningQuery> queries : byConnection.values()) {
      for (RunningQuery query : queries) {
        QueryFailure over = query.life().whyOver();
        if (over != null) {
          query.cancel(over);
        }
      }
    }
  }

  /** Ends all. */
  void endAll(String reason) {
    byConnection.values().forEach(queries -> cancel(queries, reason));
  }

  private static void cancel(Set<RunningQuery> queries, String reason) {
    queries.forEach(query -> query.cancel(new QueryFailure(Kind.CANCELLED, reason)));
  }
}
