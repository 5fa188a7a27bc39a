package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of one log record, as {@code docs/formats/binlog.md} describes them; all numbers are
 * big-endian.
 *
 * <pre>
 *  0 length        u32  bytes from "flags" to the end of the payload
 *  4 crc32c        u32  over those bytes
 *  8 flags         u8   low four bits: type; the others must be zero
 *  9 term          u64
 * 17 offset        u64
 * 25 durableBefore u64
 * 33 prevCrc       u32  "crc32c" of the record before; 0 for the first of all
 * 37 session       u128
 * 53 seq           u64
 * 61 payload
 * </pre>
 *
 * <p>The chain through {@code prevCrc} shows a record that is intact but does not belong here: one
 * that a disk brought back from before a truncation, or a segment put among others by hand.
 *
 * <p>Stateless.
 */
final class RecordFormat {
  /** The length and checksum fields, which the checksum does not cover. */
  static final int PREFIX_BYTES = 8;

  /** Everything before the payload. */
  static final int HEADER_BYTES = 61;

  /** Largest payload of a record: 4 MiB. */
  static final int MAX_PAYLOAD_BYTES = 4 << 20;

  static final int MAX_RECORD_BYTES = HEADER_BYTES + MAX_PAYLOAD_BYTES;

  private static final int COVERED_HEADER_BYTES = HEADER_BYTES - PREFIX_BYTES;
  private static final int TYPE_MASK = 0x0f;

  private RecordFormat() {}

  /** Length in the file of a record with such a payload. */
  static int totalBytes(int payloadBytes) {
    return HEADER_BYTES + payloadBytes;
  }

  /** Whether a length field can be one that {@link #putHeader} wrote. */
  static boolean isPlausibleLength(int length) {
    return length >= COVERED_HEADER_BYTES && length <= COVERED_HEADER_BYTES + MAX_PAYLOAD_BYTES;
  }

  /**
   * Writes everything before the payload, at the buffer's position.
   *
   * @return the record's checksum, which the next record chains to
   */
  static int putHeader(ByteBuffer out, LogRecord record, long durableBefore, int prevCrc) {
    int start = out.position();
    out.position(start + PREFIX_BYTES);
    out.put((byte) record.type().code());
    out.putLong(record.term()).putLong(record.offset()).putLong(durableBefore).putInt(prevCrc);
    out.putLong(record.session().high()).putLong(record.session().low()).putLong(record.seq());
    CRC32C crc = new CRC32C();
    crc.update(out.duplicate().flip().position(start + PREFIX_BYTES));
    crc.update(record.payload());
    int checksum = (int) crc.getValue();
    out.putInt(start, COVERED_HEADER_BYTES + record.payload().length);
    out.putInt(start + 4, checksum);
    return checksum;
  }

  /**
   * Length of the record that starts at an index of the buffer, from its first field alone.
   *
   * @throws DamagedRecordException when no record can have that length
   */
  static int totalBytesAt(ByteBuffer in, int at) throws DamagedRecordException {
    int length = in.getInt(at);
    if (!isPlausibleLength(length)) {
      throw new DamagedRecordException(
          "length " + Integer.toUnsignedString(length) + " is impossible");
    }
    return PREFIX_BYTES + length;
  }

  /** The offset field of the record at an index, unchecked: a quick look before the checksum. */
  static long peekOffset(ByteBuffer in, int at) {
    return in.getLong(at + 17);
  }

  /**
   * Reads the record at an index of the buffer, which must hold {@link #totalBytesAt} bytes there.
   *
   * @throws DamagedRecordException when checksum or any field is wrong
   */
  static StoredRecord parse(ByteBuffer in, int at) throws DamagedRecordException {
    int total = totalBytesAt(in, at);
    int expected = in.getInt(at + 4);
    CRC32C crc = new CRC32C();
    crc.update(in.duplicate().clear().limit(at + total).position(at + PREFIX_BYTES));
    if ((int) crc.getValue() != expected) {
      throw new DamagedRecordException("checksum does not match");
    }
    return parseFields(in, at, total, expected);
  }

  private static StoredRecord parseFields(ByteBuffer in, int at, int total, int crc)
      throws DamagedRecordException {
    int flags = in.get(at + 8) & 0xff;
    long term = in.getLong(at + 9);
    long offset = peekOffset(in, at);
    long durableBefore = in.getLong(at + 25);
    // A matching checksum over such fields means that a program wrote them: not rot, but no less
    // reason not to go on.
    if ((flags & ~TYPE_MASK) != 0 || term < 1 || offset < 1) {
      throw new DamagedRecordException(
          "fields are impossible: flags " + flags + ", term " + term + ", offset " + offset);
    }
    if (durableBefore < 0 || durableBefore >= offset) {
      throw new DamagedRecordException("durableBefore " + durableBefore + " at offset " + offset);
    }
    LogRecord.Type type;
    try {
      type = LogRecord.Type.ofCode(flags & TYPE_MASK);
    } catch (IllegalArgumentException e) {
      throw new DamagedRecordException(e.getMessage());
    }
    SessionId session = new SessionId(in.getLong(at + 37), in.getLong(at + 45));
    byte[] payload = new byte[total - HEADER_BYTES];
    in.get(at + HEADER_BYTES, payload);
    LogRecord record = new LogRecord(term, offset, type, session, in.getLong(at + 53), payload);
    return new StoredRecord(record, durableBefore, in.getInt(at + 33), crc, total);
  }
}
