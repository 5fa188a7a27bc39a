package io.holdfast.tablet.replication;

import java.util.List;
import java.util.function.Consumer;

/** Tells all listeners, also those behind one that throws: each waits for its answer. */
final class Listeners {
  private Listeners() {}

  /** Throws the first exception that there was, once all are told. */
  static <T> void tell(List<T> all, Consumer<T> word) {
    RuntimeException first = null;
    for (T one : all) {
      try {
        word.accept(one);
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
