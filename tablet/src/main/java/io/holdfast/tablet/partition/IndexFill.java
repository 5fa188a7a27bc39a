package io.holdfast.tablet.partition;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.openmldb.tablet.FillIndexRequest;
import io.holdfast.protocol.row.IndexDef;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.PartitionHash;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Entry;
import io.holdfast.tablet.storage.ReadLimits;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.TraverseCursor;
import io.holdfast.tablet.storage.TraverseResult;
import io.holdfast.tablet.storage.TraverseResult.KeyedEntry;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The way of one partition's rows into the table's added indexes: which rows go where next, and
 * when all have arrived. Goes through the first index, in which every row of the partition is, a
 * page at a time; the next page waits until every partition has what it was sent of this one.
 *
 * <p>Begun anew it sends the same again, which does nothing where it has arrived. So nothing needs
 * to be kept of how far it came.
 *
 * <p>Deterministic; single owner.
 */
final class IndexFill {
  private static final ReadLimits PAGE = new ReadLimits(500, 256 << 10);

  /** A row goes to each of the indexes, and several large ones would be more than a frame holds. */
  private static final long PART_BYTES = 1 << 20;

  private static final long RETRY_NANOS = 200_000_000L;

  /** A pass over keys that have nothing to show must come to its end, too, but not all at once. */
  private static final int PAGES_PER_TURN = 4;

  /** What one partition is to be sent. */
  static final class Part {
    private final int pid;
    private final FillIndexRequest request;
    private boolean underWay;
    private long notBefore;

    private Part(int pid, FillIndexRequest request, long now) {
      this.pid = pid;
      this.request = request;
      this.notBefore = now;
    }

    int pid() {
      return pid;
    }

    FillIndexRequest request() {
      return request;
    }
  }

  /** Rows that are equal in all of this are told from each other by their number. */
  private record Same(int index, long ts, ByteBuffer value) {}

  private final PartitionId partition;
  private final int partitions;
  private final long term;
  private final int version;
  private final long behind;
  private final long settleNanos;
  private final Map<Same, Integer> copies = new HashMap<>();
  private final List<Part> parts = new ArrayList<>();
  private byte[] copiesOf;
  private long settledAt;
  private boolean settling;
  private TraverseCursor cursor;
  private boolean ended;
  private long rows;
  private long leftOut;

  /**
   * @param partitions of the table
   * @param term of the leadership in which it happens
   * @param version of the alterations whose indexes are filled
   * @param behind offset of the last row to be sent: who put a later one has given it its key
   * @param settleNanos for so long it waits when that offset is applied: who has put one of the
   *     rows before it with the key of an added index may still be about to send that key
   */
  IndexFill(
      PartitionId partition,
      int partitions,
      long term,
      int version,
      long behind,
      long settleNanos) {
    this.partition = partition;
    this.partitions = partitions;
    this.term = term;
    this.version = version;
    this.behind = behind;
    this.settleNanos = settleNanos;
  }

  long term() {
    return term;
  }

  int version() {
    return version;
  }

  /** Whether every row can be found. */
  boolean isDone() {
    return ended && parts.isEmpty();
  }

  /** How many rows it has been through. */
  long rows() {
    return rows;
  }

  /**
   * How many times a row could not be given a place in an index: it has no time, or a key that is
   * too long, or is too large with it.
   */
  long leftOut() {
    return leftOut;
  }

  /** What is to be sent now; each is to be {@link #answered}. */
  List<Part> next(StorageEngine engine, long now) {
    if (!isSettled(engine, now)) {
      return List.of();
    }
    for (int i = 0; i < PAGES_PER_TURN && parts.isEmpty() && !ended; i++) {
      readPage(engine, now);
    }
    List<Part> due = new ArrayList<>();
    for (Part part : parts) {
      if (!part.underWay && now - part.notBefore >= 0) {
        part.underWay = true;
        due.add(part);
      }
    }
    return due;
  }

  private boolean isSettled(StorageEngine engine, long now) {
    if (!settling && engine.appliedOffset() >= behind) {
      settling = true;
      settledAt = now + settleNanos;
    }
    return settling && now - settledAt >= 0;
  }

  /**
   * What became of a part.
   *
   * @param taken whether its partition has it and will not lose it; otherwise it is sent once more
   */
  void answered(Part part, boolean taken, long now) {
    part.underWay = false;
    part.notBefore = now + RETRY_NANOS;
    if (taken) {
      parts.remove(part);
    }
  }

