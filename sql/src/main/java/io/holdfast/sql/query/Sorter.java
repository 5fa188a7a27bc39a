package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Puts rows in order. If only the first of them are wanted, no more than about twice as many are
 * held. Rows with equal keys stay in the order in which they came.
 */
final class Sorter {
  /** It is not worth sorting for fewer rows than these. */
  private static final int SLACK_ROWS = 1000;

  private final Comparator<Held> comparator;
  private final long wanted;
  private final HeldBytes bytes;
  private List<Held> rows = new ArrayList<>();

  private record Held(Object[] keys, byte[] row, long bytes) {}

  /**
   * @param wanted how many of the first rows are wanted
   */
  Sorter(List<OrderKey> order, long wanted, long maxBytes) {
    this.wanted = wanted;
    this.bytes = new HeldBytes(maxBytes, "ORDER BY");
    this.comparator = (a, b) -> compare(order, a, b);
  }

  private static int compare(List<OrderKey> order, Held a, Held b) {
    for (int i = 0; i < a.keys().length; i++) {
      int result = Values.ORDER.compare(a.keys()[i], b.keys()[i]);
      if (result != 0) {
        return order.get(i).descending() ? -result : result;
      }
    }
    return 0;
  }

  void add(Object[] keys, byte[] row) throws SqlException {
    long size = row.length + HeldBytes.of(Arrays.asList(keys));
    rows.add(new Held(keys, row, size));
    bytes.add(size);
    if (wanted < Integer.MAX_VALUE / 4 && rows.size() >= 2 * wanted + SLACK_ROWS) {
      cut();
    }
  }

  private void cut() {
    rows.sort(comparator);
    List<Held> kept = new ArrayList<>(rows.subList(0, (int) wanted));
    for (Held held : rows.subList((int) wanted, rows.size())) {
      bytes.remove(held.bytes());
    }
    rows = kept;
  }

  /** All that is wanted, and perhaps more. */
  List<byte[]> sorted() {
    rows.sort(comparator);
    return rows.stream().map(Held::row).toList();
  }
}
