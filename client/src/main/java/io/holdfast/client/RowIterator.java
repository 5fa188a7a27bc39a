package io.holdfast.client;

import io.holdfast.client.call.Waiting;
import io.holdfast.client.row.RowPairs;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Rows one after another, fetched page by page as they are wanted. Fetching blocks, for the request
 * time-out at most. Holds nothing but a page: {@link #close} only ends the walk, and need not be
 * called. For one thread at a time.
 */
public final class RowIterator implements Iterator<RowPairs.Entry>, AutoCloseable {
  private final RowPage.Source pages;
  private final PageWalk walk;
  private boolean closed;

  RowIterator(RowPage.Source pages, RowCursor start) {
    this.pages = pages;
    this.walk = new PageWalk(start);
  }

  /**
   * Whether there is another row.
   *
   * @throws HoldfastException when the next page cannot be had; asking again tries again, from the
   *     same place
   */
  @Override
  public boolean hasNext() {
    while (!closed && !walk.hasRow() && walk.nextPage() != null) {
      walk.arrived(Waiting.on(pages.page(walk.nextPage())));
    }
    return !closed && walk.hasRow();
  }

  /**
   * The next row.
   *
   * @throws NoSuchElementException when there is none, or the iterator is closed
   * @throws HoldfastException as {@link #hasNext} does
   */
  @Override
  public RowPairs.Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return walk.take();
  }

  /** Behind the last row that {@link #next} gave: {@link RowWalk#from} goes on there. */
  public RowCursor cursor() {
    return walk.place();
  }

  @Override
  public void close() {
    closed = true;
  }
}
