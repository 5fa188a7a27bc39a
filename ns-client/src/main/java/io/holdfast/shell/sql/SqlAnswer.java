package io.holdfast.shell.sql;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a statement returned.
 *
 * @param hasRows whether it is one that returns rows
 * @param names of the columns
 * @param rows Boolean, Number, String or, for a date, its text; null for NULL; a timestamp is its
 *     milliseconds
 */
record SqlAnswer(boolean hasRows, List<String> names, List<List<Object>> rows) {
  /** A statement was done that returns no rows. */
  static final SqlAnswer DONE = new SqlAnswer(false, List.of(), List.of());

  SqlAnswer {
    names = List.copyOf(names);
    rows = Collections.unmodifiableList(new ArrayList<>(rows));
  }

  static SqlAnswer rows(List<String> names, List<List<Object>> rows) {
    return new SqlAnswer(true, names, rows);
  }
}
