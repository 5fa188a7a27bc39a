package io.holdfast.sql.query;

import io.holdfast.protocol.row.ColumnType;
import java.util.Objects;

/** A column of a result. Names need not be unique. */
public record ResultColumn(String name, ColumnType type) {
  public ResultColumn {
    Objects.requireNonNull(name);
    Objects.requireNonNull(type);
  }
}
