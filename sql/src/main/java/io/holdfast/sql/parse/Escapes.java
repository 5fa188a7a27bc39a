package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;

/**
 * What a backslash in a string means: the sequences of the dialect that OpenMLDB's client parses.
 * Before {@code %} and {@code _} it stays, so that it reaches LIKE.
 */
final class Escapes {
  private Escapes() {}

  /**
   * Appends what the characters behind a backslash stand for.
   *
   * @param at behind the backslash
   * @param end where the string ends
   * @return behind the sequence
   */
  static int append(StringBuilder out, String text, int at, int end, Tokens tokens)
      throws SqlException {
    char c = at < end ? text.charAt(at) : 0;
    switch (c) {
      case '\\', '\'', '"', '`', '?' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case '%', '_' -> out.append('\\').append(c);
      case 'x', 'X' -> {
        return hex(out, text, at + 1, end, 2, tokens);
      }
      case 'u' -> {
        return hex(out, text, at + 1, end, 4, tokens);
      }
      case 'U' -> {
        return hex(out, text, at + 1, end, 8, tokens);
      }
      default -> throw unknown(tokens, at);
    }
    return at + 1;
  }

  private static int hex(StringBuilder out, String text, int at, int end, int digits, Tokens tokens)
      throws SqlException {
    long code = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = i < end && text.charAt(i) < 0x80 ? Character.digit(text.charAt(i), 16) : -1;
      if (digit < 0) {
        throw unknown(tokens, at - 1);
      }
      code = code * 16 + digit;
    }
    boolean isSurrogate = code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    if (code > Character.MAX_CODE_POINT || isSurrogate) {
      throw unknown(tokens, at - 1);
    }
    out.appendCodePoint((int) code);
    return at + digits;
  }

  private static SqlException unknown(Tokens tokens, int at) {
    return tokens.fault("unknown escape sequence; write a backslash as two", at - 1);
  }
}
