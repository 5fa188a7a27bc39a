package io.holdfast.tablet.replication;

import java.util.Arrays;

/** {@link SessionTable} as bytes; docs/formats/sessions.md describes them. */
final class SessionTableCodec {
  private static final int VERSION = 1;
  private static final int MAX_VARINT = 9;
  private static final int TABLE_HEAD = 1 + 3 * MAX_VARINT;
  private static final int ENTRY_HEAD = 16 + 4 * MAX_VARINT + 1;
  private static final int ANSWER = 1 + MAX_VARINT + 1;

  private SessionTableCodec() {}

  static byte[] encode(SessionTable table) {
    Writer out = new Writer();
    out.room(TABLE_HEAD);
    out.u8(VERSION);
    out.varint(table.forgottenUpTo());
    out.varint(table.logTimeMillis());
    out.varint(table.size());
    for (SessionEntry entry = table.eldest(); entry != null; entry = entry.newer) {
      out.room(ENTRY_HEAD + SessionLimits.WINDOW * ANSWER);
      encode(entry, out);
    }
    return Arrays.copyOf(out.bytes, out.length);
  }

  private static void encode(SessionEntry entry, Writer out) {
    out.u64(entry.high);
    out.u64(entry.low);
    out.varint(entry.completeFrom);
    out.varint(entry.lastOffset);
    out.varint(entry.lastMillis);
    out.varint(entry.maxSeq());
    int countAt = out.length;
    out.u8(0);
    int count = 0;
    long lowest = Math.max(1, entry.maxSeq() - SessionLimits.WINDOW + 1);
    for (long seq = lowest; seq <= entry.maxSeq(); seq++) {
      long answer = entry.answerOf(seq);
      if (answer != WriteAnswer.NONE) {
        out.u8((int) (entry.maxSeq() - seq));
        // Never negative: the last offset is the highest of them all.
        out.varint(entry.lastOffset - WriteAnswer.offset(answer));
        out.u8(WriteAnswer.result(answer));
        count++;
      }
    }
    out.bytes[countAt] = (byte) count;
  }

  /** Fills an empty table. */
  static void decodeInto(SessionTable table, byte[] encoded) {
    if (encoded.length == 0) {
      return;
    }
    Reader in = new Reader(encoded);
    int version = in.u8();
    check(version == VERSION, "format version " + version + ", known is " + VERSION);
    long forgottenUpTo = in.varint();
    table.begin(forgottenUpTo, in.varint());
    long count = in.varint();
    for (long i = 0; i < count; i++) {
      table.add(entry(in));
    }
    check(in.left() == 0, in.left() + " bytes behind its end");
  }

  private static SessionEntry entry(Reader in) {
    long high = in.u64();
    long low = in.u64();
    SessionEntry entry = new SessionEntry(high, low, in.varint());
    entry.lastOffset = in.varint();
    entry.lastMillis = in.varint();
    long maxSeq = in.varint();
    int count = in.u8();
    check(count >= 1 && count <= SessionLimits.WINDOW, count + " answers in a session");
    int above = SessionLimits.WINDOW;
    for (int i = 0; i < count; i++) {
      int below = in.u8();
      check(below < above && below < maxSeq, "answers out of order");
      above = below;
      long offset = entry.lastOffset - in.varint();
      entry.put(maxSeq - below, WriteAnswer.of(offset, in.u8()));
    }
    check(above == 0, "the highest number has no answer");
    return entry;
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException("table of sessions is damaged: " + otherwise);
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    int left() {
      return bytes.length - at;
    }

    int u8() {
      check(at < bytes.length, "it ends too early");
      return bytes[at++] & 0xFF;
    }

    long u64() {
      long value = 0;
      for (int i = 0; i < 8; i++) {
        value = value << 8 | u8();
      }
      return value;
    }

    long varint() {
      long value = 0;
      for (int shift = 0; shift < 7 * MAX_VARINT; shift += 7) {
        int next = u8();
        value |= (long) (next & 0x7F) << shift;
        if (next < 0x80) {
          return value;
        }
      }
      throw new IllegalArgumentException("table of sessions is damaged: number too large");
    }
  }

  private static final class Writer {
    private byte[] bytes = new byte[256];
    private int length;

    void room(int needed) {
      if (bytes.length - length < needed) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2 + needed);
      }
    }

    void u8(int value) {
      bytes[length++] = (byte) value;
    }

    void u64(long value) {
      for (int shift = 56; shift >= 0; shift -= 8) {
        u8((int) (value >>> shift));
      }
    }

    /** From 0, the low seven bits first. */
    void varint(long value) {
      long rest = value;
      while (rest >= 0x80) {
        u8((int) rest | 0x80);
        rest >>>= 7;
      }
      u8((int) rest);
    }
  }
}
