package io.holdfast.tablet.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the memory engine takes and gives back when memory is short, and what others read late. */
class MemoryBoundsTest {
  private static final int CHUNK = 1 << 20;
  private static final long MINUTE = 60_000;

  // ---- addresses

  /** The first unit of each chunk, one inside and the last are where they belong, up to 32 GiB. */
  @Test
  void addressesAreRightUpToTheLastChunk() {
    for (int number = 0; number < Arena.MAX_CHUNKS; number++) {
      long first = Arena.firstUnit(number);
      long behind = number == Arena.MAX_CHUNKS - 1 ? 1L << 32 : Arena.firstUnit(number + 1);
      for (long unit : new long[] {first, first + 1, (first + behind) / 2, behind - 1}) {
        assertThat(Arena.chunkOf((int) unit)).isEqualTo(number);
        assertThat(Arena.place((int) unit)).isEqualTo((int) (8 * (unit - first)));
      }
    }
  }

  // ---- refused for ever, admitted without bound

  private static boolean room(Arena arena, int bytes) {
    IntArray sizes = new IntArray();
    sizes.add(bytes);
    return !arena.isPoolFull() || arena.hasRoomFor(sizes);
  }

  /** What a snapshot held has been let go of; nothing is written, since all is refused. */
  @Test
  void whatWasReleasedCanBeWrittenToAlthoughNothingIsWritten() {
    ChunkPool pool = new ChunkPool(8L * CHUNK, 10L * CHUNK);
    Arena arena = new Arena(pool);
    List<Integer> taken = new ArrayList<>();
    while (room(arena, 5_000)) {
      taken.add(arena.take(5_000));
    }
    long hold = arena.hold();
    taken.forEach(piece -> arena.free(piece, 5_000));
    assertThat(room(arena, 5_000)).as("held").isFalse();
    arena.release(hold);
    boolean has = false;
    for (int attempt = 0; attempt < 10_000 && !has; attempt++) {
      has = room(arena, 5_000);
    }
    assertThat(has).as("8 MiB are free and nobody reads them").isTrue();
  }

  private final TableSchema schema = EngineFixture.schema(TTLType.kLatestTime, 0, 0);
  private final WriteOpCodec codec = new WriteOpCodec(schema);

  private boolean putIfRoom(MemoryEngine engine, String a, String b, int n) throws Exception {
    PutRequest put = EngineFixture.put(schema, a, b, 1_000L + n, n, 1_000, 0, 1, 2).build();
    byte[] payload = codec.encode(put, 1_000);
    if (!engine.hasRoomFor(payload)) {
      return false;
    }
    engine.apply(engine.appliedOffset() + 1, payload);
    return true;
  }

  /** Keys with one version each, and nothing is ever deleted. */
  @Test
  void rowsThatComeOnlyAreRefusedSoonAfterThePoolIsFull() throws Exception {
    ChunkPool pool = new ChunkPool(8L * CHUNK, 200L * CHUNK);
    MemoryEngine engine = new MemoryEngine(schema, 0, pool);
    int rows = 0;
    while (rows < 300_000 && putIfRoom(engine, "a" + rows, "b" + rows, rows)) {
      rows++;
    }
    assertThat(pool.givenBytes()).as(rows + " rows").isLessThan(10L * CHUNK);
  }

  /** Rows of many sizes come and go by turns, under few keys and many. */
  @Test
  void rowsThatComeAndGoAreNotAdmittedWithoutBound() throws Exception {
    ChunkPool pool = new ChunkPool(8L * CHUNK, 200L * CHUNK);
    MemoryEngine engine = new MemoryEngine(schema, 0, pool);
    Random random = new Random(3);
    ArrayDeque<String> there = new ArrayDeque<>();
    int admitted = 0;
    int i = 0;
    for (; i < 400_000 && pool.givenBytes() < 100L * CHUNK; i++) {
      // Sizes grow slowly, as texts do.
      String a = "a".repeat(random.nextInt(10 + i / 400)) + i;
      String b = "b" + random.nextInt(random.nextBoolean() ? 10 : 10_000);
      if (putIfRoom(engine, a, b, i)) {
        there.add(a);
        admitted++;
      } else {
        for (int n = 0; n < 20 && !there.isEmpty(); n++) {
          DeleteRequest delete =
              EngineFixture.delete(0, there.removeFirst()).setEnableDecodeValue(true).build();
          engine.apply(engine.appliedOffset() + 1, codec.encode(delete, 1_000));
        }
      }
    }
    assertThat(pool.givenBytes())
        .as(
            "step %s: %s rows were admitted, %s are there with %s bytes, of %s used; the pool is"
                + " full at 8 MiB",
            i, admitted, engine.rowCount(), engine.rowBytes(), engine.memoryBytes())
        .isLessThan(10L * CHUNK);
  }

