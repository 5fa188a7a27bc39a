package io.holdfast.sql.query;

import io.holdfast.sql.SqlException;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.expr.Bound;

/** Parameters as constants of their types. */
public final class ParameterArguments implements Binder.Arguments {
  private final Parameters parameters;

  /**
   * @param count how many the statement has
   * @throws SqlException when there are not as many
   */
  public ParameterArguments(Parameters parameters, int count) throws SqlException {
    if (parameters.size() != count) {
      throw new SqlException(
          "the statement has "
              + count
              + (count == 1 ? " parameter" : " parameters")
              + ", but "
              + parameters.size()
              + (parameters.size() == 1 ? " value was given" : " values were given"));
    }
    this.parameters = parameters;
  }

  @Override
  public Bound parameter(int position) {
    return Bound.constant(parameters.type(position), parameters.value(position));
  }
}
