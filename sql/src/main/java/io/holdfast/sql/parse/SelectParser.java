package io.holdfast.sql.parse;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement.OrderItem;
import io.holdfast.sql.ast.Statement.OutFile;
import io.holdfast.sql.ast.Statement.Select;
import io.holdfast.sql.ast.Statement.SelectItem;
import io.holdfast.sql.ast.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** SELECT, and the clauses of it that are refused. */
final class SelectParser {
  private static final List<String> JOINS =
      List.of("JOIN", "INNER", "CROSS", "LEFT", "RIGHT", "FULL", "NATURAL");
  private static final List<String> SETS = List.of("UNION", "INTERSECT", "EXCEPT");

  private final TokenStream in;
  private final ExpressionParser expressions;

  SelectParser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  Select select() throws SqlException {
    in.expect("SELECT");
    boolean distinct = in.accept("DISTINCT");
    if (!distinct) {
      in.accept("ALL");
    }
    List<SelectItem> items = items();
    Optional<TableName> from = Optional.empty();
    Optional<String> alias = Optional.empty();
    if (in.accept("FROM")) {
      from = Optional.of(table());
      alias = tableAlias();
      refuseJoins();
    }
    Optional<Expression> where = condition("WHERE");
    List<Expression> groupBy = List.of();
    if (in.accept("GROUP", "BY")) {
      groupBy = expressions.list();
    }
    Optional<Expression> having = condition("HAVING");
    refuse("WINDOW", "a WINDOW");
    refuse("QUALIFY", "QUALIFY");
    List<OrderItem> orderBy = in.accept("ORDER", "BY") ? orderBy() : List.of();
    Optional<Expression> limit = Optional.empty();
    Optional<Expression> offset = Optional.empty();
    if (in.accept("LIMIT")) {
      limit = Optional.of(count("LIMIT"));
      if (in.accept(TokenKind.COMMA)) {
        offset = limit;
        limit = Optional.of(count("LIMIT"));
      }
    }
    if (offset.isEmpty() && in.accept("OFFSET")) {
      offset = Optional.of(count("OFFSET"));
    }
    for (String set : SETS) {
      refuse(set, set);
    }
    Optional<OutFile> outFile = outFile();
    Map<String, String> config = Options.config(in);
    return new Select(
        distinct,
        items,
        from,
        alias,
        where,
        groupBy,
        having,
        orderBy,
        limit,
        offset,
        outFile,
        config,
        in.parameters());
  }

  private void refuse(String word, String clause) throws SqlException {
    if (in.isWord(word)) {
      throw in.unsupported(clause);
    }
  }

  private List<SelectItem> items() throws SqlException {
    List<SelectItem> items = new ArrayList<>();
    do {
      items.add(item());
    } while (in.accept(TokenKind.COMMA));
    return items;
  }

  private SelectItem item() throws SqlException {
    if (in.accept(TokenKind.STAR)) {
      return new SelectItem(Optional.empty(), Optional.empty(), Optional.empty());
    }
    boolean isQualified =
        in.isName() && in.kindAfter(1) == TokenKind.DOT && in.kindAfter(2) == TokenKind.STAR;
    if (isQualified) {
      String qualifier = in.anyName();
      in.skip();
      in.skip();
      return new SelectItem(Optional.empty(), Optional.of(qualifier), Optional.empty());
    }
    Expression expression = expressions.expression();
    Optional<String> alias = Optional.empty();
    if (in.accept("AS")) {
      alias = Optional.of(in.kind() == TokenKind.STRING ? in.string("") : in.anyName());
    } else if (in.isName() && !isEndOfItem()) {
      alias = Optional.of(in.anyName());
    }
    return new SelectItem(Optional.of(expression), Optional.empty(), alias);
  }

  /** Words that are no alias although they could be names. */
  private boolean isEndOfItem() {
    return in.isWord("OFFSET") || in.isWord("CONFIG") && in.kindAfter(1) == TokenKind.OPEN;
  }

  private TableName table() throws SqlException {
    if (in.kind() == TokenKind.OPEN) {
      throw in.unsupported("a subquery");
    }
    return in.table();
  }

  private Optional<String> tableAlias() throws SqlException {
    if (in.accept("AS")) {
      return Optional.of(in.name("an alias"));
    }
    boolean isJoin = in.isWord("LAST") && in.isWordAfter(1, "JOIN") || in.isWord("NATURAL");
    boolean isName = in.isName() && !isJoin && !isEndOfItem() && !in.isWord("HAVING");
    return isName ? Optional.of(in.anyName()) : Optional.empty();
  }

  private void refuseJoins() throws SqlException {
    if (in.kind() == TokenKind.COMMA) {
      throw in.unsupported("a join (more than one table in FROM)");
    }
    refuse("LAST", "LAST JOIN");
    for (String join : JOINS) {
      refuse(join, "a join");
    }
  }

  private Optional<Expression> condition(String clause) throws SqlException {
    return in.accept(clause) ? Optional.of(expressions.expression()) : Optional.empty();
  }

  private List<OrderItem> orderBy() throws SqlException {
    List<OrderItem> items = new ArrayList<>();
    do {
      Expression expression = expressions.expression();
      boolean descending = in.accept("DESC");
      if (!descending) {
        in.accept("ASC");
      }
      refuse("NULLS", "NULLS FIRST or LAST");
      items.add(new OrderItem(expression, descending));
    } while (in.accept(TokenKind.COMMA));
    return items;
  }

  /** A number of rows: a literal that is not negative, or a parameter. */
  private Expression count(String clause) throws SqlException {
    Expression count = expressions.expression();
    boolean isCount =
        count instanceof Expression.Parameter
            || count instanceof Expression.Literal literal
                && (literal.value() instanceof Integer || literal.value() instanceof Long)
                && ((Number) literal.value()).longValue() >= 0;
    if (!isCount) {
      throw in.fault(clause + " takes a number of rows that is not negative");
    }
    return count;
  }

  private Optional<OutFile> outFile() throws SqlException {
    if (!in.accept("INTO")) {
      return Optional.empty();
    }
    in.expect("OUTFILE");
    String path = in.string("the path of the file");
    return Optional.of(new OutFile(path, Options.options(in)));
  }
}
