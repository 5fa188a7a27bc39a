package io.holdfast.tablet.snapshot;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The file {@code sums} of a snapshot that is made of an engine's files: checksums of their pieces,
 * so that damage can be located, and need not be searched for in all of a file.
 * docs/formats/snapshot.md describes the bytes. Immutable.
 *
 * @param files for each file, in the order of the manifest, the CRC32C of each of its pieces
 */
record PieceSums(List<int[]> files) {
  static final String FILE = "sums";
  static final int PIECE_BYTES = 1 << 20;

  private static final byte[] MAGIC = "HFSNPSUM".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int FIXED_BYTES = 8 + 4 + 4 + 2 + 4;

  PieceSums {
    files = List.copyOf(files);
  }

  static int pieces(long bytes) {
    return Math.toIntExact((bytes + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  byte[] encode() {
    int sums = files.stream().mapToInt(file -> file.length).sum();
    ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + 4 * (files.size() + sums));
    out.put(MAGIC).putInt(VERSION).putInt(PIECE_BYTES).putShort((short) files.size());
    for (int[] file : files) {
      out.putInt(file.length);
      for (int sum : file) {
        out.putInt(sum);
      }
    }
    out.putInt(SnapshotFormat.crc(out.duplicate().flip()));
    return out.array();
  }

  static PieceSums decode(byte[] bytes) throws SnapshotException {
    if (bytes.length < FIXED_BYTES || !Arrays.equals(MAGIC, Arrays.copyOf(bytes, MAGIC.length))) {
      throw new SnapshotException("file " + FILE + " of the snapshot is something else");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - 4);
    if (ByteBuffer.wrap(bytes).getInt(bytes.length - 4) != SnapshotFormat.crc(in)) {
      throw new SnapshotException("checksum of file " + FILE + " of the snapshot does not match");
    }
    in.position(MAGIC.length);
    int version = in.getInt();
    if (version != VERSION || in.getInt() != PIECE_BYTES) {
      throw new SnapshotException(
          "file " + FILE + " of the snapshot has format version " + version + ", not " + VERSION);
    }
    try {
      List<int[]> files = new ArrayList<>();
      for (int left = in.getShort() & 0xffff; left > 0; left--) {
        int count = in.getInt();
        if (count < 0 || count > in.remaining() / 4) {
          throw new SnapshotException("file " + FILE + " of the snapshot is cut");
        }
        int[] sums = new int[count];
        for (int i = 0; i < count; i++) {
          sums[i] = in.getInt();
        }
        files.add(sums);
      }
      if (in.hasRemaining()) {
        throw new SnapshotException("file " + FILE + " of the snapshot has more than it should");
      }
      return new PieceSums(files);
    } catch (BufferUnderflowException e) {
      throw new SnapshotException("file " + FILE + " of the snapshot is cut");
    }
  }
}
