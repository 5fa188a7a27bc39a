package io.holdfast.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.check.VersionedOp.Kind;
import io.holdfast.testkit.check.VersionedOp.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The checker accepts what one partition with versions could have answered, and nothing else. */
class VersionCheckerTest {
  private static final long NEVER = Long.MAX_VALUE;

  private static VersionedOp write(long key, long value, long version, long from, long to) {
    return new VersionedOp(1, key, Kind.WRITE, Outcome.OK, value, version, from, to);
  }

  private static VersionedOp unknown(long key, long value, long from) {
    return new VersionedOp(1, key, Kind.WRITE, Outcome.UNKNOWN, value, 0, from, NEVER);
  }

  private static VersionedOp failed(long key, long value, long from, long to) {
    return new VersionedOp(1, key, Kind.WRITE, Outcome.FAILED, value, 0, from, to);
  }

  private static VersionedOp read(Kind kind, long key, long value, long version, long from) {
    return new VersionedOp(2, key, kind, Outcome.OK, value, version, from, from + 1);
  }

  private static List<String> problems(VersionedOp... history) {
    return VersionChecker.problems(List.of(history));
  }

  @Test
  void whatIsTrueIsAccepted() {
    assertThat(
            problems(
                write(1, 11, 2, 1, 5),
                write(2, 12, 3, 2, 6),
                read(Kind.READ_LATEST, 1, 11, 3, 7),
                read(Kind.READ_ANY, 1, 0, 1, 8),
                unknown(1, 13, 9),
                read(Kind.READ_LATEST, 1, 13, 4, 11),
                read(Kind.READ_SESSION, 2, 12, 4, 13)))
        .isEmpty();
  }

  @Test
  void versionsAreUniqueAndFollowTime() {
    assertThat(problems(write(1, 11, 2, 1, 5), write(1, 12, 2, 2, 6)))
        .singleElement()
        .asString()
        .contains("two writes have one version");
    assertThat(problems(write(1, 11, 3, 1, 2), write(1, 12, 2, 3, 4)))
        .singleElement()
        .asString()
        .contains("acknowledged 3 before");
    assertThat(problems(write(1, 11, 3, 1, 2), write(1, 12, 2, 2, 4)))
        .as("what returns when another is asked for overlaps it")
        .isEmpty();
  }

  @Test
  void latestReadsSeeWhatWasAcknowledgedAndSeen() {
    assertThat(problems(write(1, 11, 3, 1, 2), read(Kind.READ_LATEST, 1, 0, 2, 3)))
        .singleElement()
        .asString()
        .contains("version 3 had been seen");
    assertThat(
            problems(
                unknown(1, 11, 1),
                read(Kind.READ_LATEST, 1, 11, 5, 2),
                read(Kind.READ_LATEST, 1, 0, 4, 7)))
        .singleElement()
        .asString()
        .contains("version 5 had been seen");
  }

  @Test
  void sessionsNeverGoBack() {
    assertThat(
            problems(
                write(1, 11, 3, 1, 2),
                read(Kind.READ_SESSION, 1, 11, 3, 3),
                read(Kind.READ_SESSION, 1, 0, 2, 5)))
        .singleElement()
        .asString()
        .contains("the session had seen 3");
    assertThat(problems(write(1, 11, 3, 1, 2), read(Kind.READ_SESSION, 1, 0, 2, 5)))
        .as("another client's write is no part of the session")
        .isEmpty();
  }

  @Test
  void valuesBelongToTheirVersions() {
    assertThat(problems(write(1, 11, 3, 1, 2), read(Kind.READ_ANY, 1, 11, 2, 3)))
        .singleElement()
        .asString()
        .contains("at its version the key holds 0");
    assertThat(problems(read(Kind.READ_ANY, 1, 99, 2, 3)))
        .singleElement()
        .asString()
        .contains("nobody wrote");
    assertThat(problems(failed(1, 11, 1, 2), read(Kind.READ_ANY, 1, 11, 2, 3)))
        .singleElement()
        .asString()
        .contains("had failed for certain");
    assertThat(problems(unknown(1, 11, 9), read(Kind.READ_ANY, 1, 11, 2, 3)))
        .singleElement()
        .asString()
        .contains("read before it was written");
  }

  /** Histories made by a real order pass; with one answer changed they are mostly caught. */
  @Test
  void randomHistoriesOfOneTruthPassAndForgedOnesDoNot() {
    int caught = 0;
    int forged = 0;
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<VersionedOp> history = history(random);
      assertThat(VersionChecker.problems(history)).as("seed %s", seed).isEmpty();
      int victim = random.nextInt(history.size());
      VersionedOp op = history.get(victim);
      if (op.isOk() && op.kind() == Kind.READ_LATEST && op.version() > 1) {
        forged++;
        history.set(
            victim,
            new VersionedOp(
                op.client(),
                op.key(),
                op.kind(),
                op.outcome(),
                op.value() + 1_000_000,
                op.version(),
                op.invokedAt(),
                op.returnedAt()));
        caught += VersionChecker.problems(history).isEmpty() ? 0 : 1;
      }
    }
    assertThat(forged).isPositive();
    assertThat(caught).isEqualTo(forged);
  }

  private static List<VersionedOp> history(Random random) {
    List<VersionedOp> history = new ArrayList<>();
    Map<Long, Long> state = new HashMap<>();
    long version = 0;
    long time = 0;
    for (int i = 1; i <= 200; i++) {
      long key = random.nextInt(4);
      long from = time++;
      long effect = time++;
      if (random.nextBoolean()) {
        version++;
        state.put(key, (long) i);
        boolean known = random.nextInt(10) > 0;
        history.add(
            known
                ? write(key, i, version, from, effect + random.nextInt(3))
                : unknown(key, i, from));
      } else {
        long value = state.getOrDefault(key, 0L);
        history.add(read(Kind.READ_LATEST, key, value, version, from));
        time = Math.max(time, from + 2);
      }
    }
    return history;
  }

  @Test
  void theLogHoldsWhatWasAcknowledgedOnce() {
    List<VersionedOp> history =
        List.of(write(1, 11, 2, 1, 5), unknown(1, 12, 2), failed(1, 13, 3, 4));
    assertThat(VersionChecker.problemsOfLog(history, new TreeMap<>(Map.of(2L, 11L)), 1)).isEmpty();
    assertThat(VersionChecker.problemsOfLog(history, Map.of(2L, 11L, 3L, 12L), 1)).isEmpty();
    assertThat(VersionChecker.problemsOfLog(history, Map.of(), 3)).as("trimmed").isEmpty();
    assertThat(VersionChecker.problemsOfLog(history, Map.of(), 1)).hasSize(1);
    assertThat(VersionChecker.problemsOfLog(history, Map.of(2L, 11L, 4L, 11L), 1)).hasSize(1);
    assertThat(VersionChecker.problemsOfLog(history, Map.of(2L, 11L, 4L, 13L), 1)).hasSize(1);
    assertThat(VersionChecker.problemsOfLog(history, Map.of(2L, 11L, 4L, 99L), 1)).hasSize(1);
  }
}
