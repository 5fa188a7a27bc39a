package io.holdfast.sql.query;

import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * What a statement returns.
 *
 * @param rows in OpenMLDB's row format, version 1 of the columns; must not be changed
 * @param byteSize of all rows together
 */
public record QueryResult(List<ResultColumn> columns, List<byte[]> rows, long byteSize) {
  public QueryResult {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /** What decodes the rows. */
  public TableSchema schema() {
    return ResultEncoder.tableSchema(columns);
  }

  /**
   * The values of all rows, of the classes that {@code ColumnType} names.
   *
   * @throws RowFormatException when somebody else made the rows, and not of these columns
   */
  public List<List<Object>> values() throws RowFormatException {
    TableSchema schema = schema();
    List<List<Object>> values = new ArrayList<>(rows.size());
    for (byte[] row : rows) {
      values.add(RowView.of(schema, row).values());
    }
    return values;
  }
}
