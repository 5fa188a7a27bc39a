package io.holdfast.tablet.storage;

import com.google.protobuf.ByteString;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.log.DeleteOp;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a client's write into the payload of a log record. What is wrong with a write is found
 * here, before it is in the log: afterwards every replica must be able to apply it. Stateless and
 * thread-safe.
 */
public final class WriteOpCodec {
  /** Largest payload of a log record. */
  public static final int MAX_PAYLOAD_BYTES = 4 << 20;

  /** OpenMLDB: table is loading. What is refused with it may be taken a little later. */
  public static final int NOT_READY = 104;

  /** Largest {@link FillOp}, which has to fit in a payload. */
  public static final int MAX_FILL_BYTES = MAX_PAYLOAD_BYTES - 16;

  /** OpenMLDB: idx name not found. */
  public static final int INDEX_NOT_FOUND = 108;

  /** OpenMLDB: invalid parameter. */
  public static final int INVALID_PARAMETER = 307;

  /** OpenMLDB: operator not supported. */
  public static final int NOT_SUPPORTED = 701;

  /** Longest key of an index. */
  public static final int MAX_KEY_BYTES = 64 << 10;

  private final TableSchema schema;

  public WriteOpCodec(TableSchema schema) {
    this.schema = schema;
  }

  /** The schema that writes are checked against. */
  public TableSchema schema() {
    return schema;
  }

  /** The payload of an alteration; see {@link WriteOp} for its time. */
  public static byte[] encode(Alterations alterations) {
    return WriteOp.newBuilder()
        .setAlter(AlterationsCodec.encode(alterations))
        .build()
        .toByteArray();
  }

  /**
   * The payload of a put.
   *
   * @param leaderMillis the leader's wall time, which replicas will use as theirs
   * @throws WriteRefusedException when the request does not fit the table
   */
  public byte[] encode(PutRequest request, long leaderMillis) throws WriteRefusedException {
    if (request.getCheckExists()) {
      throw refused(NOT_SUPPORTED, "check_exists needs a clustered index, which is not supported");
    }
    if (request.getTsDimensionsCount() > 0) {
      throw refused(NOT_SUPPORTED, "ts_dimensions are not supported: time is in the row");
    }
    if (request.getDimensionsCount() == 0) {
      throw refused(INVALID_PARAMETER, "put has no dimensions");
    }
    int indexes = schema.indexes().size();
    if (request.hasKnownIndexes() && request.getKnownIndexes() < indexes) {
      throw refused(
          StatusCode.INDEX_ADDED.number(),
          StatusCode.INDEX_ADDED.words()
              + ": it has "
              + indexes
              + ", the client knows "
              + request.getKnownIndexes());
    }
    RowView row = row(request.getValue());
    PutOp.Builder put =
        PutOp.newBuilder()
            .setTime(request.getTime())
            .setValue(ByteString.copyFrom(row.canonicalBytes()))
            .setIfAbsent(request.getPutIfAbsent());
    Set<Integer> seen = new HashSet<>();
    for (Dimension dimension : request.getDimensionsList()) {
      if (isDeleted(dimension)) {
        // Its client has not heard of it yet, and may send keys of other indexes elsewhere.
        continue;
      }
      if (dimension.getIdx() >= indexes && dimension.getIdx() < request.getKnownIndexes()) {
        // The client has heard of it before the leader has.
        throw refused(NOT_READY, "the index is being added");
      }
      IndexDef index = index(dimension.getIdx());
      if (!seen.add(index.position())) {
        throw refused(INVALID_PARAMETER, "put has two keys for index " + index.name());
      }
      checkTime(index, row, request.getTime());
      put.addKeys(key(dimension.getKeyBytes(), index));
    }
    return bytes(WriteOp.newBuilder().setPut(put).setLeaderMillis(leaderMillis));
  }

