package io.holdfast.tablet.storage;

import static io.holdfast.tablet.storage.EngineFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.log.FillOp;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the disk engine does that the memory engine does not: it comes back. */
class DiskEngineTest {
  private static final long NOW = 1_000_000_000_000L;

  private final TableSchema schema = EngineFixture.schema(TTLType.kAbsoluteTime, 0, 0);
  private final WriteOpCodec codec = new WriteOpCodec(schema);
  private TestEngines engines;

  @BeforeEach
  void begin() throws Exception {
    engines = new TestEngines();
  }

  @AfterEach
  void end() throws Exception {
    engines.close();
  }

  private void put(StorageEngine engine, String a, String b, long ts) throws Exception {
    engine.apply(
        engine.appliedOffset() + 1,
        codec.encode(EngineFixture.put(schema, a, b, ts, 0, NOW, 0, 1, 2).build(), NOW));
  }

  /** Begins a replica's engine with some rows, of which the last one came behind the checkpoint. */
  private DiskEngine begun(String replica) throws Exception {
    DiskEngine engine = (DiskEngine) engines.disk(replica).empty(schema);
    put(engine, "a", "x", 1000);
    put(engine, "a", "y", 2000);
    engine.checkpointNow(7, new byte[] {1, 2, 3});
    put(engine, "a", "z", 3000);
    return engine;
  }

  private static List<String> keys(DiskDatabase database) {
    List<String> lines = new ArrayList<>();
    try (DiskDatabase.Cursor cursor = database.present().cursor()) {
      HexFormat hex = HexFormat.of();
      for (boolean there = cursor.seek(new byte[0]); there; there = cursor.next()) {
        lines.add(hex.formatHex(cursor.key()) + " " + hex.formatHex(cursor.value()));
      }
    }
    return lines;
  }

  /** The keys in docs/formats/disk-engine.md are what the code writes, byte for byte. */
  @Test
  void writesTheDocumentedKeys() throws Exception {
    DiskEngine engine = (DiskEngine) engines.disk("r").empty(schema);
    byte[] payload =
        codec.encode(EngineFixture.put(schema, "k", "b", 1000L, 5, 900, 0).build(), 900);
    engine.apply(1, payload);
    PutRequest.Builder second = EngineFixture.put(schema, "k", "b", 1000L, 6, 900, 0, 1);
    engine.apply(2, codec.encode(second.build(), 900));
    engine.close();
    DiskDatabase lost =
        DiskDatabase.open(engines.directory().resolve("r/1"), engines.environment());
    assertThat(keys(lost)).as("nothing is there without a checkpoint").isEmpty();
    lost.release();

    DiskEngine again = (DiskEngine) engines.disk("r").empty(schema);
    again.apply(1, payload);
    again.apply(2, codec.encode(second.build(), 900));
    again.checkpointNow(3, new byte[] {9});
    again.close();
    DiskDatabase database =
        DiskDatabase.open(engines.directory().resolve("r/2"), engines.environment());
    List<String> found = keys(database);
    database.release();
    assertThat(found)
        .hasSize(10)
        .contains(
            "6b0000000001" + "6b" + " 00000002" + "00000000" + "00000000000003e8",
            "6b0001000001" + "62" + " 00000001" + "00000000" + "00000000000003e8",
            "6e0000000000000002" + " 00000002",
            "73" + " 0000000000000003" + "0000000000000002",
            "760000000001" + "6b" + "7ffffffffffffc17" + "7ffffffffffffffd" + " 00000017",
            "760000000001" + "6b" + "7ffffffffffffc17" + "7ffffffffffffffe" + " 00000017",
            "760001000001" + "62" + "7ffffffffffffc17" + "7ffffffffffffffd" + " 00000017");
    assertThat(found.stream().filter(line -> line.startsWith("72"))).hasSize(2);
    assertThat(found.stream().filter(line -> line.startsWith("63")).toList())
        .containsExactly("63 " + CHECKPOINT);
  }

