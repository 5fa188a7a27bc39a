package io.holdfast.sql.ast;

/** Names as they stand in the text of a statement. Stateless. */
public final class Identifiers {
  private Identifiers() {}

  /**
   * The name in backquotes, whatever characters it has: what is parsed from it is the name again.
   *
   * @param name of a database, table, column or index; not empty
   */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
