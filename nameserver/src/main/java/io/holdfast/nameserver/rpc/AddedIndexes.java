package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.util.List;

/** Whether a table can have one more index, checked by the rules for new tables. Pure. */
final class AddedIndexes {
  private AddedIndexes() {}

  /**
   * @param key the index that is asked for
   * @param schema of the table as it is altered by now
   */
  static AdminCommand.AddIndex command(
      AddIndexRequest request, ColumnKey key, TableSpec table, TableSchema schema)
      throws RequestException {
    Alterations before = table.alterations();
    // One that is being added may be asked for again: its operation is the answer.
    int defined = schema.indexes().size() - before.indexes().size();
    boolean repeated =
        schema
            .index(key.getIndexName())
            .map(index -> index.position() - defined)
            .filter(number -> number >= 0 && !before.indexes().get(number).filled())
            .isPresent();
    if (!repeated) {
      checkName(key.getIndexName(), schema);
    }
    TableInfo.Builder wanted = AlterationsCodec.altered(table, before);
    int position = wanted.getColumnKeyCount();
    if (repeated) {
      // Under its own name, and beside itself, it would be refused.
      position = 0;
      wanted.clearColumnKey();
    }
    IndexDef index;
    try {
      index = TableSchema.of(wanted.addColumnKey(key).build()).indexes().get(position);
    } catch (SchemaException e) {
      throw new RequestException(e.getMessage());
    }
    if (!index.live()) {
      throw new RequestException("the index that is asked for is deleted (flag); set flag 0");
    }
    if (!index.hasTsColumn() && schema.firstIndex().hasTsColumn()) {
      throw new RequestException(
          "rows of this table do not know the time of their put, since the first index takes it"
              + " from a column; name a time column (ts_name) of type bigint or timestamp");
    }
    if (!repeated) {
      TableRequests.checkSize(
          table.with(
              before.withIndex(
                  index.name(),
                  schema.indexes().size(),
                  index.keyColumns(),
                  index.tsColumn(),
                  index.ttl())));
    }
    return new AdminCommand.AddIndex(
        request.getDb(),
        request.getName(),
        table.tid(),
        before.version(),
        index.name(),
        schema.indexes().size(),
        index.keyColumns(),
        index.tsColumn(),
        index.ttl());
  }

  private static void checkName(String name, TableSchema schema) throws RequestException {
    TableRequests.checkName("new index", name);
    if (schema.index(name).isPresent()) {
      throw new RequestException("index has already exist!");
    }
    List<String> names = schema.indexes().stream().map(IndexDef::name).toList();
    if (names.contains(name)) {
      throw new RequestException(
          "an index of that name was deleted, and keeps its name; choose another one");
    }
  }
}
