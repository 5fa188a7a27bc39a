package io.holdfast.tablet.snapshot;

import io.holdfast.protocol.model.SnapshotManifest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Looks into snapshots that nobody uses, for tools. Changes nothing, and needs no right to write.
 * Memory: one block. Stateless.
 */
public final class SnapshotFiles {
  private SnapshotFiles() {}

  /**
   * What a snapshot says that it is.
   *
   * @param header what it is of
   */
  public record Facts(SnapshotManifest manifest, SnapshotHeader header) {}

  /**
   * Reads what a snapshot says of itself, and no more.
   *
   * @param directory of the snapshot
   * @throws SnapshotException when manifest or head is missing or damaged
   */
  public static Facts inspect(Path directory) throws IOException {
    SnapshotManifest manifest = Manifests.load(directory);
    Manifests.statePart(manifest);
    if (!SnapshotFolder.isNamed(directory, manifest.offset())) {
      throw new SnapshotException("manifest is of offset " + manifest.offset());
    }
    try (BlockReader blocks = new BlockReader(SnapshotFolder.stateFile(directory))) {
      return new Facts(manifest, blocks.header());
    }
  }

  /**
   * Reads a snapshot to its end and checks every byte.
   *
   * @param partition what it must be of, term, offset and log time aside; null for what it says
   * @throws SnapshotException when it is anything else than was written
   */
  public static Facts verify(Path directory, SnapshotHeader partition, SnapshotReader.Pace pace)
      throws IOException {
    Facts facts = inspect(directory);
    SnapshotReader.verify(
        SnapshotFolder.stateFile(directory),
        facts.manifest(),
        partition == null ? facts.header() : partition,
        pace);
    return facts;
  }
}
