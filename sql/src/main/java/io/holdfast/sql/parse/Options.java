package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lists of settings: {@code OPTIONS(name = value, ...)} and {@code CONFIG(...)}. */
final class Options {
  private Options() {}

  /** What stands behind OPTIONS; empty when that word does not come next. */
  static Map<String, String> options(TokenStream in) throws SqlException {
    return in.accept("OPTIONS") ? list(in) : Map.of();
  }

  /** What stands behind CONFIG; empty when that word does not come next. */
  static Map<String, String> config(TokenStream in) throws SqlException {
    return in.accept("CONFIG") ? list(in) : Map.of();
  }

  private static Map<String, String> list(TokenStream in) throws SqlException {
    Map<String, String> options = new LinkedHashMap<>();
    in.expect(TokenKind.OPEN, "(");
    if (in.accept(TokenKind.CLOSE)) {
      return options;
    }
    do {
      String name = in.option("the name of an option");
      in.expect(TokenKind.EQUAL, "= behind the option " + name);
      if (options.put(name, value(in, name)) != null) {
        throw in.fault("the option " + name + " is given twice");
      }
    } while (in.accept(TokenKind.COMMA));
    in.expect(TokenKind.CLOSE, ") behind the options");
    return options;
  }

  private static String value(TokenStream in, String name) throws SqlException {
    String sign = in.accept(TokenKind.MINUS) ? "-" : "";
    switch (in.kind()) {
      case STRING -> {
        return in.string("a value");
      }
      case NUMBER, WORD -> {
        String text = sign + in.text();
        in.skip();
        return text;
      }
      default -> {
        if (in.kind() == TokenKind.OPEN || name.equals("distribution")) {
          throw in.unsupported("a list as the option " + name);
        }
        throw in.expected("the value of " + name);
      }
    }
  }
}
