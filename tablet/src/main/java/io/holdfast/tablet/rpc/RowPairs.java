package io.holdfast.tablet.rpc;

import io.holdfast.tablet.storage.Entry;
import io.holdfast.tablet.storage.TraverseResult.KeyedEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Rows behind one another, as the {@code pairs} of scan and traverse answers hold them, numbers in
 * little-endian order:
 *
 * <pre>
 * scan      u32 size of what follows | u64 ts | row
 * traverse  u32 size of what follows the key size | u32 key size | u64 ts | key | row
 * </pre>
 */
final class RowPairs {
  private RowPairs() {}

  static ByteBuffer ofScan(List<Entry> entries) {
    int size = 0;
    for (Entry entry : entries) {
      size += Integer.BYTES + Long.BYTES + entry.value().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (Entry entry : entries) {
      out.putInt(Long.BYTES + entry.value().length).putLong(entry.ts()).put(entry.value());
    }
    return out.flip();
  }

  static ByteBuffer ofTraverse(List<KeyedEntry> entries) {
    int size = 0;
    for (KeyedEntry entry : entries) {
      size += 2 * Integer.BYTES + Long.BYTES + entry.key().length + entry.entry().value().length;
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    for (KeyedEntry entry : entries) {
      byte[] value = entry.entry().value();
      out.putInt(Long.BYTES + entry.key().length + value.length)
          .putInt(entry.key().length)
          .putLong(entry.entry().ts())
          .put(entry.key())
          .put(value);
    }
    return out.flip();
  }
}
