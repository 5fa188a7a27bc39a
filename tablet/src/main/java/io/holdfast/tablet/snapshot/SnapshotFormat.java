package io.holdfast.tablet.snapshot;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The bytes of a snapshot's state file, as {@code docs/formats/snapshot.md} describes them; all
 * numbers are big-endian. A head, then numbered blocks, then a checksum over all of it.
 *
 * <p>Stateless.
 */
final class SnapshotFormat {
  /** The file with the state; the only part of a snapshot so far. */
  static final String STATE_FILE = "state";

  /** Length, checksum, number and type, which stand before a block's content. */
  static final int BLOCK_HEADER_BYTES = 13;

  /** What the checksum of a block does not cover: its length and the checksum. */
  static final int BLOCK_PREFIX_BYTES = 8;

  /** No block's content is longer. A row of 4 MiB with its key fits. */
  static final int MAX_BLOCK_BYTES = 8 << 20;

  /** The checksum over the file. */
  static final int TRAILER_BYTES = 4;

  /** What the sessions may take together. */
  static final int MAX_SESSIONS_BYTES = 64 << 20;

  static final byte SESSIONS = 1;
  static final byte KEYS = 2;
  static final byte END = 3;

  /** Stands before all others, and only when the table was altered. */
  static final byte ALTERATIONS = 4;

  static final int END_BYTES = 40;

  private static final byte[] MAGIC = "HFSNAPSH".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED_HEAD_BYTES = 61;

  /** With the longest cluster id. */
  static final int MAX_HEAD_BYTES = FIXED_HEAD_BYTES + 255;

  private static final int CLUSTER_AT = 56;

  private SnapshotFormat() {}

  /** Numbers at the end of a snapshot, which say what it should have held. */
  record Totals(long keys, long versions, long rows, long rowBytes, long stateHash) {
    void put(ByteBuffer out) {
      out.putLong(keys).putLong(versions).putLong(rows).putLong(rowBytes).putLong(stateHash);
    }

    static Totals get(ByteBuffer in) {
      return new Totals(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
  }

  static ByteBuffer encodeHead(SnapshotHeader header) {
    byte[] cluster = header.clusterId().getBytes(StandardCharsets.UTF_8);
    if (cluster.length > 255) {
      throw new IllegalArgumentException("cluster id is too long");
    }
    ByteBuffer out = ByteBuffer.allocate(FIXED_HEAD_BYTES + cluster.length);
    out.put(MAGIC).putInt(VERSION).putInt(header.tid()).putInt(header.pid());
    out.putLong(header.schema()).putLong(header.term()).putLong(header.offset());
    out.putLong(header.logTimeMillis()).putInt(0);
    out.put((byte) cluster.length).put(cluster);
    out.putInt(crc(out.duplicate().flip()));
    return out.flip();
  }

  /**
   * Reads a head at the buffer's position and moves it behind.
   *
   * @throws SnapshotException when it is not an intact head of a version we know
   */
  static SnapshotHeader decodeHead(ByteBuffer in) throws SnapshotException {
    if (in.remaining() < FIXED_HEAD_BYTES) {
      throw new SnapshotException("snapshot's head is cut at " + in.remaining() + " bytes");
    }
    int start = in.position();
    byte[] magic = new byte[MAGIC.length];
    in.get(start, magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new SnapshotException("file is not a snapshot");
    }
    int clusterBytes = in.get(start + CLUSTER_AT) & 0xff;
    int crcAt = start + CLUSTER_AT + 1 + clusterBytes;
    if (in.limit() < crcAt + 4) {
      throw new SnapshotException("snapshot's head is cut at " + in.remaining() + " bytes");
    }
    if (in.getInt(crcAt) != crc(in.duplicate().limit(crcAt))) {
      throw new SnapshotException("checksum of the snapshot's head does not match");
    }
    int version = in.getInt(start + 8);
    if (version != VERSION) {
      throw new SnapshotException("snapshot has format version " + version + ", not " + VERSION);
    }
    byte[] cluster = new byte[clusterBytes];
    in.get(start + CLUSTER_AT + 1, cluster);
    SnapshotHeader header =
        new SnapshotHeader(
            new String(cluster, StandardCharsets.UTF_8),
            in.getInt(start + 12),
            in.getInt(start + 16),
            in.getLong(start + 20),
            in.getLong(start + 28),
            in.getLong(start + 36),
            in.getLong(start + 44));
    if (in.getInt(start + 52) != 0 || header.term() < 0 || header.offset() < 0) {
      throw new SnapshotException("snapshot's head is impossible: " + header);
    }
    in.position(crcAt + 4);
    return header;
  }

  /** Checksum over what is between position and limit; leaves both. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
