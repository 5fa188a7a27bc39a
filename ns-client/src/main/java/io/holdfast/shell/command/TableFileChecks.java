package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The checks of a table description before it is sent; each has a text that operators know. */
final class TableFileChecks {
  private final TableInfo table;
  private final int maxHeight;
  private final Map<String, DataType> columns = new HashMap<>();

  TableFileChecks(TableInfo table, int maxHeight) {
    this.table = table;
    this.maxHeight = maxHeight;
  }

  /** The first thing that is wrong; empty when nothing is. */
  Optional<String> problem() {
    return height().or(this::columnNames).or(this::keys);
  }

  private Optional<String> height() {
    if (!table.hasKeyEntryMaxHeight()) {
      return Optional.empty();
    }
    long height = Integer.toUnsignedLong(table.getKeyEntryMaxHeight());
    if (height > maxHeight) {
      return Optional.of(
          "Fail to create table. key_entry_max_height "
              + height
              + " is greater than the max heght "
              + maxHeight);
    }
    return height == 0
        ? Optional.of("Fail to create table. key_entry_max_height must be greater than 0")
        : Optional.empty();
  }

  private Optional<String> columnNames() {
    for (ColumnDesc column : table.getColumnDescList()) {
      boolean isNew = columns.putIfAbsent(column.getName(), column.getDataType()) == null;
      if (!isNew || column.getName().isEmpty()) {
        return Optional.of("check column_desc name failed. name is " + column.getName());
      }
    }
    return Optional.empty();
  }

  private Optional<String> keys() {
    if (table.getColumnKeyCount() == 0) {
      return columns.isEmpty() ? Optional.empty() : Optional.of("no index");
    }
    Set<String> names = new HashSet<>();
    Set<String> combinations = new HashSet<>();
    for (ColumnKey key : table.getColumnKeyList()) {
      if (key.getIndexName().isEmpty()) {
        return Optional.of("not set index_name in column_key");
      }
      if (!names.add(key.getIndexName())) {
        return Optional.of("duplicate index_name " + key.getIndexName());
      }
      Optional<String> problem = key(key, combinations);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> key(ColumnKey key, Set<String> combinations) {
    // An index without columns is one on the column of its own name.
    List<String> names =
        key.getColNameCount() == 0 ? List.of(key.getIndexName()) : key.getColNameList();
    for (String name : names) {
      DataType type = columns.get(name);
      if (type == null) {
        return Optional.of("column :" + name + " is not member of columns");
      }
      if (type == DataType.kFloat || type == DataType.kDouble) {
        return Optional.of("float or double column can not be index");
      }
    }
    if (!combinations.add(String.join("|", names) + "|" + key.getTsName())) {
      return Optional.of("duplicate column_key");
    }
    if (!key.hasTsName() || key.getTsName().isEmpty()) {
      return Optional.empty();
    }
    DataType type = columns.get(key.getTsName());
    if (type == null) {
      return Optional.of("invalid ts_name " + key.getTsName());
    }
    return type == DataType.kBigInt || type == DataType.kTimestamp
        ? Optional.empty()
        : Optional.of("invalid ts type ts_name " + key.getTsName());
  }
}
