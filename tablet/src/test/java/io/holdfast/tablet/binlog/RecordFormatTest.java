package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
  private static final LogRecord EXAMPLE =
      new LogRecord(
          5,
          42,
          LogRecord.Type.WRITE,
          new SessionId(0x1111111111111111L, 0x2222222222222222L),
          9,
          "hi".getBytes(StandardCharsets.UTF_8));

  /** The record and the head in docs/formats/binlog.md are what the code writes, byte for byte. */
  @Test
  void writesTheDocumentedExample() {
    ByteBuffer out = ByteBuffer.allocate(200);
    RecordFormat.putHeader(out, EXAMPLE, 40, 0xcafef00d);
    out.put(EXAMPLE.payload()).flip();
    assertThat(hex(out))
        .isEqualTo(
            "00000037a08a8fe5020000000000000005000000000000002a00000000000000"
                + "28cafef00d1111111111111111222222222222222200000000000000096869");

    SegmentFormat.Header header =
        new SegmentFormat.Header(
            new SegmentFormat.Identity(LogFixture.UID, 7, 3), 42, 4, 0xcafef00d);
    assertThat(hex(SegmentFormat.encode(header)))
        .isEqualTo(
            "484642494e4c4f47000000010123456789abcdeffedcba987654321000000007"
                + "00000003000000000000002a0000000000000004cafef00d000000001e0f4214");
  }

  /** What was written is what is read, for any payload length from nothing on. */
  @Test
  void readsWhatItWrote() throws Exception {
    Random random = new Random(1);
    for (int length : new int[] {0, 1, 2, 60, 61, 62, 1000, 1 << 20}) {
      byte[] payload = new byte[length];
      random.nextBytes(payload);
      LogRecord record =
          new LogRecord(3, 9, LogRecord.Type.WRITE, new SessionId(-1, 2), -5, payload);
      ByteBuffer out = ByteBuffer.allocate(7 + RecordFormat.totalBytes(length)).position(7);
      int crc = RecordFormat.putHeader(out, record, 8, 77);
      out.put(payload).flip();
      StoredRecord stored = RecordFormat.parse(out, 7);
      LogFixture.assertSame(stored.record(), record);
      assertThat(stored.crc()).isEqualTo(crc);
      assertThat(stored.prevCrc()).isEqualTo(77);
      assertThat(stored.durableBefore()).isEqualTo(8);
      assertThat(stored.bytes()).isEqualTo(RecordFormat.totalBytes(length));
    }
  }

  /** A head of a later format version is refused by its number and not by chance. */
  @Test
  void refusesAnotherVersion() {
    ByteBuffer head =
        SegmentFormat.encode(
            new SegmentFormat.Header(
                new SegmentFormat.Identity(LogFixture.UID, 7, 3), 42, 4, 0xcafef00d));
    head.putInt(8, 2);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(head.duplicate().clear().limit(60));
    head.putInt(60, (int) crc.getValue());
    assertThatThrownBy(() -> SegmentFormat.decode(head)).hasMessageContaining("format version 2");
  }

  private static String hex(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.duplicate().get(array);
    return HexFormat.of().formatHex(array);
  }
}
