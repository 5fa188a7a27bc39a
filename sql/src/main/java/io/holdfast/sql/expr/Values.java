package io.holdfast.sql.expr;

import java.time.LocalDate;
import java.util.Comparator;

/** Values in order, and as keys of groups. */
public final class Values {
  /**
   * The order of ORDER BY, MIN and MAX among values of one type: NULL first, NaN last, texts by
   * their UTF-8 bytes.
   */
  public static final Comparator<Object> ORDER = Values::compare;

  private static final int OBJECT_BYTES = 24;

  private Values() {}

  private static int compare(Object left, Object right) {
    if (left == null || right == null) {
      return left == right ? 0 : left == null ? -1 : 1;
    }
    if (left instanceof String a && right instanceof String b) {
      return compareTexts(a, b);
    }
    if (left instanceof Double a && right instanceof Double b) {
      return Double.compare(a + 0.0, b + 0.0);
    }
    if (left instanceof Float a && right instanceof Float b) {
      return Float.compare(a + 0.0f, b + 0.0f);
    }
    if (left instanceof LocalDate a && right instanceof LocalDate b) {
      return a.compareTo(b);
    }
    if (left instanceof Boolean a && right instanceof Boolean b) {
      return Boolean.compare(a, b);
    }
    return Long.compare(((Number) left).longValue(), ((Number) right).longValue());
  }

  /** The order of the UTF-8 bytes, which is that of the code points. */
  static int compareTexts(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        // Surrogates stand for code points above all others, but lie below some chars.
        boolean isLeftHigh = Character.isSurrogate(a);
        return isLeftHigh == Character.isSurrogate(b) ? (a < b ? -1 : 1) : (isLeftHigh ? 1 : -1);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** Equal for values that are the same group: there is one zero. */
  public static Object key(Object value) {
    if (value instanceof Double number) {
      return number + 0.0;
    }
    return value instanceof Float number ? (Object) (number + 0.0f) : value;
  }

  /** About how much memory a value takes. */
  public static long bytes(Object value) {
    return value instanceof String text ? OBJECT_BYTES * 2 + 2L * text.length() : OBJECT_BYTES;
  }
}
