package io.holdfast.nameserver.rpc;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.control.AdminResult;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.AddIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.AddTableFieldRequest;
import io.holdfast.protocol.openmldb.nameserver.DeleteIndexRequest;
import io.holdfast.protocol.openmldb.nameserver.UpdateTTLRequest;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.row.TtlCodec;
import java.util.ArrayList;
import java.util.List;

/**
 * What requests to alter a table ask for, with names of indexes become their positions. Pure. A
 * table that is not there is left to the command, which says so in one way for all.
 */
final class AlterRequests {
  private AlterRequests() {}

  static AdminCommand command(UpdateTTLRequest request, ClusterState state)
      throws RequestException {
    TtlPolicy ttl;
    try {
      ttl = TtlCodec.decode(request.getTtlDesc());
    } catch (SchemaException e) {
      throw new RequestException(e.getMessage());
    }
    TableSpec table = state.table(request.getDb(), request.getName());
    List<Integer> indexes = new ArrayList<>();
    if (table != null) {
      TableSchema schema = schema(table);
      if (request.getIndexName().isEmpty()) {
        schema.indexes().stream().filter(IndexDef::live).forEach(i -> indexes.add(i.position()));
      } else {
        indexes.add(index(schema, request.getIndexName(), "idx name not found").position());
      }
    }
    return new AdminCommand.SetTtl(request.getDb(), request.getName(), tid(table), indexes, ttl);
  }

  static AdminCommand command(AddIndexRequest request, ClusterState state) throws RequestException {
    ColumnKey key = wantedIndex(request);
    TableSpec table = state.table(request.getDb(), request.getName());
    return table == null
        ? new AdminCommand.AddIndex(
            request.getDb(),
            request.getName(),
            0,
            0,
            key.getIndexName(),
            0,
            List.of(),
            IndexDef.PUT_TIME,
            TtlPolicy.NONE)
        : AddedIndexes.command(request, key, table, schema(table));
  }

  private static ColumnKey wantedIndex(AddIndexRequest request) throws RequestException {
    if (request.getColsCount() > 0) {
      throw new RequestException(
          "an index is made of columns that are there; add the column with addtablefield first");
    }
    List<ColumnKey> keys = new ArrayList<>(request.getColumnKeysList());
    if (request.hasColumnKey()) {
      keys.add(request.getColumnKey());
    }
    if (keys.size() != 1) {
      throw new RequestException(
          "one index is added at a time, not " + keys.size() + "; ask for each by itself");
    }
    return keys.get(0);
  }

  static AdminCommand command(DeleteIndexRequest request, ClusterState state)
      throws RequestException {
    TableSpec table = state.table(request.getDbName(), request.getTableName());
    int position = 0;
    if (table != null) {
      TableSchema schema = schema(table);
      IndexDef index = deletable(schema, request.getIdxName());
      if (index.position() == schema.firstIndex().position()) {
        throw new RequestException("index is primary key");
      }
      position = index.position();
    }
    return new AdminCommand.DeleteIndex(
        request.getDbName(), request.getTableName(), tid(table), position);
  }

  static AdminCommand command(AddTableFieldRequest request, ClusterState state)
      throws RequestException {
    AddedColumn column = column(request.getColumnDesc());
    TableSpec table = state.table(request.getDb(), request.getName());
    int version = request.getSchemaVersion();
    if (table != null) {
      TableSchema schema = schema(table);
      List<AddedColumn> before = table.alterations().columns();
      if (!request.hasSchemaVersion()) {
        version = schema.version() + 1;
      }
      int position = before.lastIndexOf(column);
      // Who names the version that the column has made sends the request once more.
      if (position < 0 || version != position + 2) {
        checkRoom(column.name(), schema);
        TableRequests.checkSize(table.with(table.alterations().with(column)));
      }
    }
    return new AdminCommand.AddColumn(
        request.getDb(), request.getName(), tid(table), version, column);
  }

  private static void checkRoom(String name, TableSchema schema) throws RequestException {
    if (schema.columnPosition(name) >= 0) {
      throw new RequestException(
          AdminResult.FIELD_NAME_REPEATED, "field name repeated in table_info!");
    }
    if (schema.version() > TableSchema.MAX_ADDED_COLUMNS) {
      throw new RequestException(
          AdminResult.TOO_MANY_FIELDS, "the count of adding field is more than 63");
    }
  }

  private static AddedColumn column(ColumnDesc desc) throws RequestException {
    String name = desc.getName();
    if (name.isEmpty()) {
      throw new RequestException("check column_desc name failed. name is " + name);
    }
    if (!desc.hasDataType() || ColumnType.of(desc.getDataType()).isEmpty()) {
      throw new RequestException(
          "type " + (desc.hasDataType() ? desc.getDataType() : "of " + name) + " is invalid");
    }
    if (desc.getNotNull() || desc.hasDefaultValue()) {
      throw new RequestException(
          "the rows that are there have NULL in an added column: not_null and default_value are"
              + " not supported");
    }
    return new AddedColumn(name, desc.getDataType().getNumber());
  }

  /** 0, which no table has, when there is none yet. */
  private static int tid(TableSpec table) {
    return table == null ? 0 : table.tid();
  }

  /** Also one that is deleted already: a request may come twice. */
  private static IndexDef deletable(TableSchema schema, String name) throws RequestException {
    for (IndexDef index : schema.indexes()) {
      if (!index.live() && index.name().equals(name)) {
        return index;
      }
    }
    return index(schema, name, "index doesn't exist!");
  }

  private static TableSchema schema(TableSpec table) {
    try {
      return TableSchema.of(AlterationsCodec.altered(table, table.alterations()).build());
    } catch (SchemaException e) {
      throw new IllegalStateException("the definition of " + table + " cannot be read", e);
    }
  }

  private static IndexDef index(TableSchema schema, String name, String otherwise)
      throws RequestException {
    return schema
        .index(name)
        .orElseThrow(
            () ->
                new RequestException(
                    otherwise
                        + ": the table has "
                        + schema.indexes().stream()
                            .filter(IndexDef::live)
                            .map(IndexDef::name)
                            .toList()));
  }
}
