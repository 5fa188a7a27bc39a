package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;

/**
 * A version of a key in the disk engine.
 *
 * @param key of its database
 * @param rowOffset where its row is
 * @param rowBytes length of the row
 */
record DiskVersion(byte[] key, long rowOffset, int rowBytes) {
  private static final int SHORT_BYTES = 4;
  private static final int LONG_BYTES = 12;

  long ts() {
    return DiskKeys.tsOf(key);
  }

  /** The value: the row's offset stands there only if the key does not have it. */
  byte[] encode() {
    if (DiskKeys.orderOf(key) == rowOffset) {
      return ByteBuffer.allocate(SHORT_BYTES).putInt(rowBytes).array();
    }
    return ByteBuffer.allocate(LONG_BYTES).putInt(rowBytes).putLong(rowOffset).array();
  }

  static DiskVersion decode(byte[] key, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int rowBytes = in.getInt();
    return new DiskVersion(key, in.hasRemaining() ? in.getLong() : DiskKeys.orderOf(key), rowBytes);
  }
}
