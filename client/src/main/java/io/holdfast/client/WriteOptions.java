package io.holdfast.client;

/**
 * How a write is made. Immutable.
 *
 * @param timestampMillis the row's time in indexes that have no time column; 0 for now
 * @param repeatable the caller says that doing this write twice is the same as doing it once: then
 *     it is sent again even where tablets could not recognise it
 * @param ifAbsent a put of a row whose key has a row at the same time already does nothing
 */
public record WriteOptions(long timestampMillis, boolean repeatable, boolean ifAbsent) {
  /** Time of now; done once, however often it is sent. */
  public static final WriteOptions DEFAULT = new WriteOptions(0, false, false);

  public WriteOptions at(long newTimestampMillis) {
    return new WriteOptions(newTimestampMillis, repeatable, ifAbsent);
  }

  public WriteOptions repeatable(boolean newRepeatable) {
    return new WriteOptions(timestampMillis, newRepeatable, ifAbsent);
  }

  /**
   * A put that does nothing when its key has a row at the same time already; {@link
   * WriteResult#ignored} says whether it did. Of several that put the same key and time, one
   * writes. Give a {@linkplain #at time} unless the table's index has a time column: of now there
   * is none.
   */
  public WriteOptions onlyIfAbsent(boolean newIfAbsent) {
    return new WriteOptions(timestampMillis, repeatable, newIfAbsent);
  }
}
