package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Looks at a file through a buffer that moves along and grows to the largest record asked for.
 * Positional reads only, so that it never disturbs a writer. For one thread.
 */
final class WindowReader {
  private static final int INITIAL_BYTES = 64 << 10;

  private final FileChannel channel;
  private ByteBuffer window = ByteBuffer.allocate(INITIAL_BYTES).limit(0);
  private long windowStart;

  WindowReader(FileChannel channel) {
    this.channel = channel;
  }

  /** The buffer in which {@link #require}'s result is an index. */
  ByteBuffer buffer() {
    return window;
  }

  /**
   * Makes bytes of the file available.
   *
   * @return where they begin in {@link #buffer()}; -1 when the file ends before they do
   */
  int require(long position, int bytes) throws IOException {
    if (position >= windowStart && position + bytes <= windowStart + window.limit()) {
      return (int) (position - windowStart);
    }
    if (bytes > window.capacity()) {
      window = ByteBuffer.allocate(bytes + INITIAL_BYTES);
    }
    window.clear();
    windowStart = position;
    DurableFiles.readFully(channel, window, position);
    window.flip();
    return window.limit() >= bytes ? 0 : -1;
  }

  /**
   * Reads the record at a position.
   *
   * @param end where the caller knows the file, or the part written so far, to end
   * @throws DamagedRecordException when there is no intact record
   */
  StoredRecord readRecord(long position, long end) throws IOException, DamagedRecordException {
    int at = position + 4 <= end ? require(position, 4) : -1;
    if (at < 0) {
      throw new DamagedRecordException("record is cut by the end of the file");
    }
    int total = RecordFormat.totalBytesAt(window, at);
    at = position + total <= end ? require(position, total) : -1;
    if (at < 0) {
      throw new DamagedRecordException("record is cut by the end of the file");
    }
    return RecordFormat.parse(window, at);
  }

  /** The first position in [from, end) whose byte is not zero; -1 when there is none. */
  long firstNonZero(long from, long end) throws IOException {
    for (long position = from; position < end; ) {
      int step = (int) Math.min(INITIAL_BYTES, end - position);
      int at = require(position, step);
      if (at < 0) {
        throw new IOException("the file became shorter than " + end + " bytes while it was read");
      }
      for (int i = 0; i < step; i++) {
        if (window.get(at + i) != 0) {
          return position + i;
        }
      }
      position += step;
    }
    return -1;
  }
}
