package io.holdfast.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndpointBreakerTest {
  private final EndpointBreaker breaker = new EndpointBreaker();

  private long outFrom(long nowMillis) {
    breaker.failed("a:1", nowMillis);
    long until = nowMillis;
    while (breaker.isOut("a:1", until)) {
      until++;
    }
    return until - nowMillis;
  }

  /** Each failure right after the time is over doubles it, up to ten seconds. */
  @Test
  void theTimeGrowsWithEachFailureUpToABound() {
    long now = 100;
    for (long expected : new long[] {1_000, 2_000, 4_000, 8_000, 10_000, 10_000}) {
      assertThat(outFrom(now)).isEqualTo(expected);
      now += expected;
    }
    breaker.answered("a:1");
    assertThat(breaker.isOut("a:1", now)).isFalse();
    assertThat(outFrom(now)).isEqualTo(1_000);
  }

  /** Calls that were under way when the first one failed say nothing new. */
  @Test
  void failuresWhileItIsOutCountOnce() {
    breaker.failed("a:1", 0);
    breaker.failed("a:1", 10);
    breaker.failed("a:1", 999);
    assertThat(breaker.isOut("a:1", 999)).isTrue();
    assertThat(breaker.isOut("a:1", 1_000)).isFalse();
    assertThat(breaker.isOut("b:1", 5)).isFalse();
  }

  /** However many servers fail, no more than a bounded number of them is remembered. */
  @Test
  void whatIsRememberedIsBounded() {
    for (int i = 0; i < 4_096; i++) {
      breaker.failed("s:" + i, 0);
    }
    assertThat(breaker.isOut("s:0", 1)).isTrue();
    breaker.failed("one more", 0);
    assertThat(breaker.isOut("s:0", 1)).isFalse();
    assertThat(breaker.isOut("one more", 1)).isTrue();
  }
}
