package io.holdfast.tablet.query;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's tables as this tablet last read them. Read when a query first needs them, and again
 * when the source says that they have changed or somebody has met a sign of it; any number of those
 * who wait share one reading. When the source is away, what was read last serves on: a wrong route
 * is put right by the tablets' refusals. Thread-safe; never blocks.
 */
final class RouteCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(RouteCatalog.class);

  /** Whoever asks goes on with the old tables then. */
  private static final long READ_MILLIS = 3_000;

  /** The tables of one reading. */
  static final class Tables {
    private static final Tables NONE = new Tables(Map.of());

    private final Map<String, Map<String, TableRoute>> byDb;

    private Tables(Map<String, Map<String, TableRoute>> byDb) {
      this.byDb = byDb;
    }

    /** The table of that name; null when there is none. */
    TableRoute find(String db, String name) {
      return byDb.getOrDefault(db, Map.of()).get(name);
    }
  }

  private final TableSource source;
  private final Object lock = new Object();
  private volatile Tables tables = Tables.NONE;

  /** How many changes were heard of; a reading that began before the newest one is not enough. */
  private long changes = 1;

  private long readUpTo;
  private CompletableFuture<Tables> reading;

  RouteCatalog(TableSource source) {
    this.source = source;
    source.onChange(this::changed);
  }

  private void changed() {
    synchronized (lock) {
      changes++;
    }
  }

  /** The tables, read anew if anything is known to have changed. Never fails. */
  CompletionStage<Tables> current() {
    synchronized (lock) {
      if (readUpTo == changes) {
        return CompletableFuture.completedStage(tables);
      }
    }
    return read();
  }

  /** The tables, read after this call. Never fails. */
  CompletionStage<Tables> refreshed() {
    changed();
    return read();
  }

  private CompletionStage<Tables> read() {
    CompletableFuture<Tables> mine;
    long upTo;
    synchronized (lock) {
      if (reading != null) {
        // It may have begun before what the caller knows of; then once more behind it.
        return reading.thenCompose(read -> current());
      }
      mine = new CompletableFuture<>();
      reading = mine;
      upTo = changes;
    }
    CompletableFuture<List<TableInfo>> answer;
    try {
      answer = source.read().toCompletableFuture();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer
            .copy()
            .orTimeout(READ_MILLIS, TimeUnit.MILLISECONDS)
            .whenComplete((infos, failure) -> done(mine, upTo, infos, failure));
    return mine;
  }

  private void done(
      CompletableFuture<Tables> mine, long upTo, List<TableInfo> infos, Throwable failure) {
    if (failure != null) {
      LOG.warn("the tables cannot be read; those read last serve on: {}", failure.toString());
    }
    Tables read = failure == null ? tables(infos) : tables;
    synchronized (lock) {
      tables = read;
      // After a failure, too: or everybody would wait for it in turn. The next sign of a change, or
      // a query whose table is not found, has it tried again.
      readUpTo = upTo;
      reading = null;
    }
    mine.complete(read);
  }

  private static Tables tables(List<TableInfo> infos) {
    Map<String, Map<String, TableRoute>> byDb = new HashMap<>();
    for (TableInfo info : infos) {
      try {
        byDb.computeIfAbsent(info.getDb(), db -> new HashMap<>())
            .put(info.getName(), new TableRoute(info));
      } catch (SchemaException | RuntimeException e) {
        // One that this version does not understand must not hide the others.
        LOG.warn(
            "table {}.{} ({}) cannot be used: {}",
            info.getDb(),
            info.getName(),
            info.getTid(),
            e.getMessage());
      }
    }
    return new Tables(byDb);
  }
}
