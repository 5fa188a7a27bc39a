package io.holdfast.shell.command;

/** Numbers as words of a command. All methods throw NumberFormatException. */
public final class Numbers {
  private Numbers() {}

  /** An unsigned 32-bit number that Java can count with: at most 2^31 - 1. */
  public static int unsigned32(String text) {
    digitsOnly(text);
    return Integer.parseInt(text);
  }

  public static long unsigned64(String text) {
    digitsOnly(text);
    return Long.parseUnsignedLong(text);
  }

  // Java's own parser accepts a sign.
  private static void digitsOnly(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new NumberFormatException(text);
    }
  }
}
