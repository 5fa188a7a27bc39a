package io.holdfast.common.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.error.FaultHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread, turns in a fixed shape, nothing accepted is lost, nothing thrown kills the loop. */
@Timeout(30)
class EventLoopTest {
  private static final FaultHandler NO_FAULTS =
      (where, fault) -> {
        throw new AssertionError(where, fault);
      };

  @Test
  void tasksRunInOrderOnTheLoopsThread() throws InterruptedException {
    List<Integer> seen = new ArrayList<>();
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    try (EventLoop loop = EventLoop.named("owner", NO_FAULTS).start()) {
      for (int i = 0; i < 100; i++) {
        int id = i;
        assertThat(loop.execute(() -> seen.add(id))).isTrue();
      }
      loop.execute(
          () -> {
            loop.assertInLoop();
            threads.add(Thread.currentThread());
          });
      assertThat(threads.take().getName()).isEqualTo("owner");
      assertThat(loop.isInLoop()).isFalse();
      assertThatThrownBy(loop::assertInLoop)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("owner");
    }
    assertThat(seen).hasSize(100).isSorted();
  }

  @Test
  void aTurnIsTasksThenTickThenTheHook() {
    List<String> story = new ArrayList<>();
    EventLoop loop =
        EventLoop.named("story", NO_FAULTS)
            .clock(new FixedClock(1000))
            .tick(100, now -> story.add("tick " + now))
            .endOfTurn(() -> story.add("end"))
            .notStarted();
    assertThat(loop.turn(1099)).isFalse();
    loop.execute(() -> story.add("a"));
    loop.execute(() -> story.add("b"));
    assertThat(loop.turn(1100)).isTrue();
    loop.execute(() -> story.add("c"));
    assertThat(loop.turn(1101)).isTrue();
    assertThat(loop.turn(1102)).isFalse();
    assertThat(story).containsExactly("a", "b", "tick 1100", "end", "c", "end");
  }

  @Test
  void lateTicksAreNotMadeUpFor() {
    List<Long> ticks = new ArrayList<>();
    EventLoop loop =
        EventLoop.named("late", NO_FAULTS)
            .clock(new FixedClock(0))
            .tick(100, ticks::add)
            .notStarted();
    loop.turn(1050);
    loop.turn(1100);
    loop.turn(1150);
    assertThat(ticks).containsExactly(1050L, 1150L);
  }

  @Test
  void afterManyTasksTheTickStillGetsItsTurn() {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger ticks = new AtomicInteger();
    EventLoop loop =
        EventLoop.named("busy", NO_FAULTS)
            .clock(new FixedClock(0))
            .tick(1, now -> ticks.incrementAndGet())
            .notStarted();
    for (int i = 0; i < 5000; i++) {
      loop.execute(ran::incrementAndGet);
    }
    loop.turn(1);
    assertThat(ran.get()).isLessThan(5000);
    assertThat(ticks.get()).isEqualTo(1);
  }

  @Test
  void ticksComeWithoutTasksAndThreadIsWokenByATaskBetweenThem() throws InterruptedException {
    CountDownLatch three = new CountDownLatch(3);
    try (EventLoop loop =
        EventLoop.named("ticker", NO_FAULTS)
            .tick(TimeUnit.MILLISECONDS.toNanos(1), now -> three.countDown())
            .start()) {
      three.await();
    }
    CountDownLatch ran = new CountDownLatch(1);
    try (EventLoop loop =
        EventLoop.named("sleeper", NO_FAULTS).tick(TimeUnit.DAYS.toNanos(1), now -> {}).start()) {
      loop.execute(ran::countDown);
      ran.await();
    }
  }

  @Test
  void aThrowingTaskIsReportedAndTheNextOneRuns() throws InterruptedException {
    BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    CountDownLatch ran = new CountDownLatch(1);
    try (EventLoop loop =
        EventLoop.named("sturdy", (where, fault) -> faults.add(where + ": " + fault.getMessage()))
            .start()) {
      loop.execute(
          () -> {
            throw new IllegalStateException("broken");
          });
      loop.execute(ran::countDown);
      ran.await();
    }
    assertThat(faults).containsExactly("sturdy: task: broken");
  }

  @Test
  void aFullLoopRefusesPolitely() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger ran = new AtomicInteger();
    try (EventLoop loop = EventLoop.named("full", NO_FAULTS).capacity(2).start()) {
      loop.execute(
          () -> {
            entered.countDown();
            awaitQuietly(release);
          });
      entered.await();
      assertThat(loop.execute(ran::incrementAndGet)).isTrue();
      assertThat(loop.execute(ran::incrementAndGet)).isTrue();
      assertThat(loop.execute(ran::incrementAndGet)).isFalse();
      release.countDown();
    }
    assertThat(ran.get()).isEqualTo(2);
  }

  @Test
  void closingRunsWhatWasTakenAndRefusesTheRest() {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    EventLoop loop =
        EventLoop.named("closing", NO_FAULTS).endOfTurn(turns::incrementAndGet).start();
    for (int i = 0; i < 1000; i++) {
      assertThat(loop.execute(ran::incrementAndGet)).isTrue();
    }
    loop.close();
    assertThat(ran.get()).isEqualTo(1000);
    assertThat(turns.get()).isPositive();
    assertThat(loop.execute(ran::incrementAndGet)).isFalse();
    loop.close();
  }

  @Test
  void aLoopCanCloseItself() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    EventLoop loop = EventLoop.named("self", NO_FAULTS).start();
    loop.execute(
        () -> {
          loop.close();
          closed.countDown();
        });
    closed.await();
    loop.close();
    assertThat(loop.execute(() -> {})).isFalse();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
