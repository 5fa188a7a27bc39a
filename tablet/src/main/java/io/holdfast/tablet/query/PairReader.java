package io.holdfast.tablet.query;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Goes through the entries of answers to Scan and Traverse, one after the other; their layout is
 * that of {@code io.holdfast.tablet.rpc.RowPairs}. Single owner.
 */
final class PairReader {
  private final ByteBuffer in;
  private int keyAt;
  private int keyBytes;
  private int valueAt;
  private int valueBytes;
  private long ts;

  /**
   * @param pairs from its position on; stays as it is
   */
  PairReader(ByteBuffer pairs) {
    this.in = pairs.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The next entry of an answer to Scan, which has no keys. */
  void nextOfScan() {
    int size = in.getInt();
    ts = in.getLong();
    setPlaces(0, size - Long.BYTES);
  }

  /** The next entry of an answer to Traverse. */
  void nextOfTraverse() {
    int size = in.getInt();
    int key = in.getInt();
    ts = in.getLong();
    setPlaces(key, size - key - Long.BYTES);
  }

  private void setPlaces(int key, int value) {
    keyAt = in.position();
    keyBytes = key;
    valueAt = keyAt + key;
    valueBytes = value;
    in.position(valueAt + value);
  }

  long ts() {
    return ts;
  }

  /** A copy of its key. */
  byte[] key() {
    return bytes(keyAt, keyBytes);
  }

  /** A copy of its row. */
  byte[] value() {
    return bytes(valueAt, valueBytes);
  }

  private byte[] bytes(int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }
}
