package io.holdfast.tablet.binlog;

import java.nio.ByteBuffer;

/** Is given the bytes that an append writes to a log's files. */
@FunctionalInterface
interface Tee {
  /** Takes nothing. */
  Tee NONE = (segment, position, bytes) -> {};

  /** The bytes from the buffer's position to its limit, which both stay. */
  void take(Segment segment, long position, ByteBuffer bytes);
}
