package io.holdfast.common.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The queue keeps order, its bound and, when it is closed, its promise. */
@Timeout(30)
class TaskQueueTest {
  private static final Runnable TASK = () -> {};

  @Test
  void firstInFirstOut() {
    TaskQueue queue = new TaskQueue(4);
    Runnable other = () -> {};
    assertThat(queue.hasTask()).isFalse();
    assertThat(queue.offer(TASK)).isTrue();
    assertThat(queue.offer(other)).isTrue();
    assertThat(queue.hasTask()).isTrue();
    assertThat(queue.poll()).isSameAs(TASK);
    assertThat(queue.poll()).isSameAs(other);
    assertThat(queue.poll()).isNull();
  }

  @Test
  void aFullQueueRefusesUntilSomethingIsTaken() {
    for (int capacity : new int[] {1, 2, 8}) {
      TaskQueue queue = new TaskQueue(capacity);
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < capacity; i++) {
          assertThat(queue.offer(TASK)).isTrue();
        }
        assertThat(queue.offer(TASK)).isFalse();
        for (int i = 0; i < capacity; i++) {
          assertThat(queue.poll()).isSameAs(TASK);
        }
      }
    }
  }

  @Test
  void theBoundIsRoundedUpToAPowerOfTwo() {
    TaskQueue queue = new TaskQueue(3);
    for (int i = 0; i < 4; i++) {
      assertThat(queue.offer(TASK)).isTrue();
    }
    assertThat(queue.offer(TASK)).isFalse();
  }

  @Test
  void aClosedQueueRefusesButStillGivesWhatItHolds() {
    TaskQueue queue = new TaskQueue(4);
    queue.offer(TASK);
    queue.close();
    queue.close();
    assertThat(queue.isClosed()).isTrue();
    assertThat(queue.offer(TASK)).isFalse();
    assertThat(queue.isDrained()).isFalse();
    assertThat(queue.poll()).isSameAs(TASK);
    assertThat(queue.isDrained()).isTrue();
  }

  @Test
  void everyAcceptedTaskComesOutOnceWhileProducersRaceWithTheClose() throws InterruptedException {
    int producers = 4;
    int each = 20_000;
    TaskQueue queue = new TaskQueue(64);
    AtomicIntegerArray ran = new AtomicIntegerArray(producers * each);
    AtomicIntegerArray accepted = new AtomicIntegerArray(producers * each);
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int base = p * each;
      Thread thread =
          new Thread(
              () -> {
                awaitUninterrupted(start);
                for (int id = base; id < base + each; id++) {
                  if (offerUnlessClosed(queue, ran, id)) {
                    accepted.incrementAndGet(id);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    start.countDown();
    int taken = 0;
    while (!queue.isDrained()) {
      Runnable task = queue.poll();
      if (task == null) {
        Thread.onSpinWait();
        continue;
      }
      task.run();
      if (++taken == 5_000) {
        queue.close();
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int id = 0; id < ran.length(); id++) {
      assertThat(ran.get(id)).isEqualTo(accepted.get(id));
    }
    assertThat(taken).isGreaterThanOrEqualTo(5_000);
  }

  /** Asks again while the queue is merely full, so that producers cannot run out of tasks early. */
  private static boolean offerUnlessClosed(TaskQueue queue, AtomicIntegerArray ran, int id) {
    while (!queue.isClosed()) {
      if (queue.offer(() -> ran.incrementAndGet(id))) {
        return true;
      }
      Thread.yield();
    }
    return false;
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
