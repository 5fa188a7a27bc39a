package io.holdfast.tablet.storage;

import java.util.ArrayDeque;

/**
 * Pieces of an {@link Arena} that were freed while another thread may be reading them, in that
 * order, each with the last hold there was. In segments, so that no call takes long however many
 * there are. Single owner.
 */
final class HeldPieces {
  private static final int SEGMENT = 1024;

  /** Instead of a piece: what follows is the hold of the pieces behind it. */
  private static final long MARK = -1;

  /** A number is a piece above and its units below, or a mark, or a hold. */
  private final ArrayDeque<long[]> segments = new ArrayDeque<>();

  private long[] last;
  private int readAt;
  private int writeAt = SEGMENT;
  private long lastHold;
  private long firstHold;
  private long count;
  private long units;

  boolean isEmpty() {
    return count == 0;
  }

  /** Memory that cannot be used meanwhile, with what it takes to remember that. */
  long bytes() {
    return (units << 3) + (long) segments.size() * SEGMENT * Long.BYTES;
  }

  /**
   * @param pieceUnits below 2^31, so that no piece looks like a mark
   */
  void add(int piece, int pieceUnits, long hold) {
    if (count == 0 || hold != lastHold) {
      write(MARK);
      write(hold);
      lastHold = hold;
    }
    write(((long) piece << 32) | pieceUnits);
    count++;
    units += pieceUnits;
  }

  private void write(long number) {
    if (writeAt == SEGMENT) {
      last = new long[SEGMENT];
      segments.add(last);
      writeAt = 0;
    }
    last[writeAt++] = number;
  }

  private long peek() {
    return segments.element()[readAt];
  }

  private void pass() {
    readAt++;
    if (readAt == SEGMENT) {
      segments.remove();
      readAt = 0;
    }
  }

  /** Whether there is a first piece and nobody reads it any more. */
  boolean isReleased(long upTo) {
    if (count == 0) {
      return false;
    }
    if (peek() == MARK) {
      pass();
      firstHold = peek();
      pass();
    }
    return firstHold <= upTo;
  }

  /** The first piece, of which {@link #isReleased} has just told. */
  int piece() {
    return (int) (peek() >>> 32);
  }

  /** Its units. */
  int units() {
    return (int) peek();
  }

  void removeFirst() {
    units -= units();
    pass();
    count--;
    if (count == 0) {
      clear();
    }
  }

  void clear() {
    segments.clear();
    last = null;
    readAt = 0;
    writeAt = SEGMENT;
    count = 0;
    units = 0;
  }
}
