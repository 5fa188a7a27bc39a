package io.holdfast.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.check.LinearizabilityChecker.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker accepts what one register could have answered, and nothing else. */
class LinearizabilityCheckerTest {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int BUDGET = 100_000;

  private static RegisterOp write(long value, long from, long to) {
    return new RegisterOp(true, value, from, to);
  }

  private static RegisterOp read(long value, long from, long to) {
    return new RegisterOp(false, value, from, to);
  }

  private static Verdict check(RegisterOp... history) {
    return LinearizabilityChecker.check(List.of(history), BUDGET);
  }

  /** One after the other, reads see the newest write, and before any the initial value. */
  @Test
  void sequentialHistories() {
    assertThat(check()).isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(read(0, 1, 2), write(1, 3, 4), read(1, 5, 6))).isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(read(1, 1, 2), write(1, 3, 4))).as("too early").isEqualTo(Verdict.VIOLATED);
    assertThat(check(write(1, 1, 2), read(0, 3, 4))).as("stale").isEqualTo(Verdict.VIOLATED);
    assertThat(check(write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)))
        .as("lost")
        .isEqualTo(Verdict.VIOLATED);
    assertThat(check(read(9, 1, 2))).as("never written").isEqualTo(Verdict.VIOLATED);
  }

  /** While a write runs it may be seen or not; once seen it stays. */
  @Test
  void concurrentHistories() {
    assertThat(check(write(1, 1, 10), read(0, 2, 3), read(1, 4, 5)))
        .isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(write(1, 1, 10), read(1, 2, 3), read(0, 4, 5)))
        .as("seen and gone")
        .isEqualTo(Verdict.VIOLATED);
    assertThat(check(write(1, 1, 10), write(2, 1, 10), read(2, 11, 12), read(1, 13, 14)))
        .isEqualTo(Verdict.VIOLATED);
    assertThat(check(write(1, 1, 10), write(2, 1, 10), read(1, 2, 9), read(2, 11, 12)))
        .isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(write(1, 1, 5), read(0, 5, 6)))
        .as("what ends when another begins overlaps it")
        .isEqualTo(Verdict.LINEARIZABLE);
  }

  /** A write of unknown outcome may take effect at any later time, or never, but not twice. */
  @Test
  void unknownWrites() {
    assertThat(check(write(1, 1, NEVER), read(0, 5, 6))).isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(write(1, 1, NEVER), read(0, 5, 6), read(1, 7, 8)))
        .isEqualTo(Verdict.LINEARIZABLE);
    assertThat(check(write(1, 9, NEVER), read(1, 5, 6))).isEqualTo(Verdict.VIOLATED);
    assertThat(
            check(write(1, 1, NEVER), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7), read(1, 8, 9)))
        .isEqualTo(Verdict.VIOLATED);
    assertThat(check(read(7, 1, NEVER))).as("nobody saw it").isEqualTo(Verdict.LINEARIZABLE);
  }

  /** A search that grows too large decides nothing. */
  @Test
  void theBudgetBoundsTheSearch() {
    List<RegisterOp> history = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      history.add(write(i, 1, 100));
    }
    history.add(read(99, 101, 102));
    assertThat(LinearizabilityChecker.check(history, 50)).isEqualTo(Verdict.UNDECIDED);
    assertThat(LinearizabilityChecker.check(history, 1_000_000)).isEqualTo(Verdict.VIOLATED);
  }

  /** On small random histories it agrees with trying every order there is. */
  @Test
  void agreesWithTryingEveryOrder() {
    int linearizable = 0;
    for (long seed = 0; seed < 20_000; seed++) {
      List<RegisterOp> history = random(new Random(seed));
      boolean expected = explainable(history, new boolean[history.size()], 0);
      linearizable += expected ? 1 : 0;
      assertThat(LinearizabilityChecker.check(history, BUDGET))
          .as("seed %d: %s", seed, history)
          .isEqualTo(expected ? Verdict.LINEARIZABLE : Verdict.VIOLATED);
    }
    assertThat(linearizable).as("both kinds must occur").isBetween(2_000, 18_000);
  }

  private static List<RegisterOp> random(Random random) {
    List<RegisterOp> history = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    long written = 0;
    for (int i = 0; i < count; i++) {
      long from = random.nextInt(12);
      long to = from + random.nextInt(6);
      if (random.nextBoolean()) {
        history.add(write(++written, from, random.nextInt(4) == 0 ? NEVER : to));
      } else {
        history.add(read(random.nextInt(4), from, random.nextInt(10) == 0 ? NEVER : to));
      }
    }
    return history;
  }

  /** Whether some order of what is not placed yet explains it, starting from this value. */
  private static boolean explainable(List<RegisterOp> history, boolean[] placed, long value) {
    boolean done = true;
    for (int i = 0; i < history.size(); i++) {
      done &= placed[i] || history.get(i).isUnknown();
    }
    if (done) {
      return true;
    }
    for (int i = 0; i < history.size(); i++) {
      RegisterOp op = history.get(i);
      boolean legal = op.write() || (op.value() == value && !op.isUnknown());
      if (!placed[i] && legal && mayBeNext(history, placed, op)) {
        placed[i] = true;
        boolean explained = explainable(history, placed, op.write() ? op.value() : value);
        placed[i] = false;
        if (explained) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean mayBeNext(List<RegisterOp> history, boolean[] placed, RegisterOp op) {
    for (int i = 0; i < history.size(); i++) {
      if (!placed[i] && history.get(i).returnedAt() < op.invokedAt()) {
        return false;
      }
    }
    return true;
  }
}
