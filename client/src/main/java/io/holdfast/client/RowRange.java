package io.holdfast.client;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Rows to delete: of one key or of all keys, of all times or of a range of them.
 *
 * @param key empty for all keys
 * @param tsColumn name of the time column that the range is of; without a key, only indexes with
 *     this time column are gone through. Empty for the key's index, or all indexes
 * @param newest greatest time, included; empty for no bound
 * @param after only greater times; empty for no bound
 */
public record RowRange(
    Optional<ReadKey> key, String tsColumn, OptionalLong newest, OptionalLong after) {
  public RowRange {
    Objects.requireNonNull(key);
    Objects.requireNonNull(tsColumn);
    Objects.requireNonNull(newest);
    Objects.requireNonNull(after);
  }

  /** All rows of a key. */
  public static RowRange of(ReadKey key) {
    return new RowRange(Optional.of(key), "", OptionalLong.empty(), OptionalLong.empty());
  }
}
