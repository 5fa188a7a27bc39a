package io.holdfast.client.row;

import java.util.List;

/** A row in the table's binary form with its keys. The array must not be changed. */
public record EncodedRow(List<IndexKey> keys, byte[] bytes) {
  public EncodedRow {
    keys = List.copyOf(keys);
  }
}
