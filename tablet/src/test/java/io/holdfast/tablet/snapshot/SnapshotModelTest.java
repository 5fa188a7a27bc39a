package io.holdfast.tablet.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.EngineFixture;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.SavedKey;
import io.holdfast.tablet.storage.StateWalk;
import io.holdfast.tablet.storage.StorageEngine;
import io.holdfast.tablet.storage.TestEngines;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A snapshot that is made while the engine goes on is the state at its beginning, to the last
 * entry; and with the log behind it, it is the engine.
 */
class SnapshotModelTest {
  private static final long MINUTE = 60_000;
  private static final int SEEDS = 25;
  private static final int DISK_SEEDS = 3;

  @TempDir Path directory;

  private static Stream<Arguments> kinds() {
    return Stream.of(TestEngines.Kind.values())
        .flatMap(
            kind ->
                Stream.of(
                        TTLType.kAbsoluteTime,
                        TTLType.kLatestTime,
                        TTLType.kAbsAndLat,
                        TTLType.kAbsOrLat)
                    .map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isTheStateAtTheCutWhateverHappensMeanwhile(TestEngines.Kind kind, TTLType type)
      throws Exception {
    play(kind, type, false);
  }

  /** The ages change, indexes go and columns come, before it, behind it and while it is made. */
  @ParameterizedTest
  @MethodSource("kinds")
  void isTheStateAtTheCutHoweverTheTableIsAltered(TestEngines.Kind kind, TTLType type)
      throws Exception {
    play(kind, type, true);
  }

  private void play(TestEngines.Kind kind, TTLType type, boolean alters) throws Exception {
    try (TestEngines engines = new TestEngines()) {
      play(engines, kind, type, alters);
    }
  }

  private void play(TestEngines engines, TestEngines.Kind kind, TTLType type, boolean alters)
      throws Exception {
    int seeds = kind == TestEngines.Kind.MEMORY ? SEEDS : DISK_SEEDS;
    for (long seed = 1; seed <= seeds; seed++) {
      Random random = new Random(seed);
      TableSchema schema = EngineFixture.schema(type, random.nextInt(3), random.nextInt(5));
      new Play(engines.of(kind), schema, random, directory.resolve("state-" + type + seed), alters)
          .run();
    }
  }

  private static final class Play {
    private final TableSchema schema;
    private final Random random;
    private final Path file;
    private final WriteOpCodec codec;
    private final Engines engines;
    private final StorageEngine engine;

    /** Has applied the same and collected nothing. */
    private final StorageEngine lazy;

    private final boolean alters;
    private final int keys;
    private final ArrayDeque<SavedKey> saved = new ArrayDeque<>();
    private final List<byte[]> log = new ArrayList<>();
    private final List<EngineFixture.Put> puts = new ArrayList<>();
    private long now = 10 * MINUTE;

    Play(Engines engines, TableSchema schema, Random random, Path file, boolean alters)
        throws Exception {
      this.engines = engines;
      this.alters = alters;
      this.schema = schema;
      this.random = random;
      this.file = file;
      this.codec = new WriteOpCodec(schema);
      this.engine = engines.empty(schema);
      this.lazy = new MemoryEngine(schema);
      this.keys = 1 + random.nextInt(12);
    }

    void run() throws Exception {
      change(random.nextInt(2000));
      for (int round = 0; round < 3; round++) {
        snapshot(file.resolveSibling(file.getFileName() + "-" + round));
      }
    }

    private void snapshot(Path path) throws Exception {
      // Of an altered table some of what is there has been too old before, and need not be saved.
      List<String> cut = alters ? List.of() : EngineDump.of(engine);
      long hash = engine.stateHash();
      long offset = engine.appliedOffset();
      assertThat(lazy.stateHash()).isEqualTo(hash);
      SnapshotHeader header =
          new SnapshotHeader(
              "c", 1, 2, SnapshotHeader.fingerprint(schema), 3, offset, engine.logTimeMillis());
      byte[] sessions = {1, 2, 3};
      SnapshotManifest manifest;
      try (SnapshotWriter writer =
          new SnapshotWriter(path, header, sessions, engine.alterations())) {
        StateWalk walk = engine.beginWalk(saved::add);
        boolean done = false;
        while (!done) {
          change(random.nextInt(6));
          // The writer may be anywhere between far behind and at once.
          for (int n = random.nextInt(8); n > 0 && !saved.isEmpty(); n--) {
            writer.add(saved.removeFirst());
          }
          done = walk.advance(1 + random.nextInt(4));
        }
        change(random.nextInt(100));
        while (!saved.isEmpty()) {
          writer.add(saved.removeFirst());
        }
        walk.release();
        manifest = writer.finish();
      }
      change(random.nextInt(100));
      SnapshotReader.Loaded loaded = SnapshotReader.load(path, manifest, header, schema, engines);
      assertThat(loaded.engine().stateHash()).isEqualTo(hash);
      if (!alters) {
        assertThat(EngineDump.of(loaded.engine())).isEqualTo(cut);
      }
      for (long next = offset + 1; next <= engine.appliedOffset(); next++) {
        loaded.engine().apply(next, log.get((int) next - 1));
      }
      assertThat(loaded.engine().stateHash()).isEqualTo(engine.stateHash());
      assertThat(engine.stateHash()).isEqualTo(lazy.stateHash());
      collectAll(engine);
      collectAll(loaded.engine());
      assertThat(loaded.engine().rowCount()).isEqualTo(engine.rowCount());
      assertThat(loaded.engine().rowBytes()).isEqualTo(engine.rowBytes());
      assertThat(loaded.engine().overheadBytes()).isEqualTo(engine.overheadBytes());
      loaded.engine().discard();
      Files.delete(path);
    }

    /** One round may be under way, and have begun before the last alteration. */
    private void collectAll(StorageEngine from) {
      for (int round = 0; round < 2; round++) {
        while (!from.gc(now, 1000).roundDone()) {
          // Goes on.
        }
      }
    }

    private void change(int steps) throws Exception {
      for (int step = 0; step < steps; step++) {
        now += random.nextInt(1500);
        if (alters && random.nextInt(40) == 0) {
          apply(WriteOpCodec.encode(EngineFixture.altered(engine.alterations(), random)));
        }
        if (EngineFixture.hasAdded(engine) && random.nextInt(3) == 0 && !puts.isEmpty()) {
          int recent = Math.max(0, puts.size() - 60);
          EngineFixture.Put put = puts.get(recent + random.nextInt(puts.size() - recent));
          FillOp fill = EngineFixture.fill(put, random);
          apply(new WriteOpCodec(engine.schema()).encode(fill));
        }
        switch (random.nextInt(10)) {
          case 0 -> apply(codec.encode(delete(), now));
          case 1 -> engine.gc(now, 1 + random.nextInt(20));
          default -> put();
        }
      }
    }

    private void apply(byte[] payload) {
      log.add(payload);
      engine.apply(log.size(), payload);
      lazy.apply(log.size(), payload);
    }

    private String text() {
      return "t" + random.nextInt(keys);
    }

    private long ts() {
      return now - random.nextInt(4) * MINUTE / 2 + random.nextInt(3) - 1;
    }

    private void put() throws Exception {
      int[] indexes = random.nextBoolean() ? new int[] {0, 1, 2} : new int[] {random.nextInt(3)};
      // Of a client that has heard of all added columns, or of none.
      TableSchema heard = random.nextBoolean() ? schema : engine.schema();
      String a = text();
      String b = text();
      long ts = ts();
      PutRequest.Builder put = EngineFixture.put(heard, a, b, ts, log.size(), now, indexes);
      puts.add(new EngineFixture.Put(a, b, ts, put.getValue()));
      apply(
          new WriteOpCodec(heard).encode(put.setPutIfAbsent(random.nextInt(5) == 0).build(), now));
    }

    private DeleteRequest delete() {
      int index = random.nextInt(3);
      DeleteRequest.Builder request = DeleteRequest.newBuilder();
      if (random.nextInt(20) == 0) {
        // All keys of an index at once.
        request.setIdxName(schema.indexes().get(index).name());
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
