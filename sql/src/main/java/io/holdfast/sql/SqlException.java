package io.holdfast.sql;

/**
 * A statement that cannot be parsed, planned or executed. The message is one sentence for the user,
 * and names the clause if that is what is not supported.
 */
public final class SqlException extends Exception {
  /** What goes into the {@code code} field of an answer. */
  public static final int CODE = 1000;

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  /** One that has no place in the statement's text. */
  public SqlException(String message) {
    this(message, 0, 0);
  }

  /**
   * @param line from 1; 0 when it has no place in the text
   * @param column from 1, in characters; 0 when it has no place in the text
   */
  public SqlException(String message, int line, int column) {
    super(line > 0 ? message + " (line " + line + ", column " + column + ")" : message);
    this.line = line;
    this.column = column;
  }

  /** {@link #CODE}. */
  public int code() {
    return CODE;
  }

  /** Line of the text from 1; 0 when the fault has no place there. */
  public int line() {
    return line;
  }

  /** Character of the line from 1; 0 when the fault has no place there. */
  public int column() {
    return column;
  }
}
