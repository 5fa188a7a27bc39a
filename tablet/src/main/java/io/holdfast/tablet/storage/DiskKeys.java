package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of the disk engine's database; docs/formats/disk-engine.md describes them. RocksDB
 * compares them byte by byte.
 */
final class DiskKeys {
  /** Key of the {@link DiskCheckpoint}. */
  static final byte[] CHECKPOINT = {'c'};

  /** Key of how far everything else here has come. */
  static final byte[] STEP = {'s'};

  private static final byte HEAD = 'k';
  private static final byte ROW = 'r';
  private static final byte REFERENCES = 'n';
  private static final byte VERSION = 'v';

  private static final int POSITION_BYTES = 1 + 2;
  private static final int KEY_PREFIX_BYTES = POSITION_BYTES + 3;
  private static final int VERSION_TAIL_BYTES = 16;

  /** Of no key that a call may have. */
  private static final int MAX_KEY_BYTES = (1 << 24) - 1;

  private DiskKeys() {}

  /** What the keys begin with of all that a truncation removes. */
  static List<byte[]> content() {
    return List.of(
        new byte[] {HEAD}, new byte[] {ROW}, new byte[] {REFERENCES}, new byte[] {VERSION});
  }

  /** Where the head of a key of an index is. */
  static byte[] head(int position, byte[] key) {
    return prefix(HEAD, position, key, 0).array();
  }

  /** What the heads of an index begin with. */
  static byte[] heads(int position) {
    return of(HEAD, position);
  }

  /** What the versions of an index begin with. */
  static byte[] versions(int position) {
    return of(VERSION, position);
  }

  private static byte[] of(byte tag, int position) {
    return ByteBuffer.allocate(POSITION_BYTES).put(tag).putShort((short) position).array();
  }

  private static ByteBuffer prefix(byte tag, int position, byte[] key, int more) {
    if (key.length > MAX_KEY_BYTES) {
      throw new IllegalArgumentException("a key of " + key.length + " bytes");
    }
    return ByteBuffer.allocate(KEY_PREFIX_BYTES + key.length + more)
        .put(tag)
        .putShort((short) position)
        .put((byte) (key.length >>> 16))
        .putShort((short) key.length)
        .put(key);
  }

  /** The key of the index, of what {@link #head} or {@link #version} made. */
  static byte[] keyOf(byte[] made) {
    int length =
        (made[POSITION_BYTES] & 0xff) << 16
            | (made[POSITION_BYTES + 1] & 0xff) << 8
            | made[POSITION_BYTES + 2] & 0xff;
    return Arrays.copyOfRange(made, KEY_PREFIX_BYTES, KEY_PREFIX_BYTES + length);
  }

  /**
   * Where a version is: the newer, the earlier.
   *
   * @param order among versions of one time, the higher the newer
   */
  static byte[] version(int position, byte[] key, long ts, long order) {
    return prefix(VERSION, position, key, VERSION_TAIL_BYTES)
        .putLong(descending(ts))
        .putLong(descending(order))
        .array();
  }

  /** How many bytes all versions of a key begin with. */
  static int versionPrefixBytes(byte[] key) {
    return KEY_PREFIX_BYTES + key.length;
  }

  private static long descending(long value) {
    return ~(value ^ Long.MIN_VALUE);
  }

  static long tsOf(byte[] version) {
    return descending(ByteBuffer.wrap(version).getLong(version.length - VERSION_TAIL_BYTES));
  }

  static long orderOf(byte[] version) {
    return descending(ByteBuffer.wrap(version).getLong(version.length - Long.BYTES));
  }

  /** Where a row is. */
  static byte[] row(long offset) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(ROW).putLong(offset).array();
  }

  /** Where it is said how many versions refer to a row, when they are several. */
  static byte[] references(long offset) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(REFERENCES).putLong(offset).array();
  }

  /** The first key behind all that begin with a prefix, whose bytes are not all 0xff. */
  static byte[] behind(byte[] prefix) {
    byte[] next = prefix.clone();
    int at = next.length - 1;
    while (next[at] == (byte) 0xff) {
      next[at--] = 0;
    }
    next[at]++;
    return next;
  }

  static boolean startsWith(byte[] key, byte[] prefix, int length) {
    return key.length >= length && Arrays.equals(key, 0, length, prefix, 0, length);
  }
}
