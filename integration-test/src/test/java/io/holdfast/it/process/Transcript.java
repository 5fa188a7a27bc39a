package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Compares what was printed with a golden text. In the text, words in angle brackets stand for what
 * differs from run to run: {@code <n>} a number, {@code <age>} a time as {@code 7m}, {@code <time>}
 * a point in time, {@code <size>}, {@code <any>} a word; and names that were given stand for
 * themselves. Runs of spaces are as long as the columns need; a line of dashes is any ruler.
 */
final class Transcript {
  private final Map<String, String> patterns = new LinkedHashMap<>();

  Transcript() {
    patterns.put("<n>", "[0-9]+");
    patterns.put("<age>", "[0-9]+(ms|s|m|h|d)");
    patterns.put("<time>", "[0-9]{14}");
    patterns.put("<size>", "[0-9]+[.][0-9]{3}( [KMG])?");
    patterns.put("<any>", "\\S+");
  }

  /** From now on the word stands for this text. */
  Transcript name(String word, String text) {
    patterns.put(word, Pattern.quote(text));
    return this;
  }

  /** The printed lines are those of the golden text, in their order. */
  void assertPrinted(List<String> printed, String golden) {
    List<String> expected = golden.strip().lines().map(String::strip).toList();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < Math.max(printed.size(), expected.size()); i++) {
      String want = i < expected.size() ? expected.get(i) : "<no line>";
      String got = i < printed.size() ? printed.get(i).strip() : "<no line>";
      if (!got.matches(pattern(want))) {
        problems.add("line " + (i + 1) + ": expected " + want + ", printed " + got);
      }
    }
    assertThat(problems).as("%s", String.join("\n", printed)).isEmpty();
  }

  private String pattern(String line) {
    if (line.matches("-{6,}")) {
      return "-{6,}";
    }
    StringBuilder pattern = new StringBuilder();
    for (String word : line.split("\\s+")) {
      pattern.append(pattern.length() == 0 ? "" : "\\s+");
      pattern.append(patterns.getOrDefault(word, Pattern.quote(word)));
    }
    return pattern.toString();
  }
}
