package io.holdfast.tablet.storage;

import java.util.Arrays;

/** A number for each of many offsets: a hash table without an object for each. Single owner. */
final class OffsetNumbers {
  private static final int FIRST_BITS = 10;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** 0 where there is none: the first record has offset 1. */
  private long[] offsets = new long[1 << FIRST_BITS];

  private int[] numbers = new int[1 << FIRST_BITS];
  private int bits = FIRST_BITS;
  private int size;

  /** The number of an offset; -1 when it has none. */
  int find(long offset) {
    int at = place(offset);
    return offsets[at] == 0 ? -1 : numbers[at];
  }

  /** Adds an offset that is not there. */
  void add(long offset, int number) {
    if (3L * offsets.length < 4L * (size + 1)) {
      grow();
    }
    int at = place(offset);
    offsets[at] = offset;
    numbers[at] = number;
    size++;
  }

  private int place(long offset) {
    int at = (int) (offset * SPREAD >>> (64 - bits));
    while (offsets[at] != 0 && offsets[at] != offset) {
      at = (at + 1) & (offsets.length - 1);
    }
    return at;
  }

  private void grow() {
    long[] oldOffsets = offsets;
    int[] oldNumbers = numbers;
    bits++;
    offsets = new long[1 << bits];
    numbers = Arrays.copyOf(numbers, 1 << bits);
    for (int i = 0; i < oldOffsets.length; i++) {
      if (oldOffsets[i] != 0) {
        int at = place(oldOffsets[i]);
        offsets[at] = oldOffsets[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }
}
