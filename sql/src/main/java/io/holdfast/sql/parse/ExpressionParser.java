package io.holdfast.sql.parse;

import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Expression.Between;
import io.holdfast.sql.ast.Expression.Binary;
import io.holdfast.sql.ast.Expression.BinaryOperator;
import io.holdfast.sql.ast.Expression.In;
import io.holdfast.sql.ast.Expression.Like;
import io.holdfast.sql.ast.Expression.Logical;
import io.holdfast.sql.ast.Expression.Unary;
import io.holdfast.sql.ast.Expression.UnaryOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operators, from OR, which binds least, to signs. Every method leaves the height of what it
 * returned in a field, so that a long chain of operators is refused before it is too high.
 */
final class ExpressionParser {
  private final TokenStream in;
  private final PrimaryParser primaries;

  /** Of the expression that was returned last. */
  private int height;

  ExpressionParser(TokenStream in) {
    this.in = in;
    this.primaries = new PrimaryParser(in, this);
  }

  /** An expression of any kind. */
  Expression expression() throws SqlException {
    return logical(false);
  }

  /** Expressions between commas, one at least. */
  List<Expression> list() throws SqlException {
    List<Expression> list = new ArrayList<>();
    int highest = 0;
    do {
      list.add(expression());
      highest = Math.max(highest, height);
    } while (in.accept(TokenKind.COMMA));
    height = highest;
    return list;
  }

  int height() {
    return height;
  }

  void height(int newHeight) throws SqlException {
    height = newHeight;
    if (newHeight > SqlParser.MAX_HEIGHT) {
      throw in.fault(
          "an expression chains or nests more than " + SqlParser.MAX_HEIGHT + " operators");
    }
  }

  private Expression logical(boolean and) throws SqlException {
    String word = and ? "AND" : "OR";
    Expression first = and ? not() : logical(true);
    if (!in.isWord(word)) {
      return first;
    }
    List<Expression> operands = new ArrayList<>();
    operands.add(first);
    int highest = height;
    while (in.accept(word)) {
      operands.add(and ? not() : logical(true));
      highest = Math.max(highest, height);
    }
    height(highest + 1);
    return new Logical(and, operands);
  }

  private Expression not() throws SqlException {
    if (!in.accept("NOT")) {
      return predicate();
    }
    in.enter();
    Expression operand = not();
    in.leave();
    height(height + 1);
    return new Unary(UnaryOperator.NOT, operand);
  }

  private Expression predicate() throws SqlException {
    Expression left = additive();
    while (true) {
      BinaryOperator comparison = comparison(in.kind());
      if (comparison != null) {
        in.skip();
        int leftHeight = height;
        Expression right = additive();
        height(Math.max(leftHeight, height) + 1);
        left = new Binary(comparison, left, right);
        continue;
      }
      if (in.kind() != TokenKind.WORD) {
        return left;
      }
      Expression next = worded(left);
      if (next == left) {
        return left;
      }
      left = next;
    }
  }

  private static BinaryOperator comparison(TokenKind kind) {
    return switch (kind) {
      case EQUAL -> BinaryOperator.EQUAL;
      case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
      case LESS -> BinaryOperator.LESS;
      case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      case GREATER -> BinaryOperator.GREATER;
      case GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      default -> null;
    };
  }

  /** IS NULL, IN, BETWEEN and LIKE; the operand itself when none of them follows. */
  private Expression worded(Expression operand) throws SqlException {
    if (in.accept("IS")) {
      boolean negated = in.accept("NOT");
      if (!in.accept("NULL")) {
        throw in.expected("NULL behind IS");
      }
      height(height + 1);
      return new Unary(negated ? UnaryOperator.IS_NOT_NULL : UnaryOperator.IS_NULL, operand);
    }
    boolean negated = in.isWord("NOT");
    int ahead = negated ? 1 : 0;
    if (in.isWordAfter(ahead, "IN")) {
      skip(ahead + 1);
      return in(operand, negated);
    }
    if (in.isWordAfter(ahead, "BETWEEN")) {
      skip(ahead + 1);
      return between(operand, negated);
    }
    if (in.isWordAfter(ahead, "LIKE") || in.isWordAfter(ahead, "ILIKE")) {
      boolean ignoreCase = in.isWordAfter(ahead, "ILIKE");
      skip(ahead + 1);
      return like(operand, ignoreCase, negated);
    }
    if (in.isWordAfter(ahead, "RLIKE") || in.isWordAfter(ahead, "REGEXP")) {
      skip(ahead);
      throw in.unsupported("RLIKE");
    }
    return operand;
  }

