package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file of a log. Its owner writes; any thread may read what {@link #endPosition()} covers.
 *
 * <p>Reading uses a channel of its own: interrupting a thread closes the channel it reads from, and
 * that must not take the writer's with it.
 */
final class Segment implements Closeable {
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();
  private static final int FIRST_STEP_BYTES = 64 << 10;

  private final Path file;
  private final SegmentFormat.Header header;
  private final SparseIndex index;
  private final FileChannel channel;
  private final Object syncLock = new Object();

  /** Guarded by the lock. */
  private IOException syncFailure;

  private FileChannel readChannel;
  private long fileBytes;
  private volatile long endPosition = SegmentFormat.HEADER_BYTES;

  private Segment(Path file, SegmentFormat.Header header, SparseIndex index, FileChannel channel)
      throws IOException {
    this.file = file;
    this.header = header;
    this.index = index;
    this.channel = channel;
    this.fileBytes = channel.size();
  }

  /**
   * Makes an empty segment, durable with its name. It gets its name last: a file that is called a
   * segment always has a whole head, whenever the machine stops.
   */
  static Segment create(Path directory, SegmentFormat.Header header, LogFileOpener files)
      throws IOException {
    Path file = directory.resolve(SegmentFormat.fileName(header.firstOffset()));
    if (Files.exists(file)) {
      throw new IOException("segment " + file + " exists already");
    }
    byte[] head = SegmentFormat.encode(header).array();
    DurableFiles.replaceAtomically(file, head);
    return open(file, header, files);
  }

  /** Opens a segment whose head has been read. */
  static Segment open(Path file, SegmentFormat.Header header, LogFileOpener files)
      throws IOException {
    return open(
        file,
        header,
        new SparseIndex(),
        files.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** The same for somebody who only looks, once, and perhaps may do nothing else. */
  static Segment openToRead(Path file, SegmentFormat.Header header) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    return open(file, header, new SparseIndex(false), channel);
  }

  private static Segment open(
      Path file, SegmentFormat.Header header, SparseIndex index, FileChannel channel)
      throws IOException {
    try {
      return new Segment(file, header, index, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  Path file() {
    return file;
  }

  SegmentFormat.Header header() {
    return header;
  }

  long firstOffset() {
    return header.firstOffset();
  }

  /** Where the next record goes; all bytes before are written, though perhaps not synced. */
  long endPosition() {
    return endPosition;
  }

  boolean isEmpty() {
    return endPosition == SegmentFormat.HEADER_BYTES;
  }

  SparseIndex index() {
    return index;
  }

  long fileBytes() {
    return fileBytes;
  }

  /** After a scan: records end here. */
  void endsAt(long position) {
    endPosition = position;
  }

  /**
   * Writes bytes at the end, growing the file in zero-filled steps.
   *
   * @param stepBytes largest step
   * @param limitBytes the steps do not take the file beyond this; its records may
   */
  void write(ByteBuffer bytes, int stepBytes, int limitBytes) throws IOException {
    long end = endPosition + bytes.remaining();
    while (fileBytes < end) {
      // Small logs stay small: steps begin at 64 KiB and double the file.
      long step = Math.min(stepBytes, Math.max(FIRST_STEP_BYTES, fileBytes));
      long target = Math.max(end, Math.min(fileBytes + step, limitBytes));
      fillWithZeros(target);
    }
    DurableFiles.writeFully(channel, bytes, endPosition);
    endPosition = end;
  }

  private void fillWithZeros(long target) throws IOException {
    while (fileBytes < target) {
      ByteBuffer zeros = ZEROS.duplicate();
      zeros.limit((int) Math.min(zeros.capacity(), target - fileBytes));
      int n = zeros.remaining();
      DurableFiles.writeFully(channel, zeros, fileBytes);
      fileBytes += n;
    }
  }

  /** Writes the bytes from here to the end once more, as they are. */
  void rewriteFrom(long position) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(FIRST_STEP_BYTES);
    for (long at = position; at < endPosition; ) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), endPosition - at));
      int n = DurableFiles.readFully(readChannel(), bytes, at);
      if (n == 0) {
        throw new IOException(file + " ends at " + at + " while it is read");
      }
      DurableFiles.writeFully(channel, bytes.flip(), at);
      at += n;
    }
  }

  /** Puts all written bytes on disk, and the file's length when it changed. */
  void sync() throws IOException {
    force(false);
  }

  /**
   * Syncs come from the log's owner and from the {@link Journal}'s background. The kernel tells of
   * a write that failed once and calls the pages clean afterwards, so a sync that fails here fails
   * for everybody, for good.
   */
  private void force(boolean withLength) throws IOException {
    synchronized (syncLock) {
      if (syncFailure != null) {
        throw new IOException(file + " could not be synced before", syncFailure);
      }
      try {
        channel.force(withLength);
      } catch (IOException e) {
        syncFailure = e;
        throw e;
      }
    }
  }

  /** Cuts the file to its records and syncs it. Used when no more records will come. */
  void seal() throws IOException {
    cutTo(endPosition);
  }

  /** Cuts the file here, durably. What was behind never comes back: new space is zero-filled. */
  void cutTo(long position) throws IOException {
    endPosition = position;
    channel.truncate(position);
    fileBytes = position;
    force(true);
  }

  /** A channel for positional reads from any thread; opened anew when an interrupt closed it. */
  synchronized FileChannel readChannel() throws IOException {
    if (!channel.isOpen()) {
      throw new java.nio.channels.ClosedChannelException();
    }
    if (readChannel == null || !readChannel.isOpen()) {
      readChannel = FileChannel.open(file, StandardOpenOption.READ);
    }
    return readChannel;
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
    if (readChannel != null) {
      readChannel.close();
    }
  }

  void closeAndDelete() throws IOException {
    close();
    Files.delete(file);
    DurableFiles.syncDirectory(file.getParent());
  }
}