  private static final String CHECKPOINT =
      "01"
          + "000163"
          + "00000000000000010000000000000002"
          + "00000003"
          + "00000004"
          + "0000000000000005"
          + "0000000000000003"
          + "0000000000000002"
          + "0000000000000384"
          + "0000000000000003"
          + "0000000000000002"
          + "000000000000002e"
          + "00000000"
          + "0003"
          + ("0000" + "00000000" + "0000" + "0000000000000002" + "0000000000000001")
          + ("0000000000000001" + "00000000")
          + ("0001" + "00000000" + "0000" + "0000000000000001" + "0000000000000001")
          + ("0000000000000001" + "00000000")
          + ("0002" + "00000000" + "0000" + "0000000000000000" + "0000000000000000")
          + ("0000000000000000" + "00000000")
          + "00000001"
          + "09";

  /** A checkpoint is read back as it was written, ages that are over included. */
  @Test
  void readsBackItsCheckpoint() {
    DiskCheckpoint.Index index =
        new DiskCheckpoint.Index(
            2,
            List.of(
                new TtlEras.Past(TtlPolicy.NONE, 5),
                new TtlEras.Past(new TtlPolicy(TtlPolicy.Kind.ABSOLUTE_OR_LATEST, 7, 8), 9)),
            10,
            11,
            12,
            1);
    Alterations alterations = Alterations.NONE.without(1);
    DiskCheckpoint checkpoint =
        new DiskCheckpoint(
            TestEngines.IDENTITY,
            1,
            2,
            3,
            4,
            5,
            6,
            alterations,
            new TreeMap<>(Map.of(0, index)),
            new byte[] {7});
    DiskCheckpoint read = DiskCheckpoint.decode(checkpoint.encode());
    assertThat(read.encode()).isEqualTo(checkpoint.encode());
    assertThat(read.indexes()).isEqualTo(checkpoint.indexes());
    assertThat(read.alterations()).isEqualTo(alterations);
    byte[] whole = checkpoint.encode();
    for (int cut = 0; cut < whole.length; cut++) {
      byte[] part = Arrays.copyOf(whole, cut);
      assertThatThrownBy(() -> DiskCheckpoint.decode(part))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** After a crash the engine is at its last checkpoint, with the sessions of that record. */
  @Test
  void comesBackAtItsCheckpoint() throws Exception {
    DiskEngine engine = begun("r");
    MemoryEngine expected = new MemoryEngine(schema);
    put(expected, "a", "x", 1000);
    put(expected, "a", "y", 2000);
    engine.close();

    DiskEngines.Found found = engines.find("r", schema).orElseThrow();
    assertThat(found.term()).isEqualTo(7);
    assertThat(found.sessions()).containsExactly(1, 2, 3);
    StorageEngine again = found.engine();
    assertThat(again.appliedOffset()).isEqualTo(2);
    assertThat(again.logTimeMillis()).isEqualTo(NOW);
    assertThat(again.stateHash()).isEqualTo(expected.stateHash());
    assertThat(again.rowCount()).isEqualTo(2);
    assertThat(again.rowBytes()).isEqualTo(expected.rowBytes());
    assertThat(again.entryCount(0)).isEqualTo(2);
    assertThat(again.keyCount(1)).isEqualTo(2);
    put(again, "a", "z", 3000);
    put(expected, "a", "z", 3000);
    assertThat(again.stateHash()).isEqualTo(expected.stateHash());
  }

  /** What was put after a truncation outlives a restart, which truncates nothing once more. */
  @Test
  void comesBackAsItWasTruncated() throws Exception {
    DiskEngine engine = begun("r");
    byte[] truncation = WriteOpCodec.encode(Alterations.NONE.truncated());
    engine.apply(engine.appliedOffset() + 1, truncation);
    assertThat(engine.rowCount()).isZero();
    put(engine, "a", "x", 1000);
    engine.apply(engine.appliedOffset() + 1, truncation);
    assertThat(engine.rowCount()).as("written by two leaders").isEqualTo(1);
    long hash = engine.stateHash();
    engine.checkpointNow(8, new byte[0]);
    engine.close();

    StorageEngine again = engines.find("r", schema).orElseThrow().engine();
    assertThat(again.stateHash()).isEqualTo(hash);
    assertThat(again.rowCount()).isEqualTo(1);
    assertThat(again.alterations().truncations()).isEqualTo(1);
    put(again, "a", "x", 2000);
    assertThat(again.entryCount(0)).isEqualTo(2);
    again.apply(again.appliedOffset() + 1, WriteOpCodec.encode(again.alterations().truncated()));
    assertThat(again.rowCount()).isZero();
    assertThat(again.entryCount(0)).isZero();
    again.close();
  }

  /** A replica's engine is of no use to another one, nor to a log that does not have its record. */
  @Test
  void isRemovedWhenTheLogDoesNotGoOnFromIt() throws Exception {
    begun("r").close();
    DiskEngines later = engines.disk("r");
    assertThat(later.find(schema, ReplicaFlags.NONE, (term, offset) -> offset <= 1)).isEmpty();
    assertThat(Files.exists(engines.directory().resolve("r/1"))).isFalse();
    assertThat(later.empty(schema).appliedOffset()).isZero();
  }

  /** Of two states, as a crash leaves them while a snapshot is taken over, the newer is used. */
  @Test
  void choosesTheNewestOfSeveral() throws Exception {
    begun("r").close();
    DiskEngine newer = (DiskEngine) engines.disk("r").empty(schema);
    for (int i = 0; i < 5; i++) {
      put(newer, "k", "b", 1 + i);
    }
    newer.checkpointNow(8, new byte[0]);
    newer.close();
    DiskEngine unfinished = (DiskEngine) engines.disk("r").empty(schema);
    put(unfinished, "k", "b", 1);
    unfinished.flush();
    unfinished.close();
    assertThat(engines.find("r", schema).orElseThrow().engine().appliedOffset()).isEqualTo(5);
    try (Stream<Path> left = Files.list(engines.directory().resolve("r"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("2");
    }
  }

  /** What RocksDB brought to the disk by itself would not be the state of any record. */
  @Test
  void isNotUsedWhenItWasLeftBetweenCheckpoints() throws Exception {
    DiskEngine engine = begun("r");
    engine.flush();
    engine.close();
    assertThat(engines.find("r", schema)).isEmpty();
  }

  /** Bytes that rotted are noticed when they are read, and the state is given up. */
  @Test
  void givesUpWhatIsDamaged() throws Exception {
    DiskEngine engine = (DiskEngine) engines.disk("r").empty(schema);
    for (int i = 0; i < 2000; i++) {
      put(engine, "k" + i, "b" + i, 1000 + i);
    }
    engine.checkpointNow(1, new byte[0]);
    engine.close();
    Path directory = engines.directory().resolve("r/1");
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".sst")).toList()) {
        flip(file);
      }
    }
    assertThatThrownBy(
            () -> {
              StorageEngine again = engines.find("r", schema).orElseThrow().engine();
              try {
                assertThat(again.stateHash()).isNotZero();
              } finally {
                again.close();
              }
            })
        .isInstanceOfSatisfying(DiskFailure.class, e -> assertThat(e.isDamage()).isTrue())
        .hasRootCauseInstanceOf(org.rocksdb.RocksDBException.class);
    assertThat(Files.exists(directory)).isFalse();
    assertThat(engines.environment().figures().failures()).isPositive();
  }

