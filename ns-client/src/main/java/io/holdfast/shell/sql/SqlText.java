package io.holdfast.shell.sql;

import java.util.Locale;

/** Finds its way through the text of statements: past quotes and comments. Stateless. */
final class SqlText {
  private static final String OUT_FILE = "outfile";

  private SqlText() {}

  /**
   * Behind the string, quoted name or comment that begins at a place; the place itself when none
   * does; -1 when it does not end.
   */
  static int skip(CharSequence text, int start) {
    char c = text.charAt(start);
    if (c == '\'' || c == '"' || c == '`') {
      return quoted(text, start);
    }
    if (c == '#' || startsWith(text, start, "--")) {
      int end = indexOf(text, "\n", start);
      return end < 0 ? -1 : end;
    }
    if (startsWith(text, start, "/*")) {
      int end = indexOf(text, "*/", start + 2);
      return end < 0 ? -1 : end + 2;
    }
    return start;
  }

  private static int quoted(CharSequence text, int start) {
    char quote = text.charAt(start);
    int at = start + 1;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && quote != '`') {
        at++;
      } else if (c == quote) {
        return at + 1;
      }
      at++;
    }
    return -1;
  }

  private static boolean startsWith(CharSequence text, int at, String start) {
    int end = at + start.length();
    return end <= text.length() && text.subSequence(at, end).toString().equals(start);
  }

  private static int indexOf(CharSequence text, String part, int from) {
    for (int at = from; at + part.length() <= text.length(); at++) {
      if (startsWith(text, at, part)) {
        return at;
      }
    }
    return -1;
  }

  /** A SELECT without its INTO OUTFILE and all that follows. */
  static String withoutOutFile(String select) {
    int at = 0;
    while (at < select.length()) {
      int end = skip(select, at);
      if (end < 0) {
        return select;
      }
      if (end > at) {
        at = end;
      } else if (isWordStart(select, at) && isIntoOutFile(select, at)) {
        return select.substring(0, at);
      } else {
        at++;
      }
    }
    return select;
  }

  private static boolean isWordStart(String text, int at) {
    return at > 0 && !Character.isJavaIdentifierPart(text.charAt(at - 1));
  }

  private static boolean isIntoOutFile(String text, int at) {
    if (!text.regionMatches(true, at, "into", 0, 4)) {
      return false;
    }
    String rest = text.substring(at + 4);
    return !rest.equals(rest.stripLeading())
        && rest.stripLeading().toLowerCase(Locale.ROOT).startsWith(OUT_FILE);
  }
}
