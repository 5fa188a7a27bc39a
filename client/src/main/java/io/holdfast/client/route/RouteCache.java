package io.holdfast.client.route;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Remembers where partitions are led. Thread-safe.
 *
 * <p>Per table at most one question to the nameserver is under way; who asks meanwhile gets its
 * answer. After {@link #invalidateAll()} the old route stays in use until the new one is there: it
 * is right more often than not, and a wrong one is found out by the tablet that is asked.
 */
public final class RouteCache {
  private static final int MAX_TABLES = 4_096;

  private record TableName(String database, String table) {}

  private final TableCatalog catalog;
  private final Object lock = new Object();
  private final Map<TableName, TableRoute> routes =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TableName, TableRoute> eldest) {
          return size() > MAX_TABLES;
        }
      };
  private final Map<TableName, CompletableFuture<Optional<TableRoute>>> loading = new HashMap<>();
  private long lastNumber;
  private long freshFrom;

  public RouteCache(TableCatalog catalog) {
    this.catalog = Objects.requireNonNull(catalog);
  }

  /** The route of a table, from memory if it is there; empty when there is no such table. */
  public CompletableFuture<Optional<TableRoute>> get(String database, String table) {
    TableName name = new TableName(database, table);
    TableRoute cached;
    boolean fresh;
    synchronized (lock) {
      cached = routes.get(name);
      fresh = cached != null && cached.number() >= freshFrom;
    }
    if (cached == null) {
      return load(name);
    }
    if (!fresh) {
      // Whether it succeeds shows when the old route fails and is asked to be refreshed.
      CompletableFuture<Optional<TableRoute>> ignored = load(name);
    }
    return CompletableFuture.completedFuture(Optional.of(cached));
  }

  /**
   * The route of a table after the one at hand proved wrong.
   *
   * @param wrong the route that did not lead to the leader; a newer one in memory is used as it is
   */
  public CompletableFuture<Optional<TableRoute>> refresh(
      String database, String table, TableRoute wrong) {
    TableName name = new TableName(database, table);
    synchronized (lock) {
      TableRoute cached = routes.get(name);
      if (cached != null && cached.number() > wrong.number() && cached.number() >= freshFrom) {
        return CompletableFuture.completedFuture(Optional.of(cached));
      }
    }
    return load(name);
  }

  /**
   * The route of a table as the nameserver says it now: its columns are not those at hand any more.
   */
  public CompletableFuture<Optional<TableRoute>> reload(String database, String table) {
    return load(new TableName(database, table));
  }

  /**
   * Notes that a tablet named the leader of a partition.
   *
   * @return the changed route
   */
  public TableRoute follow(
      String database, String table, TableRoute route, int pid, String leader) {
    TableName name = new TableName(database, table);
    synchronized (lock) {
      TableRoute cached = routes.get(name);
      TableRoute base = cached != null && cached.tid() == route.tid() ? cached : route;
      if (pid >= base.partitionCount()) {
        return base;
      }
      TableRoute changed = base.withLeader(pid, leader, ++lastNumber);
      routes.put(name, changed);
      return changed;
    }
  }

  /** Says that any route may have changed. */
  public void invalidateAll() {
    synchronized (lock) {
      freshFrom = ++lastNumber;
    }
  }

  private CompletableFuture<Optional<TableRoute>> load(TableName name) {
    CompletableFuture<Optional<TableRoute>> result = new CompletableFuture<>();
    long number;
    synchronized (lock) {
      CompletableFuture<Optional<TableRoute>> running = loading.get(name);
      if (running != null) {
        return running;
      }
      loading.put(name, result);
      // Taken before asking: a change announced meanwhile makes this answer an old one.
      number = ++lastNumber;
    }
    catalog
        .load(name.database(), name.table())
        .whenComplete(
            (table, failure) -> {
              Optional<TableRoute> route =
                  failure == null ? table.map(t -> TableRoute.of(t, number)) : Optional.empty();
              synchronized (lock) {
                loading.remove(name);
                if (failure == null) {
                  route.ifPresentOrElse(r -> routes.put(name, r), () -> routes.remove(name));
                }
              }
              // Outside the lock, since this runs what others hung on to the future.
              if (failure == null) {
                result.complete(route);
              } else {
                result.completeExceptionally(failure);
              }
            });
    return result;
  }
}
