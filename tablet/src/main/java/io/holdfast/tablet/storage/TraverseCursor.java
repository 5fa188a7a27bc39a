package io.holdfast.tablet.storage;

/**
 * Where a traversal goes on: behind this entry.
 *
 * @param key the entry's key; must not be changed
 * @param ts its time
 * @param seenAtTs how many entries of the key and this time have been returned
 * @param beforeOffset when greater than zero, it goes on with those entries of the key and this
 *     time whose row was put before this offset, however many there are by now that were put later
 */
public record TraverseCursor(byte[] key, long ts, int seenAtTs, long beforeOffset) {
  /** Goes on behind so many entries. */
  public TraverseCursor(byte[] key, long ts, int seenAtTs) {
    this(key, ts, seenAtTs, 0);
  }

  /** Behind all entries of a key. */
  public static TraverseCursor afterKey(byte[] key) {
    return new TraverseCursor(key, Long.MIN_VALUE, Integer.MAX_VALUE);
  }
}