  /**
   * The payload of a record that has a row found by an added index; see {@link WriteOp} for its
   * time.
   *
   * @throws WriteRefusedException when it does not fit the table
   */
  public byte[] encode(FillOp fill) throws WriteRefusedException {
    IndexDef index = index(fill.getKey().getIndex());
    RowView row = row(fill.getValue());
    checkTime(index, row, fill.getTs());
    if (index.hasTsColumn() && row.getLong(index.tsColumn()) != fill.getTs()) {
      throw refused(INVALID_PARAMETER, "time " + fill.getTs() + " is not that of the row");
    }
    if (fill.getCopies() < 1) {
      throw refused(INVALID_PARAMETER, "copy " + fill.getCopies() + " of a row");
    }
    FillOp.Builder checked =
        fill.toBuilder()
            .setKey(key(fill.getKey().getKey(), index))
            .setValue(ByteString.copyFrom(row.canonicalBytes()));
    return bytes(WriteOp.newBuilder().setFill(checked));
  }

  /**
   * The payload of a record that takes rows away which somebody has seen; see {@link WriteOp} for
   * its time.
   *
   * @throws WriteRefusedException when it does not fit the table
   */
  public byte[] encode(DeleteRowsOp op) throws WriteRefusedException {
    DeleteRowsOp.Builder checked = DeleteRowsOp.newBuilder();
    for (SeenRow seen : op.getRowsList()) {
      int position = seen.getKey().getIndex();
      if (position >= 0
          && position < schema.indexes().size()
          && !schema.indexes().get(position).live()) {
        // Whoever has seen the row has not heard of it yet.
        continue;
      }
      IndexDef index = filled(index(position));
      checked.addRows(
          seen.toBuilder()
              .setKey(key(seen.getKey().getKey(), index))
              .setValue(ByteString.copyFrom(row(seen.getValue()).canonicalBytes())));
    }
    return bytes(WriteOp.newBuilder().setDeleteRows(checked));
  }

  private RowView row(ByteString value) throws WriteRefusedException {
    if (value.size() > MAX_PAYLOAD_BYTES) {
      throw tooLarge(value.size());
    }
    try {
      RowView row = RowView.of(schema, value.asReadOnlyByteBuffer());
      for (int i = 0; i < schema.columns().size(); i++) {
        // Every other type takes any bits.
        if (schema.columns().get(i).type() == ColumnType.DATE) {
          row.get(i);
        }
      }
      return row;
    } catch (RowFormatException e) {
      if (RowView.isOfLaterSchema(schema, value.asReadOnlyByteBuffer())) {
        // Its client has seen the table's record, and this partition is being told of it.
        throw refused(
            NOT_READY, "the row may have a column that is being added: " + e.getMessage());
      }
      throw refused(INVALID_PARAMETER, "row does not fit the table: " + e.getMessage());
    }
  }

  private boolean isDeleted(Dimension dimension) {
    int position = dimension.getIdx();
    return position >= 0
        && position < schema.indexes().size()
        && !schema.indexes().get(position).live();
  }

  private IndexDef index(int position) throws WriteRefusedException {
    // One above the int range is negative here and not found either.
    Optional<IndexDef> index = schema.index(position);
    if (index.isEmpty()) {
      throw refused(INDEX_NOT_FOUND, "no index at position " + Integer.toUnsignedString(position));
    }
    return index.get();
  }

  /** What is deleted while an index is being filled could be filled in after it. */
  private static IndexDef filled(IndexDef index) throws WriteRefusedException {
    if (!index.filled()) {
      throw refused(
          StatusCode.INDEX_NOT_FILLED.number(),
          StatusCode.INDEX_NOT_FILLED.words() + ": " + index.name());
    }
    return index;
  }

  /** Zero means "newest" or "no bound" when reading, so no entry may have it. */
  private void checkTime(IndexDef index, RowView row, long time) throws WriteRefusedException {
    if (!index.hasTsColumn()) {
      if (time <= 0) {
        throw refused(INVALID_PARAMETER, "ts must be greater than zero: time is " + time);
      }
      return;
    }
    String name = schema.columns().get(index.tsColumn()).name();
    if (row.isNull(index.tsColumn())) {
      throw refused(INVALID_PARAMETER, "ts column " + name + " is NULL");
    }
    long ts = row.getLong(index.tsColumn());
    if (ts <= 0) {
      throw refused(INVALID_PARAMETER, "ts must be greater than zero: " + name + " is " + ts);
    }
  }

