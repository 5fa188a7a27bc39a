package io.holdfast.protocol.row;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.log.IndexTtl;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.VersionPair;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.type.DataType;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** A table's alterations as they stand in logs, snapshots and messages. Stateless. */
public final class AlterationsCodec {
  private AlterationsCodec() {}

  public static AlterOp encode(Alterations alterations) {
    AlterOp.Builder op =
        AlterOp.newBuilder()
            .setVersion(alterations.version())
            .setTruncations(alterations.truncations());
    alterations.ttls().forEach((index, ttl) -> op.addTtls(ttl(ttl).setIndex(index)));
    op.addAllDeletedIndexes(alterations.deleted());
    for (AddedColumn column : alterations.columns()) {
      op.addColumns(
          io.holdfast.protocol.log.AddedColumn.newBuilder()
              .setName(column.name())
              .setType(column.dataType()));
    }
    alterations.indexes().forEach(index -> op.addIndexes(index(index)));
    return op.build();
  }

  private static IndexTtl.Builder ttl(TtlPolicy ttl) {
    return IndexTtl.newBuilder()
        .setType(TtlCodec.type(ttl.kind()).getNumber())
        .setMaxAgeMillis(ttl.maxAgeMillis())
        .setMaxVersions(ttl.maxVersions());
  }

  private static io.holdfast.protocol.log.AddedIndex index(AddedIndex index) {
    io.holdfast.protocol.log.AddedIndex.Builder out =
        io.holdfast.protocol.log.AddedIndex.newBuilder()
            .setName(index.name())
            .addAllKeyColumns(index.keyColumns())
            .setTtl(ttl(index.ttl()))
            .setFilled(index.filled())
            .setSince(index.since())
            .setPosition(index.position());
    if (index.tsColumn() != IndexDef.PUT_TIME) {
      out.setTsColumn(index.tsColumn());
    }
    return out.build();
  }

  /**
   * A table in OpenMLDB's words, without placement.
   *
   * @param alterations that count where it is shown: a replica may not have the newest yet
   * @throws IllegalStateException when its definition, which was checked when it was made, cannot
   *     be read
   */
  public static TableInfo.Builder altered(TableSpec table, Alterations alterations) {
    TableInfo.Builder definition;
    try {
      definition = TableInfo.parseFrom(table.definition()).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the definition of " + table + " cannot be read", e);
    }
    addColumns(definition, alterations.columns());
    for (AddedIndex index : alterations.indexes()) {
      ColumnKey.Builder key =
          ColumnKey.newBuilder()
              .setIndexName(index.name())
              .setFlag(0)
              .setTtl(TtlCodec.encode(index.ttl()));
      index.keyColumns().forEach(column -> key.addColName(columnName(definition, column)));
      if (index.tsColumn() != IndexDef.PUT_TIME) {
        key.setTsName(columnName(definition, index.tsColumn()));
      }
      definition.addColumnKey(key);
    }
    alterations
        .ttls()
        .forEach(
            (index, ttl) -> definition.getColumnKeyBuilder(index).setTtl(TtlCodec.encode(ttl)));
    // An index that is no more; its place in the list stays taken.
    alterations.deleted().forEach(index -> definition.getColumnKeyBuilder(index).setFlag(1));
    return definition;
  }

  private static void addColumns(TableInfo.Builder definition, List<AddedColumn> columns) {
    for (AddedColumn column : columns) {
      definition.addAddedColumnDesc(
          ColumnDesc.newBuilder()
              .setName(column.name())
              .setDataType(DataType.forNumber(column.dataType())));
      definition.addSchemaVersions(
          VersionPair.newBuilder()
              .setId(1 + definition.getAddedColumnDescCount())
              .setFieldCount(
                  definition.getColumnDescCount() + definition.getAddedColumnDescCount()));
    }
  }

  private static String columnName(TableInfo.Builder table, int position) {
    int defined = table.getColumnDescCount();
    return position < defined
        ? table.getColumnDesc(position).getName()
        : table.getAddedColumnDesc(position - defined).getName();
  }

  /**
   * Reads what {@link #encode} has written.
   *
   * @throws IllegalArgumentException when it is anything else
   */
  public static Alterations decode(AlterOp op) {
    SortedMap<Integer, TtlPolicy> ttls = new TreeMap<>();
    for (IndexTtl ttl : op.getTtlsList()) {
      if (ttls.put(ttl.getIndex(), ttl(ttl)) != null) {
        throw new IllegalArgumentException("two ages for index " + ttl.getIndex());
      }
    }
    return new Alterations(
        op.getVersion(),
        ttls,
        new TreeSet<>(op.getDeletedIndexesList()),
        op.getColumnsList().stream()
            .map(column -> new AddedColumn(column.getName(), column.getType()))
            .toList(),
        op.getIndexesList().stream().map(AlterationsCodec::index).toList(),
        op.getTruncations());
  }

  private static TtlPolicy ttl(IndexTtl ttl) {
    return new TtlPolicy(TtlCodec.kind(ttl.getType()), ttl.getMaxAgeMillis(), ttl.getMaxVersions());
  }

  private static AddedIndex index(io.holdfast.protocol.log.AddedIndex index) {
    return new AddedIndex(
        index.getName(),
        index.getPosition(),
        index.getKeyColumnsList(),
        index.hasTsColumn() ? index.getTsColumn() : IndexDef.PUT_TIME,
        ttl(index.getTtl()),
        index.getSince(),
        index.getFilled());
  }
}
