package io.holdfast.jdbc;

import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.result.Unwrapping;
import io.holdfast.jdbc.run.ParameterTypes;
import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.row.Column;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;

/**
 * What is known of a statement's parameters. One that does not stand directly beside a column may
 * be of any type, {@link Types#OTHER}. Immutable.
 */
final class HoldfastParameterMetaData implements ParameterMetaData {
  private final int count;
  private final Optional<ParameterTypes> types;

  HoldfastParameterMetaData(int count, Optional<ParameterTypes> types) {
    this.count = count;
    this.types = types;
  }

  private Optional<Column> column(int parameter) throws SQLException {
    if (parameter < 1 || parameter > count) {
      throw SqlErrors.invalid("parameter " + parameter + " of a statement with " + count);
    }
    return types.flatMap(known -> known.column(parameter - 1));
  }

  private Optional<JdbcType> type(int parameter) throws SQLException {
    return column(parameter).map(column -> JdbcType.of(column.type()));
  }

  @Override
  public int getParameterCount() {
    return count;
  }

  @Override
  public int isNullable(int parameter) throws SQLException {
    return column(parameter)
        .map(column -> column.notNull() ? parameterNoNulls : parameterNullable)
        .orElse(parameterNullableUnknown);
  }

  @Override
  public boolean isSigned(int parameter) throws SQLException {
    return type(parameter).map(JdbcType::signed).orElse(false);
  }

  @Override
  public int getPrecision(int parameter) throws SQLException {
    return type(parameter).map(JdbcType::precision).orElse(0);
  }

  @Override
  public int getScale(int parameter) throws SQLException {
    return type(parameter).map(JdbcType::scale).orElse(0);
  }

  @Override
  public int getParameterType(int parameter) throws SQLException {
    return type(parameter).map(JdbcType::sqlType).orElse(Types.OTHER);
  }

  @Override
  public String getParameterTypeName(int parameter) throws SQLException {
    return type(parameter).map(JdbcType::word).orElse("any");
  }

  @Override
  public String getParameterClassName(int parameter) throws SQLException {
    return type(parameter).map(type -> type.objectClass().getName()).orElse(Object.class.getName());
  }

  @Override
  public int getParameterMode(int parameter) throws SQLException {
    column(parameter);
    return parameterModeIn;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return Unwrapping.unwrap(this, type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return type.isInstance(this);
  }
}
