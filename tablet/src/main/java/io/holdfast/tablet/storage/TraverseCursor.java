package io.holdfast.tablet.storage;

/**
 * Where a traversal goes on: behind this entry.
 *
 * @param key the entry's key; must not be changed
 * @param ts its time
 * @param seenAtTs how many entries of the key and this time have been returned
 */
public record TraverseCursor(byte[] key, long ts, int seenAtTs) {
  /** Behind all entries of a key. */
  public static TraverseCursor afterKey(byte[] key) {
    return new TraverseCursor(key, Long.MIN_VALUE, Integer.MAX_VALUE);
  }
}
