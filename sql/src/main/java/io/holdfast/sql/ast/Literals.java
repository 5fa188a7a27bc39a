package io.holdfast.sql.ast;

/** Texts as they stand in a statement. Stateless. */
public final class Literals {
  private Literals() {}

  /**
   * The text in quotes, whatever characters it has: what is parsed from it is the text again. A
   * backslash would be taken for the begin of an escape, so it is doubled as quotes are.
   */
  public static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
