package io.holdfast.sql.query;

import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.sql.SqlException;
import java.util.ArrayList;
import java.util.List;

/** Gathers the rows of a result within its limits. */
final class ResultBuilder {
  private final List<ResultColumn> columns;
  private final RowEncoder encoder;
  private final QueryLimits limits;
  private final List<byte[]> rows = new ArrayList<>();
  private long bytes;

  ResultBuilder(List<ResultColumn> columns, QueryLimits limits) {
    this.columns = columns;
    this.encoder = new RowEncoder(ResultEncoder.tableSchema(columns));
    this.limits = limits;
  }

  byte[] encode(List<Object> values) throws SqlException {
    try {
      return encoder.encode(values);
    } catch (RowFormatException e) {
      throw new SqlException("a row of the result cannot be made: " + e.getMessage());
    }
  }

  void add(byte[] row) throws SqlException {
    if (rows.size() == limits.maxResultRows()) {
      throw new SqlException(
          "the result has more than "
              + limits.maxResultRows()
              + " rows; narrow the statement with WHERE or LIMIT");
    }
    bytes += row.length;
    if (bytes > limits.maxResultBytes()) {
      throw new SqlException(
          "the result has more than "
              + limits.maxResultBytes()
              + " bytes; narrow the statement with WHERE or LIMIT");
    }
    rows.add(row);
  }

  QueryResult result() {
    return new QueryResult(columns, rows, bytes);
  }
}