  // ---- what a load or a neighbour does to others

  /** One partition that is loaded must not use up what is left for those that are in service. */
  @Test
  void aLoadThatDoesNotFitLeavesOthersTheirReserve() throws Exception {
    ChunkPool pool = new ChunkPool(8L * CHUNK, 10L * CHUNK);
    MemoryEngine other = new MemoryEngine(schema, 0, pool);
    for (int i = 0; i < 10_000; i++) {
      put(other, i);
    }
    try (StateBuilder builder = new MemoryEngines(pool).builder(schema, Long.MAX_VALUE, 1_000)) {
      assertThatThrownBy(
              () -> {
                for (int i = 1; i < 10_000; i++) {
                  builder.row(i, new byte[10_000]);
                }
              })
          .isInstanceOf(IllegalStateException.class);
      // What is committed arrives meanwhile.
      for (int i = 0; i < 10_000; i++) {
        put(other, i);
      }
    }
  }

  private void put(MemoryEngine engine, int n) throws Exception {
    PutRequest put = EngineFixture.put(schema, "a" + n, "b", 1_000L + n, n, 1_000, 0, 1, 2).build();
    engine.apply(engine.appliedOffset() + 1, codec.encode(put, 1_000));
  }

  /** The JVM counts what is kept, too: it makes way for what other tables need in other sizes. */
  @Test
  void keptChunksAreGivenUpForOtherSizes() {
    ChunkPool pool = new ChunkPool(40L << 20, 50L << 20);
    Arena dropped = new Arena(pool);
    for (int i = 0; i < 35 * 100; i++) {
      dropped.take(10_000);
    }
    dropped.close();
    assertThat(pool.givenBytes()).isZero();
    assertThat(pool.keptBytes()).isGreaterThan(30L << 20);
    Arena next = new Arena(pool);
    for (int i = 0; i < 30; i++) {
      next.take(CHUNK / 2);
      assertThat(pool.givenBytes() + pool.keptBytes()).isLessThanOrEqualTo(pool.limitBytes());
    }
    assertThat(pool.keptBytes()).isLessThan(35L << 20);
    next.close();
  }

  /** What remembers held pieces is counted with them, and little where many were freed at once. */
  @Test
  void whatRemembersHeldPiecesIsCounted() {
    HeldPieces held = new HeldPieces();
    for (int i = 0; i < 100_000; i++) {
      held.add(i, 3, 1 + i / 1_000);
    }
    assertThat(held.bytes()).isBetween(32L * 100_000, 33L * 100_000);
    for (int i = 0; i < 100_000; i++) {
      assertThat(held.isReleased(i / 1_000)).isFalse();
      assertThat(held.isReleased(1 + i / 1_000)).isTrue();
      assertThat(held.piece()).isEqualTo(i);
      held.removeFirst();
    }
    assertThat(held.bytes()).isZero();
  }

  // ---- what is read later, and let go of key by key

  private record Met(SavedKey key, List<Object> copy) {}

  private static List<Object> copy(SavedKey key) {
    List<Object> copy = new ArrayList<>();
    copy.add(Arrays.toString(key.key()));
    copy.add(key.size());
    key.forEachLive(
        (ts, offset, value) -> copy.add(ts + " " + offset + " " + Arrays.hashCode(value)));
    return copy;
  }

  /** Keys are read at any time after they were met, each released then; walks end or are ended. */
  @Test
  void savedKeysStayUntilEachIsReleased() throws Exception {
    ChunkPool pool = ChunkPool.unlimited();
    for (int seed = 1; seed <= 120; seed++) {
      Random random = new Random(seed);
      TTLType type = TTLType.values()[random.nextInt(4)];
      TableSchema table = EngineFixture.schema(type, random.nextInt(3), random.nextInt(5));
      MemoryEngine engine = new MemoryEngine(table, 0, pool);
      MemoryEngine lazy = new MemoryEngine(table, 0, pool);
      Later later = new Later(random, table, engine, lazy);
      for (int walk = 0; walk < 6; walk++) {
        later.walk();
      }
      assertThat(engine.stateHash()).isEqualTo(lazy.stateHash());
      engine.close();
      lazy.close();
      assertThat(pool.givenBytes()).isZero();
    }
  }

