package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Functions of texts. Lengths and positions count code points. */
final class TextFunctions {
  /** Longest text that a function makes, in chars. */
  private static final int MAX_TEXT = 16 << 20;

  private TextFunctions() {}

  /** Null when no function of texts has that name. */
  static Bound bind(String name, List<Bound> arguments, ZoneId zone) throws SqlException {
    return switch (name) {
      case "upper", "ucase" -> one(name, arguments, text -> text.toUpperCase(Locale.ROOT));
      case "lower", "lcase" -> one(name, arguments, text -> text.toLowerCase(Locale.ROOT));
      case "trim" -> one(name, arguments, TextFunctions::trim);
      case "ltrim" -> one(name, arguments, text -> text.substring(leading(text)));
      case "rtrim" -> one(name, arguments, text -> text.substring(0, trailing(text)));
      case "reverse" -> one(name, arguments, text -> new StringBuilder(text).reverse().toString());
      case "length", "char_length", "character_length" -> {
        Functions.count(name, arguments, 1, 1);
        yield Functions.strict(
            ColumnType.INT, texts(name, arguments), values -> length((String) values[0]));
      }
      case "substr", "substring" -> substr(name, arguments);
      case "left", "right" -> side(name, arguments);
      case "replace" -> replace(name, arguments);
      case "concat" -> concat(name, arguments, zone);
      default -> null;
    };
  }

  /** A function of one text. */
  private interface Change {
    String of(String text);
  }

  private static Bound one(String name, List<Bound> arguments, Change change) throws SqlException {
    Functions.count(name, arguments, 1, 1);
    return Functions.strict(
        ColumnType.STRING, texts(name, arguments), values -> change.of((String) values[0]));
  }

  private static List<Bound> texts(String name, List<Bound> arguments) throws SqlException {
    for (Bound argument : arguments) {
      if (argument.type() != null && argument.type() != ColumnType.STRING) {
        throw Functions.arguments(
            name, "strings, not " + TypeNames.of(argument.type()) + "; use string(...)");
      }
    }
    return arguments;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String trim(String text) {
    int from = leading(text);
    return from == text.length() ? "" : text.substring(from, trailing(text));
  }

  private static int leading(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  private static int trailing(String text) {
    int at = text.length();
    while (at > 0 && text.charAt(at - 1) == ' ') {
      at--;
    }
    return at;
  }

  private static Bound substr(String name, List<Bound> arguments) throws SqlException {
    Functions.count(name, arguments, 2, 3);
    texts(name, arguments.subList(0, 1));
    integers(name, arguments.subList(1, arguments.size()));
    return Functions.strict(
        ColumnType.STRING,
        arguments,
        values ->
            substr(
                (String) values[0],
                ((Number) values[1]).longValue(),
                values.length > 2 ? ((Number) values[2]).longValue() : Long.MAX_VALUE));
  }

  private static void integers(String name, List<Bound> arguments) throws SqlException {
    for (Bound argument : arguments) {
      if (argument.type() != null && !TypeNames.isInteger(argument.type())) {
        throw Functions.arguments(
            name, "an integer as position or length, not " + TypeNames.of(argument.type()));
      }
    }
  }

  /** From a position that counts from 1, or from the end when it is negative; 0 is no position. */
  private static String substr(String text, long position, long count) {
    int length = length(text);
    long from = position > 0 ? position - 1 : length + position;
    if (position == 0 || from < 0 || from >= length || count <= 0) {
      return "";
    }
    long to = from + Math.min(count, length - from);
    int begin = text.offsetByCodePoints(0, (int) from);
    return text.substring(begin, text.offsetByCodePoints(begin, (int) (to - from)));
  }

  private static Bound side(String name, List<Bound> arguments) throws SqlException {
    Functions.count(name, arguments, 2, 2);
    texts(name, arguments.subList(0, 1));
    integers(name, arguments.subList(1, 2));
    boolean isLeft = name.equals("left");
    return Functions.strict(
        ColumnType.STRING,
        arguments,
        values -> {
          String text = (String) values[0];
          long count = Math.min(((Number) values[1]).longValue(), length(text));
          return count <= 0 ? "" : substr(text, isLeft ? 1 : -count, count);
        });
  }

  private static Bound replace(String name, List<Bound> arguments) throws SqlException {
    Functions.count(name, arguments, 3, 3);
    return Functions.strict(
        ColumnType.STRING,
        texts(name, arguments),
        values -> {
          String text = (String) values[0];
          String from = (String) values[1];
          String to = (String) values[2];
          if (from.isEmpty()) {
            return text;
          }
          // At most so long, whatever is found how often.
          long longest = (long) text.length() / from.length() * to.length() + text.length();
          if (longest > MAX_TEXT && to.length() > from.length()) {
            throw new SqlException("replace would make a text that is too long");
          }
          return text.replace(from, to);
        });
  }

  private static Bound concat(String name, List<Bound> arguments, ZoneId zone) throws SqlException {
    Functions.count(name, arguments, 1, 1000);
    List<Bound> converted = new ArrayList<>();
    for (Bound argument : arguments) {
      converted.add(Conversions.to(ColumnType.STRING, argument, zone));
    }
    return Functions.strict(
        ColumnType.STRING,
        converted,
        values -> {
          StringBuilder all = new StringBuilder();
          for (Object value : values) {
            all.append((String) value);
            if (all.length() > MAX_TEXT) {
              throw new SqlException("concat would make a text that is too long");
            }
          }
          return all.toString();
        });
  }
}
