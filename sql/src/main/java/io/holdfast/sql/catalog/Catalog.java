package io.holdfast.sql.catalog;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Knows tables. May have to ask somebody, so that its answer comes later. */
@FunctionalInterface
public interface Catalog {
  /**
   * The table of that name; empty when there is none. A failure of the stage is the statement's.
   */
  CompletionStage<Optional<TableView>> table(String database, String name);

  /** One that knows these tables for ever. */
  static Catalog of(List<TableView> tables) {
    List<TableView> known = List.copyOf(tables);
    return (database, name) ->
        CompletableFuture.completedFuture(
            known.stream()
                .filter(table -> table.database().equals(database) && table.name().equals(name))
                .findFirst());
  }
}
