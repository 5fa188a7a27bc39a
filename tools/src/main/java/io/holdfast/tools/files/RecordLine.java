package io.holdfast.tools.files;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.log.AlterOp;
import io.holdfast.protocol.log.DeleteOp;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.tablet.binlog.LogFiles.Entry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** A record of a log for people, or as JSON. Values are not shown, only how long they are. */
final class RecordLine {
  /** Of a key. */
  private static final int SHOWN_BYTES = 40;

  private RecordLine() {}

  static String text(Entry entry) {
    LogRecord record = entry.record();
    String session =
        record.session().equals(SessionId.NONE) ? "" : " " + record.session() + "#" + record.seq();
    return String.format(
            Locale.ROOT,
            "%d term %d %s%s %s:%d %s",
            record.offset(),
            record.term(),
            record.type(),
            session,
            entry.segment(),
            entry.position(),
            content(record))
        .stripTrailing();
  }

  static Map<String, Object> json(Entry entry) {
    LogRecord record = entry.record();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("offset", record.offset());
    fields.put("term", record.term());
    fields.put("type", record.type().name());
    if (!record.session().equals(SessionId.NONE)) {
      fields.put("session", record.session().toString());
      fields.put("seq", record.seq());
    }
    fields.put("segment", entry.segment());
    fields.put("position", entry.position());
    fields.put("durable_before", entry.durableBefore());
    fields.put("payload_bytes", record.payload().length);
    fields.put("content", content(record));
    return fields;
  }

  private static String content(LogRecord record) {
    if (record.type() != LogRecord.Type.WRITE) {
      return "";
    }
    WriteOp op;
    try {
      op = WriteOp.parseFrom(record.payload());
    } catch (InvalidProtocolBufferException e) {
      return "is not a write: " + record.payload().length + " bytes";
    }
    return switch (op.getOpCase()) {
      case PUT -> put(op.getPut());
      case DELETE -> delete(op.getDelete());
      case ALTER -> alter(op.getAlter());
      case FILL -> fill(op.getFill());
      case DELETE_ROWS -> deleteRows(op.getDeleteRows());
      case OP_NOT_SET -> "is no write";
    };
  }

  private static String put(PutOp put) {
    return "put "
        + keys(put.getKeysList())
        + " time "
        + put.getTime()
        + ", row of "
        + put.getValue().size()
        + " bytes"
        + version(put.getValue())
        + (put.getIfAbsent() ? ", if absent" : "");
  }

  /** The schema version of a row that has columns which were added to its table. */
  private static String version(ByteString row) {
    int version = row.size() > 1 ? row.byteAt(1) & 0xff : 0;
    return version > 1 ? " and version " + version : "";
  }

  private static String delete(DeleteOp delete) {
    StringBuilder text = new StringBuilder("delete ").append(keys(delete.getKeysList()));
    if (delete.getWholeIndexesCount() > 0) {
      text.append(" all of indexes ").append(delete.getWholeIndexesList());
    }
    if (delete.hasNewestTs()) {
      text.append(" up to ").append(delete.getNewestTs());
    }
    if (delete.hasOldestTs()) {
      text.append(" after ").append(delete.getOldestTs());
    }
    return text.append(delete.getWholeRows() ? ", whole rows" : "").toString();
  }

  private static String fill(FillOp fill) {
    return "fill "
        + keys(List.of(fill.getKey()))
        + " time "
        + fill.getTs()
        + ", row of "
        + fill.getValue().size()
        + " bytes, copy "
        + fill.getCopies()
        + (fill.getOwn() ? ", in the first index here" : "");
  }

  private static String deleteRows(DeleteRowsOp op) {
    StringJoiner text = new StringJoiner("; ", "delete rows seen: ", "");
    for (SeenRow seen : op.getRowsList()) {
      text.add(
          keys(List.of(seen.getKey()))
              + (seen.hasTs() ? " time " + seen.getTs() : "")
              + ", row of "
              + seen.getValue().size()
              + " bytes");
    }
    return text.toString();
  }

  private static String alter(AlterOp op) {
    StringJoiner text = new StringJoiner(", ", "alterations " + op.getVersion() + ": ", "");
    op.getTtlsList()
        .forEach(
            ttl ->
                text.add(
                    "ttl of index "
                        + ttl.getIndex()
                        + " "
                        + TTLType.forNumber(ttl.getType())
                        + " "
                        + ttl.getMaxAgeMillis()
                        + " ms, "
                        + ttl.getMaxVersions()
                        + " versions"));
    op.getDeletedIndexesList().forEach(index -> text.add("index " + index + " deleted"));
    op.getColumnsList()
        .forEach(
            column ->
                text.add(
                    "column " + column.getName() + " " + DataType.forNumber(column.getType())));
    op.getIndexesList()
        .forEach(
            index ->
                text.add("index " + index.getName() + (index.getFilled() ? "" : ", not filled")));
    return text.toString();
  }

  private static String keys(List<IndexKey> keys) {
    StringJoiner text = new StringJoiner(" ");
    keys.forEach(key -> text.add(key.getIndex() + "=" + shown(key.getKey())));
    return text.toString();
  }

  private static String shown(ByteString key) {
    ByteString head = key.substring(0, Math.min(SHOWN_BYTES, key.size()));
    StringBuilder text = new StringBuilder();
    for (byte b : head) {
      // What a terminal would take for something else is not given to it.
      text.append(b > ' ' && b < 0x7f && b != '\\' ? String.valueOf((char) b) : "\\x" + hex(b));
    }
    return key.size() > SHOWN_BYTES ? text + "... (" + key.size() + " bytes)" : text.toString();
  }

  private static String hex(byte b) {
    return String.format(Locale.ROOT, "%02x", b);
  }
}
