package io.holdfast.shell.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts lines into statements: at {@code ;} and {@code \G} outside of quotes and comments. Not
 * thread-safe.
 */
final class StatementSplitter {
  /** Longest text that is kept while its end has not come. */
  private static final int MAX_CHARACTERS = 2 << 20;

  private final StringBuilder begun = new StringBuilder();

  /**
   * A statement.
   *
   * @param vertical whether it ended with {@code \G}: a line for each value is wanted
   */
  record Piece(String text, boolean vertical) {}

  /** Thrown when a statement does not end. */
  static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1L;

    TooLongException() {
      super("a statement has more than " + MAX_CHARACTERS + " characters; is a quote not closed?");
    }
  }

  /**
   * Adds a line.
   *
   * @return the statements that it ends
   */
  List<Piece> add(String line) throws TooLongException {
    begun.append(line).append('\n');
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    int at = 0;
    while (at < begun.length()) {
      char c = begun.charAt(at);
      int end = SqlText.skip(begun, at);
      if (end < 0) {
        break;
      }
      boolean isVertical = c == '\\' && at + 1 < begun.length() && begun.charAt(at + 1) == 'G';
      if (end > at) {
        at = end;
      } else if (c == ';' || isVertical) {
        addPiece(pieces, begun.substring(from, at), isVertical);
        at += isVertical ? 2 : 1;
        from = at;
      } else {
        at++;
      }
    }
    begun.delete(0, from);
    if (begun.length() > MAX_CHARACTERS) {
      begun.setLength(0);
      throw new TooLongException();
    }
    return pieces;
  }

  /** What is left when there are no more lines. */
  List<Piece> finish() {
    List<Piece> pieces = new ArrayList<>();
    addPiece(pieces, begun.toString(), false);
    begun.setLength(0);
    return pieces;
  }

  /** Forgets what was begun. */
  void clear() {
    begun.setLength(0);
  }

  boolean isEmpty() {
    return begun.toString().isBlank();
  }

  private static void addPiece(List<Piece> pieces, String text, boolean vertical) {
    if (!text.isBlank()) {
      pieces.add(new Piece(text.strip(), vertical));
    }
  }
}
