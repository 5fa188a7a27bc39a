package io.holdfast.common.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Clients decide by the number alone. */
class StatusCodeTest {
  @Test
  void everyNumberMeansOneThing() {
    assertThat(Arrays.stream(StatusCode.values()).map(StatusCode::number)).doesNotHaveDuplicates();
  }
}
