package io.holdfast.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testkit.check.VersionedOp.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every way in which a value can end is told apart. */
class SetVerdictTest {
  private static final Map<Long, Outcome> ADDED =
      Map.of(1L, Outcome.OK, 2L, Outcome.UNKNOWN, 3L, Outcome.UNKNOWN, 4L, Outcome.FAILED);

  @Test
  void promisesKept() {
    SetVerdict verdict = SetVerdict.of(ADDED, List.of(1L, 2L));
    assertThat(verdict.isKept()).isTrue();
    assertThat(verdict)
        .hasToString("1 ok, 0 lost, 1 recovered, 1 forgotten, 0 duplicated, 0 forged");
  }

  @Test
  void promisesBroken() {
    assertThat(SetVerdict.of(ADDED, List.of(2L)).lost()).containsExactly(1L);
    assertThat(SetVerdict.of(ADDED, List.of(1L, 1L)).duplicated()).containsExactly(1L);
    assertThat(SetVerdict.of(ADDED, List.of(1L, 4L, 9L)).forged()).containsExactly(4L, 9L);
    assertThat(SetVerdict.of(ADDED, List.of(1L, 4L)).isKept()).isFalse();
  }
}
