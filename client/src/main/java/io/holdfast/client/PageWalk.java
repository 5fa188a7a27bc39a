package io.holdfast.client;

import io.holdfast.client.row.RowPairs;

/**
 * Goes through pages row by row and knows the place behind the last row given out. Owns no thread
 * and fetches nothing. For one thread at a time.
 */
final class PageWalk {
  private RowPage page;
  private int position;
  private RowCursor place;
  private RowCursor next;

  PageWalk(RowCursor start) {
    this.place = start;
    this.next = start;
  }

  /** Whether a row is at hand. */
  boolean hasRow() {
    return page != null && position < page.rows().size();
  }

  /** Where the next page is to begin; null when there is none. */
  RowCursor nextPage() {
    return next;
  }

  /** The page that {@link #nextPage} asked for. */
  void arrived(RowPage newPage) {
    page = newPage;
    position = 0;
    place = newPage.from();
    next = newPage.next();
  }

  /** The next row. To be called only if there is one. */
  RowPairs.Entry take() {
    RowPairs.Entry row = page.rows().get(position++);
    place = place.behind(row);
    // The rows are all given out: what follows begins where the page says, in the next partition
    // perhaps.
    if (!hasRow() && next != null) {
      place = next;
    }
    return row;
  }

  /** Behind the last row that was given out. */
  RowCursor place() {
    return place;
  }
}
