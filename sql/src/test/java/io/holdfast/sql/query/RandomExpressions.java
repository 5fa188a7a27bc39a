package io.holdfast.sql.query;

import java.util.List;
import java.util.Random;

/** Texts of expressions of given types over columns of those types. */
final class RandomExpressions {
  private final Random random;
  private final List<String> integers;
  private final List<String> doubles;
  private final List<String> texts;
  private final List<String> truths;

  RandomExpressions(
      Random random,
      List<String> integers,
      List<String> doubles,
      List<String> texts,
      List<String> truths) {
    this.random = random;
    this.integers = integers;
    this.doubles = doubles;
    this.texts = texts;
    this.truths = truths;
  }

  String any(int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> integer(depth);
      case 1 -> number(depth);
      case 2 -> text(depth);
      default -> truth(depth);
    };
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  String integer(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return random.nextBoolean()
          ? pick(integers)
          : pick(List.of("0", "1", "-1", "7", "2147483647", "-3L", "9223372036854775807", "NULL"));
    }
    return switch (random.nextInt(8)) {
      case 0 -> "- (" + integer(depth - 1) + ")";
      case 1 -> "abs(" + integer(depth - 1) + ")";
      case 2 -> "length(" + text(depth - 1) + ")";
      case 3 -> "(" + integer(depth - 1) + pick(List.of(" DIV ", " % ")) + integer(depth - 1) + ")";
      default ->
          "(" + integer(depth - 1) + pick(List.of(" + ", " - ", " * ")) + integer(depth - 1) + ")";
    };
  }

  String number(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return random.nextBoolean() ? pick(doubles) : pick(List.of("0.5", "-2.0", "1e10", "0.0"));
    }
    return "("
        + (random.nextBoolean() ? number(depth - 1) : integer(depth - 1))
        + pick(List.of(" + ", " - ", " * ", " / "))
        + number(depth - 1)
        + ")";
  }

  String text(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return random.nextBoolean()
          ? pick(texts)
          : pick(List.of("''", "'a'", "'ab'", "'B'", "'\u00e9x'"));
    }
    return switch (random.nextInt(3)) {
      case 0 -> "upper(" + text(depth - 1) + ")";
      case 1 -> "coalesce(" + text(depth - 1) + ", " + text(depth - 1) + ")";
      default ->
          "CASE WHEN "
              + truth(depth - 1)
              + " THEN "
              + text(depth - 1)
              + (random.nextBoolean() ? " ELSE " + text(depth - 1) : "")
              + " END";
    };
  }

  String truth(int depth) {
    if (depth == 0 || random.nextInt(5) == 0) {
      return random.nextInt(3) == 0 ? pick(List.of("true", "false")) : pick(truths);
    }
    String not = random.nextInt(3) == 0 ? " NOT" : "";
    return switch (random.nextInt(9)) {
      case 0 -> "NOT (" + truth(depth - 1) + ")";
      case 1 ->
          "(" + truth(depth - 1) + " AND " + truth(depth - 1) + " AND " + truth(depth - 1) + ")";
      case 2 -> "(" + truth(depth - 1) + " OR " + truth(depth - 1) + ")";
      case 3 -> "(" + any(depth - 1) + ") IS" + not + " NULL";
      case 4 ->
          text(depth - 1) + not + " LIKE " + pick(List.of("'a%'", "'_'", "'%b'", "'%'", "''"));
      case 5 -> integer(depth - 1) + not + " IN (" + integers(depth, 1 + random.nextInt(6)) + ")";
      case 6 ->
          "(" + integer(depth - 1) + not + " BETWEEN " + integer(0) + " AND " + number(0) + ")";
      case 7 -> "(" + text(depth - 1) + comparison() + text(depth - 1) + ")";
      default ->
          "("
              + (random.nextBoolean() ? integer(depth - 1) : number(depth - 1))
              + comparison()
              + (random.nextBoolean() ? integer(depth - 1) : number(depth - 1))
              + ")";
    };
  }

  private String integers(int depth, int count) {
    StringBuilder list = new StringBuilder(integer(0));
    for (int i = 1; i < count; i++) {
      list.append(", ").append(random.nextInt(4) == 0 ? integer(depth - 1) : integer(0));
    }
    return list.toString();
  }

  private String comparison() {
    return pick(List.of(" = ", " != ", " < ", " <= ", " > ", " >= "));
  }
}
