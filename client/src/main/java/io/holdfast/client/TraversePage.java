package io.holdfast.client;

import io.holdfast.client.row.RowPairs;
import java.util.List;

/**
 * A page of a walk over a partition.
 *
 * @param entries in the tablet's order
 * @param next where the next page begins; meaningless when {@code finished}
 * @param finished whether this was the last page
 * @param version offset of the newest record of the partition that the answer reflects; 0 when
 *     unknown
 */
public record TraversePage(
    List<RowPairs.Entry> entries, Cursor next, boolean finished, long version) {

  /** A place in a walk. */
  public record Cursor(String key, long ts, int tsPosition) {
    public static final Cursor START = new Cursor("", 0, 0);
  }

  public TraversePage {
    entries = List.copyOf(entries);
  }
}
