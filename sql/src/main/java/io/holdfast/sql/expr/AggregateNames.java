package io.holdfast.sql.expr;

import io.holdfast.sql.ast.Expression.Call;
import java.util.Set;

/** Which functions are aggregates. */
public final class AggregateNames {
  private static final Set<String> NAMES = Set.of("count", "sum", "min", "max", "avg");

  private AggregateNames() {}

  /** Whether a call is one of an aggregate. */
  public static boolean isAggregate(Call call) {
    return NAMES.contains(call.name());
  }
}
