package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.TableName;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The tokens of one statement, read from left to right. */
final class TokenStream {
  /** Longest name of a database, table, column, index or function, in characters. */
  private static final int MAX_NAME = 1024;

  /** Longest excerpt of a text in a message. */
  private static final int MAX_EXCERPT = 40;

  /** What cannot be a name without backquotes, since a clause begins or goes on with it. */
  private static final Set<String> RESERVED =
      Set.of(
          "ALL",
          "AND",
          "AS",
          "BETWEEN",
          "BY",
          "CASE",
          "CREATE",
          "CROSS",
          "DELETE",
          "DISTINCT",
          "DROP",
          "ELSE",
          "EXCEPT",
          "EXISTS",
          "FROM",
          "FULL",
          "GROUP",
          "HAVING",
          "ILIKE",
          "IN",
          "INNER",
          "INSERT",
          "INTERSECT",
          "INTO",
          "IS",
          "JOIN",
          "LEFT",
          "LIKE",
          "LIMIT",
          "NOT",
          "NULL",
          "ON",
          "OR",
          "ORDER",
          "OUTER",
          "OVER",
          "QUALIFY",
          "RIGHT",
          "SELECT",
          "THEN",
          "UNION",
          "UPDATE",
          "USING",
          "VALUES",
          "WHEN",
          "WHERE",
          "WINDOW",
          "WITH");

  private final Tokens tokens;
  private int at;
  private int depth;
  private int parameters;

  TokenStream(Tokens tokens) {
    this.tokens = tokens;
  }

  TokenKind kind() {
    return tokens.kind(at);
  }

  TokenKind kindAfter(int ahead) {
    return tokens.kind(at + ahead);
  }

  boolean isWord(String word) {
    return tokens.isWord(at, word);
  }

  boolean isWordAfter(int ahead, String word) {
    return tokens.isWord(at + ahead, word);
  }

  boolean isAdjacentAfter(int ahead) {
    return tokens.isAdjacent(at + ahead);
  }

  void skip() {
    at++;
  }

  boolean accept(TokenKind kind) {
    if (kind() != kind) {
      return false;
    }
    at++;
    return true;
  }

  boolean accept(String word) {
    if (!tokens.isWord(at, word)) {
      return false;
    }
    at++;
    return true;
  }

  /** Takes both words, or none. */
  boolean accept(String first, String second) {
    if (!tokens.isWord(at, first) || !tokens.isWord(at + 1, second)) {
      return false;
    }
    at += 2;
    return true;
  }

  void expect(TokenKind kind, String what) throws SqlException {
    if (!accept(kind)) {
      throw expected(what);
    }
  }

  void expect(String word) throws SqlException {
    if (!accept(word)) {
      throw expected(word);
    }
  }

  /** The token as it is written. */
  String text() {
    return tokens.text(at);
  }

  /** A string. */
  String string(String what) throws SqlException {
    if (kind() != TokenKind.STRING) {
      throw expected(what + " in quotes");
    }
    return tokens.value(at++);
  }

  boolean isName() {
    return kind() == TokenKind.QUOTED_WORD || kind() == TokenKind.WORD && !isReserved();
  }

  private boolean isReserved() {
    return RESERVED.contains(text().toUpperCase(Locale.ROOT));
  }

  /** An identifier. */
  String name(String what) throws SqlException {
    if (!isName()) {
      throw kind() == TokenKind.WORD
          ? fault("expected " + what + ", found the keyword " + text() + "; put it in backquotes")
          : expected(what);
    }
    return anyName();
  }

  /** An identifier behind a dot, where nothing else can stand. */
  String anyName() throws SqlException {
    if (kind() != TokenKind.WORD && kind() != TokenKind.QUOTED_WORD) {
      throw expected("a name");
    }
    String name = tokens.value(at);
    if (name.length() > MAX_NAME) {
      throw fault("a name is longer than " + MAX_NAME + " characters");
    }
    at++;
    return name;
  }

  /** A word of an option, in lower case. */
  String option(String what) throws SqlException {
    if (kind() != TokenKind.WORD && kind() != TokenKind.QUOTED_WORD) {
      throw expected(what);
    }
    return anyName().toLowerCase(Locale.ROOT);
  }

  TableName table() throws SqlException {
    String first = name("the name of a table");
    return accept(TokenKind.DOT)
        ? new TableName(Optional.of(first), anyName())
        : new TableName(Optional.empty(), first);
  }

  /** Counts a level of nesting; the stack is as deep as the text says. */
  void enter() throws SqlException {
    if (++depth > SqlParser.MAX_DEPTH) {
      throw fault("the statement is nested more than " + SqlParser.MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  /** The number of the question mark that was read. */
  int nextParameter() throws SqlException {
    if (parameters == SqlParser.MAX_PARAMETERS) {
      throw fault("the statement has more than " + SqlParser.MAX_PARAMETERS + " parameters");
    }
    return parameters++;
  }

  int parameters() {
    return parameters;
  }

  SqlException expected(String what) {
    return fault("expected " + what + ", found " + found());
  }

  private String found() {
    if (kind() == TokenKind.END) {
      return "the end of the statement";
    }
    String text = text();
    return text.length() > MAX_EXCERPT ? text.substring(0, MAX_EXCERPT) + "..." : text;
  }

  SqlException unsupported(String clause) {
    return fault(clause + (clause.endsWith("s") ? " are" : " is") + " not supported");
  }

  /** A fault at the current token. */
  SqlException fault(String message) {
    return tokens.fault(message, tokens.start(at));
  }
}
