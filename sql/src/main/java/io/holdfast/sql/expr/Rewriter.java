package io.holdfast.sql.expr;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Between;
import io.holdfast.sql.ast.Expression.Binary;
import io.holdfast.sql.ast.Expression.Call;
import io.holdfast.sql.ast.Expression.Case;
import io.holdfast.sql.ast.Expression.Cast;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.ast.Expression.In;
import io.holdfast.sql.ast.Expression.Like;
import io.holdfast.sql.ast.Expression.Logical;
import io.holdfast.sql.ast.Expression.Unary;
import io.holdfast.sql.ast.Expression.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Replaces columns in expressions, and finds calls in them. */
public final class Rewriter {
  private final Replacement replacement;

  /** What a column becomes. */
  @FunctionalInterface
  public interface Replacement {
    /**
     * What stands for a column instead; the column itself if nothing does.
     *
     * @throws SqlException when there can be no such column
     */
    Expression of(ColumnRef column) throws SqlException;
  }

  public Rewriter(Replacement replacement) {
    this.replacement = replacement;
  }

  /** The expression with all its columns replaced. */
  public Expression rewrite(Expression expression) throws SqlException {
    if (expression instanceof ColumnRef column) {
      return replacement.of(column);
    }
    if (expression instanceof Unary unary) {
      return new Unary(unary.operator(), rewrite(unary.operand()));
    }
    if (expression instanceof Binary binary) {
      return new Binary(binary.operator(), rewrite(binary.left()), rewrite(binary.right()));
    }
    if (expression instanceof Logical logical) {
      return new Logical(logical.and(), all(logical.operands()));
    }
    if (expression instanceof Between between) {
      return new Between(
          rewrite(between.operand()),
          rewrite(between.low()),
          rewrite(between.high()),
          between.negated());
    }
    if (expression instanceof In in) {
      return new In(rewrite(in.operand()), all(in.values()), in.negated());
    }
    if (expression instanceof Like like) {
      return new Like(
          rewrite(like.operand()),
          rewrite(like.pattern()),
          like.escape(),
          like.ignoreCase(),
          like.negated());
    }
    if (expression instanceof Call call) {
      return new Call(call.name(), all(call.arguments()), call.star(), call.distinct());
    }
    if (expression instanceof Cast cast) {
      return new Cast(rewrite(cast.operand()), cast.type());
    }
    if (expression instanceof Case cases) {
      List<When> branches = new ArrayList<>();
      for (When when : cases.branches()) {
        branches.add(new When(rewrite(when.condition()), rewrite(when.value())));
      }
      return new Case(optional(cases.operand()), branches, optional(cases.otherwise()));
    }
    return expression;
  }

  private List<Expression> all(List<Expression> expressions) throws SqlException {
    List<Expression> rewritten = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      rewritten.add(rewrite(expression));
    }
    return rewritten;
  }

  private Optional<Expression> optional(Optional<Expression> expression) throws SqlException {
    return expression.isPresent() ? Optional.of(rewrite(expression.get())) : expression;
  }

  /** Adds the aggregates in an expression to a list; what is within one is not looked at. */
  public static void aggregates(Expression expression, List<Call> found) {
    if (expression instanceof Call call && AggregateNames.isAggregate(call)) {
      found.add(call);
      return;
    }
    for (Expression part : parts(expression)) {
      aggregates(part, found);
    }
  }

  private static List<Expression> parts(Expression expression) {
    if (expression instanceof Unary unary) {
      return List.of(unary.operand());
    }
    if (expression instanceof Binary binary) {
      return List.of(binary.left(), binary.right());
    }
    if (expression instanceof Logical logical) {
      return logical.operands();
    }
    if (expression instanceof Between between) {
      return List.of(between.operand(), between.low(), between.high());
    }
    if (expression instanceof In in) {
      List<Expression> parts = new ArrayList<>(in.values());
      parts.add(in.operand());
      return parts;
    }
    if (expression instanceof Like like) {
      return List.of(like.operand(), like.pattern());
    }
    if (expression instanceof Call call) {
      return call.arguments();
    }
    if (expression instanceof Cast cast) {
      return List.of(cast.operand());
    }
    if (expression instanceof Case cases) {
      List<Expression> parts = new ArrayList<>();
      cases.operand().ifPresent(parts::add);
      cases.branches().forEach(when -> parts.addAll(List.of(when.condition(), when.value())));
      cases.otherwise().ifPresent(parts::add);
      return parts;
    }
    return List.of();
  }
}
