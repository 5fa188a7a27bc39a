package io.holdfast.shell.sql;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Reads on only so far: a quote that is never closed must not bring a whole file into memory. */
final class RecordBound extends FilterReader {
  private final long most;
  private long read;

  /**
   * @param most how many characters a record may have
   */
  RecordBound(Reader in, long most) {
    super(in);
    this.most = most;
  }

  /** A record has ended, and the next one may have as many again. */
  void next() {
    read = 0;
  }

  @Override
  public int read() throws IOException {
    int c = super.read();
    count(c < 0 ? 0 : 1);
    return c;
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    count(count);
    return count;
  }

  private void count(int characters) throws IOException {
    read += Math.max(0, characters);
    if (read > most) {
      throw new IOException(
          "a record has more than " + most + " characters; is a quote not closed?");
    }
  }
}
