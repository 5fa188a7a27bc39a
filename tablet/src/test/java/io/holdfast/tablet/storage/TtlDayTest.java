package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.PutOp;
import io.holdfast.protocol.log.WriteOp;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.common.TTLSt;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A day of writes to a table whose four indexes forget in the four ways that there are. Each minute
 * the engine collects, and has exactly what a list of versions says that it should: nothing is
 * forgotten too early, and nothing stays.
 */
class TtlDayTest {
  private static final long MINUTE = 60_000;
  private static final int MINUTES = 24 * 60;
  private static final int PUTS_A_MINUTE = 40;
  private static final int KEYS = 50;

  /** Small, so that a round takes many slices, with other things between them. */
  private static final int SLICE = 64;

  /** How an index forgets. */
  private record Ways(TTLType type, long ageMinutes, int versions) {
    boolean countsAtOnce() {
      return type == TTLType.kLatestTime || type == TTLType.kAbsOrLat;
    }

    boolean isDead(boolean old, boolean many) {
      return switch (type) {
        case kAbsoluteTime, kRelativeTime -> old;
        case kLatestTime -> many;
        case kAbsAndLat -> old && many;
        case kAbsOrLat -> old || many;
      };
    }
  }

  private static final List<Ways> INDEXES =
      List.of(
          new Ways(TTLType.kAbsoluteTime, 60, 0),
          new Ways(TTLType.kLatestTime, 0, 3),
          new Ways(TTLType.kAbsAndLat, 120, 2),
          new Ways(TTLType.kAbsOrLat, 30, 5));

  private record Version(long ts, long offset) {}

  /** What an index should have: by key, the oldest first. */
  private final List<Map<String, List<Version>>> model = new ArrayList<>();

  private StorageEngine engine;
  private RowEncoder encoder;
  private long offset;

  private static TableSchema schema() throws Exception {
    List<ColumnKey> keys = new ArrayList<>();
    List<ColumnDesc> columns = new ArrayList<>();
    for (Ways ways : INDEXES) {
      // Columns may not be indexed twice, so each has its own; all have the same content.
      columns.add(
          ColumnDesc.newBuilder().setName("k" + keys.size()).setDataType(DataType.kString).build());
      keys.add(
          ColumnKey.newBuilder()
              .setIndexName("i" + keys.size())
              .addColName("k" + keys.size())
              .setTtl(
                  TTLSt.newBuilder()
                      .setTtlType(ways.type())
                      .setAbsTtl(ways.ageMinutes())
                      .setLatTtl(ways.versions()))
              .build());
    }
    columns.add(ColumnDesc.newBuilder().setName("v").setDataType(DataType.kBigInt).build());
    return TableSchema.of(columns, keys);
  }

  /** Puts a row into some of the indexes. */
  private void put(String key, long now, LongPredicate into) throws Exception {
    offset++;
    PutOp.Builder put =
        PutOp.newBuilder()
            .setTime(now)
            .setValue(ByteString.copyFrom(encoder.encode(List.of(key, key, key, key, offset))));
    for (int i = 0; i < INDEXES.size(); i++) {
      if (into.test(i)) {
        put.addKeys(IndexKey.newBuilder().setIndex(i).setKey(ByteString.copyFromUtf8(key)));
        List<Version> versions = model.get(i).computeIfAbsent(key, k -> new ArrayList<>());
        int at = versions.size();
        while (at > 0 && versions.get(at - 1).ts() > now) {
          at--;
        }
        versions.add(at, new Version(now, offset));
        Ways ways = INDEXES.get(i);
        if (ways.countsAtOnce() && versions.size() > ways.versions()) {
          versions.remove(0);
        }
      }
    }
    engine.apply(
        offset, WriteOp.newBuilder().setLeaderMillis(now).setPut(put).build().toByteArray());
  }

  private void forget(long now) {
    for (int i = 0; i < INDEXES.size(); i++) {
      Ways ways = INDEXES.get(i);
      for (List<Version> versions : model.get(i).values()) {
        int size = versions.size();
        int dead = 0;
        while (dead < size
            && ways.isDead(
                ways.ageMinutes() > 0 && versions.get(dead).ts() < now - ways.ageMinutes() * MINUTE,
                ways.versions() > 0 && size - dead > ways.versions())) {
          dead++;
        }
        versions.subList(0, dead).clear();
      }
      model.get(i).values().removeIf(List::isEmpty);
    }
  }

  private void collect(long now) {
    // The first may be the rest of an earlier round.
    for (int rounds = 0; rounds < 2; ) {
      rounds += engine.gc(now, SLICE).roundDone() ? 1 : 0;
    }
  }

  private void checkCounts(String when) {
    Set<Long> rows = new HashSet<>();
    for (int i = 0; i < INDEXES.size(); i++) {
      assertThat(engine.entryCount(i))
          .as("entries of index %d %s", i, when)
          .isEqualTo(model.get(i).values().stream().mapToLong(List::size).sum());
      assertThat(engine.keyCount(i)).as("keys %s", when).isEqualTo(model.get(i).size());
      model.get(i).values().forEach(list -> list.forEach(v -> rows.add(v.offset())));
    }
    assertThat(engine.rowCount()).as("rows %s", when).isEqualTo(rows.size());
  }

  private void checkReads(long now) {
    for (int i = 0; i < INDEXES.size(); i++) {
      for (Map.Entry<String, List<Version>> key : model.get(i).entrySet()) {
        List<Version> found =
            engine
                .scan(
                    i,
                    key.getKey().getBytes(StandardCharsets.UTF_8),
                    TimeRange.ALL,
                    ScanSkip.NONE,
                    false,
                    new ReadLimits(Integer.MAX_VALUE, Integer.MAX_VALUE),
                    now)
                .entries()
                .stream()
                .map(entry -> new Version(entry.ts(), entry.offset()))
                .toList();
        assertThat(found).hasSameSizeAs(key.getValue()).containsAll(key.getValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngines.Kind.class)
  void aDay(TestEngines.Kind kind) throws Exception {
    try (TestEngines engines = new TestEngines()) {
      TableSchema schema = schema();
      engine = engines.of(kind).empty(schema);
      encoder = new RowEncoder(schema);
      INDEXES.forEach(ways -> model.add(new TreeMap<>()));
      Random random = new Random(24);
      long now = 1_700_000_000_000L;
      long steadyBytes = 0;
      for (int minute = 0; minute < MINUTES; minute++) {
        now += MINUTE;
        for (int i = 0; i < PUTS_A_MINUTE; i++) {
          put("k" + random.nextInt(KEYS), now - random.nextInt(3), index -> true);
        }
        // A key that nobody writes to again, where age alone makes it leave.
        put("once-" + minute, now, index -> INDEXES.get((int) index).type() == TTLType.kAbsOrLat);
        collect(now);
        forget(now);
        checkCounts("in minute " + minute);
        if (minute % 60 == 0) {
          checkReads(now);
        }
        if (minute == MINUTES / 4) {
          steadyBytes = engine.reservedBytes();
        }
      }
      assertThat(engine.reservedBytes())
          .as("what was freed is used again")
          .isLessThanOrEqualTo(steadyBytes + steadyBytes / 4);
      now += 24 * 60 * MINUTE;
      put("k0", now, index -> true);
      collect(now);
      forget(now);
      checkCounts("a day later");
      checkReads(now);
      assertThat(engine.entryCount(0)).isEqualTo(1);
      engine.close();
    }
  }
}
