package io.holdfast.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LoadRunTest {
  private static final KeyChoice KEYS = KeyChoice.uniform(100);

  /** Operations end when the test says so. */
  private static final class Held implements LoadTarget {
    final ConcurrentLinkedQueue<CompletableFuture<Void>> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger started = new AtomicInteger();

    @Override
    public CompletableFuture<?> start(OpKind kind, String key) {
      started.incrementAndGet();
      CompletableFuture<Void> operation = new CompletableFuture<>();
      open.add(operation);
      return operation;
    }
  }

  /** Each one that ends is followed by one, and never are there more. */
  @Test
  void aClosedLoopKeepsSoManyUnderWay() throws Exception {
    Held target = new Held();
    LoadRun run = new LoadRun(target, OpMix.parse("get"), KEYS, 4);
    run.startClosed(1);
    assertThat(target.open).hasSize(4);
    for (int i = 0; i < 1_000; i++) {
      target.open.remove().complete(null);
      assertThat(target.open).hasSize(4);
    }
    assertThat(run.tally().done()).isEqualTo(1_000);
    assertThat(run.stop(Duration.ofMillis(1))).as("four are under way").isFalse();
    List.copyOf(target.open).forEach(operation -> operation.complete(null));
    assertThat(run.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(target.started).hasValue(1_004);
  }

  /** They do not pile up on the stack. */
  @Test
  void operationsThatEndAtOnceAreCounted() throws Exception {
    AtomicInteger left = new AtomicInteger(200_000);
    LoadRun[] run = new LoadRun[1];
    List<Boolean> stopped = new ArrayList<>();
    run[0] =
        new LoadRun(
            (kind, key) -> {
              if (left.decrementAndGet() == 0) {
                try {
                  stopped.add(run[0].stop(Duration.ZERO));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              }
              return CompletableFuture.completedFuture(null);
            },
            OpMix.parse("put"),
            KEYS,
            1);
    run[0].startClosed(1);
    assertThat(stopped).containsExactly(false);
    assertThat(run[0].tally().done()).isEqualTo(200_000);
  }

  /** What fails is counted by what is said, and nothing of it among the latencies. */
  @Test
  void failuresAreTold() {
    AtomicInteger number = new AtomicInteger();
    Tally tally = new Tally();
    for (int i = 0; i < 5; i++) {
      tally.ended(
          OpKind.PUT, 10, new IllegalStateException("partition " + number.incrementAndGet()));
    }
    tally.ended(OpKind.GET, 2_000_000, null);
    assertThat(tally.failures()).isEqualTo(Map.of("put: partition #", 5L));
    assertThat(tally.failed()).isEqualTo(5);
    assertThat(tally.latencies()).containsOnlyKeys(OpKind.GET);
  }

  /**
   * The target stands still for half a second: of the operations that were due meanwhile, those
   * that could not be started have waited as well.
   */
  @Test
  void whatWasDueWhileTheTargetStoodStillHasWaited() throws Exception {
    AtomicBoolean goesOn = new AtomicBoolean(true);
    AtomicInteger started = new AtomicInteger();
    CompletableFuture<Void> first = new CompletableFuture<>();
    LoadTarget target =
        (kind, key) ->
            started.incrementAndGet() == 1 ? first : CompletableFuture.completedFuture(null);
    LoadRun run = new LoadRun(target, OpMix.parse("get"), KEYS, 1);
    Thread pacer = new Thread(() -> run.runPaced(1_000, 1, goesOn::get), "pacer");
    pacer.start();
    CompletableFuture.delayedExecutor(500, java.util.concurrent.TimeUnit.MILLISECONDS)
        .execute(() -> first.complete(null));
    while (run.tally().done() < 500) {
      Thread.onSpinWait();
    }
    goesOn.set(false);
    pacer.join();
    Histogram latencies = run.tally().latencies().get(OpKind.GET);
    assertThat(latencies.getMaxValue()).isGreaterThan(450_000_000L);
    // Those due in the middle of the pause waited for half of it.
    assertThat(latencies.getValueAtPercentile(50)).isGreaterThan(150_000_000L);
  }
}
