package io.holdfast.tools.load;

import java.util.random.RandomGenerator;

/**
 * Which keys are used, and how often: all alike, or a few of them more than the others. Immutable.
 *
 * @param keys how many there are
 * @param hotPercent how many percent of the operations go to the hot keys; 0 for no hot keys
 * @param hotKeys how many keys are hot
 */
record KeyChoice(long keys, int hotPercent, long hotKeys) {
  static final int KEY_CHARACTERS = 16;

  static KeyChoice uniform(long keys) {
    return new KeyChoice(keys, 0, 0);
  }

  /**
   * Reads a skew.
   *
   * @param text such as {@code 90:1}: 90 percent of the operations go to 1 percent of the keys
   * @throws IllegalArgumentException with what is wrong
   */
  static KeyChoice skewed(long keys, String text) {
    String[] parts = text.split(":", -1);
    try {
      if (parts.length == 2) {
        int operations = Integer.parseInt(parts[0]);
        int share = Integer.parseInt(parts[1]);
        if (operations >= 1 && operations <= 100 && share >= 1 && share <= 100) {
          return new KeyChoice(keys, operations, Math.max(1, keys * share / 100));
        }
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "a skew is two percentages, as in 90:1 (90 % of the operations go to 1 % of the keys), not"
            + " \""
            + text
            + "\"");
  }

  String next(RandomGenerator random) {
    boolean hot = hotPercent > 0 && random.nextInt(100) < hotPercent;
    return key(random.nextLong(hot ? hotKeys : keys));
  }

  /** The key of a number: always as long. */
  static String key(long number) {
    String digits = Long.toString(number);
    return "k" + "0".repeat(KEY_CHARACTERS - 1 - digits.length()) + digits;
  }

  @Override
  public String toString() {
    return hotPercent == 0
        ? keys + " keys"
        : keys + " keys, " + hotPercent + " % of the operations on " + hotKeys + " of them";
  }
}