  private static void flip(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (long at = channel.size() / 3; at < channel.size() / 2; at += 3000) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        one.put(0, (byte) ~one.get(0)).flip();
        channel.write(one, at);
      }
    }
  }

  /**
   * Crashes at any moment, with checkpoints now and then: the state found again, with the records
   * behind it, is always that of an engine that never stopped.
   */
  @Test
  void survivesCrashesOfAnyKind() throws Exception {
    for (long seed = 1; seed <= 6; seed++) {
      crashes(seed);
    }
  }

  private void crashes(long seed) throws Exception {
    Random random = new Random(seed);
    String replica = "crashes-" + seed;
    TableSchema table = EngineFixture.schema(TTLType.kAbsAndLat, 1, 2);
    MemoryEngine expected = new MemoryEngine(table);
    StorageEngine engine = engines.disk(replica).empty(table);
    List<byte[]> log = new ArrayList<>();
    List<EngineFixture.Put> puts = new ArrayList<>();
    long now = 600_000;
    int found = 0;
    for (int step = 0; step < 1200; step++) {
      now += random.nextInt(3000);
      String a = "a" + random.nextInt(4);
      String b = "b" + random.nextInt(3);
      WriteOpCodec latest = new WriteOpCodec(expected.schema());
      byte[] payload;
      if (random.nextInt(30) == 0) {
        payload = WriteOpCodec.encode(EngineFixture.altered(expected.alterations(), random));
      } else if (random.nextInt(4) == 0 && EngineFixture.hasAdded(expected) && !puts.isEmpty()) {
        FillOp fill = EngineFixture.fill(puts.get(random.nextInt(puts.size())), random);
        payload = latest.encode(fill);
      } else if (random.nextInt(8) == 0) {
        DeleteRequest.Builder delete =
            EngineFixture.delete(0, a).setEnableDecodeValue(random.nextBoolean());
        payload = latest.encode(delete.build(), now);
      } else {
        long ts = now - random.nextInt(200_000);
        PutRequest.Builder put = EngineFixture.put(expected.schema(), a, b, ts, step, now, 0, 1, 2);
        puts.add(new EngineFixture.Put(a, b, ts, put.getValue()));
        payload = latest.encode(put.build(), now);
      }
      log.add(payload);
      expected.apply(log.size(), payload);
      engine.apply(log.size(), payload);
      if (random.nextInt(4) == 0) {
        var unused = engine.gc(now, 1 + random.nextInt(8));
      }
      if (random.nextInt(40) == 0) {
        ((DiskEngine) engine).checkpointNow(1, new byte[] {(byte) step});
      }
      if (random.nextInt(60) == 0) {
        engine.close();
        var left = engines.find(replica, table);
        found += left.isPresent() ? 1 : 0;
        engine = left.isPresent() ? left.get().engine() : engines.disk(replica).empty(table);
        for (long next = engine.appliedOffset() + 1; next <= log.size(); next++) {
          engine.apply(next, log.get((int) next - 1));
        }
        assertThat(engine.stateHash())
            .as("seed %s, step %s", seed, step)
            .isEqualTo(expected.stateHash());
      }
    }
    assertThat(found).isPositive();
    for (int round = 0; round < 2; round++) {
      while (!engine.gc(now, 1000).roundDone()) {}
      while (!expected.gc(now, 1000).roundDone()) {}
    }
    assertThat(engine.rowCount()).isEqualTo(expected.rowCount());
    assertThat(engine.rowBytes()).isEqualTo(expected.rowBytes());
    assertThat(engine.keyCount(0)).isEqualTo(expected.keyCount(0));
    assertThat(engine.entryCount(0)).isEqualTo(expected.entryCount(0));
    assertThat(engine.get(0, key("nobody"), TimeRange.ALL, now)).isEmpty();
    engine.discard();
  }

  /** Checkpoints are due when much was written, one at a time, and not without a change. */
  @Test
  void saysWhenACheckpointIsDue() throws Exception {
    StorageEngine engine = engines.disk("r").empty(schema);
    long start = System.nanoTime();
    assertThat(engine.checkpointDue(start + 61_000_000_000L)).isFalse();
    put(engine, "a", "b", 1);
    assertThat(engine.checkpointDue(start + 1_000_000_000L)).isFalse();
    assertThat(engine.checkpointDue(start + 62_000_000_000L)).isTrue();
    engine.checkpoint(1, new byte[0], start + 62_000_000_000L);
    assertThat(engine.checkpointDue(start + 200_000_000_000L)).isFalse();
    long share = engines.environment().shareBytes();
    for (int i = 0; i * 300L < share; i++) {
      put(engine, "key" + i, "b", 1);
    }
    long later = start + 63_000_000_000L;
    while (!engine.checkpointDue(later)) {
      later += 100_000_000L;
      assertThat(later - start).as("the flush before ends").isLessThan(300_000_000_000L * 1000);
    }
  }
}
