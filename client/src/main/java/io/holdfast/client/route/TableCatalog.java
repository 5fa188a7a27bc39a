package io.holdfast.client.route;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The source of routes. Thread-safe. */
@FunctionalInterface
public interface TableCatalog {
  /** The table as the nameserver knows it now; empty when there is none of that name. */
  CompletableFuture<Optional<TableInfo>> load(String database, String table);
}
