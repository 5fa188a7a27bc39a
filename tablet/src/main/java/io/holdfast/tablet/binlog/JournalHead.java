package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The file {@code journal/head}: which blocks in the files beside it mean anything, namely those of
 * this journal. Beginning another one makes all blocks so far void, in one step.
 *
 * <pre>
 *  0 magic   8 bytes "HFJRHEAD"
 *  8 version u32     1
 * 12 journal u128    drawn at random
 * 28 crc32c  u32     over the bytes before
 * </pre>
 */
final class JournalHead {
  private static final byte[] MAGIC = "HFJRHEAD".getBytes(StandardCharsets.US_ASCII);
  private static final int BYTES = 32;

  private JournalHead() {}

  static Path file(Path directory) {
    return directory.resolve("head");
  }

  /** Makes a journal the one that counts, durably. The directory must be there. */
  static void store(Path directory, UUID journal) throws IOException {
    DurableFiles.replaceAtomically(file(directory), encode(journal).array());
  }

  static ByteBuffer encode(UUID journal) {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.put(MAGIC).putInt(JournalFormat.VERSION);
    out.putLong(journal.getMostSignificantBits()).putLong(journal.getLeastSignificantBits());
    return out.putInt(checksum(out)).flip();
  }

  /** The journal that counts; empty when the file is not as it was written. */
  static Optional<UUID> load(Path directory) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file(directory)));
    byte[] magic = Arrays.copyOf(in.array(), MAGIC.length);
    if (in.capacity() != BYTES
        || !Arrays.equals(magic, MAGIC)
        || in.getInt(8) != JournalFormat.VERSION
        || in.getInt(28) != checksum(in)) {
      return Optional.empty();
    }
    return Optional.of(new UUID(in.getLong(12), in.getLong(20)));
  }

  private static int checksum(ByteBuffer head) {
    CRC32C crc = new CRC32C();
    crc.update(head.duplicate().clear().limit(BYTES - 4));
    return (int) crc.getValue();
  }
}
