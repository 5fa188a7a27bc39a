package io.holdfast.tablet.replication;

/**
 * The answer of an applied write in one number, so that a session's last ones are an array of
 * numbers: the result in the upper byte, the offset in the others.
 */
final class WriteAnswer {
  /** No write of this name is known, and one of this name may be done. */
  static final long NONE = 0;

  /** The number lies so far back that nobody knows any more whether it was done. */
  static final long TOO_OLD = -1;

  /** The session may have been here and been forgotten, so nobody knows what it has done. */
  static final long FORGOTTEN = -2;

  /** Results are 0 to here. */
  static final int MAX_RESULT = 127;

  private static final int OFFSET_BITS = 56;

  private WriteAnswer() {}

  static long of(long offset, int result) {
    if (offset < 1 || offset >> OFFSET_BITS != 0 || result < 0 || result > MAX_RESULT) {
      throw new IllegalArgumentException("offset " + offset + ", result " + result);
    }
    return ((long) result << OFFSET_BITS) | offset;
  }

  /** Whether it is the answer of a write, and not one of the constants. */
  static boolean isKnown(long answer) {
    return answer > 0;
  }

  static long offset(long answer) {
    return answer & ((1L << OFFSET_BITS) - 1);
  }

  static int result(long answer) {
    return (int) (answer >>> OFFSET_BITS);
  }
}
