package io.holdfast.client.row;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The row format of OpenMLDB's clients. Thread-safe. */
public final class WireRowCodec implements RowCodec {
  private static final int MAX_SCHEMAS = 256;

  // By description, which is the same object as long as the route is the same.
  private final ConcurrentMap<TableInfo, TableSchema> schemas = new ConcurrentHashMap<>();

  @Override
  public int partition(String key, int partitionCount) {
    return PartitionHash.partition(key, partitionCount);
  }

  @Override
  public EncodedRow encode(TableInfo table, List<?> values) {
    TableSchema schema = schema(table);
    try {
      byte[] bytes = new RowEncoder(schema, schema.versionWith(values.size())).encode(values);
      return new EncodedRow(keysFrom(schema, bytes, 0), bytes, table.getColumnKeyCount());
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public List<IndexKey> keysFrom(TableInfo table, byte[] row, int position) {
    try {
      return keysFrom(schema(table), row, position);
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static List<IndexKey> keysFrom(TableSchema schema, byte[] bytes, int position)
      throws RowFormatException {
    RowView row = RowView.of(schema, bytes);
    List<IndexKey> keys = new ArrayList<>();
    for (IndexDef index : schema.indexes()) {
      if (index.live() && index.position() >= position) {
        byte[] key = KeyCodec.key(schema, index, row);
        keys.add(new IndexKey(index.position(), new String(key, StandardCharsets.UTF_8)));
      }
    }
    return keys;
  }

  @Override
  public List<Object> decode(TableInfo table, byte[] row) {
    try {
      return RowView.of(schema(table), row).values();
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  @Override
  public boolean isOfLaterSchema(TableInfo table, byte[] row) {
    return RowView.isOfLaterSchema(schema(table), ByteBuffer.wrap(row));
  }

  private TableSchema schema(TableInfo table) {
    TableSchema known = schemas.get(table);
    if (known != null) {
      return known;
    }
    try {
      TableSchema schema = TableSchema.of(table);
      if (schemas.size() >= MAX_SCHEMAS) {
        schemas.clear();
      }
      schemas.put(table, schema);
      return schema;
    } catch (SchemaException e) {
      throw new IllegalArgumentException("table " + table.getName() + ": " + e.getMessage(), e);
    }
  }
}
