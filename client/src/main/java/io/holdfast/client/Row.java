package io.holdfast.client;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A row to be put: one value per column in the table's order, null for NULL. Immutable.
 *
 * <p>Types: Boolean, Short, Integer, Long (also timestamps, in milliseconds since the epoch),
 * Float, Double, String, java.time.LocalDate.
 */
public final class Row {
  private final List<Object> values;

  private Row(List<Object> values) {
    this.values = values;
  }

  public static Row of(Object... values) {
    return new Row(Collections.unmodifiableList(Arrays.asList(values.clone())));
  }

  public static Row of(List<?> values) {
    return of(values.toArray());
  }

  public List<Object> values() {
    return values;
  }
}
