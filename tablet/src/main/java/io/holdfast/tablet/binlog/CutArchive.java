package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Keeps what is cut off a log, for the day somebody asks for it: {@code recycle/<number>.cut} is a
 * segment file with the removed bytes, {@code <number>.reason} says in words why. Both are on disk
 * before the log is touched.
 */
final class CutArchive {
  private static final int COPY_BYTES = 256 << 10;

  private final Path directory;
  private final int keep;

  CutArchive(Path binlogDirectory, int keep) {
    this.directory = binlogDirectory.resolve("recycle");
    this.keep = keep;
  }

  /** Bytes [start, end) of a segment. */
  record Piece(Segment segment, long start, long end) {}

  /**
   * Saves pieces one behind the other.
   *
   * @param head of the new file, as if a segment had begun where the pieces do
   * @return the file with the bytes
   */
  Path save(SegmentFormat.Header head, List<Piece> pieces, String reason) throws IOException {
    DurableFiles.createDirectories(directory);
    List<Path> old = cuts();
    long number = old.isEmpty() ? 1 : numberOf(old.get(old.size() - 1)) + 1;
    Path cut = directory.resolve(String.format(Locale.ROOT, "%08d.cut", number));
    try (FileChannel out =
        FileChannel.open(cut, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      DurableFiles.writeFully(out, SegmentFormat.encode(head), 0);
      for (Piece piece : pieces) {
        copy(piece, out);
      }
      out.force(true);
    }
    String text = reason + "\nfirst offset " + head.firstOffset() + "\n";
    DurableFiles.replaceAtomically(reasonOf(cut), text.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i <= old.size() - keep; i++) {
      Files.deleteIfExists(reasonOf(old.get(i)));
      Files.deleteIfExists(old.get(i));
    }
    return cut;
  }

  private static void copy(Piece piece, FileChannel out) throws IOException {
    FileChannel in = piece.segment().readChannel();
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    for (long at = piece.start(); at < piece.end(); ) {
      buffer.clear().limit((int) Math.min(COPY_BYTES, piece.end() - at));
      int n = DurableFiles.readFully(in, buffer, at);
      if (n == 0) {
        throw new IOException(piece.segment().file() + " ends at " + at + " while it is copied");
      }
      DurableFiles.writeFully(out, buffer.flip(), out.size());
      at += n;
    }
  }

  private List<Path> cuts() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d+\\.cut"))
          .sorted(Comparator.comparingLong(CutArchive::numberOf))
          .toList();
    }
  }

  private static long numberOf(Path cut) {
    String name = cut.getFileName().toString();
    return Long.parseLong(name.substring(0, name.indexOf('.')));
  }

  private static Path reasonOf(Path cut) {
    String name = cut.getFileName().toString();
    return cut.resolveSibling(name.replace(".cut", ".reason"));
  }
}
