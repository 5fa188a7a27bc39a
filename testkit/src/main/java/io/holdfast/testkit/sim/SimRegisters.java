package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.LogRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The state that simulated writes make: a value for each key. */
final class SimRegisters {
  private final Map<Integer, Long> values = new HashMap<>();

  static byte[] payload(int key, long value) {
    return ByteBuffer.allocate(12).putInt(key).putLong(value).array();
  }

  static long valueIn(LogRecord record) {
    return record.type() == LogRecord.Type.WRITE ? ByteBuffer.wrap(record.payload()).getLong(4) : 0;
  }

  static int keyIn(LogRecord record) {
    return ByteBuffer.wrap(record.payload()).getInt();
  }

  void apply(LogRecord record) {
    ByteBuffer payload = ByteBuffer.wrap(record.payload());
    values.put(payload.getInt(), payload.getLong());
  }

  /** The value of a key; 0 when it was never written. */
  long get(int key) {
    return values.getOrDefault(key, 0L);
  }

  int size() {
    return values.size();
  }
}
