package io.holdfast.tablet.storage;

import java.nio.ByteBuffer;

/**
 * Rows of one table, by an engine of ours or by something to compare it with. All are given the
 * same records and copy what they find into an answer, as a reply to a client does. Single owner.
 */
public interface BenchStore extends AutoCloseable {
  /** Applies the log's record of a put. */
  void put(byte[] payload);

  /** Copies the newest row of a key into the answer; nothing when there is none. */
  void newest(byte[] key, ByteBuffer answer);

  /** Copies the newest rows of a key, so many at most, into the answer. */
  void scan(byte[] key, int rows, ByteBuffer answer);

  /**
   * Frees every version that is too old.
   *
   * @param nowMillis a time that the log has reached
   * @return how many were freed
   */
  long collect(long nowMillis);

  /** Bytes outside the Java heap. */
  long nativeBytes();

  @Override
  void close();
}
