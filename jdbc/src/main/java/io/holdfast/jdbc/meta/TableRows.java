package io.holdfast.jdbc.meta;

import io.holdfast.jdbc.value.JdbcType;
import io.holdfast.protocol.row.Column;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.sql.catalog.TableView;
import java.sql.DatabaseMetaData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tables, columns and indexes as rows of {@link ResultColumns}. Stateless. */
final class TableRows {
  static final String TABLE = "TABLE";
  static final String SYSTEM_TABLE = "SYSTEM TABLE";
  private static final Set<String> SYSTEM = Set.of("__INTERNAL_DB", "INFORMATION_SCHEMA");

  private TableRows() {}

  /** A row, which may have nulls. */
  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  private static String type(TableView table) {
    return SYSTEM.contains(table.database()) ? SYSTEM_TABLE : TABLE;
  }

  /**
   * For {@code getTables}.
   *
   * @param types null for all
   */
  static List<List<Object>> tables(List<TableView> tables, String[] types) {
    List<List<Object>> rows = new ArrayList<>();
    for (TableView table : tables) {
      String type = type(table);
      if (types == null || Arrays.asList(types).contains(type)) {
        rows.add(
            row(null, table.database(), table.name(), type, null, null, null, null, null, null));
      }
    }
    // Stable: the tables are sorted by database and name already.
    rows.sort(Comparator.comparing(row -> (String) row.get(3)));
    return rows;
  }

  /** For {@code getColumns}. */
  static List<List<Object>> columns(List<TableView> tables, NamePattern name) {
    List<List<Object>> rows = new ArrayList<>();
    for (TableView table : tables) {
      List<Column> columns = table.schema().columns();
      for (int i = 0; i < columns.size(); i++) {
        if (name.matches(columns.get(i).name())) {
          rows.add(column(table, columns.get(i), i + 1));
        }
      }
    }
    return rows;
  }

  private static List<Object> column(TableView table, Column column, int position) {
    JdbcType type = JdbcType.of(column.type());
    Map<String, String> defaults = table.defaults();
    int nullable =
        column.notNull() ? DatabaseMetaData.columnNoNulls : DatabaseMetaData.columnNullable;
    return row(
        null,
        table.database(),
        table.name(),
        column.name(),
        type.sqlType(),
        type.word(),
        type.precision(),
        null,
        type.signed() || type == JdbcType.TIMESTAMP ? type.scale() : null,
        type.signed() ? 10 : null,
        nullable,
        null,
        defaults.get(column.name()),
        null,
        null,
        type == JdbcType.STRING ? type.precision() : null,
        position,
        column.notNull() ? "NO" : "YES",
        null,
        null,
        null,
        null,
        "NO",
        "NO");
  }

  /** For {@code getIndexInfo}: an index's key columns, and the column that its entries' time is. */
  static List<List<Object>> indexes(List<TableView> tables) {
    List<List<Object>> rows = new ArrayList<>();
    for (TableView table : tables) {
      table.schema().indexes().stream()
          .filter(IndexDef::live)
          .sorted(Comparator.comparing(IndexDef::name))
          .forEach(index -> addIndex(rows, table, index));
    }
    return rows;
  }

  private static void addIndex(List<List<Object>> rows, TableView table, IndexDef index) {
    short ordinal = 1;
    for (int column : index.keyColumns()) {
      rows.add(indexColumn(table, index, ordinal++, column, null));
    }
    if (index.hasTsColumn()) {
      rows.add(indexColumn(table, index, ordinal, index.tsColumn(), "D"));
    }
  }

  private static List<Object> indexColumn(
      TableView table, IndexDef index, short ordinal, int column, String order) {
    return row(
        null,
        table.database(),
        table.name(),
        true,
        null,
        index.name(),
        DatabaseMetaData.tableIndexHashed,
        ordinal,
        table.schema().columns().get(column).name(),
        order,
        0L,
        0L,
        null);
  }

  /** For {@code getTypeInfo}, by number of the type. */
  static List<List<Object>> types() {
    List<List<Object>> rows = new ArrayList<>();
    for (JdbcType type : JdbcType.values()) {
      String quote =
          switch (type) {
            case STRING, DATE, TIMESTAMP -> "'";
            case BOOL, SMALLINT, INT, BIGINT, FLOAT, DOUBLE -> null;
          };
      boolean text = type == JdbcType.STRING;
      rows.add(
          row(
              type.word(),
              type.sqlType(),
              type.precision(),
              quote,
              quote,
              null,
              (short) DatabaseMetaData.typeNullable,
              text,
              (short) (text ? DatabaseMetaData.typeSearchable : DatabaseMetaData.typePredBasic),
              !type.signed(),
              false,
              false,
              type.word(),
              (short) 0,
              (short) type.scale(),
              null,
              null,
              type.signed() ? 10 : null));
    }
    rows.sort(Comparator.comparing(row -> (Integer) row.get(1)));
    return rows;
  }
}
