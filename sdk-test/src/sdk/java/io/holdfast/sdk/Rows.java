package io.holdfast.sdk;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/** Answers of the SDK as texts, whose own {@code getString} knows strings only. */
final class Rows {
  private Rows() {}

  static List<List<String>> texts(ResultSet rows) throws SQLException {
    List<List<String>> all = new ArrayList<>();
    int columns = rows.getMetaData().getColumnCount();
    while (rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        row.add(text(rows, i));
      }
      all.add(row);
    }
    return all;
  }

  private static String text(ResultSet rows, int column) throws SQLException {
    Object value =
        switch (rows.getMetaData().getColumnType(column)) {
          case Types.BOOLEAN -> rows.getBoolean(column);
          case Types.SMALLINT -> rows.getShort(column);
          case Types.INTEGER -> rows.getInt(column);
          case Types.BIGINT -> rows.getLong(column);
          case Types.FLOAT -> rows.getFloat(column);
          case Types.DOUBLE -> rows.getDouble(column);
          case Types.DATE -> rows.getDate(column);
          case Types.TIMESTAMP -> rows.getTimestamp(column).getTime();
          default -> rows.getString(column);
        };
    return String.valueOf(value);
  }
}
