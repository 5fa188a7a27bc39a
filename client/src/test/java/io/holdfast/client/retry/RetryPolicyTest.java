package io.holdfast.client.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.retry.Decision.Action;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
  private static final long BUDGET_MILLIS = 10_000;

  private final RetryPolicy policy = new RetryPolicy(RetrySettings.DEFAULT);

  /** Shows that what was certainly not done is repeated, whatever the operation. */
  @ParameterizedTest
  @EnumSource(OperationKind.class)
  void refusalsAreRepeatedForEveryOperation(OperationKind kind) {
    assertThat(first(kind, Outcome.notConnected())).isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(kind, Outcome.notSent())).isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(kind, Outcome.answered(AnswerCode.NOT_LEADER)))
        .isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(kind, Outcome.answered(AnswerCode.TABLE_LOADING)))
        .isEqualTo(Action.RETRY_SAME_ENDPOINT);
    assertThat(first(kind, Outcome.answered(160, "", 30))).isEqualTo(Action.RETRY_SAME_ENDPOINT);
  }

  /** Shows that an unknown outcome is repeated only where a second time does no harm. */
  @Test
  void unknownOutcomesAreRepeatedOnlyWhenThatIsSafe() {
    assertThat(first(OperationKind.READ, Outcome.unknown()))
        .isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(OperationKind.REPEATABLE_WRITE, Outcome.unknown()))
        .isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(OperationKind.NAMED_WRITE, Outcome.unknown()))
        .isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
    assertThat(first(OperationKind.WRITE, Outcome.unknown())).isEqualTo(Action.GIVE_UP_UNKNOWN);
    assertThat(first(OperationKind.WRITE, Outcome.answered(AnswerCode.REPLICATION_FAILED)))
        .isEqualTo(Action.GIVE_UP_UNKNOWN);
  }

  /** Shows that a name is given up only for a write that was certainly not done under it. */
  @Test
  void writeOfUnknownOutcomeGetsNoNewName() {
    Outcome forgotten = Outcome.answered(AnswerCode.SESSION_FORGOTTEN);
    assertThat(first(OperationKind.NAMED_WRITE, forgotten)).isEqualTo(Action.NEW_SESSION_AND_RETRY);
    Decision afterRefusal =
        decide(RetryState.start(OperationKind.NAMED_WRITE), Outcome.notConnected(), 10);
    assertThat(decide(afterRefusal.state(), forgotten, 20).action())
        .isEqualTo(Action.NEW_SESSION_AND_RETRY);

    Decision afterSilence =
        decide(RetryState.start(OperationKind.NAMED_WRITE), Outcome.unknown(), 10);
    assertThat(decide(afterSilence.state(), forgotten, 20).action())
        .isEqualTo(Action.GIVE_UP_UNKNOWN);
    assertThat(first(OperationKind.NAMED_WRITE, Outcome.answered(AnswerCode.SEQ_TOO_OLD)))
        .isEqualTo(Action.GIVE_UP_UNKNOWN);

    Decision repeatable =
        decide(RetryState.start(OperationKind.REPEATABLE_WRITE), Outcome.unknown(), 10);
    assertThat(decide(repeatable.state(), forgotten, 20).action())
        .isEqualTo(Action.NEW_SESSION_AND_RETRY);
  }

  /** Shows that a client whose session is not known asks at once, but not again and again so. */
  @Test
  void newSessionIsTriedAtOnceButNotForEver() {
    RetryState state = RetryState.start(OperationKind.NAMED_WRITE);
    for (int attempt = 1; attempt <= 4; attempt++) {
      Decision decision =
          decide(state, Outcome.answered(AnswerCode.SESSION_FORGOTTEN), attempt * 10);
      assertThat(decision.action()).isEqualTo(Action.NEW_SESSION_AND_RETRY);
      assertThat(decision.delayMillis() == 0).isEqualTo(attempt <= 2);
      state = decision.state();
    }
  }

  /** Shows that a definite no after an unknown attempt does not hide that attempt. */
  @Test
  void refusalAfterAnUnknownAttemptIsUnknown() {
    Decision afterSilence =
        decide(RetryState.start(OperationKind.REPEATABLE_WRITE), Outcome.unknown(), 10);
    assertThat(decide(afterSilence.state(), Outcome.answered(307), 20).action())
        .isEqualTo(Action.GIVE_UP_UNKNOWN);
    assertThat(decide(afterSilence.state(), Outcome.refused(), 20).action())
        .isEqualTo(Action.GIVE_UP_UNKNOWN);
    assertThat(decide(afterSilence.state(), Outcome.answered(AnswerCode.OK), 20).action())
        .isEqualTo(Action.DONE);
  }

  /** Shows that a leader hint is followed at once, and two servers naming each other slow down. */
  @Test
  void hintsAreFollowedAtOnceButNotForEver() {
    RetryState state = RetryState.start(OperationKind.WRITE);
    for (int attempt = 1; attempt <= 5; attempt++) {
      Decision decision =
          decide(state, Outcome.answered(AnswerCode.NOT_LEADER, "b:1", 0), 10 * attempt);
      assertThat(decision.leaderHint()).isEqualTo("b:1");
      assertThat(decision.delayMillis()).satisfies(d -> assertThat(d).isNotNegative());
      assertThat(decision.delayMillis() == 0).isEqualTo(attempt <= 2);
      state = decision.state();
    }
  }

  /** Shows that the server's wish to wait is granted, up to the longest wait. */
  @Test
  void serversWishToWaitIsGranted() {
    RetryState state = RetryState.start(OperationKind.WRITE);
    assertThat(decide(state, Outcome.answered(160, "", 300), 0).delayMillis()).isEqualTo(300);
    assertThat(decide(state, Outcome.answered(160, "", 60_000), 0).delayMillis()).isEqualTo(1_000);
  }

  /** Shows that waits grow, stay bounded and depend on the jitter. */
  @Test
  void backOffGrowsToItsBound() {
    RetryState state = RetryState.start(OperationKind.READ);
    long last = 0;
    for (int attempt = 0; attempt < 12; attempt++) {
      Decision decision = policy.decide(state, Outcome.notConnected(), 0, BUDGET_MILLIS, 0.999999);
      assertThat(decision.delayMillis()).isBetween(last, 1_000L);
      last = decision.delayMillis();
      state = decision.state();
    }
    assertThat(last).isEqualTo(1_000);
    assertThat(policy.decide(state, Outcome.notConnected(), 0, BUDGET_MILLIS, 0).delayMillis())
        .isEqualTo(500);
  }

  /** Shows that "no such table" is taken for an old route a few times and then believed. */
  @Test
  void missingTableIsBelievedInTheEnd() {
    RetryState state = RetryState.start(OperationKind.READ);
    Outcome missing = Outcome.answered(AnswerCode.TABLE_NOT_FOUND);
    for (int i = 0; i < RetrySettings.DEFAULT.maxStaleRoutes(); i++) {
      Decision decision = decide(state, missing, 0);
      assertThat(decision.action()).isEqualTo(Action.REFRESH_ROUTE_AND_RETRY);
      state = decision.state();
    }
    assertThat(decide(state, missing, 0).action()).isEqualTo(Action.DONE);
  }

  /** Shows that only what may be repeated keeps time for another attempt. */
  @Test
  void attemptTimeoutLeavesTimeForAnotherAttempt() {
    assertThat(policy.attemptTimeoutMillis(RetryState.start(OperationKind.READ), 0, 20_000))
        .isEqualTo(5_000);
    assertThat(policy.attemptTimeoutMillis(RetryState.start(OperationKind.WRITE), 0, 20_000))
        .isEqualTo(20_000);
    assertThat(policy.attemptTimeoutMillis(RetryState.start(OperationKind.READ), 19_000, 20_000))
        .isEqualTo(1_000);
    assertThat(policy.attemptTimeoutMillis(RetryState.start(OperationKind.READ), 30_000, 20_000))
        .isEqualTo(1);
  }

  /** Shows over random histories: never FAILED after an unknown write, and an end in time. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 20261122})
  void promisesHoldOverRandomHistories(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 5_000; run++) {
      OperationKind kind = OperationKind.values()[random.nextInt(OperationKind.values().length)];
      RetryState state = RetryState.start(kind);
      long elapsedMillis = 0;
      boolean unknown = false;
      boolean ended = false;
      while (!ended) {
        elapsedMillis += random.nextInt(400);
        Outcome outcome = randomOutcome(random);
        unknown |= outcome.mayHaveHappened();
        Decision decision =
            policy.decide(state, outcome, elapsedMillis, BUDGET_MILLIS, random.nextDouble());
        String story = "seed " + seed + " run " + run + ": " + kind + " " + outcome;
        if (unknown && kind.isWrite()) {
          assertThat(decision.action()).as(story).isNotEqualTo(Action.GIVE_UP_FAILED);
        } else {
          assertThat(decision.action()).as(story).isNotEqualTo(Action.GIVE_UP_UNKNOWN);
        }
        if (outcome.mayHaveHappened() && kind == OperationKind.WRITE) {
          assertThat(decision.isRetry()).as(story).isFalse();
        }
        if (unknown && kind == OperationKind.NAMED_WRITE) {
          assertThat(decision.action()).as(story).isNotEqualTo(Action.NEW_SESSION_AND_RETRY);
        }
        if (decision.isRetry()) {
          elapsedMillis += decision.delayMillis();
          assertThat(elapsedMillis).as(story).isLessThan(BUDGET_MILLIS);
          assertThat(decision.state().attempts()).as(story).isLessThan(100);
        }
        assertThat(
                policy
                    .decide(state, outcome, 77, BUDGET_MILLIS, 0.5)
                    .equals(policy.decide(state, outcome, 77, BUDGET_MILLIS, 0.5)))
            .isTrue();
        ended = !decision.isRetry();
        state = decision.state();
      }
    }
  }

  /** Shows that giving up for want of time is told apart from giving up for another reason. */
  @Test
  void givingUpSaysWhetherTimeRanOut() {
    RetryState read = RetryState.start(OperationKind.READ);
    Decision noRoomForAnother = decide(read, Outcome.unknown(), BUDGET_MILLIS - 1);
    assertThat(noRoomForAnother.action()).isEqualTo(Action.GIVE_UP_FAILED);
    assertThat(noRoomForAnother.outOfTime()).isTrue();
    assertThat(decide(read, Outcome.refused(), 10).outOfTime()).isFalse();
    RetryState write = RetryState.start(OperationKind.WRITE);
    assertThat(decide(write, Outcome.unknown(), BUDGET_MILLIS).outOfTime()).isTrue();
    assertThat(decide(write, Outcome.unknown(), 10).outOfTime()).isFalse();
  }

  private static Outcome randomOutcome(Random random) {
    List<Outcome> outcomes =
        List.of(
            Outcome.unknown(),
            Outcome.notConnected(),
            Outcome.notConnected(),
            Outcome.notSent(),
            Outcome.answered(AnswerCode.NOT_LEADER, random.nextBoolean() ? "x:1" : "", 0),
            Outcome.answered(AnswerCode.TABLE_LOADING),
            Outcome.answered(AnswerCode.TABLE_LOADING, "", random.nextInt(5_000)),
            Outcome.answered(160, "", 1 + random.nextInt(200)),
            Outcome.answered(AnswerCode.TABLE_NOT_FOUND),
            Outcome.answered(AnswerCode.SESSION_FORGOTTEN),
            random.nextInt(4) == 0
                ? Outcome.answered(AnswerCode.SEQ_TOO_OLD)
                : Outcome.answered(AnswerCode.OUTCOME_UNKNOWN),
            random.nextInt(4) == 0 ? Outcome.refused() : Outcome.notSent(),
            random.nextInt(4) == 0
                ? Outcome.answered(random.nextInt(400))
                : Outcome.notConnected());
    return outcomes.get(random.nextInt(outcomes.size()));
  }

  private Action first(OperationKind kind, Outcome outcome) {
    return decide(RetryState.start(kind), outcome, 0).action();
  }

  private Decision decide(RetryState state, Outcome outcome, long elapsedMillis) {
    return policy.decide(state, outcome, elapsedMillis, BUDGET_MILLIS, 0);
  }
}