  private void skip(int words) {
    for (int i = 0; i < words; i++) {
      in.skip();
    }
  }

  private Expression in(Expression operand, boolean negated) throws SqlException {
    int operandHeight = height;
    in.expect(TokenKind.OPEN, "( behind IN");
    if (in.isWord("SELECT") || in.isWord("WITH")) {
      throw in.unsupported("a subquery");
    }
    in.enter();
    List<Expression> values = list();
    in.leave();
    in.expect(TokenKind.CLOSE, ") behind the values of IN");
    height(Math.max(operandHeight, height) + 1);
    return new In(operand, values, negated);
  }

  private Expression between(Expression operand, boolean negated) throws SqlException {
    int highest = height;
    Expression low = additive();
    highest = Math.max(highest, height);
    in.expect("AND");
    Expression high = additive();
    height(Math.max(highest, height) + 1);
    return new Between(operand, low, high, negated);
  }

  private Expression like(Expression operand, boolean ignoreCase, boolean negated)
      throws SqlException {
    int operandHeight = height;
    Expression pattern = additive();
    height(Math.max(operandHeight, height) + 1);
    Optional<String> escape = Optional.empty();
    if (in.accept("ESCAPE")) {
      String text = in.string("the escape character");
      if (text.codePointCount(0, text.length()) > 1) {
        throw in.fault("ESCAPE takes one character");
      }
      escape = Optional.of(text);
    }
    return new Like(operand, pattern, escape, ignoreCase, negated);
  }

  private Expression additive() throws SqlException {
    Expression left = multiplicative();
    while (in.kind() == TokenKind.PLUS || in.kind() == TokenKind.MINUS) {
      BinaryOperator operator =
          in.kind() == TokenKind.PLUS ? BinaryOperator.ADD : BinaryOperator.SUBTRACT;
      in.skip();
      int leftHeight = height;
      Expression right = multiplicative();
      height(Math.max(leftHeight, height) + 1);
      left = new Binary(operator, left, right);
    }
    return left;
  }

  private Expression multiplicative() throws SqlException {
    Expression left = unary();
    BinaryOperator operator = factor();
    while (operator != null) {
      in.skip();
      int leftHeight = height;
      Expression right = unary();
      height(Math.max(leftHeight, height) + 1);
      left = new Binary(operator, left, right);
      operator = factor();
    }
    return left;
  }

  private BinaryOperator factor() {
    return switch (in.kind()) {
      case STAR -> BinaryOperator.MULTIPLY;
      case SLASH -> BinaryOperator.DIVIDE;
      case PERCENT -> BinaryOperator.MODULO;
      case WORD ->
          in.isWord("DIV")
              ? BinaryOperator.INTEGER_DIVIDE
              : in.isWord("MOD") ? BinaryOperator.MODULO : null;
      default -> null;
    };
  }

  private Expression unary() throws SqlException {
    if (in.kind() != TokenKind.MINUS && in.kind() != TokenKind.PLUS) {
      return primaries.primary();
    }
    boolean negative = in.kind() == TokenKind.MINUS;
    in.skip();
    if (negative && in.kind() == TokenKind.NUMBER) {
      // The smallest integer has no positive counterpart, so the sign belongs to the literal.
      height = 1;
      return Numbers.read(in, true);
    }
    in.enter();
    Expression operand = unary();
    in.leave();
    if (!negative) {
      return operand;
    }
    height(height + 1);
    return new Unary(UnaryOperator.NEGATE, operand);
  }

  /** The type that a word means in a cast; null when it is none. */
  static ColumnType type(String word) {
    return switch (word) {
      case "integer" -> ColumnType.INT;
      case "boolean" -> ColumnType.BOOL;
      case "bool",
          "smallint",
          "int16",
          "int",
          "int32",
          "bigint",
          "int64",
          "float",
          "double",
          "date",
          "timestamp",
          "string",
          "varchar" ->
          ColumnType.ofWord(word).orElseThrow();
      default -> null;
    };
  }
}
