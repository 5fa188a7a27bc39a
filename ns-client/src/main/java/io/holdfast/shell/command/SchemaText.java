package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.shell.Reply;
import io.holdfast.shell.output.Fields;
import io.holdfast.shell.output.RuledTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Columns and indexes in the layout of {@code showschema}. */
public final class SchemaText {
  private SchemaText() {}

  public static Reply reply(
      List<ColumnDesc> columns, List<ColumnDesc> addedColumns, List<ColumnKey> keys) {
    List<ColumnDesc> all = new ArrayList<>(columns);
    all.addAll(addedColumns);
    List<Map<String, Object>> columnObjects = new ArrayList<>();
    List<String> lines = new ArrayList<>(columns(all, columnObjects));
    lines.add("");
    lines.add("#ColumnKey");
    List<Map<String, Object>> keyObjects = new ArrayList<>();
    lines.addAll(keys(keys, keyObjects));
    return Reply.result(
        lines, new Fields().put("columns", columnObjects).put("column_keys", keyObjects).map());
  }

  private static List<String> columns(List<ColumnDesc> columns, List<Map<String, Object>> objects) {
    List<List<String>> rows = new ArrayList<>();
    for (ColumnDesc column : columns) {
      String type = withoutK(column.getDataType().name());
      String preset = column.hasDefaultValue() ? column.getDefaultValue() : "";
      rows.add(
          List.of(
              Integer.toString(rows.size() + 1),
              column.getName(),
              type,
              column.getNotNull() ? "NO" : "YES",
              preset));
      objects.add(
          new Fields()
              .put("name", column.getName())
              .put("type", type)
              .put("nullable", !column.getNotNull())
              .put("default", column.hasDefaultValue() ? preset : null)
              .map());
    }
    return RuledTable.print(List.of("#", "Field", "Type", "Null", "Default"), rows);
  }

  private static List<String> keys(List<ColumnKey> keys, List<Map<String, Object>> objects) {
    List<List<String>> rows = new ArrayList<>();
    for (ColumnKey key : keys) {
      // An index that was deleted stays in the list, so that the others keep their positions.
      if (key.getFlag() != 0) {
        continue;
      }
      boolean timed = key.hasTsName() && !key.getTsName().isEmpty();
      rows.add(
          List.of(
              Integer.toString(rows.size() + 1),
              key.getIndexName(),
              String.join("|", key.getColNameList()),
              timed ? key.getTsName() : "-",
              Ttl.text(key.getTtl()),
              key.getTtl().getTtlType().name(),
              key.getType().name()));
      objects.add(
          new Fields()
              .put("name", key.getIndexName())
              .put("keys", List.copyOf(key.getColNameList()))
              .put("ts", timed ? key.getTsName() : null)
              .put("ttl", Ttl.text(key.getTtl()))
              .put("ttl_type", key.getTtl().getTtlType().name())
              .put("type", key.getType().name())
              .map());
    }
    return RuledTable.print(List.of("#", "name", "keys", "ts", "ttl", "ttl_type", "type"), rows);
  }

  private static String withoutK(String name) {
    return name.startsWith("k") ? name.substring(1) : name;
  }
}
