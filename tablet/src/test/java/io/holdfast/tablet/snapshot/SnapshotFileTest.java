package io.holdfast.tablet.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.AlterationsCodec;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.storage.EngineFixture;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.SavedKey;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state file is what the format says, comes back as it went, and is refused when it is not. */
class SnapshotFileTest {
  private static final byte[] SESSIONS = "sessions".getBytes(StandardCharsets.UTF_8);
  private static final TableSchema SCHEMA = EngineFixture.schema(TTLType.kAbsoluteTime, 0, 0);

  @TempDir Path directory;

  private static SnapshotHeader header(TableSchema schema, long offset, long logTime) {
    return new SnapshotHeader(
        "c1", TestTable.TID, 3, SnapshotHeader.fingerprint(schema), 5, offset, logTime);
  }

  private static SnapshotManifest write(
      Path file, TableSchema schema, MemoryEngine engine, byte[] sessions) throws IOException {
    List<SavedKey> keys = new ArrayList<>();
    assertThat(engine.beginWalk(keys::add).advance(Integer.MAX_VALUE)).isTrue();
    SnapshotHeader header = header(schema, engine.appliedOffset(), engine.logTimeMillis());
    try (SnapshotWriter writer = new SnapshotWriter(file, header, sessions, engine.alterations())) {
      for (SavedKey key : keys) {
        writer.add(key);
      }
      return writer.finish();
    }
  }

  private static SnapshotReader.Loaded load(
      Path file, SnapshotManifest manifest, TableSchema schema) throws IOException {
    return SnapshotReader.load(file, manifest, header(schema, 0, 0), schema, Engines.MEMORY);
  }

  private static MemoryEngine exampleEngine() throws Exception {
    TableSchema schema = TableSchema.of(TestTable.info());
    MemoryEngine engine = new MemoryEngine(schema);
    WriteOpCodec codec = new WriteOpCodec(schema);
    engine.skip(1);
    engine.apply(2, codec.encode(TestTable.put(3, "ab", 7, 1000), 1001));
    return engine;
  }

