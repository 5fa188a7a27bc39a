package io.holdfast.sql.write;

import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.sql.SqlException;
import io.holdfast.sql.ast.Expression;
import io.holdfast.sql.ast.Statement;
import io.holdfast.sql.catalog.TableView;
import io.holdfast.sql.expr.Binder;
import io.holdfast.sql.expr.Bound;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the puts of one INSERT. */
final class InsertPlanner {
  private final Statement.Insert statement;
  private final TableView table;
  private final Binder binder;
  private final Assignment assignment;
  private final RowEncoder encoder;

  /** For each column of the table the place of its value in a row; -1 when it is not given. */
  private final int[] places;

  InsertPlanner(Statement.Insert statement, TableView table, Binder binder) throws SqlException {
    this.statement = statement;
    this.table = table;
    this.binder = binder;
    this.assignment = new Assignment(binder.zone());
    this.encoder = new RowEncoder(table.schema());
    this.places = places();
  }

  private int[] places() throws SqlException {
    int[] found = new int[table.schema().columns().size()];
    if (statement.columns().isEmpty()) {
      for (int i = 0; i < found.length; i++) {
        found[i] = i;
      }
      return found;
    }
    Arrays.fill(found, -1);
    for (int i = 0; i < statement.columns().size(); i++) {
      String name = statement.columns().get(i);
      int position = table.schema().columnPosition(name);
      if (position < 0) {
        throw new SqlException("the table " + table + " has no column '" + name + "'");
      }
      if (found[position] >= 0) {
        throw new SqlException("column " + name + " is named twice");
      }
      found[position] = i;
    }
    return found;
  }

  List<WritePlan.Put> puts() throws SqlException {
    List<WritePlan.Put> puts = new ArrayList<>();
    int number = 0;
    for (List<Expression> row : statement.rows()) {
      try {
        puts(number++, row, puts);
      } catch (SqlException e) {
        if (statement.rows().size() == 1) {
          throw e;
        }
        throw new SqlException("row " + number + ": " + e.getMessage());
      }
    }
    return puts;
  }

  private void puts(int number, List<Expression> row, List<WritePlan.Put> puts)
      throws SqlException {
    int wanted = statement.columns().isEmpty() ? places.length : statement.columns().size();
    if (row.size() != wanted) {
      throw new SqlException(
          row.size() + (row.size() == 1 ? " value" : " values") + " for " + wanted + " columns");
    }
    List<Object> values = new ArrayList<>(places.length);
    for (int i = 0; i < places.length; i++) {
      Column column = table.schema().columns().get(i);
      values.add(value(column, places[i] < 0 ? null : row.get(places[i])));
    }
    try {
      byte[] bytes = encoder.encode(values);
      RowView view = RowView.of(table.schema(), bytes);
      dimensions(view)
          .forEach(
              (partition, list) -> puts.add(new WritePlan.Put(partition, number, bytes, list)));
    } catch (RowFormatException e) {
      throw new SqlException(e.getMessage());
    }
  }

  /**
   * @param expression null when the column is not given
   */
  private Object value(Column column, Expression expression) throws SqlException {
    if (expression == null || expression instanceof Expression.Default) {
      String text = table.defaults().get(column.name());
      return text == null
          ? assignment.value(column, Bound.NULL)
          : assignment.ofDefault(column, text);
    }
    return assignment.value(column, binder.bind(expression));
  }

  /** The row's keys by partition; also of indexes that are being filled, as these take keys. */
  private Map<Integer, List<WritePlan.Dimension>> dimensions(RowView row) {
    Map<Integer, List<WritePlan.Dimension>> byPartition = new TreeMap<>();
    for (IndexDef index : table.schema().indexes()) {
      if (index.live()) {
        byte[] key = KeyCodec.key(table.schema(), index, row);
        int partition = PartitionHash.partition(key, table.partitions());
        byPartition
            .computeIfAbsent(partition, p -> new ArrayList<>())
            .add(
                new WritePlan.Dimension(index.position(), new String(key, StandardCharsets.UTF_8)));
      }
    }
    return byPartition;
  }
}
