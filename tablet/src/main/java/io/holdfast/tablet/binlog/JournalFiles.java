package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files of a journal, which are written to in turn, and again when nothing in them is needed
 * any more. They are full of bytes from the beginning, so that a sync has no length to keep.
 *
 * <p>Single owner, but for {@link #make}.
 */
final class JournalFiles implements Closeable {
  /** Room at the end of each file for one block that says what is not needed any more. */
  private static final int SPARE = JournalFormat.PAGE_BYTES;

  private static final ByteBuffer ZEROS = ByteBuffer.allocate(256 << 10).asReadOnlyBuffer();

  private final Path directory;
  private final int most;
  private final int bytes;
  private final LogFileOpener opener;
  private final List<Place> files = new ArrayList<>();
  private Place current;
  private int number;
  private int making;

  /** A file and what it is used for. */
  private static final class Place {
    private final Path file;
    private final FileChannel channel;
    private long position;

    /** The last block in it; 0 when there is none. */
    private long lastSeq;

    private Place(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }
  }

  /**
   * @param most how many files there may be; others that are found are removed
   * @param bytes length of each
   */
  JournalFiles(Path directory, int most, int bytes, LogFileOpener opener) throws IOException {
    this.directory = directory;
    this.most = most;
    this.bytes = bytes;
    this.opener = opener;
    for (Path file : JournalReader.files(directory)) {
      number = Math.max(number, Integer.parseInt(file.getFileName().toString().substring(0, 8)));
      if (files.size() == most || Files.size(file) != bytes) {
        Files.delete(file);
      } else {
        files.add(new Place(file, opener.open(file, StandardOpenOption.WRITE)));
      }
    }
  }

  /** Whether another file is wanted; says yes once for each, see {@link #add} and {@link #gone}. */
  boolean wantsAnother(long from) {
    if (files.size() + making >= most || free(from) + making >= 2) {
      return false;
    }
    making++;
    number++;
    return true;
  }

  /** The name of the file that was just wanted. */
  Path nextName() {
    return directory.resolve(String.format(Locale.ROOT, "%08d.blocks", number));
  }

  /** Makes a file, full of zeros, durable with its name. Any thread. */
  void make(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (int at = 0; at < bytes; at += ZEROS.capacity()) {
        int n = Math.min(ZEROS.capacity(), bytes - at);
        DurableFiles.writeFully(channel, ZEROS.duplicate().limit(n), at);
      }
      channel.force(true);
    } catch (IOException e) {
      // On a full disk it would be in the way.
      Files.deleteIfExists(unfinished);
      throw e;
    }
    DurableFiles.moveAtomically(unfinished, file);
  }

  /** A file that was wanted is there. */
  void add(Path file) throws IOException {
    making--;
    files.add(new Place(file, opener.open(file, StandardOpenOption.WRITE)));
  }

  /** A file that was wanted cannot be made. */
  void gone() {
    making--;
  }

  private int free(long from) {
    int free = 0;
    for (Place place : files) {
      free += isFree(place, from) ? 1 : 0;
    }
    return free;
  }

  private boolean isFree(Place place, long from) {
    return place != current && place.lastSeq < from;
  }

  /**
   * Whether a block of this length can be written, when blocks before one are not needed. There are
   * two files at least before anything is written: the one in use is never begun anew.
   */
  boolean hasRoom(long length, long from) {
    return files.size() > 1 && (fits(length) || (length <= bytes - SPARE && free(from) > 0));
  }

  private boolean fits(long length) {
    return current != null && current.position + length <= bytes - SPARE;
  }

  /**
   * Writes a block and syncs it. There must be room.
   *
   * @param block whole pages
   * @param from blocks before this one are not needed, and a block that is on disk says so
   */
  void write(ByteBuffer block, long seq, long from) throws IOException {
    if (!fits(block.remaining())) {
      current = next(from);
      current.position = 0;
    }
    append(block, seq);
  }

  /** Whether {@link #writeSpare} has a place. */
  boolean hasSpare() {
    return current != null && current.position + SPARE <= bytes;
  }

  /** Writes a block of one page into the place that each file keeps for that, and syncs it. */
  void writeSpare(ByteBuffer block, long seq) throws IOException {
    append(block, seq);
  }

  private void append(ByteBuffer block, long seq) throws IOException {
    int length = block.remaining();
    DurableFiles.writeFully(current.channel, block, current.position);
    current.channel.force(false);
    current.position += length;
    current.lastSeq = seq;
  }

  private Place next(long from) {
    // The oldest first: a block that says that something is void must outlive what it is about.
    Place found = null;
    for (Place place : files) {
      if (isFree(place, from) && (found == null || place.lastSeq < found.lastSeq)) {
        found = place;
      }
    }
    if (found == null) {
      throw new IllegalStateException("the journal has no room");
    }
    return found;
  }

  /**
   * Up to which block the logs' own files should be synced, so that there is room again; 0: none.
   */
  long shouldBeFreeTo(long from) {
    int used = files.size() - free(from);
    if (used <= most / 2) {
      return 0;
    }
    long oldest = Long.MAX_VALUE;
    for (Place place : files) {
      if (place != current && place.lastSeq >= from) {
        oldest = Math.min(oldest, place.lastSeq);
      }
    }
    return oldest == Long.MAX_VALUE ? 0 : oldest;
  }

  /** The files, for reading. */
  List<Path> paths() {
    return files.stream().map(place -> place.file).toList();
  }

  @Override
  public void close() throws IOException {
    for (Place place : files) {
      place.channel.close();
    }
  }
}
