package io.holdfast.sql.expr;

/**
 * A pattern of LIKE: {@code %} for any characters, {@code _} for one. Matching goes back to the
 * last {@code %} only, so that no pattern takes more than length times length steps. Immutable.
 */
public final class LikePattern {
  /** Stands for an escape character that there is not. */
  public static final int NO_ESCAPE = -1;

  private static final int ANY = -1;
  private static final int ONE = -2;

  private final int[] pattern;
  private final boolean ignoreCase;

  private LikePattern(int[] pattern, boolean ignoreCase) {
    this.pattern = pattern;
    this.ignoreCase = ignoreCase;
  }

  /**
   * @param escape the code point that takes a following one literally; at the end it means itself
   */
  public static LikePattern of(String text, int escape, boolean ignoreCase) {
    int[] in = text.codePoints().toArray();
    int[] out = new int[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      int c = in[i];
      if (c == escape && i + 1 < in.length) {
        out[length++] = fold(in[++i], ignoreCase);
      } else if (c == '%') {
        if (length == 0 || out[length - 1] != ANY) {
          out[length++] = ANY;
        }
      } else {
        out[length++] = c == '_' ? ONE : fold(c, ignoreCase);
      }
    }
    return new LikePattern(java.util.Arrays.copyOf(out, length), ignoreCase);
  }

  private static int fold(int c, boolean ignoreCase) {
    return ignoreCase ? Character.toLowerCase(Character.toUpperCase(c)) : c;
  }

  /** Whether the whole text fits. */
  public boolean matches(String text) {
    int at = 0;
    int in = 0;
    int starAt = -1;
    int starIn = -1;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int wanted = in < pattern.length ? pattern[in] : 0;
      if (in < pattern.length && wanted == ANY) {
        starAt = at;
        starIn = ++in;
      } else if (in < pattern.length && (wanted == ONE || wanted == fold(c, ignoreCase))) {
        at += Character.charCount(c);
        in++;
      } else if (starAt >= 0) {
        // The last % takes one more.
        starAt += Character.charCount(text.codePointAt(starAt));
        at = starAt;
        in = starIn;
      } else {
        return false;
      }
    }
    while (in < pattern.length && pattern[in] == ANY) {
      in++;
    }
    return in == pattern.length;
  }
}
