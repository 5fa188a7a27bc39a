package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import java.util.Arrays;

/**
 * The tokens of a text: for each its kind and where it is. They are arrays instead of objects since
 * most of a point select's parsing is here.
 */
final class Tokens {
  private static final int FIRST_CAPACITY = 32;

  private final String text;
  private TokenKind[] kinds = new TokenKind[FIRST_CAPACITY];
  private int[] starts = new int[FIRST_CAPACITY];
  private int[] ends = new int[FIRST_CAPACITY];
  private int count;

  Tokens(String text) {
    this.text = text;
  }

  void add(TokenKind kind, int start, int end) {
    if (count == kinds.length) {
      kinds = Arrays.copyOf(kinds, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  /** END behind the last token. */
  TokenKind kind(int token) {
    return token < count ? kinds[token] : TokenKind.END;
  }

  /** The token as it is written. */
  String text(int token) {
    return text.substring(starts[token], ends[token]);
  }

  int start(int token) {
    return token < count ? starts[token] : text.length();
  }

  /** Whether one token begins where the one before ends. */
  boolean isAdjacent(int token) {
    return token > 0 && token < count && starts[token] == ends[token - 1];
  }

  /**
   * Whether the token is that word without quotes, in any case.
   *
   * @param word in upper case, ASCII
   */
  boolean isWord(int token, String word) {
    if (token >= count || kinds[token] != TokenKind.WORD) {
      return false;
    }
    int start = starts[token];
    int length = word.length();
    if (ends[token] - start != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char wanted = word.charAt(i);
      char found = text.charAt(start + i);
      boolean isLower = wanted >= 'A' && wanted <= 'Z' && found == wanted + ('a' - 'A');
      if (found != wanted && !isLower) {
        return false;
      }
    }
    return true;
  }

  /** What a string or an identifier means, without quotes and escapes. */
  String value(int token) throws SqlException {
    if (kinds[token] == TokenKind.WORD) {
      return text(token);
    }
    int from = starts[token] + 1;
    int to = ends[token] - 1;
    char quote = text.charAt(to);
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c == quote || c == '\\' && quote != '`') {
        return unescaped(i, from, to, quote);
      }
    }
    return text.substring(from, to);
  }

  private String unescaped(int first, int from, int to, char quote) throws SqlException {
    StringBuilder out = new StringBuilder(to - from);
    out.append(text, from, first);
    int at = first;
    while (at < to) {
      char c = text.charAt(at++);
      if (c == quote) {
        // The second of two.
        at++;
        out.append(quote);
      } else if (c == '\\' && quote != '`') {
        at = Escapes.append(out, text, at, to, this);
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  /** A fault at a place of the text. */
  SqlException fault(String message, int at) {
    int line = 1;
    int lineStart = 0;
    int end = Math.min(at, text.length());
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new SqlException(message, line, end - lineStart + 1);
  }
}