  private static IndexKey key(ByteString key, IndexDef index) throws WriteRefusedException {
    if (key.isEmpty() || key.size() > MAX_KEY_BYTES) {
      throw refused(
          INVALID_PARAMETER, "key of index " + index.name() + " has " + key.size() + " bytes");
    }
    return IndexKey.newBuilder().setKey(key).setIndex(index.position()).build();
  }

  /**
   * The payload of a delete: of the dimensions' keys, of one key of a named index, or, when there
   * is no key, of all keys of the indexes whose time is the named column (of all indexes when none
   * is named).
   *
   * @param leaderMillis as for a put
   * @throws WriteRefusedException when the request does not fit the table
   */
  public byte[] encode(DeleteRequest request, long leaderMillis) throws WriteRefusedException {
    DeleteOp.Builder delete = DeleteOp.newBuilder().setWholeRows(request.getEnableDecodeValue());
    if (request.hasTs()) {
      delete.setNewestTs(request.getTs());
    }
    if (request.hasEndTs()) {
      delete.setOldestTs(request.getEndTs());
    }
    if (request.hasTs() && request.hasEndTs() && request.getTs() <= request.getEndTs()) {
      throw refused(INVALID_PARAMETER, "delete: ts must be greater than end_ts");
    }
    if (request.getDimensionsCount() > 0) {
      for (Dimension dimension : request.getDimensionsList()) {
        IndexDef index = filled(index(dimension.getIdx()));
        checkTsName(request, index);
        delete.addKeys(key(dimension.getKeyBytes(), index));
      }
    } else if (request.hasKey() && !request.getKeyBytes().isEmpty()) {
      IndexDef index = filled(namedIndex(request));
      checkTsName(request, index);
      delete.addKeys(key(request.getKeyBytes(), index));
    } else {
      for (IndexDef index : wholeIndexes(request)) {
        delete.addWholeIndexes(filled(index).position());
      }
    }
    return bytes(WriteOp.newBuilder().setDelete(delete).setLeaderMillis(leaderMillis));
  }

  private IndexDef namedIndex(DeleteRequest request) throws WriteRefusedException {
    if (request.getIdxName().isEmpty()) {
      return schema.firstIndex();
    }
    Optional<IndexDef> index = schema.index(request.getIdxName());
    if (index.isEmpty()) {
      throw refused(INDEX_NOT_FOUND, "idx name " + request.getIdxName() + " not found");
    }
    return index.get();
  }

  private void checkTsName(DeleteRequest request, IndexDef index) throws WriteRefusedException {
    if (!request.getTsName().isEmpty() && !hasTime(index, request.getTsName())) {
      throw refused(
          INVALID_PARAMETER,
          "ts column " + request.getTsName() + " is not the time of index " + index.name());
    }
  }

  private boolean hasTime(IndexDef index, String column) {
    return index.hasTsColumn() && schema.columns().get(index.tsColumn()).name().equals(column);
  }

  private List<IndexDef> wholeIndexes(DeleteRequest request) throws WriteRefusedException {
    if (!request.getIdxName().isEmpty()) {
      IndexDef index = namedIndex(request);
      checkTsName(request, index);
      return List.of(index);
    }
    List<IndexDef> chosen =
        schema.indexes().stream()
            .filter(IndexDef::live)
            .filter(i -> request.getTsName().isEmpty() || hasTime(i, request.getTsName()))
            .toList();
    if (chosen.isEmpty()) {
      throw refused(INVALID_PARAMETER, "no index has the ts column " + request.getTsName());
    }
    return chosen;
  }

  private static byte[] bytes(WriteOp.Builder op) throws WriteRefusedException {
    byte[] bytes = op.build().toByteArray();
    if (bytes.length > MAX_PAYLOAD_BYTES) {
      throw tooLarge(bytes.length);
    }
    return bytes;
  }

  private static WriteRefusedException tooLarge(long bytes) {
    return refused(
        INVALID_PARAMETER, "write has " + bytes + " bytes, at most " + MAX_PAYLOAD_BYTES + " fit");
  }

  private static WriteRefusedException refused(int code, String message) {
    return new WriteRefusedException(code, message);
  }
}