  private void readPage(StorageEngine engine, long now) {
    TableSchema schema = engine.schema();
    List<IndexDef> wanted =
        schema.indexes().stream().filter(index -> index.live() && !index.filled()).toList();
    if (wanted.isEmpty()) {
      ended = true;
      return;
    }
    IndexDef first = schema.firstIndex();
    // What is too old by the time of the log is gone on every replica.
    TraverseResult page =
        engine.traverse(first.position(), cursor, false, PAGE, engine.logTimeMillis());
    Map<Integer, Gathered> requests = new TreeMap<>();
    for (KeyedEntry entry : page.entries()) {
      if (entry.entry().offset() > behind) {
        continue;
      }
      rows++;
      if (!Arrays.equals(copiesOf, entry.key())) {
        copiesOf = entry.key();
        copies.clear();
      }
      for (IndexDef index : wanted) {
        fill(schema, first, index, entry, requests, now);
      }
    }
    requests.values().forEach(gathered -> parts.add(gathered.part(now)));
    cursor = page.next().map(next -> behindLast(next, page.entries())).orElse(null);
    ended = cursor == null;
  }

  /**
   * Goes on behind the last entry by its offset. By how many of its time were seen it might read
   * some again, and number them as if there were more, or leave some out: others of that time come
   * and go between two pages.
   */
  private static TraverseCursor behindLast(TraverseCursor next, List<KeyedEntry> read) {
    KeyedEntry last = read.isEmpty() ? null : read.get(read.size() - 1);
    boolean isWithin =
        last != null && Arrays.equals(last.key(), next.key()) && last.entry().ts() == next.ts();
    return isWithin
        ? new TraverseCursor(next.key(), next.ts(), next.seenAtTs(), last.entry().offset())
        : next;
  }

  private void fill(
      TableSchema schema,
      IndexDef first,
      IndexDef index,
      KeyedEntry keyed,
      Map<Integer, Gathered> requests,
      long now) {
    Entry entry = keyed.entry();
    RowView row = view(schema, entry);
    byte[] key = KeyCodec.key(schema, index, row);
    long ts = time(first, index, row, entry);
    if (ts <= 0 || key.length > WriteOpCodec.MAX_KEY_BYTES) {
      leftOut++;
      return;
    }
    int number =
        copies.merge(
            new Same(index.position(), ts, ByteBuffer.wrap(entry.value())), 1, Integer::sum);
    int pid = PartitionHash.partition(key, partitions);
    boolean own =
        pid == partition.pid() && Arrays.equals(keyed.key(), KeyCodec.key(schema, first, row));
    FillOp.Builder fill =
        FillOp.newBuilder()
            .setKey(
                IndexKey.newBuilder()
                    .setIndex(index.position())
                    .setKey(UnsafeByteOperations.unsafeWrap(key)))
            .setTs(ts)
            // The engine never changes a row, so it need not be copied.
            .setValue(UnsafeByteOperations.unsafeWrap(entry.value()))
            .setCopies(number)
            .setOwn(own);
    if (!first.hasTsColumn()) {
      fill.setPutMillis(entry.ts());
    }
    ByteString encoded = fill.build().toByteString();
    if (encoded.size() > WriteOpCodec.MAX_FILL_BYTES) {
      leftOut++;
      return;
    }
    Gathered gathered = requests.computeIfAbsent(pid, Gathered::new);
    if (gathered.bytes > 0 && gathered.bytes + encoded.size() > PART_BYTES) {
      parts.add(gathered.part(now));
      gathered = new Gathered(pid);
      requests.put(pid, gathered);
    }
    gathered.add(encoded);
  }

  /** What a part will be made of. */
  private final class Gathered {
    private final int pid;
    private final FillIndexRequest.Builder request;
    private long bytes;

    Gathered(int pid) {
      this.pid = pid;
      this.request =
          FillIndexRequest.newBuilder().setTid(partition.tid()).setPid(pid).setVersion(version);
    }

    void add(ByteString fill) {
      request.addFills(fill);
      bytes += fill.size();
    }

    Part part(long now) {
      return new Part(pid, request.build(), now);
    }
  }

  /** The time of a row in an index; 0 when there is none. */
  private static long time(IndexDef first, IndexDef index, RowView row, Entry entry) {
    if (index.hasTsColumn()) {
      return row.isNull(index.tsColumn()) ? 0 : row.getLong(index.tsColumn());
    }
    // Where a column is the time of the entry, nothing says when the row was put.
    return first.hasTsColumn() ? 0 : entry.ts();
  }

  private static RowView view(TableSchema schema, Entry entry) {
    try {
      return RowView.of(schema, entry.value());
    } catch (RowFormatException e) {
      throw new IllegalStateException("the engine has a row of another schema", e);
    }
  }
}
