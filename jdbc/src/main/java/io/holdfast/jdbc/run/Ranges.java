package io.holdfast.jdbc.run;

import java.util.ArrayList;
import java.util.List;

/** Writes many positions shortly. Stateless. */
final class Ranges {
  private Ranges() {}

  /**
   * The positions, such as {@code 3, 7-999}.
   *
   * @param positions ascending
   * @param most how many numbers and ranges are written; of the rest it is said that there are more
   */
  static String of(List<Integer> positions, int most) {
    List<String> ranges = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= positions.size(); i++) {
      if (i == positions.size() || positions.get(i) != positions.get(i - 1) + 1) {
        int first = positions.get(begin);
        int last = positions.get(i - 1);
        ranges.add(first == last ? "" + first : first + "-" + last);
        begin = i;
      }
    }
    String text = String.join(", ", ranges.subList(0, Math.min(most, ranges.size())));
    return ranges.size() > most ? text + " and more" : text;
  }
}
