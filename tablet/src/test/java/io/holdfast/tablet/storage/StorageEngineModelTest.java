package io.holdfast.tablet.storage;

import static io.holdfast.tablet.storage.EngineFixture.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.log.DeleteRowsOp;
import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.log.IndexKey;
import io.holdfast.protocol.log.SeenRow;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageEngineModelTest {
  private static final long MINUTE = 60_000;

  private static TestEngines engines;

  @BeforeAll
  static void begin() throws Exception {
    engines = new TestEngines();
  }

  @AfterAll
  static void end() throws Exception {
    engines.close();
  }

  private static StorageEngine engine(TestEngines.Kind kind, TableSchema schema) throws Exception {
    return engines.of(kind).empty(schema);
  }

  /** A version in the model. */
  private record Version(int index, String key, long ts, long offset, String a, String b) {}

  /** The plainest engine that could be: a list of versions, searched from end to end. */
  private static final class Model {
    private final TTLType type;
    private final long age;
    private final long latest;
    private final List<Version> all = new ArrayList<>();

    Model(TTLType type, long minutes, long latest) {
      this.type = type;
      this.age = minutes * MINUTE;
      this.latest = latest;
    }

    /** Versions of a key, newest first, with those that are too old. */
    List<Version> versions(int index, String key) {
      return all.stream()
          .filter(v -> v.index() == index && v.key().equals(key))
          .sorted(
              Comparator.comparingLong(Version::ts).thenComparingLong(Version::offset).reversed())
          .toList();
    }

    List<Version> live(int index, String key, long now) {
      List<Version> live = new ArrayList<>();
      int rank = 0;
      for (Version version : versions(index, key)) {
        rank++;
        boolean old = age > 0 && now != StorageEngine.NO_EXPIRY && version.ts() < now - age;
        boolean many = latest > 0 && rank > latest;
        boolean expired =
            switch (type) {
              case kAbsoluteTime, kRelativeTime -> old;
              case kLatestTime -> many;
              case kAbsAndLat -> old && many;
              case kAbsOrLat -> old || many;
            };
        if (!expired) {
          live.add(version);
        }
      }
      return live;
    }

    void put(Version version) {
      all.add(version);
      if (latest > 0 && (type == TTLType.kLatestTime || type == TTLType.kAbsOrLat)) {
        List<Version> versions = versions(version.index(), version.key());
        all.removeAll(versions.subList(Math.min(versions.size(), (int) latest), versions.size()));
      }
    }

    void purge(int index, String key, long now) {
      List<Version> dead = new ArrayList<>(versions(index, key));
      dead.removeAll(live(index, key, now));
      all.removeAll(dead);
    }

    List<Version> delete(int index, String key, TimeRange range, long now) {
      purge(index, key, now);
      List<Version> hit =
          versions(index, key).stream().filter(v -> range.contains(v.ts())).toList();
      all.removeAll(hit);
      return hit;
    }
  }

  /** Any mix of writes, deletes, reads and collections answers as the plainest engine does. */
  @ParameterizedTest
  @CsvSource({
    "MEMORY, kAbsoluteTime",
    "MEMORY, kLatestTime",
    "MEMORY, kAbsAndLat",
    "MEMORY, kAbsOrLat",
    "DISK, kAbsoluteTime",
    "DISK, kLatestTime",
    "DISK, kAbsAndLat",
    "DISK, kAbsOrLat"
  })
  void behavesLikeAListOfVersions(TestEngines.Kind kind, TTLType type) throws Exception {
    for (long seed = 1; seed <= 12; seed++) {
      Random random = new Random(seed);
      long minutes = random.nextInt(3);
      long latest = random.nextInt(5);
      TableSchema schema = EngineFixture.schema(type, minutes, latest);
      new Run(engine(kind, schema), new Model(type, minutes, latest), random).play(400);
    }
  }

  /** One seeded play. */
  private static final class Run {
    private final TableSchema schema;
    private final Model model;
    private final Random random;
    private final WriteOpCodec codec;
    private final StorageEngine engine;
    private final Map<Long, byte[]> values = new HashMap<>();
    private long now = 10 * MINUTE;
    private long offset;

    Run(StorageEngine engine, Model model, Random random) {
      this.schema = engine.schema();
      this.model = model;
      this.random = random;
      this.codec = new WriteOpCodec(schema);
      this.engine = engine;
    }

    void play(int steps) throws Exception {
      for (int step = 0; step < steps; step++) {
        now += random.nextInt(2000);
        switch (random.nextInt(12)) {
          case 0, 1, 2, 3, 4, 5 -> put();
          case 6 -> delete();
          case 7 -> engine.gc(now, 1 + random.nextInt(20));
          case 8 -> deleteSeen();
          default -> compareReads();
        }
      }
      compareTraversal(EngineFixture.A, 1 + random.nextInt(7));
      compareTraversal(EngineFixture.AB, 1 + random.nextInt(7));
    }

    private String letter() {
      return String.valueOf((char) ('a' + random.nextInt(4)));
    }

    private long ts() {
      return now - random.nextInt(4) * MINUTE / 2 + random.nextInt(3) - 1;
    }

    private void put() throws Exception {
      String a = letter();
      String b = letter();
      long ts = ts();
      int[] indexes = random.nextBoolean() ? new int[] {0, 1, 2} : new int[] {random.nextInt(3)};
      PutRequest.Builder put = EngineFixture.put(schema, a, b, ts, (int) offset, now, indexes);
      offset++;
      engine.apply(offset, codec.encode(put.build(), now));
      values.put(offset, put.getValue().toByteArray());
      for (int index : indexes) {
        long time = index == EngineFixture.AB ? now : ts;
        model.put(new Version(index, EngineFixture.keyOf(index, a, b), time, offset, a, b));
      }
    }

    private void delete() throws Exception {
      int index = random.nextInt(3);
      String key = EngineFixture.keyOf(index, letter(), letter());
      DeleteRequest.Builder request = EngineFixture.delete(index, key);
      TimeRange range = TimeRange.ALL;
      if (random.nextBoolean()) {
        long newest = ts();
        long oldest = newest - 1 - random.nextInt(60_000);
        request.setTs(newest).setEndTs(oldest);
        range = new TimeRange(oldest + 1, newest);
      }
      boolean wholeRows = random.nextBoolean();
      request.setEnableDecodeValue(wholeRows);
      offset++;
      ApplyResult result = engine.apply(offset, codec.encode(request.build(), now));
      List<Version> hit = model.delete(index, key, range, now);
      assertThat(result.removed()).isEqualTo(hit.size());
      if (wholeRows) {
        for (Version h : hit) {
          for (int other = 0; other < 3; other++) {
            model.purge(other, EngineFixture.keyOf(other, h.a(), h.b()), now);
          }
          model.all.removeIf(v -> v.offset() == h.offset());
        }
      }
    }

    /** A row that somebody has seen goes from all indexes, and with it all that look like it. */
    private void deleteSeen() throws Exception {
      List<Version> all = model.all;
      if (all.isEmpty()) {
        return;
      }
      Version seen = all.get(random.nextInt(all.size()));
      boolean isTimeKnown = random.nextBoolean();
      long logTime = engine.logTimeMillis();
      byte[] value = values.get(seen.offset());
      SeenRow.Builder row =
          SeenRow.newBuilder()
              .setKey(
                  IndexKey.newBuilder()
                      .setIndex(seen.index())
                      .setKey(ByteString.copyFromUtf8(seen.key())))
              .setValue(ByteString.copyFrom(value));
      if (isTimeKnown) {
        row.setTs(seen.ts());
      }
      offset++;
      ApplyResult result =
          engine.apply(offset, codec.encode(DeleteRowsOp.newBuilder().addRows(row).build()));
      List<Version> hit =
          model.live(seen.index(), seen.key(), logTime).stream()
              .filter(v -> Arrays.equals(values.get(v.offset()), value))
              .filter(v -> v.ts() == seen.ts() || (!isTimeKnown && v.index() == EngineFixture.AB))
              .toList();
      assertThat(result.removed()).isEqualTo(hit.size());
      if (!hit.isEmpty()) {
        for (int index = 0; index < 3; index++) {
          model.purge(index, EngineFixture.keyOf(index, seen.a(), seen.b()), logTime);
        }
      }
      for (Version gone : hit) {
        model.all.removeIf(v -> v.offset() == gone.offset());
      }
    }

    private void compareReads() {
      int index = random.nextInt(3);
      String key = EngineFixture.keyOf(index, letter(), letter());
      long at = random.nextInt(5) == 0 ? StorageEngine.NO_EXPIRY : now;
      if (at == StorageEngine.NO_EXPIRY && model.age > 0) {
        return; // What a collection has freed is seen by the model only.
      }
      long high = ts();
      TimeRange range =
          random.nextBoolean() ? TimeRange.ALL : new TimeRange(high - random.nextInt(60_000), high);
      List<Version> expected =
          model.live(index, key, at).stream().filter(v -> range.contains(v.ts())).toList();
      int skip = random.nextInt(3);
      int limit = 1 + random.nextInt(6);
      ReadLimits limits = new ReadLimits(limit, 1 << 20);
      ScanResult scan = engine.scan(index, key(key), range, ScanSkip.any(skip), false, limits, at);
      List<Version> wanted = expected.stream().skip(skip).limit(limit).toList();
      assertThat(scan.entries().stream().map(Entry::offset))
          .isEqualTo(wanted.stream().map(Version::offset).toList());
      assertThat(scan.entries().stream().map(Entry::ts))
          .isEqualTo(wanted.stream().map(Version::ts).toList());
      assertThat(scan.cut()).isEqualTo(expected.size() > skip + limit);
      List<Version> atHigh = expected.stream().filter(v -> v.ts() == range.high()).toList();
      ScanSkip seen = ScanSkip.at(range.high(), skip);
      assertThat(
              engine.scan(index, key(key), range, seen, false, limits, at).entries().stream()
                  .map(Entry::offset))
          .isEqualTo(
              expected.stream()
                  .skip(Math.min(skip, atHigh.size()))
                  .limit(limit)
                  .map(Version::offset)
                  .toList());
      Optional<Entry> first = engine.get(index, key(key), range, at);
      assertThat(first.map(Entry::offset))
          .isEqualTo(expected.stream().findFirst().map(Version::offset));
      assertThat(engine.count(index, key(key), range, false, at)).isEqualTo(expected.size());
      assertThat(engine.count(index, key(key), range, true, at))
          .isEqualTo(expected.stream().map(Version::ts).distinct().count());
    }

    private void compareTraversal(int index, int pageRows) {
      Map<String, List<Long>> found = new LinkedHashMap<>();
      TraverseCursor cursor = null;
      do {
        TraverseResult page =
            engine.traverse(index, cursor, false, new ReadLimits(pageRows, 1 << 20), now);
        assertThat(page.entries()).hasSizeLessThanOrEqualTo(pageRows);
        for (TraverseResult.KeyedEntry entry : page.entries()) {
          String key = new String(entry.key(), java.nio.charset.StandardCharsets.UTF_8);
          found.computeIfAbsent(key, k -> new ArrayList<>()).add(entry.entry().offset());
        }
        cursor = page.next().orElse(null);
        if (index == 0 && pageRows % 2 == 0 && cursor != null && !page.entries().isEmpty()) {
          // Entries of one time are in the order of their rows in an index that is not filled.
          Entry last = page.entries().get(page.entries().size() - 1).entry();
          cursor =
              last.ts() == cursor.ts()
                  ? new TraverseCursor(cursor.key(), cursor.ts(), 0, last.offset())
                  : cursor;
        }
      } while (cursor != null);
      Map<String, List<Long>> expected = new HashMap<>();
      for (Version version : model.all) {
        if (version.index() == index) {
          List<Version> live = model.live(index, version.key(), now);
          if (!live.isEmpty()) {
            expected.put(version.key(), live.stream().map(Version::offset).toList());
          }
        }
      }
      assertThat(found).isEqualTo(expected);
    }
  }

  /** Replicas that collect at different times, or never, answer alike at every moment. */
  @ParameterizedTest
  @CsvSource({"MEMORY, 1", "MEMORY, 2", "MEMORY, 3", "DISK, 1", "DISK, 2", "DISK, 3"})
  void collectionChangesNoAnswer(TestEngines.Kind kind, long seed) throws Exception {
    for (TTLType type :
        new TTLType[] {
          TTLType.kAbsoluteTime, TTLType.kLatestTime, TTLType.kAbsAndLat, TTLType.kAbsOrLat
        }) {
      Random random = new Random(seed);
      TableSchema schema = EngineFixture.schema(type, 1, 2);
      WriteOpCodec codec = new WriteOpCodec(schema);
      StorageEngine lazy = engine(kind, schema);
      StorageEngine eager = engine(kind, schema);
      long now = 10 * MINUTE;
      for (long offset = 1; offset <= 500; offset++) {
        now += random.nextInt(5000);
        byte[] payload;
        if (random.nextInt(5) == 0) {
          long ts = now - random.nextInt(100_000);
          payload =
              codec.encode(EngineFixture.delete(0, "a").setTs(ts).setEndTs(ts - 9000).build(), now);
        } else {
          long ts = now - random.nextInt(90_000);
          payload =
              codec.encode(EngineFixture.put(schema, "a", "b", ts, 1, now, 0, 1, 2).build(), now);
        }
        lazy.apply(offset, payload);
        eager.apply(offset, payload);
        eager.gc(now + 30_000, 1000);
        ReadLimits limits = new ReadLimits(100, 1 << 20);
        for (int index = 0; index < 3; index++) {
          byte[] key = key(EngineFixture.keyOf(index, "a", "b"));
          assertThat(
                  offsets(eager.scan(index, key, TimeRange.ALL, ScanSkip.NONE, false, limits, now)))
              .isEqualTo(
                  offsets(lazy.scan(index, key, TimeRange.ALL, ScanSkip.NONE, false, limits, now)));
        }
      }
    }
  }

  /**
   * The table is altered again and again. One replica never collects, one a little now and then,
   * one all the time, and they answer alike, whatever has been too old under earlier ages. It is
   * the same with one that has its rows in memory.
   */
  @ParameterizedTest
  @CsvSource({
    "MEMORY, 1",
    "MEMORY, 2",
    "MEMORY, 3",
    "MEMORY, 4",
    "MEMORY, 5",
    "MEMORY, 6",
    "MEMORY, 7",
    "MEMORY, 8",
    "DISK, 1",
    "DISK, 2"
  })
  void alterationsAreTheSameWhateverWasCollected(TestEngines.Kind kind, long seed)
      throws Exception {
    Random random = new Random(seed);
    TableSchema schema = EngineFixture.schema(TTLType.kAbsoluteTime, 1, 0);
    WriteOpCodec codec = new WriteOpCodec(schema);
    StorageEngine lazy = new MemoryEngine(schema);
    StorageEngine slow = engine(kind, schema);
    StorageEngine eager = engine(kind, schema);
    List<EngineFixture.Put> puts = new ArrayList<>();
    int filled = 0;
    int truncations = 0;
    boolean isTruncated = false;
    long now = 10 * MINUTE;
    for (long offset = 1; offset <= 3000; offset++) {
      now += random.nextInt(5000);
      String a = "a" + random.nextInt(4);
      String b = "b" + random.nextInt(3);
      byte[] payload;
      if (random.nextInt(25) == 0) {
        Alterations altered = EngineFixture.altered(lazy.alterations(), random);
        isTruncated = altered.truncations() > lazy.alterations().truncations();
        truncations = altered.truncations();
        payload = WriteOpCodec.encode(altered);
      } else if (random.nextInt(4) == 0 && EngineFixture.hasAdded(lazy) && !puts.isEmpty()) {
        int recent = Math.max(0, puts.size() - 60);
        EngineFixture.Put put = puts.get(recent + random.nextInt(puts.size() - recent));
        FillOp fill = EngineFixture.fill(put, random);
        payload = new WriteOpCodec(lazy.schema()).encode(fill);
        filled++;
      } else if (random.nextInt(8) == 0) {
        int index = random.nextInt(3);
        DeleteRequest.Builder delete =
            EngineFixture.delete(index, EngineFixture.keyOf(index, a, b))
                .setEnableDecodeValue(random.nextBoolean());
        if (random.nextBoolean()) {
          long ts = now - random.nextInt(100_000);
          delete.setTs(ts).setEndTs(ts - 9000);
        }
        payload = codec.encode(delete.build(), now);
      } else {
        long ts = now - random.nextInt(200_000);
        // Of a client that has heard of all added columns, or of none.
        TableSchema heard = random.nextBoolean() ? schema : lazy.schema();
        PutRequest.Builder put = EngineFixture.put(heard, a, b, ts, (int) offset, now, 0, 1, 2);
        puts.add(new EngineFixture.Put(a, b, ts, put.getValue()));
        payload =
            new WriteOpCodec(heard).encode(put.setPutIfAbsent(random.nextInt(5) == 0).build(), now);
      }
      lazy.apply(offset, payload);
      slow.apply(offset, payload);
      eager.apply(offset, payload);
      if (isTruncated) {
        for (StorageEngine engine : List.of(lazy, slow, eager)) {
          assertThat(engine.rowCount()).isZero();
          assertThat(engine.rowBytes()).isZero();
          assertThat(engine.entryCount(EngineFixture.A)).isZero();
          assertThat(engine.keyCount(EngineFixture.A)).isZero();
        }
        isTruncated = false;
      }
      slow.gc(now, 1 + random.nextInt(5));
      eager.gc(now + 30_000, 1000);
      assertThat(slow.stateHash()).as("at %s", offset).isEqualTo(lazy.stateHash());
      assertThat(eager.stateHash()).as("at %s", offset).isEqualTo(lazy.stateHash());
      for (int index = 0; index < 4; index++) {
        if (lazy.schema().index(index).isPresent()) {
          byte[] key = key(EngineFixture.keyOf(index, a, b));
          ReadLimits limits = new ReadLimits(1000, 1 << 20);
          ScanResult scanned =
              lazy.scan(index, key, TimeRange.ALL, ScanSkip.NONE, false, limits, now);
          for (Entry entry : scanned.entries()) {
            EngineFixture.assertWhole(lazy.schema(), entry.value());
          }
          List<Long> expected = offsets(scanned);
          assertThat(
                  offsets(eager.scan(index, key, TimeRange.ALL, ScanSkip.NONE, false, limits, now)))
              .isEqualTo(expected);
          assertThat(
                  offsets(slow.scan(index, key, TimeRange.ALL, ScanSkip.NONE, false, limits, now)))
              .isEqualTo(expected);
        }
      }
    }
    assertThat(lazy.alterations().version()).isGreaterThan(50);
    assertThat(lazy.alterations().columns()).hasSizeGreaterThan(10);
    assertThat(filled).isPositive();
    assertThat(truncations).isPositive();
    // One round may be under way, and have begun before the last alteration.
    for (int round = 0; round < 2; round++) {
      while (!slow.gc(now, 1000).roundDone()) {}
      while (!eager.gc(now, 1000).roundDone()) {}
    }
    assertThat(slow.rowCount()).isEqualTo(eager.rowCount()).isLessThanOrEqualTo(lazy.rowCount());
    assertThat(slow.rowBytes()).isEqualTo(eager.rowBytes());
  }

  private static List<Long> offsets(ScanResult result) {
    return result.entries().stream().map(Entry::offset).toList();
  }
}
