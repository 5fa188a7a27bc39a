package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Parses statements. Stateless and thread-safe; any text has either a statement or a {@link
 * SqlException} as its result, within a stack of bounded depth.
 */
public final class SqlParser {
  /** Longest statement, in characters. */
  public static final int MAX_LENGTH = 1 << 20;

  /** How deep parentheses, functions, NOT and signs may be nested. */
  public static final int MAX_DEPTH = 100;

  /** Highest expression: chains of operators count, those of AND and OR do not. */
  public static final int MAX_HEIGHT = 250;

  /** Most question marks of one statement. */
  public static final int MAX_PARAMETERS = 10_000;

  private SqlParser() {}

  /**
   * The one statement of a text; a semicolon may follow it.
   *
   * @throws SqlException with line and column when it is none, or one that is not supported
   */
  public static Statement parse(String text) throws SqlException {
    if (text.length() > MAX_LENGTH) {
      throw new SqlException(
          "the statement has " + text.length() + " characters, more than " + MAX_LENGTH);
    }
    return new StatementParser(new TokenStream(Tokenizer.tokens(text))).parse();
  }

  /**
   * The statement of a text as it comes over the wire.
   *
   * @throws SqlException as {@link #parse(String)} does, and when the bytes are not UTF-8
   */
  public static Statement parse(byte[] utf8) throws SqlException {
    if (utf8.length > 4 * MAX_LENGTH) {
      throw new SqlException("the statement has " + utf8.length + " bytes, which is too long");
    }
    String text = new String(utf8, StandardCharsets.UTF_8);
    // What is not UTF-8 was replaced by something else.
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), utf8)) {
      throw new SqlException("the statement is not valid UTF-8");
    }
    return parse(text);
  }
}
