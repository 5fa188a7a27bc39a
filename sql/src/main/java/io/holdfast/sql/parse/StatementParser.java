package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Statement;
import java.util.Locale;

/** Knows by a statement's first word who parses it. */
final class StatementParser {
  private final TokenStream in;

  StatementParser(TokenStream in) {
    this.in = in;
  }

  /** The statement, behind which nothing else stands. */
  Statement parse() throws SqlException {
    Statement statement = statement();
    // The client adds it to whatever it prints again; for a SELECT it has been read.
    Options.config(in);
    while (in.accept(TokenKind.SEMICOLON)) {
      // One would do, but more are no harm.
    }
    if (in.kind() != TokenKind.END) {
      throw in.expected("the end of the statement");
    }
    return statement;
  }

  private Statement statement() throws SqlException {
    if (in.isWord("SELECT")) {
      return new SelectParser(in).select();
    }
    if (in.kind() != TokenKind.WORD) {
      throw in.expected("a statement");
    }
    return switch (in.text().toUpperCase(Locale.ROOT)) {
      case "INSERT" -> new WriteParser(in).insert();
      case "DELETE" -> new WriteParser(in).delete();
      case "LOAD" -> new WriteParser(in).load();
      case "CREATE" -> new DefinitionParser(in).create();
      case "DROP" -> new DefinitionParser(in).drop();
      case "TRUNCATE" -> new DefinitionParser(in).truncate();
      case "USE" -> new SessionParser(in).use();
      case "SHOW" -> new SessionParser(in).show();
      case "DESC", "DESCRIBE" -> new SessionParser(in).describe();
      case "SET" -> new SessionParser(in).set();
      case "EXPLAIN" -> explain();
      case "ALTER", "UPDATE", "REPLACE", "MERGE", "DEPLOY", "CALL", "WITH", "GRANT", "REVOKE" ->
          throw in.unsupported(in.text().toUpperCase(Locale.ROOT));
      case "BEGIN", "START", "COMMIT", "ROLLBACK" -> throw in.unsupported("a transaction");
      default -> throw in.expected("a statement");
    };
  }

  private Statement explain() throws SqlException {
    in.skip();
    if (!in.isWord("SELECT")) {
      throw in.expected("SELECT behind EXPLAIN");
    }
    return new Statement.Explain(new SelectParser(in).select());
  }
}
