package io.holdfast.shell.output;

import java.util.Locale;

/** Sizes and durations in the forms that operators know. */
public final class HumanNumbers {
  private static final String[] SIZE_UNITS = {"", " K", " M", " G", " T", " P", " E"};

  private HumanNumbers() {}

  /** For example {@code 498.000} or {@code 9.128 K}; the argument is unsigned. */
  public static String size(long bytes) {
    double value = bytes >= 0 ? bytes : (double) (bytes >>> 1) * 2;
    int unit = 0;
    while ((long) value >= 1024 && unit < SIZE_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.3f%s", value, SIZE_UNITS[unit]);
  }

  /**
   * The greatest unit that holds at least once: {@code 12ms}, {@code 35s}, {@code 7m}, {@code 1d}.
   */
  public static String duration(long millis) {
    if (millis < 1_000) {
      return millis + "ms";
    }
    long seconds = millis / 1_000;
    if (seconds < 60) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    return hours < 24 ? hours + "h" : hours / 24 + "d";
  }
}
