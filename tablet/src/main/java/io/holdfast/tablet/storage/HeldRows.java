package io.holdfast.tablet.storage;

import java.util.function.IntConsumer;

/** Rows that are kept from being freed while something is done with them. Single owner. */
final class HeldRows {
  private final Rows rows;
  private final IntArray held = new IntArray();

  HeldRows(Rows rows) {
    this.rows = rows;
  }

  void add(int row) {
    rows.hold(row);
    held.add(row);
  }

  void forEach(IntConsumer each) {
    for (int i = 0; i < held.size(); i++) {
      each.accept(held.get(i));
    }
  }

  /** Lets go of all. */
  void release() {
    forEach(rows::release);
    held.clear();
  }
}
