package io.holdfast.client;

import io.holdfast.client.row.RowPairs;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Some rows of a walk.
 *
 * @param from where they begin
 * @param next where the page after it begins; null when there is none
 */
record RowPage(RowCursor from, List<RowPairs.Entry> rows, RowCursor next) {
  /** A page of the rows of one key, whose cursors have the key that was asked for. */
  static RowPage ofKey(RowCursor from, ScanResult page, int wantedRows) {
    RowCursor end = from;
    for (RowPairs.Entry row : page.entries()) {
      end = end.behind(row);
    }
    // One that has as many as it was asked for says that it is finished; there may be more.
    int count = page.entries().size();
    boolean isMore = count > 0 && (!page.finished() || count == wantedRows);
    return new RowPage(from, page.entries(), isMore ? end : null);
  }

  /** A page of the rows of a partition; behind the last one come those of the next partition. */
  static RowPage ofTable(RowCursor from, TraversePage page, int partitions) {
    RowCursor next;
    if (!page.finished()) {
      TraversePage.Cursor place = page.next();
      next =
          new RowCursor(
              from.kind(),
              from.index(),
              from.partition(),
              place.key(),
              place.ts(),
              place.tsPosition());
    } else {
      int following = from.partition() + 1;
      next = following < partitions ? RowCursor.startOf(following) : null;
    }
    return new RowPage(from, page.entries(), next);
  }

  /** Where pages come from. Thread-safe; never blocks. */
  @FunctionalInterface
  interface Source {
    CompletableFuture<RowPage> page(RowCursor from);
  }
}
