package io.holdfast.jdbc.run;

import io.holdfast.jdbc.value.Parameter;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.query.Parameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Parameters as the planner of writes and the row format take them. Stateless. */
final class SqlParameters {
  private SqlParameters() {}

  /** Of the class that {@link ColumnType} names. */
  static Object wire(Parameter parameter) {
    return parameter.value() instanceof Instant moment ? moment.toEpochMilli() : parameter.value();
  }

  static Parameters of(List<Parameter> parameters) {
    List<ColumnType> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      types.add(parameter.type().columnType());
      values.add(wire(parameter));
    }
    return Parameters.of(types, values);
  }
}
