package io.holdfast.sql.plan;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Between;
import io.holdfast.sql.ast.Expression.Binary;
import io.holdfast.sql.ast.Expression.BinaryOperator;
import io.holdfast.sql.ast.Expression.Cast;
import io.holdfast.sql.ast.Expression.ColumnRef;
import io.holdfast.sql.ast.Expression.In;
import io.holdfast.sql.ast.Expression.Logical;
import io.holdfast.sql.ast.Expression.Unary;
import io.holdfast.sql.ast.Expression.UnaryOperator;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.expr.Bound;
import io.holdfast.sql.expr.KeyValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes a WHERE apart: what it says of single columns, joined by AND. */
final class TermFinder {
  private static final Term OTHER = new Term.Other(-1);

  private final TableView table;
  private final TableScope scope;
  private final Binder binder;
  private final int maxValues;

  /**
   * @param binder for the table's columns
   * @param maxValues a longer IN is not taken as a term
   */
  TermFinder(TableView table, TableScope scope, Binder binder, int maxValues) {
    this.table = table;
    this.scope = scope;
    this.binder = binder;
    this.maxValues = maxValues;
  }

  /** One term for each condition that must hold; the condition itself has been checked. */
  List<Term> terms(Expression where) throws SqlException {
    List<Term> terms = new ArrayList<>();
    collect(where, terms);
    return terms;
  }

  private void collect(Expression condition, List<Term> terms) throws SqlException {
    if (condition instanceof Logical logical && logical.and()) {
      for (Expression operand : logical.operands()) {
        collect(operand, terms);
      }
    } else if (condition instanceof Binary binary && !binary.operator().isArithmetic()) {
      terms.add(comparison(binary));
    } else if (condition instanceof In in && !in.negated()) {
      terms.add(oneOf(in.operand(), in.values()));
    } else if (condition instanceof Between between && !between.negated()) {
      terms.add(range(between.operand(), BinaryOperator.GREATER_OR_EQUAL, between.low()));
      terms.add(range(between.operand(), BinaryOperator.LESS_OR_EQUAL, between.high()));
    } else if (condition instanceof Unary unary && unary.operator() == UnaryOperator.IS_NULL) {
      terms.add(isNull(unary.operand()));
    } else {
      terms.add(OTHER);
    }
  }

  private Term comparison(Binary binary) throws SqlException {
    boolean isMirrored = position(binary.left()) < 0;
    Expression column = isMirrored ? binary.right() : binary.left();
    Expression value = isMirrored ? binary.left() : binary.right();
    BinaryOperator operator = isMirrored ? binary.operator().mirrored() : binary.operator();
    return switch (operator) {
      case EQUAL -> oneOf(column, List.of(value));
      case NOT_EQUAL -> OTHER;
      default -> range(column, operator, value);
    };
  }

  private Term isNull(Expression operand) throws SqlException {
    if (!(operand instanceof ColumnRef column)) {
      return OTHER;
    }
    List<Object> values = new ArrayList<>();
    values.add(null);
    return new Term.OneOf(scope.position(column), values);
  }

  private Term oneOf(Expression operand, List<Expression> values) throws SqlException {
    int position = position(operand);
    if (position < 0 || values.size() > maxValues) {
      return OTHER;
    }
    ColumnType type = table.schema().columns().get(position).type();
    ColumnType compared = binder.bind(operand).type();
    List<Object> found = new ArrayList<>();
    for (Expression value : values) {
      Bound bound = binder.bind(value);
      if (!bound.isConstant()) {
        return OTHER;
      }
      Optional<List<Object>> equal =
          KeyValues.equal(compared, bound.type(), bound.constant(), binder.zone());
      if (equal.isEmpty()) {
        return OTHER;
      }
      for (Object match : equal.get()) {
        // Behind a cast between bigint and timestamp the values are of the same class.
        if (!found.contains(match)) {
          found.add(match);
        }
      }
    }
    return type == compared || isNumber(type) ? new Term.OneOf(position, found) : OTHER;
  }

  private Term range(Expression operand, BinaryOperator operator, Expression value)
      throws SqlException {
    int position = position(operand);
    if (position < 0 || !isNumber(table.schema().columns().get(position).type())) {
      return OTHER;
    }
    Bound bound = binder.bind(value);
    if (!bound.isConstant()) {
      return OTHER;
    }
    Object constant = bound.constant();
    if (constant == null) {
      return new Term.Range(position, 1, 0);
    }
    Optional<Long> number =
        KeyValues.bound(binder.bind(operand).type(), bound.type(), constant, binder.zone());
    return number.isPresent() ? range(position, operator, number.get()) : OTHER;
  }

  private static Term range(int position, BinaryOperator operator, long number) {
    boolean isNothing =
        operator == BinaryOperator.LESS && number == Long.MIN_VALUE
            || operator == BinaryOperator.GREATER && number == Long.MAX_VALUE;
    if (isNothing) {
      return new Term.Range(position, 1, 0);
    }
    return switch (operator) {
      case LESS -> new Term.Range(position, Long.MIN_VALUE, number - 1);
      case LESS_OR_EQUAL -> new Term.Range(position, Long.MIN_VALUE, number);
      case GREATER -> new Term.Range(position, number + 1, Long.MAX_VALUE);
      default -> new Term.Range(position, number, Long.MAX_VALUE);
    };
  }

  /** What has bigint and timestamp as the same number. */
  private static boolean isNumber(ColumnType type) {
    return type == ColumnType.BIGINT || type == ColumnType.TIMESTAMP;
  }

  /** The column, also behind a cast that leaves its number as it is; -1 when it is none. */
  private int position(Expression expression) throws SqlException {
    if (expression instanceof ColumnRef column) {
      return scope.position(column);
    }
    if (expression instanceof Cast cast
        && isNumber(cast.type())
        && cast.operand() instanceof ColumnRef column) {
      int position = scope.position(column);
      return isNumber(table.schema().columns().get(position).type()) ? position : -1;
    }
    return -1;
  }
}
