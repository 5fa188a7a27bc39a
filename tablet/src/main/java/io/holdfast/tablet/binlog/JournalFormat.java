package io.holdfast.tablet.binlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal, as {@code docs/formats/journal.md} describes them; all numbers are
 * big-endian.
 *
 * <pre>
 * block, at a multiple of 4096 bytes
 *  0 magic      8 bytes "HFJOURNL"
 *  8 length     u32     of the block, this head included, the zeros behind it not
 * 12 crc32c     u32     over what follows, to the end of the block
 * 16 version    u32     1
 * 20 reserved   u32     0
 * 24 journal    u128    whose block it is; see {@link JournalHead}
 * 40 seq        u64     from 1, without gaps
 * 48 from       u64     what blocks before this one hold is in the logs' own files
 * 56 entries    u32     how many follow
 * 60 reserved   u32     0
 *
 * entry
 *  0 type       u8      1: bytes of a log, 2: all bytes of this log so far are void
 *  1 replicaUid u128
 * 17 tid        u32     the rest only with type 1
 * 21 pid        u32
 * 25 segment    u64     first offset of the segment, which is its name
 * 33 position   u64     in the segment's file
 * 41 length     u32
 * 45 bytes
 * </pre>
 */
final class JournalFormat {
  static final int VERSION = 1;

  /** Blocks begin at multiples of this, so that no write touches a page that an older one needs. */
  static final int PAGE_BYTES = 4096;

  static final int BLOCK_HEAD_BYTES = 64;
  static final int WRITE_HEAD_BYTES = 45;
  static final int VOID_BYTES = 17;

  /** Longest block. */
  static final int MAX_BLOCK_BYTES = 16 << 20;

  static final byte WRITE = 1;
  static final byte VOID = 2;

  private static final byte[] MAGIC = "HFJOURNL".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_FROM = 16;

  private JournalFormat() {}

  /** What a block's head says. */
  record Head(int length, long seq, long from, int entries) {}

  /** Rounds up to whole pages. */
  static long pages(long bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
  }

  /**
   * Writes the head in front of the entries that stand behind it.
   *
   * @param block from 0 to its position
   */
  static void putHead(ByteBuffer block, UUID journal, long seq, long from, int entries) {
    int length = block.position();
    block.put(0, MAGIC);
    block.putInt(8, length);
    block.putInt(16, VERSION).putInt(20, 0);
    block.putLong(24, journal.getMostSignificantBits());
    block.putLong(32, journal.getLeastSignificantBits());
    block.putLong(40, seq).putLong(48, from);
    block.putInt(56, entries).putInt(60, 0);
    block.putInt(12, checksum(block, 0, length));
  }

  static void putWriteHead(
      ByteBuffer block, SegmentFormat.Identity log, long segment, long position, int length) {
    block.put(WRITE);
    putUid(block, log.uid());
    block.putInt(log.tid()).putInt(log.pid());
    block.putLong(segment).putLong(position).putInt(length);
  }

  static void putVoid(ByteBuffer block, UUID uid) {
    block.put(VOID);
    putUid(block, uid);
  }

  private static void putUid(ByteBuffer block, UUID uid) {
    block.putLong(uid.getMostSignificantBits()).putLong(uid.getLeastSignificantBits());
  }

  /** Whether a block of this journal may begin here. */
  static boolean mayBegin(ByteBuffer in, int at, UUID journal) {
    return in.getLong(at) == magic()
        && in.getLong(at + 24) == journal.getMostSignificantBits()
        && in.getLong(at + 32) == journal.getLeastSignificantBits();
  }

  private static long magic() {
    return ByteBuffer.wrap(MAGIC).getLong();
  }

  /** The length that a head claims; 0 when it cannot be one. */
  static int length(ByteBuffer in, int at) {
    int length = in.getInt(at + 8);
    return length >= BLOCK_HEAD_BYTES && length <= MAX_BLOCK_BYTES ? length : 0;
  }

  /** The head of the block here; null when the block is not as it was written. */
  static Head head(ByteBuffer in, int at, int length) {
    if (in.getInt(at + 12) != checksum(in, at, length) || in.getInt(at + 16) != VERSION) {
      return null;
    }
    return new Head(length, in.getLong(at + 40), in.getLong(at + 48), in.getInt(at + 56));
  }

  private static int checksum(ByteBuffer block, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(block.duplicate().clear().position(at + CRC_FROM).limit(at + length));
    return (int) crc.getValue();
  }
}
