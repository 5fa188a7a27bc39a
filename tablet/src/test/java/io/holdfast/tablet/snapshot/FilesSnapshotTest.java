package io.holdfast.tablet.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.TestTable;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of a snapshot that is made of an engine's files, and what is refused. */
class FilesSnapshotTest {
  @TempDir Path directory;

  private static SnapshotHeader header() throws Exception {
    long schema = SnapshotHeader.fingerprint(TableSchema.of(TestTable.info()));
    return new SnapshotHeader("c1", 7, 3, schema, 5, 2, 1001);
  }

  /** Files of an engine that is none. */
  private record Fake(Map<String, byte[]> files) implements StateFiles {
    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public List<String> linkInto(Path into) throws IOException {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(into.resolve(file.getKey()), file.getValue());
      }
      return new ArrayList<>(files.keySet());
    }

    @Override
    public void release() {}
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private SnapshotManifest make(Map<String, byte[]> files) throws Exception {
    return new SnapshotFolder(directory).link(header(), bytes("s"), new Fake(files), null);
  }

  private Path made() {
    return new SnapshotFolder(directory).directory(2);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The files in docs/formats/snapshot.md are what the code writes. */
  @Test
  void writesTheDocumentedExample() throws Exception {
    SnapshotManifest manifest =
        make(
            Map.of(
                "000007.sst",
                bytes("rows"),
                "MANIFEST-000004",
                bytes("list"),
                "CURRENT",
                bytes("MANIFEST-000004\n")));
    assertThat(hex(Files.readAllBytes(made().resolve("state"))))
        .isEqualTo(
            "4846534e41505348000000010000000700000003c8450c1609d5025800000000"
                + "00000005000000000000000200000000000003e90000000002633131493d5c00"
                + "0000012640430400000000017300000028883b180e0000000103000000000000"
                + "0000000000000000000000000000000000000000000000000000d7b2fbe03135"
                + "f56fc39d83b9");
    assertThat(hex(Files.readAllBytes(made().resolve("sums"))))
        .isEqualTo(
            "4846534e5053554d0000000100100000000300000001af9b094d000000018ddd"
                + "42ab000000013f0f3ac484e40ca4");
    assertThat(hex(Files.readAllBytes(made().resolve("MANIFEST"))))
        .isEqualTo(
            "4846534e504d414e000000020000000000000005000000000000000200050573"
                + "746174650000000000000086dc855b970473756d73000000000000002ecce3ff"
                + "9e0d64622f3030303030372e7373740000000000000004af9b094d0a64622f43"
                + "555252454e5400000000000000108ddd42ab1264622f4d414e49464553542d30"
                + "303030303400000000000000043f0f3ac4f9fde6fc");
    assertThat(Manifests.decode(Manifests.encode(manifest))).isEqualTo(manifest);
    assertThat(SnapshotFiles.inspect(made()).manifest()).isEqualTo(manifest);
    assertThat(SnapshotFiles.inspect(made()).isOfFiles()).isTrue();
  }

  @Test
  void damageIsLocatedToAPiece() throws Exception {
    byte[] rows = new byte[(3 << 20) + 5];
    Map<String, byte[]> files = Map.of("000007.sst", rows, "CURRENT", bytes("none"));
    SnapshotManifest manifest = make(files);
    new SnapshotFolder(directory).verify(manifest, header(), SnapshotReader.Pace.NONE);
    Path file = made().resolve("db/000007.sst");
    int[] places = {0, (1 << 20) - 1, 1 << 20, (5 << 20) / 2, rows.length - 1};
    for (int at : places) {
      rows[at] = 1;
      Files.write(file, rows);
      rows[at] = 0;
      long from = at / (1 << 20) * (1L << 20);
      assertThatThrownBy(
              () ->
                  new SnapshotFolder(directory)
                      .verify(manifest, header(), SnapshotReader.Pace.NONE))
          .isInstanceOf(SnapshotException.class)
          .hasMessage(
              "file db/000007.sst of the snapshot is damaged between bytes %s and %s: checksum does"
                  + " not match",
              from, Math.min(rows.length, from + (1 << 20)));
    }
  }

  /** Names come over the network. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "db/../../meta",
        "/etc/passwd",
        "000007.sst",
        "db/state",
        "db/000007.sst/x",
        "db/LOCK",
        "sums",
        "db/CURRENT"
      })
  void namesThatAreNoFilesOfAnEngineAreRefused(String name) {
    SnapshotManifest manifest =
        new SnapshotManifest(
            1,
            2,
            List.of(
                new Part("state", 1, 0),
                new Part("sums", 1, 0),
                new Part("db/CURRENT", 1, 0),
                new Part(name, 1, 0)));
    assertThatThrownBy(() -> Manifests.statePart(manifest)).isInstanceOf(SnapshotException.class);
    assertThatThrownBy(() -> IncomingSnapshot.begin(new SnapshotFolder(directory), manifest))
        .isInstanceOf(SnapshotException.class);
    assertThat(directory).isEmptyDirectory();
  }

  /** Its table is in memory here. */
  @Test
  void enginesInMemoryTakeNoFiles() throws Exception {
    SnapshotManifest manifest = make(Map.of("CURRENT", bytes("none")));
    assertThatThrownBy(
            () ->
                new SnapshotFolder(directory)
                    .load(manifest, header(), TableSchema.of(TestTable.info()), Engines.MEMORY))
        .isInstanceOf(SnapshotException.class)
        .hasMessageContaining("in memory");
  }

  @Test
  void flippedBytesOfSumsAndManifestAreFound() throws Exception {
    SnapshotManifest manifest = make(Map.of("CURRENT", bytes("none")));
    byte[] sums = Files.readAllBytes(made().resolve("sums"));
    byte[] encoded = Manifests.encode(manifest);
    for (int at = 0; at < sums.length; at++) {
      byte[] copy = sums.clone();
      copy[at] ^= 1;
      assertThatThrownBy(() -> PieceSums.decode(copy)).isInstanceOf(SnapshotException.class);
    }
    for (int at = 0; at < encoded.length; at++) {
      byte[] copy = encoded.clone();
      copy[at] ^= 1;
      assertThatThrownBy(() -> Manifests.decode(copy)).isInstanceOf(SnapshotException.class);
    }
  }
}
