package io.holdfast.sql.parse;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.ast.Statement.Show;
import io.holdfast.sql.ast.Statement.ShowKind;
import java.util.Locale;
import java.util.Optional;

/** USE, SHOW, DESC and SET. */
final class SessionParser {
  private final TokenStream in;

  SessionParser(TokenStream in) {
    this.in = in;
  }

  Statement use() throws SqlException {
    in.expect("USE");
    return new Statement.UseDatabase(in.name("the name of a database"));
  }

  Statement describe() throws SqlException {
    in.skip();
    in.accept("TABLE");
    return new Statement.Describe(in.table());
  }

  Statement show() throws SqlException {
    in.expect("SHOW");
    if (in.accept("DATABASES")) {
      return show(ShowKind.DATABASES, Optional.empty());
    }
    if (in.accept("TABLES")) {
      boolean hasSource = in.accept("FROM") || in.accept("IN");
      Optional<String> source =
          hasSource ? Optional.of(in.name("the name of a database")) : Optional.empty();
      return show(ShowKind.TABLES, source);
    }
    if (in.accept("TABLE", "STATUS")) {
      return show(ShowKind.TABLE_STATUS, Optional.empty());
    }
    if (in.accept("COMPONENTS")) {
      return show(ShowKind.COMPONENTS, Optional.empty());
    }
    if (in.accept("JOBS")) {
      return show(
          ShowKind.JOBS,
          in.accept("FROM")
              ? Optional.of(in.option("NAMESERVER or TASKMANAGER"))
              : Optional.empty());
    }
    if (in.isWord("JOB") && in.kindAfter(1) == TokenKind.NUMBER) {
      in.skip();
      Show job = show(ShowKind.JOB, Optional.of(in.text()));
      in.skip();
      return job;
    }
    if (in.accept("CREATE", "TABLE")) {
      return new Show(
          ShowKind.CREATE_TABLE, Optional.of(in.table()), Optional.empty(), Optional.empty());
    }
    if (in.accept("GLOBAL", "VARIABLES")) {
      return show(ShowKind.GLOBAL_VARIABLES, Optional.empty());
    }
    if (in.accept("VARIABLES") || in.accept("SESSION", "VARIABLES")) {
      return show(ShowKind.VARIABLES, Optional.empty());
    }
    throw in.kind() == TokenKind.WORD
        ? in.unsupported("SHOW " + in.text().toUpperCase(Locale.ROOT))
        : in.expected(
            "DATABASES, TABLES, TABLE STATUS, COMPONENTS, JOBS, JOB, VARIABLES or CREATE TABLE");
  }

  private Show show(ShowKind kind, Optional<String> source) throws SqlException {
    Optional<String> like =
        in.accept("LIKE") ? Optional.of(in.string("a pattern")) : Optional.empty();
    return new Show(kind, Optional.empty(), source, like);
  }

  Statement set() throws SqlException {
    in.expect("SET");
    boolean isGlobal = false;
    if (in.accept("GLOBAL")) {
      isGlobal = true;
    } else if (in.accept(TokenKind.AT)) {
      in.expect(TokenKind.AT, "@@");
      isGlobal = in.isWord("GLOBAL") && in.kindAfter(1) == TokenKind.DOT;
      if (isGlobal || in.isWord("SESSION") && in.kindAfter(1) == TokenKind.DOT) {
        in.skip();
        in.skip();
      }
    } else {
      in.accept("SESSION");
    }
    String name = in.option("the name of a variable");
    in.expect(TokenKind.EQUAL, "= behind the variable");
    return new Statement.SetVariable(isGlobal, name, value());
  }

  /** A literal; a word stands for itself, as in {@code SET @@execute_mode = online}. */
  private Literal value() throws SqlException {
    boolean isWord =
        in.kind() == TokenKind.WORD
            && !in.isWord("TRUE")
            && !in.isWord("FALSE")
            && !in.isWord("NULL");
    if (isWord) {
      return new Literal(in.anyName(), ColumnType.STRING);
    }
    if (new ExpressionParser(in).expression() instanceof Literal literal) {
      return literal;
    }
    throw in.fault("a variable's value is a literal");
  }
}
