package io.holdfast.tablet.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.replication.SessionTableCheck;
import io.holdfast.tablet.storage.EngineFixture;
import io.holdfast.tablet.storage.MemoryEngine;
import io.holdfast.tablet.storage.SavedKey;
import io.holdfast.tablet.storage.WriteOpCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tool looks into a snapshot, not only at its checksums. */
class SnapshotFilesTest {
  @TempDir Path directory;

  private Path snapshot(byte[] sessions) throws Exception {
    TableSchema schema = TableSchema.of(TestTable.info());
    MemoryEngine engine = new MemoryEngine(schema);
    WriteOpCodec codec = new WriteOpCodec(schema);
    engine.skip(1);
    engine.apply(2, codec.encode(TestTable.put(3, "ab", 7, 1000), 1001));
    engine.apply(3, codec.encode(TestTable.put(3, "ab", 8, 1002), 1003));
    List<SavedKey> keys = new ArrayList<>();
    assertThat(engine.beginWalk(keys::add).advance(Integer.MAX_VALUE)).isTrue();
    SnapshotHeader header =
        new SnapshotHeader("c1", TestTable.TID, 3, SnapshotHeader.fingerprint(schema), 5, 3, 1003);
    Path made = Files.createDirectory(directory.resolve("00000000000000000003"));
    try (SnapshotWriter writer =
        new SnapshotWriter(made.resolve("state"), header, sessions, Alterations.NONE)) {
      for (SavedKey key : keys) {
        writer.add(key);
      }
      Manifests.store(made, writer.finish());
    }
    return made;
  }

  private static SnapshotFiles.Facts verify(Path snapshot, TableSchema schema) throws Exception {
    return SnapshotFiles.verify(
        snapshot, null, schema, SessionTableCheck::check, SnapshotReader.Pace.NONE);
  }

  /** What stands at the end is what is counted when all is read. */
  @Test
  void countsAreTheSameQuicklyAndSlowly() throws Exception {
    Path snapshot = snapshot(new byte[0]);
    SnapshotFiles.Facts read = verify(snapshot, TableSchema.of(TestTable.info()));
    assertThat(read).isEqualTo(SnapshotFiles.inspect(snapshot));
    assertThat(read.counts().keys()).isEqualTo(1);
    assertThat(read.counts().versions()).isEqualTo(2);
    assertThat(read.counts().rows()).isEqualTo(2);
    assertThat(verify(snapshot, null)).isEqualTo(read);
  }

  /** Checksums are right, and still no tablet could read it. */
  @Test
  void rowsOfAnotherTableAreRefused() throws Exception {
    Path snapshot = snapshot(new byte[0]);
    TableSchema other = EngineFixture.schema(TTLType.kAbsoluteTime, 0, 0);
    assertThatThrownBy(() -> verify(snapshot, other))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("at byte ")
        .hasMessageContaining("row of offset 2: ");
  }

  @Test
  void sessionsThatAreNoneAreRefused() throws Exception {
    Path snapshot = snapshot("no sessions".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThatThrownBy(() -> verify(snapshot, null))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("sessions that do not fit");
    assertThat(SnapshotFiles.inspect(snapshot).manifest().offset()).isEqualTo(3);
  }

  /** One bit anywhere in either file: refused, and nothing worse. */
  @Test
  void noFlippedBitIsMissed() throws Exception {
    Path snapshot = snapshot(new byte[0]);
    TableSchema schema = TableSchema.of(TestTable.info());
    int flips = 0;
    for (String name : List.of("MANIFEST", "state")) {
      Path file = snapshot.resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int bit = 0; bit < good.length * 8; bit++) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bad);
        assertThatThrownBy(() -> verify(snapshot, schema))
            .as("bit %s of %s", bit, name)
            .isInstanceOf(SnapshotException.class);
        flips++;
      }
      Files.write(file, good);
    }
    assertThat(flips).isGreaterThan(1500);
    assertThat(verify(snapshot, schema)).isEqualTo(SnapshotFiles.inspect(snapshot));
  }

  /** Twenty digits need not fit a long; such a directory is nobody's. */
  @Test
  void aDirectoryWithAnImpossibleNameIsNoSnapshot() throws Exception {
    Path snapshot = snapshot(new byte[0]);
    Files.createDirectory(directory.resolve("99999999999999999999"));
    assertThat(new SnapshotFolder(directory).offsets()).containsExactly(3L);
    assertThat(snapshot).exists();
  }
}
