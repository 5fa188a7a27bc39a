package io.holdfast.sql.parse;

/** Kinds of tokens. */
enum TokenKind {
  /** A keyword or an identifier without quotes. */
  WORD,
  /** An identifier in backquotes. */
  QUOTED_WORD,
  /** A string in single or double quotes. */
  STRING,
  /** A number, with whatever letters stand directly behind it. */
  NUMBER,
  QUESTION_MARK,
  COMMA,
  DOT,
  OPEN,
  CLOSE,
  SEMICOLON,
  STAR,
  PLUS,
  MINUS,
  SLASH,
  PERCENT,
  AT,
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL,
  /** Behind the last one. */
  END
}
