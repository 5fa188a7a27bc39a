package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The checksums of a file: over all of it, and over each of its pieces.
 *
 * @param bytes length of the file
 */
record FileSums(long bytes, int crc32c, int[] pieces) {
  private static final int BUFFER_BYTES = 256 << 10;

  /**
   * Reads a file.
   *
   * @param pace told how far this file was read
   */
  static FileSums of(Path file, SnapshotReader.Pace pace) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long bytes = channel.size();
      int[] pieces = new int[PieceSums.pieces(bytes)];
      CRC32C whole = new CRC32C();
      CRC32C piece = new CRC32C();
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      for (long at = 0; at < bytes; ) {
        // The buffer's size divides that of a piece.
        buffer.clear().limit((int) Math.min(BUFFER_BYTES, bytes - at));
        int n = DurableFiles.readFully(channel, buffer, at);
        if (n < buffer.limit()) {
          throw new SnapshotException(file + " became shorter while it was read");
        }
        buffer.flip();
        whole.update(buffer.duplicate());
        piece.update(buffer);
        at += n;
        if (at % PieceSums.PIECE_BYTES == 0 || at == bytes) {
          pieces[PieceSums.pieces(at) - 1] = (int) piece.getValue();
          piece.reset();
        }
        pace.reached(at);
      }
      return new FileSums(bytes, (int) whole.getValue(), pieces);
    }
  }
}