  /** The file and the manifest in docs/formats/snapshot.md are what the code writes. */
  @Test
  void writesTheDocumentedExample() throws Exception {
    Path file = directory.resolve("state");
    SnapshotManifest manifest =
        write(
            file,
            TableSchema.of(TestTable.info()),
            exampleEngine(),
            "s".getBytes(StandardCharsets.UTF_8));
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(file)))
        .isEqualTo(
            "4846534e41505348000000010000000700000003c8450c1609d5025800000000"
                + "00000005000000000000000200000000000003e90000000002633131493d5c00"
                + "0000012640430400000000017300000036bf7a26560000000102000000000002"
                + "61620000000100000000000003e8000000000000000000000002000000120101"
                + "1200000000070000000000000010616200000028323223d90000000203000000"
                + "0000000001000000000000000100000000000000010000000000000012ddc525"
                + "67448807a47475b29a");
    assertThat(HexFormat.of().formatHex(Manifests.encode(manifest)))
        .isEqualTo(
            "4846534e504d414e000000010000000000000005000000000000000201057374"
                + "61746500000000000000c95d06c9763411e4c1");
    assertThat(Manifests.decode(Manifests.encode(manifest))).isEqualTo(manifest);
  }

  /** Rows in several indexes, many versions of one key, and rows larger than a block. */
  private static MemoryEngine engine(int puts, int largest) throws Exception {
    Random random = new Random(5);
    WriteOpCodec codec = new WriteOpCodec(SCHEMA);
    MemoryEngine engine = new MemoryEngine(SCHEMA);
    for (int offset = 1; offset <= puts; offset++) {
      String a = random.nextInt(3) == 0 ? "hot" : "a" + random.nextInt(40);
      String b = "b".repeat(1 + random.nextInt(largest));
      PutRequest.Builder put =
          EngineFixture.put(SCHEMA, a, b, 1000L + random.nextInt(500), offset, 2000);
      // Short keys for long rows: then a row that is written twice shows in the file's size.
      for (int index = random.nextInt(3); index < 3; index++) {
        put.addDimensions(EngineFixture.dimension(index, a + index + b.length() % 7));
      }
      engine.apply(offset, codec.encode(put.build(), 2000 + offset));
    }
    return engine;
  }

  @Test
  void comesBackAsItWent() throws Exception {
    MemoryEngine engine = engine(3000, 2000);
    Path file = directory.resolve("state");
    SnapshotManifest manifest = write(file, SCHEMA, engine, SESSIONS);
    SnapshotReader.Loaded loaded = load(file, manifest, SCHEMA);

    assertThat(loaded.sessions()).isEqualTo(SESSIONS);
    assertThat(EngineDump.of(loaded.engine())).isEqualTo(EngineDump.of(engine));
    assertThat(loaded.engine().stateHash()).isEqualTo(engine.stateHash());
    // Each row once, whatever the number of indexes.
    assertThat(Files.size(file)).isLessThan((long) (1.1 * engine.rowBytes()) + 100_000);
    SnapshotReader.verify(file, manifest, header(SCHEMA, 0, 0));
  }

  /** What is in memory beside the engine does not grow with rows of any size. */
  @Test
  void holdsRowsOfAnySizeAndSessionsOfMany() throws Exception {
    WriteOpCodec codec = new WriteOpCodec(SCHEMA);
    MemoryEngine engine = new MemoryEngine(SCHEMA);
    String[] texts = {"", "x".repeat(300_000), "y".repeat(4_000_000), "z".repeat(262_000)};
    long offset = 0;
    for (String text : texts) {
      offset++;
      engine.apply(
          offset, codec.encode(EngineFixture.put(SCHEMA, "k", text, 9L, 1, 9, 0).build(), 9));
    }
    byte[] sessions = new byte[(5 << 20) + 3];
    new Random(1).nextBytes(sessions);
    Path file = directory.resolve("state");
    SnapshotReader.Loaded loaded = load(file, write(file, SCHEMA, engine, sessions), SCHEMA);
    assertThat(loaded.sessions()).isEqualTo(sessions);
    assertThat(EngineDump.of(loaded.engine())).isEqualTo(EngineDump.of(engine));
  }

  @Test
  void anEmptyStateIsAStateToo() throws Exception {
    MemoryEngine engine = new MemoryEngine(SCHEMA);
    Path file = directory.resolve("state");
    SnapshotReader.Loaded loaded = load(file, write(file, SCHEMA, engine, new byte[0]), SCHEMA);
    assertThat(loaded.engine().appliedOffset()).isZero();
    assertThat(loaded.engine().stateHash()).isEqualTo(engine.stateHash());
  }

  /**
   * Each byte on its own, and several bits of it: none goes unnoticed, and nothing else happens.
   */
  @Test
  void everyFlippedByteIsRefused() throws Exception {
    Path file = directory.resolve("state");
    SnapshotManifest manifest = write(file, SCHEMA, engine(12, 10), SESSIONS);
    byte[] bytes = Files.readAllBytes(file);
    Path damaged = directory.resolve("damaged");
    for (int i = 0; i < bytes.length; i++) {
      for (int mask : new int[] {1, 0x80, 0xff}) {
        byte[] copy = bytes.clone();
        copy[i] ^= (byte) mask;
        Files.write(damaged, copy);
        int at = i;
        assertThatThrownBy(() -> load(damaged, manifest, SCHEMA))
            .as("byte %d ^ %x", at, mask)
            .isInstanceOf(SnapshotException.class);
        assertThatThrownBy(() -> SnapshotReader.verify(damaged, manifest, header(SCHEMA, 0, 0)))
            .isInstanceOf(SnapshotException.class);
      }
    }
    byte[] encoded = Manifests.encode(manifest);
    for (int i = 0; i < encoded.length; i++) {
      byte[] copy = encoded.clone();
      copy[i] ^= 0x10;
      assertThatThrownBy(() -> Manifests.decode(copy)).isInstanceOf(SnapshotException.class);
      byte[] cut = Arrays.copyOf(encoded, i);
      assertThatThrownBy(() -> Manifests.decode(cut)).isInstanceOf(SnapshotException.class);
    }
  }

  @Test
  void everyCutAndEveryExtensionIsRefused() throws Exception {
    Path file = directory.resolve("state");
    SnapshotManifest manifest = write(file, SCHEMA, engine(12, 10), SESSIONS);
    byte[] bytes = Files.readAllBytes(file);
    Path damaged = directory.resolve("damaged");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(damaged, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> load(damaged, manifest, SCHEMA))
          .as("length %d", length)
          .isInstanceOf(SnapshotException.class);
      assertThat(SnapshotReader.intactBytes(damaged)).isLessThanOrEqualTo(length);
    }
    for (int more : new int[] {1, 4, 13, 100_000}) {
      Files.write(damaged, Arrays.copyOf(bytes, bytes.length + more));
      assertThatThrownBy(() -> load(damaged, manifest, SCHEMA))
          .isInstanceOf(SnapshotException.class);
    }
  }

  /** What is intact but not what was asked for: of another partition, table, or time. */
  @Test
  void aSnapshotOfSomethingElseIsRefused() throws Exception {
    Path file = directory.resolve("state");
    SnapshotManifest manifest = write(file, SCHEMA, engine(5, 5), SESSIONS);
    SnapshotHeader ours = header(SCHEMA, 0, 0);
    for (SnapshotHeader other :
        List.of(
            new SnapshotHeader("c2", ours.tid(), ours.pid(), ours.schema(), 0, 0, 0),
            new SnapshotHeader("c1", ours.tid() + 1, ours.pid(), ours.schema(), 0, 0, 0),
            new SnapshotHeader("c1", ours.tid(), ours.pid() + 1, ours.schema(), 0, 0, 0),
            new SnapshotHeader("c1", ours.tid(), ours.pid(), ours.schema() + 1, 0, 0, 0))) {
      assertThatThrownBy(() -> SnapshotReader.load(file, manifest, other, SCHEMA, Engines.MEMORY))
          .isInstanceOf(SnapshotException.class)
          .hasMessageContaining("wanted");
    }
    for (SnapshotManifest other :
        List.of(
            new SnapshotManifest(6, manifest.offset(), manifest.parts()),
            new SnapshotManifest(5, manifest.offset() + 1, manifest.parts()),
            new SnapshotManifest(5, manifest.offset(), List.of()),
            new SnapshotManifest(
                5, manifest.offset(), List.of(new SnapshotManifest.Part("../state", 1, 1))),
            new SnapshotManifest(
                5,
                manifest.offset(),
                List.of(
                    new SnapshotManifest.Part(
                        "state", manifest.bytes(), manifest.parts().get(0).crc32c() + 1))))) {
      assertThatThrownBy(() -> load(file, other, SCHEMA)).isInstanceOf(SnapshotException.class);
    }
  }

  /** Blocks that a wrong program wrote, with checksums that are right. */
  @Test
  void blocksThatNobodyCanHaveWrittenAreRefused() throws Exception {
    ByteBuffer key = ByteBuffer.allocate(200).putShort((short) 0).putInt(1).put((byte) 'k');
    assertRefused(
        "refers to row",
        SnapshotFormat.KEYS,
        bytes(key.duplicate().putInt(1).putLong(5).putInt(1)));
    assertRefused("with 0 versions", SnapshotFormat.KEYS, bytes(key.duplicate().putInt(0)));
    assertRefused(
        "with 4294967295 versions", SnapshotFormat.KEYS, bytes(key.duplicate().putInt(-1)));
    assertRefused(
        "ends in the middle", SnapshotFormat.KEYS, bytes(key.duplicate().putInt(1).putLong(5)));
    assertRefused("ends in the middle", SnapshotFormat.KEYS, new byte[] {0});
    assertRefused(
        "a length of",
        SnapshotFormat.KEYS,
        bytes(ByteBuffer.allocate(9).putShort((short) 0).putInt(-5)));
    assertRefused(
        "no index at position 3",
        SnapshotFormat.KEYS,
        bytes(
            ByteBuffer.allocate(99).putShort((short) 3).putInt(0).putInt(1).putLong(1).putInt(0)));
    assertRefused(
        "row of offset 0",
        SnapshotFormat.KEYS,
        bytes(key.duplicate().putInt(1).putLong(5).putInt(0).putLong(0).putInt(0)));
    assertRefused(
        "row of offset 2",
        SnapshotFormat.KEYS,
        bytes(key.duplicate().putInt(1).putLong(5).putInt(0).putLong(2).putInt(0)));
    assertRefused(
        "out of order",
        SnapshotFormat.KEYS,
        bytes(
            key.duplicate()
                .putInt(2)
                .putLong(5)
                .putInt(0)
                .putLong(1)
                .putInt(0)
                .putLong(4)
                .putInt(0)));
    assertRefused("has alterations that do not fit", SnapshotFormat.ALTERATIONS, new byte[1]);
    assertRefused(
        "no index at position 7",
        SnapshotFormat.ALTERATIONS,
        AlterationsCodec.encode(Alterations.NONE.without(7)).toByteArray());
    assertRefused("has type 5", (byte) 5, new byte[1]);
    assertRefused("has type 0", (byte) 0, new byte[1]);
    assertRefused("is an end of 1 bytes", SnapshotFormat.END, new byte[1]);
    assertRefused(
        "counts",
        SnapshotFormat.END,
        bytes(ByteBuffer.allocate(40).putLong(1).putLong(1).putLong(0).putLong(0).putLong(0)));
    assertRefused("not the one that was written", SnapshotFormat.END, new byte[40]);
  }

  private static byte[] bytes(ByteBuffer written) {
    return Arrays.copyOf(written.array(), written.position());
  }

  private void assertRefused(String message, byte type, byte[] content) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(13 + content.length);
    block.putInt(content.length).putInt(0).putInt(0).put(type).put(content).flip();
    block.putInt(4, SnapshotFormat.crc(block.duplicate().position(8)));
    ByteBuffer file =
        ByteBuffer.allocate(4000).put(SnapshotFormat.encodeHead(header(SCHEMA, 1, 9)));
    file.put(block);
    file.putInt(SnapshotFormat.crc(file.duplicate().flip()));
    Path path = directory.resolve("wrong");
    Files.write(path, Arrays.copyOf(file.array(), file.position()));
    SnapshotManifest manifest =
        new SnapshotManifest(
            5,
            1,
            List.of(
                new SnapshotManifest.Part(
                    "state", file.position(), SnapshotFormat.crc(file.duplicate().flip()))));
    assertThatThrownBy(() -> load(path, manifest, SCHEMA))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining(message);
  }

  /** A part of a file shows how far it is good: up to the end of a block. */
  @Test
  void theIntactPartOfAnUnfinishedFileIsFound() throws Exception {
    Path file = directory.resolve("state");
    write(file, SCHEMA, engine(3000, 1000), SESSIONS);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(SnapshotReader.intactBytes(file)).isEqualTo(bytes.length - 4);
    Path part = directory.resolve("part");
    byte[] damaged = bytes.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(part, damaged);
    long intact = SnapshotReader.intactBytes(part);
    assertThat(intact).isBetween(damaged.length / 2 - 600_000L, damaged.length / 2L);
    assertThat(intact).isPositive();
    Files.write(part, Arrays.copyOf(bytes, 20));
    assertThat(SnapshotReader.intactBytes(part)).isZero();
  }
}
