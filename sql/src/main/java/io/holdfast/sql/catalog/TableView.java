package io.holdfast.sql.catalog;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A table as a statement sees it. Immutable.
 *
 * @param tid table id
 * @param partitions number of partitions
 * @param schema columns and indexes; indexes that are deleted or not filled are not asked
 * @param defaults texts of the columns' default values by column name
 */
public record TableView(
    int tid,
    String database,
    String name,
    int partitions,
    TableSchema schema,
    Map<String, String> defaults) {
  public TableView {
    Objects.requireNonNull(database);
    Objects.requireNonNull(name);
    Objects.requireNonNull(schema);
    defaults = Map.copyOf(defaults);
    if (partitions < 1) {
      throw new IllegalArgumentException("a table needs at least one partition");
    }
  }

  /** A table whose columns have no default values. */
  public TableView(int tid, String database, String name, int partitions, TableSchema schema) {
    this(tid, database, name, partitions, schema, Map.of());
  }

  /**
   * The view of a table as the nameserver or ZooKeeper tells of it.
   *
   * @throws SchemaException when that cannot be a table
   */
  public static TableView of(TableInfo info) throws SchemaException {
    Map<String, String> defaults = new HashMap<>();
    for (List<ColumnDesc> columns :
        List.of(info.getColumnDescList(), info.getAddedColumnDescList())) {
      for (ColumnDesc column : columns) {
        if (column.hasDefaultValue()) {
          defaults.put(column.getName(), column.getDefaultValue());
        }
      }
    }
    int partitions = Math.max(info.getPartitionNum(), info.getTablePartitionCount());
    return new TableView(
        info.getTid(),
        info.getDb(),
        info.getName(),
        Math.max(partitions, 1),
        TableSchema.of(info),
        defaults);
  }

  @Override
  public String toString() {
    return database + "." + name;
  }
}
