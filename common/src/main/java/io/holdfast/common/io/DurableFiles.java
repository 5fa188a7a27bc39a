package io.holdfast.common.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The few file operations whose effect must outlive a power cut.
 *
 * <p>A file's bytes and its name are two things to a file system: {@code fsync} on the file keeps
 * the first, {@code fsync} on the directory keeps the second. Every method here does both and
 * returns only when the change is on disk. A failure leaves the old or the new state, never a mix.
 *
 * <p>Stateless and thread-safe; two threads must not replace the same file at once.
 */
public final class DurableFiles {
  private static final String TEMPORARY_SUFFIX = ".tmp";

  private DurableFiles() {}

  /** Makes the names in a directory durable: files created, renamed or removed in it before. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Creates a directory, and its parents when they are missing, so that all their names last. A
   * directory that exists already is fine.
   */
  public static void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    createDirectories(parent);
    Files.createDirectory(directory);
    syncDirectory(parent);
  }

  /**
   * Gives a file this content. A reader, also one after a crash, finds either the whole old content
   * or the whole new one.
   *
   * <p>The content goes to {@code <name>.tmp} beside the file first, because a rename is the one
   * change of a file that file systems make atomically.
   */
  public static void replaceAtomically(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(channel, ByteBuffer.wrap(content), 0);
      channel.force(true);
    }
    moveAtomically(temporary, file);
  }

  /** Renames within one file system, replacing a target file, and makes both names durable. */
  public static void moveAtomically(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Path target = to.toAbsolutePath().getParent();
    Path source = from.toAbsolutePath().getParent();
    syncDirectory(target);
    if (!source.equals(target)) {
      syncDirectory(source);
    }
  }

  /** Deletes a directory with everything in it; nothing when it is not there. Not durable. */
  public static void deleteTree(Path top) throws IOException {
    if (!Files.exists(top)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(top)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }

  /** Writes the whole buffer at a position; {@link FileChannel#write} alone may stop short. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /**
   * Reads until the buffer is full or the file ends.
   *
   * @return how many bytes were read
   */
  public static int readFully(FileChannel channel, ByteBuffer into, long position)
      throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      int n = channel.read(into, position + into.position() - start);
      if (n < 0) {
        break;
      }
    }
    return into.position() - start;
  }
}
