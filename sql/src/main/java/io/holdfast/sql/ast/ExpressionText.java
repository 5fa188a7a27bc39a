package io.holdfast.sql.ast;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.ast.Expression.Between;
import io.holdfast.sql.ast.Expression.Binary;
import io.holdfast.sql.ast.Expression.Call;
import io.holdfast.sql.ast.Expression.Case;
import io.holdfast.sql.ast.Expression.Cast;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.ast.Expression.Default;
import io.holdfast.sql.ast.Expression.In;
import io.holdfast.sql.ast.Expression.Like;
import io.holdfast.sql.ast.Expression.Literal;
import io.holdfast.sql.ast.Expression.Logical;
import io.holdfast.sql.ast.Expression.Parameter;
import io.holdfast.sql.ast.Expression.Unary;
import io.holdfast.sql.ast.Expression.UnaryOperator;
import java.util.List;
import java.util.Locale;

/**
 * Expressions as text: what names the columns of results. Function names are in lower case, single
 * spaces stand around operators, and parentheses only where the meaning needs them.
 */
final class ExpressionText {
  private final StringBuilder out = new StringBuilder();

  private ExpressionText() {}

  static String of(Expression expression) {
    ExpressionText text = new ExpressionText();
    text.write(expression);
    return text.out.toString();
  }

  private void write(Expression expression) {
    if (expression instanceof Literal literal) {
      out.append(literal(literal));
    } else if (expression instanceof ColumnRef column) {
      column.qualifier().ifPresent(table -> out.append(table).append('.'));
      out.append(column.name());
    } else if (expression instanceof Parameter) {
      out.append('?');
    } else if (expression instanceof Unary unary) {
      unary(unary);
    } else if (expression instanceof Binary binary) {
      int level = level(binary);
      operand(binary.left(), level);
      out.append(' ').append(binary.operator().symbol()).append(' ');
      operand(binary.right(), level + 1);
    } else if (expression instanceof Logical logical) {
      logical(logical);
    } else if (expression instanceof Between between) {
      operand(between.operand(), 5);
      out.append(between.negated() ? " NOT BETWEEN " : " BETWEEN ");
      operand(between.low(), 5);
      out.append(" AND ");
      operand(between.high(), 5);
    } else if (expression instanceof In in) {
      operand(in.operand(), 5);
      out.append(in.negated() ? " NOT IN (" : " IN (");
      list(in.values());
      out.append(')');
    } else if (expression instanceof Like like) {
      like(like);
    } else if (expression instanceof Call call) {
      out.append(call.name()).append(call.distinct() ? "(DISTINCT " : "(");
      list(call.arguments());
      out.append(call.star() ? "*)" : ")");
    } else if (expression instanceof Cast cast) {
      out.append(cast.type().name().toLowerCase(Locale.ROOT)).append('(');
      write(cast.operand());
      out.append(')');
    } else if (expression instanceof Case cases) {
      cases(cases);
    } else if (expression instanceof Default) {
      out.append("DEFAULT");
    }
  }

  private static String literal(Literal literal) {
    if (literal.value() == null) {
      return "NULL";
    }
    return literal.type() == ColumnType.STRING
        ? "'" + ((String) literal.value()).replace("'", "''") + "'"
        : literal.value().toString();
  }

  private void unary(Unary unary) {
    UnaryOperator operator = unary.operator();
    switch (operator) {
      case NEGATE -> {
        out.append("- ");
        operand(unary.operand(), 7);
      }
      case NOT -> {
        out.append("NOT ");
        operand(unary.operand(), 3);
      }
      case IS_NULL, IS_NOT_NULL -> {
        operand(unary.operand(), 5);
        out.append(operator == UnaryOperator.IS_NULL ? " IS NULL" : " IS NOT NULL");
      }
    }
  }

  private void logical(Logical logical) {
    String between = "";
    for (Expression operand : logical.operands()) {
      out.append(between);
      operand(operand, level(logical) + 1);
      between = logical.and() ? " AND " : " OR ";
    }
  }

  private void like(Like like) {
    operand(like.operand(), 5);
    out.append(like.negated() ? " NOT" : "").append(like.ignoreCase() ? " ILIKE " : " LIKE ");
    operand(like.pattern(), 5);
    like.escape()
        .ifPresent(text -> out.append(" ESCAPE '").append(text.replace("'", "''")).append('\''));
  }

  private void cases(Case cases) {
    out.append("CASE");
    cases
        .operand()
        .ifPresent(
            operand -> {
              out.append(' ');
              write(operand);
            });
    for (Expression.When when : cases.branches()) {
      out.append(" WHEN ");
      write(when.condition());
      out.append(" THEN ");
      write(when.value());
    }
    cases
        .otherwise()
        .ifPresent(
            otherwise -> {
              out.append(" ELSE ");
              write(otherwise);
            });
    out.append(" END");
  }

  private void list(List<Expression> expressions) {
    String between = "";
    for (Expression expression : expressions) {
      out.append(between);
      write(expression);
      between = ", ";
    }
  }

  private void operand(Expression operand, int least) {
    boolean parentheses = level(operand) < least;
    out.append(parentheses ? "(" : "");
    write(operand);
    out.append(parentheses ? ")" : "");
  }

  /** How tightly an expression binds: from OR, 1, to what needs no parentheses anywhere, 8. */
  private static int level(Expression expression) {
    if (expression instanceof Logical logical) {
      return logical.and() ? 2 : 1;
    }
    if (expression instanceof Unary unary) {
      return switch (unary.operator()) {
        case NOT -> 3;
        case IS_NULL, IS_NOT_NULL -> 4;
        case NEGATE -> 7;
      };
    }
    if (expression instanceof Binary binary) {
      return switch (binary.operator()) {
        case ADD, SUBTRACT -> 5;
        case MULTIPLY, DIVIDE, INTEGER_DIVIDE, MODULO -> 6;
        default -> 4;
      };
    }
    return expression instanceof Between || expression instanceof In || expression instanceof Like
        ? 4
        : 8;
  }
}
