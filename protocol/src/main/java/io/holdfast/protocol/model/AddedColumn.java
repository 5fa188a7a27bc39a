package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * A column that a table got after it was made. Rows that were put before have NULL there.
 *
 * @param name unique in the table
 * @param dataType the number of an {@code openmldb.type.DataType}
 */
public record AddedColumn(String name, int dataType) {
  public AddedColumn {
    Objects.requireNonNull(name);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an added column needs a name");
    }
    if (dataType < 0) {
      throw new IllegalArgumentException("no column has the type " + dataType);
    }
  }
}
