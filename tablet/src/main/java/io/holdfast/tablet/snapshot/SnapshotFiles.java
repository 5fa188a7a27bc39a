package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Looks into snapshots that nobody uses, for tools. Changes nothing, and needs no right to write.
 * Memory: one block, and the clients' sessions. Stateless.
 */
public final class SnapshotFiles {
  private SnapshotFiles() {}

  /**
   * What a snapshot says that it is.
   *
   * @param header what it is of
   * @param counts what is in it
   */
  public record Facts(SnapshotManifest manifest, SnapshotHeader header, Counts counts) {
    /** Whether the rows are in an engine's files, so that the counts say nothing. */
    public boolean isOfFiles() {
      return Manifests.isOfFiles(manifest);
    }
  }

  /** How much there is in a snapshot, and the hash of the state that it makes. */
  public record Counts(long keys, long versions, long rows, long rowBytes, long stateHash) {
    private static Counts of(SnapshotFormat.Totals totals) {
      return new Counts(
          totals.keys(), totals.versions(), totals.rows(), totals.rowBytes(), totals.stateHash());
    }
  }

  /**
   * Reads what a snapshot says of itself, at its beginning and at its end, and no more.
   *
   * @param directory of the snapshot
   * @throws SnapshotException when manifest, head or last block is missing or damaged
   */
  public static Facts inspect(Path directory) throws IOException {
    SnapshotManifest manifest = manifest(directory);
    Path state = SnapshotFolder.stateFile(directory);
    try (BlockReader blocks = new BlockReader(state)) {
      return new Facts(manifest, blocks.header(), Counts.of(totals(state)));
    }
  }

  private static SnapshotManifest manifest(Path directory) throws IOException {
    SnapshotManifest manifest = Manifests.load(directory);
    Manifests.statePart(manifest);
    if (!SnapshotFolder.isNamed(directory, manifest.offset())) {
      throw new SnapshotException("manifest is of offset " + manifest.offset());
    }
    return manifest;
  }

  private static SnapshotFormat.Totals totals(Path state) throws IOException {
    int headerBytes = SnapshotFormat.BLOCK_HEADER_BYTES;
    ByteBuffer end = ByteBuffer.allocate(headerBytes + SnapshotFormat.END_BYTES);
    long at;
    try (FileChannel channel = FileChannel.open(state, StandardOpenOption.READ)) {
      at = channel.size() - SnapshotFormat.TRAILER_BYTES - end.capacity();
      if (at < 0 || DurableFiles.readFully(channel, end, at) < end.capacity()) {
        throw new SnapshotException("the snapshot is too short to have an end");
      }
    }
    end.flip();
    if (end.getInt(0) != SnapshotFormat.END_BYTES
        || end.get(12) != SnapshotFormat.END
        || end.getInt(4)
            != SnapshotFormat.crc(end.duplicate().position(SnapshotFormat.BLOCK_PREFIX_BYTES))) {
      throw new SnapshotException("there is no intact last block at byte " + at);
    }
    return SnapshotFormat.Totals.get(end.position(headerBytes));
  }

  /**
   * Reads a snapshot to its end and checks every byte, every row and the sessions. What a tablet
   * checks in addition is the state's hash, which no damage of the file explains.
   *
   * @param partition what it must be of, term, offset and log time aside; null for what it says
   * @param schema of its rows; null when it is not known, and then rows are not looked into
   * @param sessions is given the bytes of the sessions; throws IllegalArgumentException when they
   *     are none
   * @throws SnapshotException when it is anything else than was written
   */
  public static Facts verify(
      Path directory,
      SnapshotHeader partition,
      TableSchema schema,
      Consumer<byte[]> sessions,
      SnapshotReader.Pace pace)
      throws IOException {
    SnapshotManifest manifest = manifest(directory);
    Path state = SnapshotFolder.stateFile(directory);
    SnapshotHeader header;
    try (BlockReader blocks = new BlockReader(state)) {
      header = blocks.header();
    }
    if (Manifests.isOfFiles(manifest)) {
      FilesSnapshot.verify(directory, manifest, partition, SnapshotReader.sessions(sessions), pace);
      return new Facts(manifest, header, Counts.of(totals(state)));
    }
    ContentCheck content = new ContentCheck(manifest.offset(), schema, sessions);
    SnapshotFormat.Totals totals = SnapshotReader.verify(state, manifest, partition, content, pace);
    if (content.keys() != totals.keys()) {
      throw new SnapshotException(
          "the snapshot counts " + totals.keys() + " keys, but there were " + content.keys());
    }
    return new Facts(manifest, header, Counts.of(totals));
  }
}
