package io.holdfast.tablet.binlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The head of a segment file and its name, as {@code docs/formats/binlog.md} describes them; all
 * numbers are big-endian.
 *
 * <pre>
 *  0 magic         8 bytes "HFBINLOG"
 *  8 formatVersion u32     1
 * 12 replicaUid    u128
 * 28 tid           u32
 * 32 pid           u32
 * 36 firstOffset   u64     offset of the first record that goes into this file
 * 44 prevTerm      u64     term of the record before it, 0 when there was none
 * 52 prevCrc       u32     checksum of the record before it, 0 when there was none
 * 56 reserved      u32     0
 * 60 crc32c        u32     over the 60 bytes before
 * </pre>
 */
final class SegmentFormat {
  static final int HEADER_BYTES = 64;
  static final int VERSION = 1;

  private static final byte[] MAGIC = "HFBINLOG".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_AT = 60;
  private static final Pattern NAME = Pattern.compile("(\\d{20})\\.seg");

  private SegmentFormat() {}

  /** What a segment's head says. */
  record Header(Identity identity, long firstOffset, long prevTerm, int prevCrc) {}

  /** Whose log it is. A directory copied from elsewhere shows itself by this. */
  record Identity(UUID uid, int tid, int pid) {
    @Override
    public String toString() {
      return "replica " + uid + " of table " + tid + " partition " + pid;
    }
  }

  static String fileName(long firstOffset) {
    return String.format(Locale.ROOT, "%020d.seg", firstOffset);
  }

  /** The first offset a file's name claims; -1 when the name is not a segment's. */
  static long firstOffsetOf(Path file) {
    Matcher matcher = NAME.matcher(file.getFileName().toString());
    if (!matcher.matches()) {
      return -1;
    }
    try {
      return Long.parseLong(matcher.group(1));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  static ByteBuffer encode(Header header) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES);
    out.put(MAGIC).putInt(VERSION);
    Identity identity = header.identity();
    out.putLong(identity.uid().getMostSignificantBits());
    out.putLong(identity.uid().getLeastSignificantBits());
    out.putInt(identity.tid()).putInt(identity.pid());
    out.putLong(header.firstOffset()).putLong(header.prevTerm()).putInt(header.prevCrc()).putInt(0);
    out.putInt(checksum(out));
    return out.flip();
  }

  /**
   * Reads a head.
   *
   * @param in at least the first {@link #HEADER_BYTES} of the file when it has that many
   * @throws DamagedRecordException when it is not an intact head of a version we know
   */
  static Header decode(ByteBuffer in) throws DamagedRecordException {
    if (in.limit() < HEADER_BYTES) {
      throw new DamagedRecordException("segment header is cut at " + in.limit() + " bytes");
    }
    byte[] magic = new byte[MAGIC.length];
    in.get(0, magic);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new DamagedRecordException("segment header has no binlog magic");
    }
    if (in.getInt(CRC_AT) != checksum(in)) {
      throw new DamagedRecordException("segment header checksum does not match");
    }
    int version = in.getInt(8);
    if (version != VERSION) {
      throw new DamagedRecordException(
          "segment has format version " + version + ", not " + VERSION);
    }
    Identity identity =
        new Identity(new UUID(in.getLong(12), in.getLong(20)), in.getInt(28), in.getInt(32));
    return new Header(identity, in.getLong(36), in.getLong(44), in.getInt(52));
  }

  private static int checksum(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().clear().limit(CRC_AT));
    return (int) crc.getValue();
  }
}
