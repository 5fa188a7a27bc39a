package io.holdfast.shell.command;

import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.NsContext;
import io.holdfast.shell.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the data commands ask of a table's description. */
final class DataTables {
  private static final int NO_TABLE = 100;
  private static final int NO_INDEX = 108;

  private DataTables() {}

  static boolean hasColumns(TableInfo table) {
    return table.getColumnDescCount() > 0;
  }

  static List<ColumnDesc> columns(TableInfo table) {
    List<ColumnDesc> columns = new ArrayList<>(table.getColumnDescList());
    columns.addAll(table.getAddedColumnDescList());
    return columns;
  }

  static List<String> columnNames(TableInfo table) {
    return columns(table).stream().map(ColumnDesc::getName).toList();
  }

  static boolean anyIndexHasTime(TableInfo table) {
    return live(table).anyMatch(DataTables::hasTime);
  }

  /** Whether the index takes a row's time from a column; the empty name is the first index. */
  static boolean indexHasTime(TableInfo table, String index) {
    return find(table, index).map(DataTables::hasTime).orElse(false);
  }

  static boolean hasIndex(TableInfo table, String index) {
    return index.isEmpty() || find(table, index).isPresent();
  }

  /**
   * There is no such table in the current database.
   *
   * @param line in the command's words
   */
  static Reply noTable(NsContext context, String name, String line) {
    return Reply.failed(ExitCode.NOT_FOUND, NO_TABLE, List.of(line), context.adviceOnTable(name));
  }

  static Reply noIndex(TableInfo table, String line) {
    return Reply.failed(
        ExitCode.NOT_FOUND,
        NO_INDEX,
        List.of(line),
        "`showschema " + table.getName() + "` lists the indexes");
  }

  /** An index that is there; the empty name is the first of them. */
  static Optional<ColumnKey> find(TableInfo table, String index) {
    return live(table)
        .filter(key -> index.isEmpty() || key.getIndexName().equals(index))
        .findFirst();
  }

  /** Without the deleted indexes, whose places stay taken. */
  private static Stream<ColumnKey> live(TableInfo table) {
    return table.getColumnKeyList().stream().filter(key -> key.getFlag() == 0);
  }

  private static boolean hasTime(ColumnKey key) {
    return key.hasTsName() && !key.getTsName().isEmpty();
  }
}
