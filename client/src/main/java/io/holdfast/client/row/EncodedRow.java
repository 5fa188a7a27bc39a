package io.holdfast.client.row;

import java.util.List;

/**
 * A row in the table's binary form with its keys. The array must not be changed.
 *
 * @param indexes how many indexes of the table were looked at for the keys, deleted ones included:
 *     when it is put, keys of those that were added since are added
 */
public record EncodedRow(List<IndexKey> keys, byte[] bytes, int indexes) {
  /** A row that is to have these keys and no others. */
  public EncodedRow(List<IndexKey> keys, byte[] bytes) {
    this(keys, bytes, Integer.MAX_VALUE);
  }

  public EncodedRow {
    keys = List.copyOf(keys);
  }
}
