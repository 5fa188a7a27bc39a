package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;

/** Cuts a text into tokens; blanks and comments are dropped. For one text. */
final class Tokenizer {
  private final String text;
  private final Tokens tokens;
  private final int length;
  private int at;

  private Tokenizer(String text) {
    this.text = text;
    this.tokens = new Tokens(text);
    this.length = text.length();
  }

  static Tokens tokens(String text) throws SqlException {
    Tokenizer tokenizer = new Tokenizer(text);
    tokenizer.run();
    return tokenizer.tokens;
  }

  private void run() throws SqlException {
    while (at < length) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\u00a0') {
        at++;
      } else if (isWordStart(c)) {
        word();
      } else if (isDigit(c) || c == '.' && at + 1 < length && isDigit(text.charAt(at + 1))) {
        number();
      } else if (c == '\'' || c == '"') {
        quoted(c, TokenKind.STRING);
      } else if (c == '`') {
        quoted(c, TokenKind.QUOTED_WORD);
      } else if (c == '#' || c == '-' && peek() == '-') {
        lineComment();
      } else if (c == '/' && peek() == '*') {
        blockComment();
      } else {
        symbol(c);
      }
    }
  }

  private char peek() {
    return at + 1 < length ? text.charAt(at + 1) : 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '_'
        || c >= 0x80 && (Character.isLetter(c) || Character.isSurrogate(c));
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || isDigit(c) || c == '$';
  }

  private void word() throws SqlException {
    int start = at;
    while (at < length && isWordPart(text.charAt(at))) {
      checkPair();
      at++;
    }
    tokens.add(TokenKind.WORD, start, at);
  }

  /** Digits, a point, an exponent, and letters behind them: the parser knows what they may be. */
  private void number() {
    int start = at;
    boolean isHex = text.charAt(at) == '0' && (peek() == 'x' || peek() == 'X');
    while (at < length) {
      char c = text.charAt(at);
      boolean isSign = c == '+' || c == '-';
      char before = at > start ? text.charAt(at - 1) : 0;
      boolean isExponentSign = isSign && !isHex && (before == 'e' || before == 'E');
      if (!isWordPart(c) && c != '.' && !isExponentSign) {
        break;
      }
      at++;
    }
    tokens.add(TokenKind.NUMBER, start, at);
  }

  private void quoted(char quote, TokenKind kind) throws SqlException {
    int start = at++;
    while (at < length) {
      char c = text.charAt(at);
      if (c == '\\' && quote != '`') {
        at++;
        if (at < length) {
          checkPair();
        }
      } else if (c == quote) {
        if (peek() != quote) {
          at++;
          if (kind == TokenKind.QUOTED_WORD && at - start == 2) {
            throw tokens.fault("an identifier is empty", start);
          }
          tokens.add(kind, start, at);
          return;
        }
        at++;
      } else {
        checkPair();
      }
      at++;
    }
    String what = kind == TokenKind.STRING ? "a string" : "an identifier";
    throw tokens.fault(what + " is not closed", start);
  }

  /** Half a character has no bytes in UTF-8; whoever made the text had bytes that were none. */
  private void checkPair() throws SqlException {
    char c = text.charAt(at);
    if (!Character.isSurrogate(c)) {
      return;
    }
    if (Character.isHighSurrogate(c) && Character.isLowSurrogate(peek())) {
      at++;
    } else {
      throw tokens.fault("the text has half a character in it", at);
    }
  }

  private void lineComment() {
    while (at < length && text.charAt(at) != '\n') {
      at++;
    }
  }

  private void blockComment() throws SqlException {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      throw tokens.fault("a comment is not closed", at);
    }
    at = end + 2;
  }

  private void symbol(char c) throws SqlException {
    char next = peek();
    switch (c) {
      case ',' -> one(TokenKind.COMMA);
      case '.' -> one(TokenKind.DOT);
      case '(' -> one(TokenKind.OPEN);
      case ')' -> one(TokenKind.CLOSE);
      case ';' -> one(TokenKind.SEMICOLON);
      case '*' -> one(TokenKind.STAR);
      case '+' -> one(TokenKind.PLUS);
      case '-' -> one(TokenKind.MINUS);
      case '/' -> one(TokenKind.SLASH);
      case '%' -> one(TokenKind.PERCENT);
      case '@' -> one(TokenKind.AT);
      case '?' -> one(TokenKind.QUESTION_MARK);
      case '=' -> symbol(TokenKind.EQUAL, next == '=' ? 2 : 1);
      case '<' -> {
        if (next == '>') {
          symbol(TokenKind.NOT_EQUAL, 2);
        } else {
          symbol(next == '=' ? TokenKind.LESS_OR_EQUAL : TokenKind.LESS, next == '=' ? 2 : 1);
        }
      }
      case '>' ->
          symbol(next == '=' ? TokenKind.GREATER_OR_EQUAL : TokenKind.GREATER, next == '=' ? 2 : 1);
      default -> {
        if (c != '!' || next != '=') {
          throw tokens.fault(unexpected(c), at);
        }
        symbol(TokenKind.NOT_EQUAL, 2);
      }
    }
  }

  private static String unexpected(char c) {
    return c > ' ' && c < 0x7f
        ? "'" + c + "' is not supported here"
        : String.format("the character U+%04X is not supported here", (int) c);
  }

  private void one(TokenKind kind) {
    symbol(kind, 1);
  }

  private void symbol(TokenKind kind, int characters) {
    tokens.add(kind, at, at + characters);
    at += characters;
  }
}
