package io.holdfast.tablet.storage;

import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What the memory engine would be with a ChronicleMap as its index: the same parsing, rows, blocks
 * and copies. It does a little less than the engine, which is to its advantage: one index, no
 * alterations, no walks, no limit of count.
 */
final class ChronicleStore implements BenchStore {
  private final TableSchema schema;
  private final IndexDef definition;
  private final Arena arena = new Arena(ChunkPool.unlimited());
  private final Rows rows = new Rows(arena);
  private final ChronicleIndex index;
  private long offset;

  ChronicleStore(TableSchema schema, long keys) {
    this.schema = schema;
    this.definition = schema.indexes().get(0);
    this.index = new ChronicleIndex(arena, keys, 1);
  }

  @Override
  public void put(byte[] payload) {
    offset++;
    PutOp put = WriteRules.parse(offset, payload).getPut();
    byte[] value = put.getValue().toByteArray();
    RowView view = WriteRules.row(schema, value);
    int row = rows.add(value, offset);
    rows.hold(row);
    for (IndexKey key : put.getKeysList()) {
      long ts = WriteRules.time(definition, view, put.getTime());
      rows.hold(row);
      index.findOrAdd(key.getKey().toByteArray()).insert(ts, row);
    }
    rows.release(row);
  }

  @Override
  public void newest(byte[] key, ByteBuffer answer) {
    KeyEntry entry = index.find(key);
    if (entry == null) {
      return;
    }
    Entry[] newest = new Entry[1];
    entry.visitDown(
        entry.lowerBound(Long.MIN_VALUE),
        entry.upperBound(Long.MAX_VALUE),
        (ts, row) -> {
          newest[0] = new Entry(ts, rows.offset(row), rows.value(row));
          return false;
        });
    answer.put(newest[0].value());
  }

  @Override
  public void scan(byte[] key, int count, ByteBuffer answer) {
    KeyEntry entry = index.find(key);
    if (entry == null) {
      return;
    }
    ReadPage page = new ReadPage(new ReadLimits(count, Integer.MAX_VALUE), false, ScanSkip.NONE);
    entry.visitDown(
        entry.lowerBound(Long.MIN_VALUE),
        entry.upperBound(Long.MAX_VALUE),
        (ts, row) -> page.add(ts, rows.offset(row), rows.length(row), () -> rows.value(row)));
    for (Entry found : page.entries()) {
      answer.put(found.value());
    }
  }

  @Override
  public long collect(long nowMillis) {
    return index.collect(nowMillis - TimeUnit.MINUTES.toMillis(BenchRows.TTL_MINUTES), rows);
  }

  @Override
  public long nativeBytes() {
    return arena.reservedBytes() + index.nativeBytes();
  }

  @Override
  public void close() {
    index.close();
    arena.close();
  }
}
