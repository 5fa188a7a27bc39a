package io.holdfast.sql.query;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.sql.SqlException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the question marks of a statement stand for. Immutable. */
public final class Parameters {
  /** No parameters. */
  public static final Parameters NONE = new Parameters(List.of(), List.of());

  private final List<ColumnType> types;
  private final List<Object> values;

  private Parameters(List<ColumnType> types, List<Object> values) {
    this.types = List.copyOf(types);
    this.values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /**
   * @param types one per question mark
   * @param values of the classes that the types name; null for NULL
   * @throws IllegalArgumentException when the numbers of them differ
   */
  public static Parameters of(List<ColumnType> types, List<?> values) {
    if (types.size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " values of " + types.size() + " types");
    }
    return new Parameters(types, new ArrayList<>(values));
  }

  /**
   * Parameters as a Query request carries them: types, and one row.
   *
   * @throws SqlException when the bytes are no row of the types
   */
  public static Parameters decode(List<ColumnType> types, byte[] row) throws SqlException {
    if (types.isEmpty()) {
      return NONE;
    }
    List<Column> columns = new ArrayList<>();
    for (ColumnType type : types) {
      columns.add(new Column("parameter " + (columns.size() + 1), type, false));
    }
    try {
      return new Parameters(types, RowView.of(TableSchema.ofColumns(columns), row).values());
    } catch (RowFormatException e) {
      throw new SqlException("the parameters cannot be read: " + e.getMessage());
    }
  }

  public int size() {
    return types.size();
  }

  /** The type of a parameter, from 0. */
  public ColumnType type(int position) {
    return types.get(position);
  }

  /** The value of a parameter, from 0; null for NULL. */
  public Object value(int position) {
    return values.get(position);
  }
}
