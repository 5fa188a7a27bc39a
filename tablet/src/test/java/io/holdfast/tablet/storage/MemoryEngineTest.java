package io.holdfast.tablet.storage;

import static io.holdfast.tablet.storage.EngineFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GetType;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryEngineTest {
  private static final long NOW = 1_000_000_000_000L;

  private final TableSchema schema = EngineFixture.schema(TTLType.kAbsoluteTime, 0, 0);
  private final WriteOpCodec codec = new WriteOpCodec(schema);
  private final MemoryEngine engine = new MemoryEngine(schema);

  private void put(String a, String b, long ts) throws Exception {
    engine.apply(
        engine.appliedOffset() + 1,
        codec.encode(EngineFixture.put(schema, a, b, ts, 0, NOW, 0, 1, 2).build(), NOW));
  }

  private ApplyResult delete(DeleteRequest request) throws Exception {
    return engine.apply(engine.appliedOffset() + 1, codec.encode(request, NOW));
  }

  /** Thousands of versions of one key, put in order and out of order, stay sorted over blocks. */
  @Test
  void keepsManyVersionsSorted() throws Exception {
    int n = 5000;
    for (int i = 0; i < n; i++) {
      put("k", "b", 1 + (i * 7919L) % n);
    }
    ScanResult all =
        engine.scan(
            0, key("k"), TimeRange.ALL, ScanSkip.NONE, false, new ReadLimits(n, 1 << 30), NOW);
    assertThat(all.entries()).hasSize(n);
    for (int i = 0; i < n; i++) {
      assertThat(all.entries().get(i).ts()).isEqualTo(n - i);
    }
    assertThat(engine.count(0, key("k"), new TimeRange(1000, 1999), false, NOW)).isEqualTo(1000);
    delete(EngineFixture.delete(0, "k").setTs(4000).setEndTs(1000).build());
    assertThat(engine.count(0, key("k"), TimeRange.ALL, false, NOW)).isEqualTo(n - 3000);
    assertThat(engine.get(0, key("k"), TimeRange.of(4000, GetType.kSubKeyLe), NOW))
        .map(Entry::ts)
        .contains(1000L);
    assertThat(engine.rowCount()).isEqualTo(n - 3000);
    assertThat(engine.entryCount(2)).isEqualTo(n - 3000);
  }

  /** A row counts once however many indexes hold it, and nothing is left when all is deleted. */
  @Test
  void accountsForRows() throws Exception {
    put("a", "x", 5);
    put("a", "y", 6);
    assertThat(engine.rowCount()).isEqualTo(2);
    long bytes = engine.rowBytes();
    DeleteRequest onlyA = EngineFixture.delete(0, "a").setEnableDecodeValue(false).build();
    assertThat(delete(onlyA).removed()).isEqualTo(2);
    assertThat(engine.entryCount(0)).isZero();
    assertThat(engine.entryCount(1)).isEqualTo(2);
    assertThat(engine.rowBytes()).isEqualTo(bytes);
    delete(DeleteRequest.newBuilder().build());
    assertThat(engine.rowCount()).isZero();
    assertThat(engine.rowBytes()).isZero();
    assertThat(engine.overheadBytes()).isZero();
    assertThat(engine.keyCount(1)).isZero();
  }

  /** A row that is there already is ignored when it is to be put only if absent. */
  @Test
  void putsIfAbsent() throws Exception {
    put("a", "x", 5);
    byte[] again =
        codec.encode(
            EngineFixture.put(schema, "a", "x", 5L, 0, NOW, 0, 1).setPutIfAbsent(true).build(),
            NOW);
    assertThat(engine.apply(2, again).outcome()).isEqualTo(ApplyResult.Outcome.IGNORED);
    byte[] other =
        codec.encode(
            EngineFixture.put(schema, "a", "x", 5L, 1, NOW, 0, 1).setPutIfAbsent(true).build(),
            NOW);
    assertThat(engine.apply(3, other).outcome()).isEqualTo(ApplyResult.Outcome.PUT);
    assertThat(engine.get(0, key("a"), TimeRange.ALL, NOW)).map(Entry::offset).contains(3L);
  }

  /** A walk in small pages meets each of many keys once, although keys come and go meanwhile. */
  @Test
  void traversesWhileKeysComeAndGo() throws Exception {
    for (int i = 0; i < 3000; i++) {
      put("k" + i, "b", 1 + i % 3);
    }
    Set<String> met = new HashSet<>();
    TraverseCursor cursor = null;
    int page = 0;
    do {
      TraverseResult result = engine.traverse(0, cursor, false, new ReadLimits(17, 1 << 20), NOW);
      for (TraverseResult.KeyedEntry entry : result.entries()) {
        String key = new String(entry.key(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(met.add(key)).isTrue();
      }
      for (int i = 0; i < 40; i++) {
        put("new" + page + "_" + i, "b", 1);
      }
      delete(EngineFixture.delete(0, "new" + page + "_1").build());
      page++;
      cursor = result.next().orElse(null);
    } while (cursor != null);
    for (int i = 0; i < 3000; i++) {
      assertThat(met).contains("k" + i);
    }
  }

  /** Collection goes on where it stopped, frees all that is too old, and nothing else. */
  @Test
  void collectsALittleAtATime() throws Exception {
    TableSchema aged = EngineFixture.schema(TTLType.kAbsoluteTime, 1, 0);
    WriteOpCodec writes = new WriteOpCodec(aged);
    MemoryEngine old = new MemoryEngine(aged);
    for (int i = 1; i <= 1000; i++) {
      long ts = i % 4 == 0 ? NOW : NOW - 100_000;
      old.apply(
          i, writes.encode(EngineFixture.put(aged, "k" + i, "b", ts, 0, ts, 0, 1, 2).build(), NOW));
    }
    int steps = 1;
    while (!old.gc(NOW, 100).roundDone()) {
      steps++;
    }
    assertThat(steps).isGreaterThan(10);
    assertThat(old.rowCount()).isEqualTo(250);
    assertThat(old.keyCount(0)).isEqualTo(250);
    assertThat(old.entryCount(1)).isEqualTo(250);
  }

  /** Byte limits cut a scan, but one row always comes. */
  @Test
  void cutsByBytes() throws Exception {
    put("a", "x", 1);
    put("a", "x", 2);
    ScanResult one =
        engine.scan(0, key("a"), TimeRange.ALL, ScanSkip.NONE, false, new ReadLimits(9, 1), NOW);
    assertThat(one.entries()).hasSize(1);
    assertThat(one.cut()).isTrue();
  }

  /** A record out of order, or one that no codec made, stops the engine. */
  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> engine.skip(2)).isInstanceOf(IllegalStateException.class);
    engine.skip(1);
    assertThatThrownBy(() -> engine.apply(2, new byte[] {1, 2, 3}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> engine.apply(2, new byte[0]))
        .isInstanceOf(IllegalStateException.class);
    assertThat(engine.appliedOffset()).isEqualTo(1);
  }

  /**
   * Letting go of a deleted index takes as long as it has entries, however many have gone before.
   */
  @Test
  void aLargeIndexIsLetGoInSteps() throws Exception {
    int keys = 300_000;
    WriteOpCodec codec = new WriteOpCodec(schema);
    for (int i = 0; i < keys; i++) {
      byte[] put = codec.encode(EngineFixture.put(schema, "a", "b" + i, 1L, i, 1, 0, 1).build(), 1);
      engine.apply(engine.appliedOffset() + 1, put);
    }
    long before = engine.overheadBytes();
    engine.apply(
        engine.appliedOffset() + 1, WriteOpCodec.encode(Alterations.NONE.without(EngineFixture.B)));
    assertThat(engine.schema().index(EngineFixture.B)).isEmpty();
    int steps = 2 * keys / 2000;
    long begun = System.nanoTime();
    long[] quarterNanos = new long[4];
    for (int step = 0; step < steps; step++) {
      engine.gc(1, 2000);
      quarterNanos[4 * step / steps] = System.nanoTime() - begun;
    }
    assertThat(engine.gc(1, 2000).roundDone()).isTrue();
    // Passing all that have gone would make the last quarter seven times the first.
    assertThat(quarterNanos[3] - quarterNanos[2]).isLessThan(5 * quarterNanos[0] + 200_000_000);
    assertThat(engine.overheadBytes()).isLessThan(before / 2);
    assertThat(engine.rowCount()).isEqualTo(keys);
  }

  /** A client that has not heard of it sends its key, maybe alone: the others are elsewhere. */
  @Test
  void aKeyOfADeletedIndexIsPassedOver() throws Exception {
    engine.apply(1, WriteOpCodec.encode(Alterations.NONE.without(EngineFixture.B)));
    WriteOpCodec altered = new WriteOpCodec(engine.schema());
    engine.apply(2, altered.encode(EngineFixture.put(schema, "a", "b", 1L, 1, 1, 1).build(), 1));
    assertThat(engine.rowCount()).isZero();
    engine.apply(3, altered.encode(EngineFixture.put(schema, "a", "b", 1L, 1, 1, 0, 1).build(), 1));
    assertThat(engine.rowCount()).isEqualTo(1);
    assertThat(engine.entryCount(EngineFixture.A)).isEqualTo(1);
  }
}
