package io.holdfast.sql.parse;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Call;
import io.holdfast.sql.ast.Expression.Case;
import io.holdfast.sql.ast.Expression.Cast;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Expression.Parameter;
import io.holdfast.sql.ast.Expression.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What operators stand between: literals, columns, functions, parentheses, CASE. */
final class PrimaryParser {
  private final TokenStream in;
  private final ExpressionParser expressions;

  PrimaryParser(TokenStream in, ExpressionParser expressions) {
    this.in = in;
    this.expressions = expressions;
  }

  Expression primary() throws SqlException {
    expressions.height(1);
    switch (in.kind()) {
      case NUMBER -> {
        return Numbers.read(in, false);
      }
      case STRING -> {
        return new Literal(in.string("a string"), ColumnType.STRING);
      }
      case QUESTION_MARK -> {
        int position = in.nextParameter();
        in.skip();
        return new Parameter(position);
      }
      case OPEN -> {
        return parentheses();
      }
      case QUOTED_WORD -> {
        return column();
      }
      case WORD -> {
        return word();
      }
      default -> throw in.expected("a value");
    }
  }

  private Expression parentheses() throws SqlException {
    in.skip();
    if (in.isWord("SELECT") || in.isWord("WITH")) {
      throw in.unsupported("a subquery");
    }
    in.enter();
    Expression inner = expressions.expression();
    in.leave();
    if (in.kind() == TokenKind.COMMA) {
      throw in.unsupported("a tuple");
    }
    in.expect(TokenKind.CLOSE, ")");
    return inner;
  }

  private Expression word() throws SqlException {
    if (in.kindAfter(1) == TokenKind.OPEN) {
      return function();
    }
    if (in.accept("NULL")) {
      return Literal.NULL;
    }
    if (in.accept("TRUE")) {
      return new Literal(true, ColumnType.BOOL);
    }
    if (in.accept("FALSE")) {
      return new Literal(false, ColumnType.BOOL);
    }
    if (in.isWord("CASE")) {
      return cases();
    }
    if (in.kindAfter(1) == TokenKind.STRING) {
      return typedLiteral();
    }
    if (in.accept("CURRENT_TIMESTAMP")) {
      return new Call("now", List.of(), false, false);
    }
    if (in.isWord("INTERVAL")) {
      throw in.unsupported("INTERVAL");
    }
    return column();
  }

  private Expression column() throws SqlException {
    String first = in.name("a value");
    if (!in.accept(TokenKind.DOT)) {
      return new ColumnRef(Optional.empty(), first);
    }
    String second = in.anyName();
    // db.table.column: the database is that of FROM, the only one there can be.
    return in.accept(TokenKind.DOT)
        ? new ColumnRef(Optional.of(second), in.anyName())
        : new ColumnRef(Optional.of(first), second);
  }

  /** DATE '2024-01-31' and TIMESTAMP '...'. */
  private Expression typedLiteral() throws SqlException {
    if (!in.isWord("DATE") && !in.isWord("TIMESTAMP")) {
      return column();
    }
    ColumnType type = in.isWord("DATE") ? ColumnType.DATE : ColumnType.TIMESTAMP;
    in.skip();
    expressions.height(2);
    return new Cast(new Literal(in.string("a value"), ColumnType.STRING), type);
  }

  private Expression function() throws SqlException {
    if (in.isWord("EXISTS")) {
      throw in.unsupported("a subquery");
    }
    if (in.isWord("CAST")) {
      return cast();
    }
    if (in.isWord("CASE")) {
      return cases();
    }
    boolean isPart = in.isWord("LEFT") || in.isWord("RIGHT");
    if (!in.isName() && !isPart) {
      throw in.expected("a value");
    }
    String name = in.anyName().toLowerCase(Locale.ROOT);
    in.skip();
    in.enter();
    Expression call = arguments(name);
    in.leave();
    in.expect(TokenKind.CLOSE, ") behind the arguments of " + name);
    if (in.isWord("OVER")) {
      throw in.unsupported("a window (OVER)");
    }
    return call;
  }

  private Expression arguments(String name) throws SqlException {
    if (in.kind() == TokenKind.CLOSE) {
      return new Call(name, List.of(), false, false);
    }
    if (in.kind() == TokenKind.STAR && in.kindAfter(1) == TokenKind.CLOSE) {
      in.skip();
      return new Call(name, List.of(), true, false);
    }
    boolean distinct = in.accept("DISTINCT");
    List<Expression> arguments = expressions.list();
    expressions.height(expressions.height() + 1);
    ColumnType type = ExpressionParser.type(name);
    if (type != null && arguments.size() == 1 && !distinct) {
      return new Cast(arguments.get(0), type);
    }
    return new Call(name, arguments, false, distinct);
  }

  private Expression cast() throws SqlException {
    in.skip();
    in.skip();
    in.enter();
    Expression operand = expressions.expression();
    in.leave();
    in.expect("AS");
    String word = in.option("a type");
    ColumnType type = ExpressionParser.type(word);
    if (type == null) {
      throw in.fault("'" + word + "' is not a type of a column");
    }
    in.expect(TokenKind.CLOSE, ") behind the type of CAST");
    expressions.height(expressions.height() + 1);
    return new Cast(operand, type);
  }

  private Expression cases() throws SqlException {
    in.expect("CASE");
    in.enter();
    int highest = 1;
    Optional<Expression> operand = Optional.empty();
    if (!in.isWord("WHEN")) {
      operand = Optional.of(expressions.expression());
      highest = expressions.height();
    }
    List<When> branches = new ArrayList<>();
    while (in.accept("WHEN")) {
      Expression condition = expressions.expression();
      highest = Math.max(highest, expressions.height());
      in.expect("THEN");
      branches.add(new When(condition, expressions.expression()));
      highest = Math.max(highest, expressions.height());
    }
    if (branches.isEmpty()) {
      throw in.expected("WHEN");
    }
    Optional<Expression> otherwise = Optional.empty();
    if (in.accept("ELSE")) {
      otherwise = Optional.of(expressions.expression());
      highest = Math.max(highest, expressions.height());
    }
    in.expect("END");
    in.leave();
    expressions.height(highest + 1);
    return new Case(operand, branches, otherwise);
  }
}
