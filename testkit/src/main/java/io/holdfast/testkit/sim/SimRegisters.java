package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.LogRecord;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state that simulated writes make: a value for each key. Keys of registers take the value that
 * is written; keys of counters go up by one for each write, whatever it says, so that a write that
 * is done twice shows.
 */
final class SimRegisters {
  /** Keys from here on are counters. */
  static final int FIRST_COUNTER = 100;

  /** Holds the version of the table's alterations, which only goes up. */
  private static final int ALTERATIONS = -1;

  private final Map<Integer, Long> values = new HashMap<>();
  private long logTimeMillis;

  static byte[] payload(int key, long value, long leaderMillis) {
    return ByteBuffer.allocate(20).putInt(key).putLong(value).putLong(leaderMillis).array();
  }

  static byte[] payload(Alterations alterations) {
    return payload(ALTERATIONS, alterations.version(), 0);
  }

  int alterations() {
    return (int) get(ALTERATIONS);
  }

  static long valueIn(LogRecord record) {
    return record.type() == LogRecord.Type.WRITE ? ByteBuffer.wrap(record.payload()).getLong(4) : 0;
  }

  static int keyIn(LogRecord record) {
    return ByteBuffer.wrap(record.payload()).getInt();
  }

  /** What a write of a value makes of a key. */
  static long after(int key, long before, long value) {
    if (key == ALTERATIONS) {
      return Math.max(before, value);
    }
    return key < FIRST_COUNTER ? value : before + 1;
  }

  /** Returns what the write made of the state, in a small number. */
  int apply(LogRecord record) {
    ByteBuffer payload = ByteBuffer.wrap(record.payload());
    int key = payload.getInt();
    long value = payload.getLong();
    logTimeMillis = Math.max(logTimeMillis, payload.getLong());
    long after = after(key, get(key), value);
    values.put(key, after);
    return 1 + (int) (after % 100);
  }

  long logTimeMillis() {
    return logTimeMillis;
  }

  /** The value of a key; 0 when it was never written. */
  long get(int key) {
    return values.getOrDefault(key, 0L);
  }

  TreeMap<Integer, Long> copy() {
    return new TreeMap<>(values);
  }

  /** The state becomes another one. */
  void load(Map<Integer, Long> other, long otherLogTimeMillis) {
    values.clear();
    values.putAll(other);
    logTimeMillis = otherLogTimeMillis;
  }

  int size() {
    return values.size();
  }
}
