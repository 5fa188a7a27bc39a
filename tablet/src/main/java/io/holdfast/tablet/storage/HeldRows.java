package io.holdfast.tablet.storage;

import java.util.Arrays;
import java.util.function.IntConsumer;

/** Rows that are kept from being freed while something is done with them. Single owner. */
final class HeldRows {
  private final Rows rows;
  private int[] held = new int[8];
  private int count;

  HeldRows(Rows rows) {
    this.rows = rows;
  }

  void add(int row) {
    if (count == held.length) {
      held = Arrays.copyOf(held, 2 * count);
    }
    rows.hold(row);
    held[count] = row;
    count++;
  }

  void forEach(IntConsumer each) {
    for (int i = 0; i < count; i++) {
      each.accept(held[i]);
    }
  }

  /** Lets go of all. */
  void release() {
    forEach(rows::release);
    count = 0;
  }
}
