package io.holdfast.sql.ast;

import io.holdfast.protocol.row.ColumnType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A value to be computed. {@code toString} is the text that names its column in a result. A parsed
 * expression is never higher than {@code SqlParser.MAX_HEIGHT}, so that recursion over it is safe.
 */
public sealed interface Expression {

  /**
   * A constant.
   *
   * @param value of the class that {@link ColumnType} names; null for NULL
   * @param type INT or BIGINT for integers, by size; null for NULL
   */
  record Literal(Object value, ColumnType type) implements Expression {
    /** NULL, which has every type. */
    public static final Literal NULL = new Literal(null, null);

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /**
   * A column.
   *
   * @param qualifier table or alias that is named before the dot
   */
  record ColumnRef(Optional<String> qualifier, String name) implements Expression {
    public ColumnRef {
      Objects.requireNonNull(qualifier);
      Objects.requireNonNull(name);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /**
   * A question mark.
   *
   * @param position from 0, in the order of the text
   */
  record Parameter(int position) implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** What stands alone before or behind one operand. */
  enum UnaryOperator {
    NEGATE,
    NOT,
    IS_NULL,
    IS_NOT_NULL
  }

  /** An operator with one operand. */
  record Unary(UnaryOperator operator, Expression operand) implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** What stands between two operands. */
  enum BinaryOperator {
    ADD("+", true),
    SUBTRACT("-", true),
    MULTIPLY("*", true),
    /** Of numbers; a double, whatever the operands are. */
    DIVIDE("/", true),
    /** Of integers, towards zero. */
    INTEGER_DIVIDE("DIV", true),
    MODULO("%", true),
    EQUAL("=", false),
    NOT_EQUAL("!=", false),
    LESS("<", false),
    LESS_OR_EQUAL("<=", false),
    GREATER(">", false),
    GREATER_OR_EQUAL(">=", false);

    private final String symbol;
    private final boolean arithmetic;

    BinaryOperator(String symbol, boolean arithmetic) {
      this.symbol = symbol;
      this.arithmetic = arithmetic;
    }

    /** As it is written. */
    public String symbol() {
      return symbol;
    }

    /** Whether it makes a number, not a truth value. */
    public boolean isArithmetic() {
      return arithmetic;
    }

    /** What it is with its operands exchanged; comparisons only. */
    public BinaryOperator mirrored() {
      return switch (this) {
        case LESS -> GREATER;
        case LESS_OR_EQUAL -> GREATER_OR_EQUAL;
        case GREATER -> LESS;
        case GREATER_OR_EQUAL -> LESS_OR_EQUAL;
        default -> this;
      };
    }
  }

  /** Arithmetic or a comparison. */
  record Binary(BinaryOperator operator, Expression left, Expression right) implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /**
   * AND or OR of two operands or more: a chain of them is one expression, however long.
   *
   * @param and AND; else OR
   */
  record Logical(boolean and, List<Expression> operands) implements Expression {
    public Logical {
      operands = List.copyOf(operands);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** BETWEEN, both ends included. */
  record Between(Expression operand, Expression low, Expression high, boolean negated)
      implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** IN with a list. */
  record In(Expression operand, List<Expression> values, boolean negated) implements Expression {
    public In {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /**
   * LIKE, or ILIKE if the case does not count.
   *
   * @param escape empty for the backslash; the empty string for none
   */
  record Like(
      Expression operand,
      Expression pattern,
      Optional<String> escape,
      boolean ignoreCase,
      boolean negated)
      implements Expression {
    public Like {
      Objects.requireNonNull(escape);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /**
   * A function or an aggregate.
   *
   * @param name in lower case
   * @param star {@code count(*)}
   * @param distinct DISTINCT before the arguments
   */
  record Call(String name, List<Expression> arguments, boolean star, boolean distinct)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** {@code cast(x as type)} and {@code type(x)}. */
  record Cast(Expression operand, ColumnType type) implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** A branch of CASE. */
  record When(Expression condition, Expression value) {}

  /**
   * CASE.
   *
   * @param operand what the conditions are compared with; empty when they are truth values
   */
  record Case(Optional<Expression> operand, List<When> branches, Optional<Expression> otherwise)
      implements Expression {
    public Case {
      Objects.requireNonNull(operand);
      Objects.requireNonNull(otherwise);
      branches = List.copyOf(branches);
    }

    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }

  /** DEFAULT among the values of an INSERT, and nowhere else. */
  record Default() implements Expression {
    @Override
    public String toString() {
      return ExpressionText.of(this);
    }
  }
}
