package io.holdfast.tablet.binlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds the blocks of a journal and reads what is in them. Changes nothing. Stateless.
 *
 * <p>A block is written only when the one before it is on disk. So whatever cannot be read in front
 * of an intact block was on disk once, and is damage; what cannot be read behind the last intact
 * one is a write that nobody was told of.
 */
final class JournalReader {
  private static final Pattern NAME = Pattern.compile("\\d{8}\\.blocks");

  private JournalReader() {}

  /** Where a block is. */
  record Block(Path file, long position, JournalFormat.Head head) {}

  /**
   * What a journal has.
   *
   * @param blocks those to be read, in the order in which they were written
   * @param damage what is missing before them; empty when nothing is
   */
  record Found(List<Block> blocks, Optional<String> damage) {}

  /** Takes what is in blocks, one entry after the other. */
  interface Entries {
    /** The buffer is the taker's until it returns. */
    void write(SegmentFormat.Identity log, long segment, long position, ByteBuffer bytes)
        throws IOException;

    void isVoid(UUID uid);
  }

  /** The files with blocks, by name. */
  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** Finds the blocks that the logs' own files may lack. */
  static Found find(List<Path> files, UUID journal) {
    List<Block> all = new ArrayList<>();
    Optional<String> damage = Optional.empty();
    for (Path file : files) {
      try {
        find(file, journal, all);
      } catch (IOException e) {
        damage = Optional.of(file + " cannot be read: " + e);
      }
    }
    all.sort(Comparator.comparingLong(block -> block.head().seq()));
    long from = all.stream().mapToLong(block -> block.head().from()).max().orElse(1);
    List<Block> needed = new ArrayList<>();
    long next = from;
    for (Block block : all) {
      long seq = block.head().seq();
      if (seq < from) {
        continue;
      }
      if (seq != next) {
        // A hole may have held that something is void: what stands before it cannot be used.
        needed.clear();
        damage = Optional.of("blocks " + next + " to " + (seq - 1) + " of the journal are missing");
      }
      needed.add(block);
      next = seq + 1;
    }
    return new Found(needed, damage);
  }

  private static void find(Path file, UUID journal, List<Block> into) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      WindowReader window = new WindowReader(channel);
      long size = channel.size();
      long position = 0;
      while (position + JournalFormat.PAGE_BYTES <= size) {
        JournalFormat.Head head = read(window, position, size, journal);
        if (head == null) {
          position += JournalFormat.PAGE_BYTES;
        } else {
          into.add(new Block(file, position, head));
          position += JournalFormat.pages(head.length());
        }
      }
    }
  }

  /** The head of the intact block at a position; null when there is none. */
  private static JournalFormat.Head read(
      WindowReader window, long position, long size, UUID journal) throws IOException {
    int at = window.require(position, JournalFormat.PAGE_BYTES);
    if (at < 0 || !JournalFormat.mayBegin(window.buffer(), at, journal)) {
      return null;
    }
    int length = JournalFormat.length(window.buffer(), at);
    if (length == 0 || position + length > size) {
      return null;
    }
    at = window.require(position, length);
    return at < 0 ? null : JournalFormat.head(window.buffer(), at, length);
  }

  /**
   * Reads blocks one after the other.
   *
   * @throws IOException also when one is not as it was found any more
   */
  static void read(List<Block> blocks, UUID journal, Entries entries) throws IOException {
    Path open = null;
    FileChannel channel = null;
    WindowReader window = null;
    try {
      for (Block block : blocks) {
        if (!block.file().equals(open)) {
          if (channel != null) {
            channel.close();
          }
          open = block.file();
          channel = FileChannel.open(open, StandardOpenOption.READ);
          window = new WindowReader(channel);
        }
        long end = block.position() + block.head().length();
        JournalFormat.Head head = read(window, block.position(), end, journal);
        if (!block.head().equals(head)) {
          throw new IOException(open + " has changed at " + block.position());
        }
        int at = window.require(block.position(), head.length());
        parse(window.buffer(), at, head, entries);
      }
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  private static void parse(ByteBuffer buffer, int at, JournalFormat.Head head, Entries entries)
      throws IOException {
    ByteBuffer in = buffer.duplicate().clear();
    in.position(at + JournalFormat.BLOCK_HEAD_BYTES).limit(at + head.length());
    for (int i = 0; i < head.entries(); i++) {
      byte type = in.get();
      UUID uid = new UUID(in.getLong(), in.getLong());
      if (type == JournalFormat.VOID) {
        entries.isVoid(uid);
      } else if (type == JournalFormat.WRITE) {
        SegmentFormat.Identity log = new SegmentFormat.Identity(uid, in.getInt(), in.getInt());
        long segment = in.getLong();
        long position = in.getLong();
        int length = in.getInt();
        entries.write(log, segment, position, in.slice(in.position(), length));
        in.position(in.position() + length);
      } else {
        throw new IOException("block " + head.seq() + " has an entry of type " + type);
      }
    }
  }
}
