package io.holdfast.jdbc.run;

import io.holdfast.jdbc.link.CallScope;
import io.holdfast.jdbc.link.QueryText;
import io.holdfast.jdbc.link.SqlErrors;
import io.holdfast.jdbc.result.EncodedRows;
import io.holdfast.jdbc.result.Rows;
import io.holdfast.jdbc.value.Parameter;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Has a tablet execute SELECT and EXPLAIN: the leader of the one key that is asked for, or any.
 * Thread-safe.
 */
final class Queries {
  private static final byte[] NOTHING = new byte[0];

  private final Session session;

  Queries(Session session) {
    this.session = session;
  }

  Rows run(ParsedSql sql, List<Parameter> parameters, CallScope scope) throws SQLException {
    List<DataType> types = parameters.stream().map(p -> p.type().columnType().dataType()).toList();
    QueryText text = new QueryText(sql.text(), session.database(), types, encoded(parameters));
    String leader = LeaderGuess.of(session, sql, parameters, scope);
    return new EncodedRows(session.cluster().query(text, leader, scope));
  }

  /** Parameters as one row. */
  private static byte[] encoded(List<Parameter> parameters) throws SQLException {
    if (parameters.isEmpty()) {
      return NOTHING;
    }
    List<Column> columns = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = "parameter " + (columns.size() + 1);
      columns.add(new Column(name, parameter.type().columnType(), false));
      values.add(SqlParameters.wire(parameter));
    }
    try {
      return new RowEncoder(TableSchema.ofColumns(columns)).encode(values);
    } catch (RowFormatException e) {
      throw SqlErrors.invalid(e.getMessage());
    }
  }
}
