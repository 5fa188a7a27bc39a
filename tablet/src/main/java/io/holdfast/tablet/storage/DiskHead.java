package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;

/**
 * What the disk engine keeps of a key besides its versions.
 *
 * @param size how many versions it has
 * @param era of the ages that they were judged by last, see {@link TtlEras}
 * @param oldestTs time of the oldest of them
 */
record DiskHead(int size, int era, long oldestTs) {
  private static final int BYTES = 16;

  byte[] encode() {
    return ByteBuffer.allocate(BYTES).putInt(size).putInt(era).putLong(oldestTs).array();
  }

  /** Null of null. */
  static DiskHead decode(byte[] encoded) {
    if (encoded == null) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(encoded);
    return new DiskHead(in.getInt(), in.getInt(), in.getLong());
  }
}
