package io.holdfast.tools.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadChoicesTest {
  @Test
  void kindsComeUpAsOftenAsTheMixSays() {
    OpMix mix = OpMix.parse("put=1, get=7,select=2");
    assertThat(mix).hasToString("put=1,get=7,select=2");
    assertThat(mix.has(OpKind.SELECT)).isTrue();
    assertThat(mix.has(OpKind.SCAN)).isFalse();
    SplittableRandom random = new SplittableRandom(7);
    Map<OpKind, Integer> counts = new EnumMap<>(OpKind.class);
    for (int i = 0; i < 100_000; i++) {
      counts.merge(mix.pick(random), 1, Integer::sum);
    }
    assertThat(counts.get(OpKind.PUT)).isBetween(9_000, 11_000);
    assertThat(counts.get(OpKind.GET)).isBetween(69_000, 71_000);
    assertThat(counts).doesNotContainKey(OpKind.SCAN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "put,", "read", "put=0", "put=x", "put=-1", "put=1,put=2", "PUT"})
  void mixesThatMakeNoSenseAreRefused(String text) {
    assertThatThrownBy(() -> OpMix.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hotKeysAreUsedAsOftenAsTheSkewSays() {
    KeyChoice choice = KeyChoice.skewed(1_000, "90:1");
    SplittableRandom random = new SplittableRandom(7);
    int hot = 0;
    for (int i = 0; i < 100_000; i++) {
      String key = choice.next(random);
      assertThat(key).hasSize(KeyChoice.KEY_CHARACTERS);
      hot += key.compareTo(KeyChoice.key(10)) < 0 ? 1 : 0;
    }
    // And 1 % of the others.
    assertThat(hot).isBetween(89_600, 90_600);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "90", "0:1", "90:0", "101:1", "a:b", "90:1:1"})
  void skewsThatMakeNoSenseAreRefused(String text) {
    assertThatThrownBy(() -> KeyChoice.skewed(1_000, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("90:1");
  }

  @ParameterizedTest
  @CsvSource({
    "--mix=read, there is no operation",
    "--skew=9, two percentages",
    "--in-flight=0, --in-flight is from 1",
    "--value-bytes=2000000, --value-bytes is from 1",
    "--seconds=x, Invalid value",
    "--acks=none, --acks is one of",
    "--output=xml, --output is one of",
    "--in-flights=3, Unknown option",
  })
  void optionsThatMakeNoSenseAreRefused(String option, String message) {
    StringWriter err = new StringWriter();
    int code =
        LoadMain.run(
            new String[] {"--zk_cluster=127.0.0.1:1", option},
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true));
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }
}
