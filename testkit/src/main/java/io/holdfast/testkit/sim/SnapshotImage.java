package io.holdfast.testkit.sim;

import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * What a simulated snapshot holds, as bytes.
 *
 * @param registers every register that was ever written
 * @param logTimeMillis newest time of a leader in the log
 * @param sessions whatever the replica saved besides
 */
record SnapshotImage(TreeMap<Integer, Long> registers, long logTimeMillis, byte[] sessions) {
  byte[] encode(int leastBytes) {
    int length = 16 + 12 * registers.size() + sessions.length;
    ByteBuffer out = ByteBuffer.allocate(Math.max(leastBytes, length));
    out.putLong(logTimeMillis).putInt(registers.size());
    registers.forEach((key, value) -> out.putInt(key).putLong(value));
    out.putInt(sessions.length).put(sessions);
    return out.array();
  }

  static SnapshotImage decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long logTimeMillis = in.getLong();
    TreeMap<Integer, Long> registers = new TreeMap<>();
    for (int left = in.getInt(); left > 0; left--) {
      registers.put(in.getInt(), in.getLong());
    }
    byte[] sessions = new byte[in.getInt()];
    in.get(sessions);
    return new SnapshotImage(registers, logTimeMillis, sessions);
  }
}
