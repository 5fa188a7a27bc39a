package io.holdfast.shell.sql;

import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of rows that were inserted together.
 *
 * @param done how many are in
 * @param uncertain how many may be in
 * @param refused by their position, those that do not fit the table, with the reason
 * @param stopped why others are not in; empty if there are no others
 */
record Inserted(
    int done, int uncertain, Map<Integer, String> refused, Optional<SQLException> stopped) {
  Inserted {
    refused = new TreeMap<>(refused);
  }
}
