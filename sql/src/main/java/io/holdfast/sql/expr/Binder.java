package io.holdfast.sql.expr;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Between;
import io.holdfast.sql.ast.Expression.Binary;
import io.holdfast.sql.ast.Expression.BinaryOperator;
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
import io.holdfast.sql.ast.Expression.When;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes expressions computable: checks types, looks up names, and computes what is constant once.
 * Immutable.
 */
public final class Binder {
  private final Scope scope;
  private final Arguments arguments;
  private final Functions functions;
  private final Comparisons comparisons;
  private final ZoneId zone;

  /** What parameters stand for. */
  public interface Arguments {
    /**
     * The value of a parameter.
     *
     * @throws SqlException when there are fewer
     */
    Bound parameter(int position) throws SqlException;
  }

  /**
   * @param nowMillis what {@code now()} means
   * @param zone of texts of timestamps, and of parts of them
   */
  public Binder(Scope scope, Arguments arguments, long nowMillis, ZoneId zone) {
    this.scope = scope;
    this.arguments = arguments;
    this.functions = new Functions(zone, nowMillis);
    this.comparisons = new Comparisons(zone);
    this.zone = zone;
  }

  private Binder(Binder other, Scope scope) {
    this.scope = scope;
    this.arguments = other.arguments;
    this.functions = other.functions;
    this.comparisons = other.comparisons;
    this.zone = other.zone;
  }

  /** The same for other names. */
  public Binder in(Scope other) {
    return new Binder(this, other);
  }

  /** Where timestamps have their texts. */
  public ZoneId zone() {
    return zone;
  }

  /**
   * An expression that can be computed.
   *
   * @throws SqlException when types do not fit or a name is not known
   */
  public Bound bind(Expression expression) throws SqlException {
    Bound whole = scope.whole(expression).orElse(null);
    if (whole != null) {
      return whole;
    }
    Bound bound = parts(expression);
    return bound.isConstant() && !(expression instanceof Literal)
        ? Bound.constant(bound.type(), bound.constant())
        : bound;
  }

  /** A condition: true, false or NULL. */
  public Bound condition(Expression expression, String clause) throws SqlException {
    return Logic.truth(bind(expression), clause);
  }

  /** An expression with its values converted. */
  public Bound cast(Bound bound, ColumnType type) throws SqlException {
    return Conversions.to(type, bound, zone);
  }

  private Bound parts(Expression expression) throws SqlException {
    if (expression instanceof Literal literal) {
      return literal.value() == null ? Bound.NULL : Bound.constant(literal.type(), literal.value());
    }
    if (expression instanceof ColumnRef column) {
      return scope.column(column);
    }
    if (expression instanceof Parameter parameter) {
      return arguments.parameter(parameter.position());
    }
    if (expression instanceof Binary binary) {
      Bound left = bind(binary.left());
      Bound right = bind(binary.right());
      return binary.operator().isArithmetic()
          ? Arithmetic.bind(binary.operator(), left, right)
          : comparisons.compare(binary.operator(), left, right);
    }
    if (expression instanceof Logical logical) {
      return Logic.all(logical.and(), all(logical.operands()));
    }
    if (expression instanceof Unary unary) {
      return unary(unary);
    }
    if (expression instanceof Cast cast) {
      return Conversions.to(cast.type(), bind(cast.operand()), zone);
    }
    if (expression instanceof Between between) {
      return between(between);
    }
    if (expression instanceof In in) {
      return negated(in.negated(), comparisons.in(bind(in.operand()), all(in.values())));
    }
    if (expression instanceof Like like) {
      return negated(
          like.negated(),
          comparisons.like(
              bind(like.operand()), bind(like.pattern()), escape(like), like.ignoreCase()));
    }
    if (expression instanceof Case cases) {
      return cases(cases);
    }
    if (expression instanceof Call call) {
      return call(call);
    }
    if (expression instanceof Default) {
      throw new SqlException("DEFAULT stands alone among the values of an INSERT");
    }
    throw new IllegalArgumentException("unknown expression " + expression);
  }

  private List<Bound> all(List<Expression> expressions) throws SqlException {
    List<Bound> bound = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      bound.add(bind(expression));
    }
    return bound;
  }

  private Bound unary(Unary unary) throws SqlException {
    Bound operand = bind(unary.operand());
    return switch (unary.operator()) {
      case NEGATE -> Arithmetic.negate(operand);
      case NOT -> Logic.not(operand);
      case IS_NULL -> Logic.isNull(operand, false);
      case IS_NOT_NULL -> Logic.isNull(operand, true);
    };
  }

  private static Bound negated(boolean isNegated, Bound condition) throws SqlException {
    return isNegated ? Logic.not(condition) : condition;
  }

  private Bound between(Between between) throws SqlException {
    Bound operand = bind(between.operand());
    Bound low = comparisons.compare(BinaryOperator.GREATER_OR_EQUAL, operand, bind(between.low()));
    Bound high = comparisons.compare(BinaryOperator.LESS_OR_EQUAL, operand, bind(between.high()));
    return negated(between.negated(), Logic.all(true, List.of(low, high)));
  }

  private static int escape(Like like) {
    String text = like.escape().orElse("\\");
    return text.isEmpty() ? LikePattern.NO_ESCAPE : text.codePointAt(0);
  }

  private Bound cases(Case cases) throws SqlException {
    Bound operand = cases.operand().isPresent() ? bind(cases.operand().get()) : null;
    List<Bound> conditions = new ArrayList<>();
    List<Bound> values = new ArrayList<>();
    for (When when : cases.branches()) {
      Bound condition = bind(when.condition());
      conditions.add(
          operand == null
              ? Logic.truth(condition, "WHEN")
              : comparisons.compare(BinaryOperator.EQUAL, operand, condition));
      values.add(bind(when.value()));
    }
    Bound otherwise = cases.otherwise().isPresent() ? bind(cases.otherwise().get()) : Bound.NULL;
    return NullFunctions.choice(conditions, values, otherwise);
  }

  private Bound call(Call call) throws SqlException {
    if (AggregateNames.isAggregate(call)) {
      throw new SqlException("the aggregate " + call + " cannot stand here");
    }
    if (call.star() || call.distinct()) {
      throw new SqlException("* and DISTINCT are for aggregates, not for " + call.name());
    }
    return functions.bind(call.name(), all(call.arguments()));
  }
}