  private static final class Later {
    private final Random random;
    private final TableSchema table;
    private final MemoryEngine engine;
    private final MemoryEngine lazy;
    private final int keys;
    private final ArrayDeque<Met> met = new ArrayDeque<>();
    private final List<EngineFixture.Put> puts = new ArrayList<>();
    private long now = 10 * MINUTE;

    Later(Random random, TableSchema table, MemoryEngine engine, MemoryEngine lazy) {
      this.random = random;
      this.table = table;
      this.engine = engine;
      this.lazy = lazy;
      this.keys = 1 + random.nextInt(12);
    }

    void walk() throws Exception {
      change(random.nextInt(600));
      StateWalk walk = engine.beginWalk(key -> met.add(new Met(key, copy(key))));
      boolean done = false;
      int cancelAt = random.nextInt(60);
      for (int turn = 0; !done; turn++) {
        change(random.nextInt(20));
        read(random.nextInt(5));
        done = walk.advance(1 + random.nextInt(3));
        if (turn == cancelAt) {
          walk.cancel();
          change(random.nextInt(100));
          done = true;
        }
      }
      change(random.nextInt(300));
      read(random.nextBoolean() ? met.size() : random.nextInt(met.size() + 1));
      for (Met one : met) {
        assertThat(copy(one.key())).isEqualTo(one.copy());
      }
      met.clear();
      walk.cancel();
      walk.release();
      change(100);
    }

    private void read(int most) {
      for (int i = 0; i < most && !met.isEmpty(); i++) {
        Met one = met.removeFirst();
        assertThat(copy(one.key())).isEqualTo(one.copy());
        one.key().release();
      }
    }

    private void change(int steps) throws Exception {
      for (int step = 0; step < steps; step++) {
        now += random.nextInt(1500);
        if (random.nextInt(60) == 0) {
          Alterations altered = EngineFixture.altered(engine.alterations(), random);
          apply(WriteOpCodec.encode(altered));
        }
        if (EngineFixture.hasAdded(engine) && random.nextInt(3) == 0 && !puts.isEmpty()) {
          int recent = Math.max(0, puts.size() - 60);
          EngineFixture.Put put = puts.get(recent + random.nextInt(puts.size() - recent));
          apply(new WriteOpCodec(engine.schema()).encode(EngineFixture.fill(put, random)));
        }
        switch (random.nextInt(10)) {
          case 0 -> apply(new WriteOpCodec(table).encode(delete(), now));
          case 1 -> engine.gc(now, 1 + random.nextInt(20));
          default -> put();
        }
      }
    }

    private void apply(byte[] payload) {
      engine.apply(engine.appliedOffset() + 1, payload);
      lazy.apply(lazy.appliedOffset() + 1, payload);
    }

    private String text() {
      return "t" + random.nextInt(keys);
    }

    private long ts() {
      return now - random.nextInt(4) * MINUTE / 2 + random.nextInt(3) - 1;
    }

    private void put() throws Exception {
      int[] indexes = random.nextBoolean() ? new int[] {0, 1, 2} : new int[] {random.nextInt(3)};
      String a = text();
      // Now and then one with a buffer of its own.
      String b = random.nextInt(400) == 0 ? "x".repeat(30_000) : text();
      long ts = ts();
      PutRequest.Builder put =
          EngineFixture.put(table, a, b, ts, (int) engine.appliedOffset(), now, indexes);
      puts.add(new EngineFixture.Put(a, b, ts, put.getValue()));
      apply(
          new WriteOpCodec(table).encode(put.setPutIfAbsent(random.nextInt(5) == 0).build(), now));
    }

    private DeleteRequest delete() {
      int index = random.nextInt(3);
      DeleteRequest.Builder request = DeleteRequest.newBuilder();
      if (random.nextInt(20) == 0) {
        request.setIdxName(table.indexes().get(index).name());
      } else {
        request = EngineFixture.delete(index, EngineFixture.keyOf(index, text(), text()));
      }
      if (random.nextBoolean()) {
        long newest = ts();
        request.setTs(newest).setEndTs(newest - 1 - random.nextInt(60_000));
      }
      return request.setEnableDecodeValue(random.nextBoolean()).build();
    }
  }
}
