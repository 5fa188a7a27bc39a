package io.holdfast.client.row;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code pairs} fields of scan and traverse answers: rows behind one another, numbers in
 * little-endian order.
 *
 * <pre>
 * scan      u32 size of what follows | u64 ts | row
 * traverse  u32 size of what follows the key size | u32 key size | u64 ts | key | row
 * </pre>
 */
public final class RowPairs {
  private RowPairs() {}

  /** One row of an answer; the key is empty in the answers of a scan. */
  public record Entry(String key, long ts, byte[] row) {}

  /**
   * @throws IllegalArgumentException when the bytes are cut short or otherwise malformed
   */
  public static List<Entry> readScan(ByteBuffer pairs) {
    ByteBuffer in = pairs.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<Entry> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      int size = size(in, Long.BYTES);
      long ts = in.getLong();
      entries.add(new Entry("", ts, bytes(in, size - Long.BYTES)));
    }
    return entries;
  }

  /**
   * @throws IllegalArgumentException when the bytes are cut short or otherwise malformed
   */
  public static List<Entry> readTraverse(ByteBuffer pairs) {
    ByteBuffer in = pairs.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<Entry> entries = new ArrayList<>();
    while (in.hasRemaining()) {
      int size = size(in, Long.BYTES);
      int keySize = in.getInt();
      if (keySize < 0 || keySize > size - Long.BYTES || in.remaining() < size) {
        throw new IllegalArgumentException("malformed rows: key of " + keySize + " bytes");
      }
      long ts = in.getLong();
      String key = new String(bytes(in, keySize), StandardCharsets.UTF_8);
      entries.add(new Entry(key, ts, bytes(in, size - Long.BYTES - keySize)));
    }
    return entries;
  }

  private static int size(ByteBuffer in, int least) {
    int size = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (size < least || size > in.remaining()) {
      throw new IllegalArgumentException("malformed rows: entry of " + size + " bytes");
    }
    return size;
  }

  private static byte[] bytes(ByteBuffer in, int count) {
    byte[] bytes = new byte[count];
    in.get(bytes);
    return bytes;
  }
}
