package io.holdfast.tablet.storage;

import java.util.Arrays;

/** Numbers in a row. Single owner. */
final class IntArray {
  private int[] numbers = new int[16];
  private int size;

  void add(int number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  int get(int at) {
    return numbers[at];
  }
}
