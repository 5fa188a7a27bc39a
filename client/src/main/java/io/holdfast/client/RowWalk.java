package io.holdfast.client;

import io.holdfast.client.row.RowPairs;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * A walk over all rows of a key, or of a whole table, page by page, in bounded memory. Nothing is
 * asked before the first row is wanted. Immutable and thread-safe; each {@link #iterator} and each
 * subscriber walks for itself.
 *
 * <p>A page is read where its {@link ReadOptions} want it, and follows the leader when that
 * changes. Pages are not of one moment: a row that is there from the beginning to the end of the
 * walk comes exactly once; of rows that are put or removed meanwhile some come and some do not.
 * Only where several rows of a key have the same time, and rows of this time are put or removed
 * while they are walked, others of them may come twice or not at all.
 */
public final class RowWalk implements Iterable<RowPairs.Entry> {
  static final int PAGE_ROWS = 500;

  /** Makes the source of a walk's pages. */
  @FunctionalInterface
  interface Pages {
    RowPage.Source of(int pageRows, ReadOptions options);
  }

  private final Pages pages;
  private final int pageRows;
  private final ReadOptions options;
  private final RowCursor start;

  RowWalk(Pages pages, int pageRows, ReadOptions options, RowCursor start) {
    this.pages = pages;
    this.pageRows = pageRows;
    this.options = Objects.requireNonNull(options);
    this.start = Objects.requireNonNull(start);
  }

  /**
   * The same in pages of at most so many rows; {@value #PAGE_ROWS} unless set. A tablet may give
   * fewer.
   */
  public RowWalk pageRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("pages of " + rows + " rows");
    }
    return new RowWalk(pages, rows, options, start);
  }

  /** The same with another choice of who answers. */
  public RowWalk reads(ReadOptions newOptions) {
    return new RowWalk(pages, pageRows, newOptions, start);
  }

  /**
   * The rest of it. A place above the times of a walk over one key is before its first row, and one
   * below them is behind its last.
   *
   * @param cursor where an iterator of the same walk was, in this process or another one
   * @throws IllegalArgumentException when it is of another kind of walk, of another key, or of a
   *     key of another index
   */
  public RowWalk from(RowCursor cursor) {
    if (!cursor.isOfSameWalk(start)) {
      throw new IllegalArgumentException(
          "not a place in this walk, which begins at " + start + ": " + cursor);
    }
    return new RowWalk(pages, pageRows, options, cursor);
  }

  /** Walks, and blocks for each page. */
  @Override
  public RowIterator iterator() {
    return new RowIterator(source(), start);
  }

  /**
   * Walks as fast as its subscribers ask for rows. Fails with a {@link HoldfastException}. Signals
   * come on the thread that asks or on an I/O thread of the client, and must not block it.
   */
  public Flow.Publisher<RowPairs.Entry> publisher() {
    return new RowPublisher(source(), start);
  }

  private RowPage.Source source() {
    return pages.of(pageRows, options);
  }
}
