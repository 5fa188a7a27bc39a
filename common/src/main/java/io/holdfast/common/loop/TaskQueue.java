package io.holdfast.common.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A bounded first-in-first-out queue with many producers and one consumer, over one array: putting
 * a task in allocates nothing.
 *
 * <p>The tail carries the closed mark in its sign bit. So closing and claiming a slot exclude each
 * other by the same compare-and-set, and a task that was taken in before the close is always seen
 * by the consumer: there is no moment at which an accepted task can be forgotten.
 */
final class TaskQueue {
  private static final long CLOSED = Long.MIN_VALUE;

  private final int capacity;
  private final int mask;
  private final AtomicReferenceArray<Runnable> slots;
  private final AtomicLong tail = new AtomicLong();
  private final AtomicLong head = new AtomicLong();

  /**
   * @param capacity how many tasks may wait; rounded up to a power of two
   */
  TaskQueue(int capacity) {
    if (capacity < 1 || capacity > 1 << 30) {
      throw new IllegalArgumentException("capacity " + capacity + " is not in 1 to 2^30");
    }
    this.capacity = capacity == 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
    mask = this.capacity - 1;
    slots = new AtomicReferenceArray<>(this.capacity);
  }

  /** Puts a task in. Any thread. False if the queue is full or closed. */
  boolean offer(Runnable task) {
    while (true) {
      long end = tail.get();
      if (end < 0 || end - head.get() >= capacity) {
        return false;
      }
      if (tail.compareAndSet(end, end + 1)) {
        // A full volatile write: the producer looks next at whether the consumer is parked, and
        // that look must not come before this write.
        slots.set((int) end & mask, task);
        return true;
      }
    }
  }

  /** Takes the oldest task. Consumer only. Null if there is none, or it is not quite in yet. */
  Runnable poll() {
    long first = head.get();
    int index = (int) first & mask;
    Runnable task = slots.get(index);
    if (task != null) {
      // Emptied before the head moves: a producer may use the slot as soon as it sees the new head.
      slots.lazySet(index, null);
      head.lazySet(first + 1);
    }
    return task;
  }

  /** Whether {@link #poll} would find a task. Consumer only. */
  boolean hasTask() {
    return slots.get((int) head.get() & mask) != null;
  }

  /** Takes nothing in from now on. Any thread. */
  void close() {
    tail.getAndUpdate(end -> end | CLOSED);
  }

  boolean isClosed() {
    return tail.get() < 0;
  }

  /** Closed, and everything that was taken in has been taken out. Consumer only. */
  boolean isDrained() {
    long end = tail.get();
    return end < 0 && (end & ~CLOSED) == head.get();
  }
}
