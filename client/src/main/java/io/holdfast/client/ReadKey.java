package io.holdfast.client;

/**
 * A key to read or delete by.
 *
 * @param index name of the index; empty for the table's first one
 */
public record ReadKey(String key, String index) {
  public static ReadKey of(String key) {
    return new ReadKey(key, "");
  }
}
