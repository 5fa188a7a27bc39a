package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StateFiles;
import io.holdfast.tablet.storage.StorageEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot that is made of an engine's own files: a state file as every snapshot has, but without
 * keys; checksums of the pieces of all others; and the engine's files, in a directory {@code db}.
 * Stateless.
 */
final class FilesSnapshot {
  private static final String DB = "db";
  private static final int FIRST_FILE = 2;

  private FilesSnapshot() {}

  /** A snapshot that is here, some of whose files may be in the next one as well. */
  record Before(Path directory, SnapshotManifest manifest) {}

  /**
   * Makes one in an empty directory, durably. Files that the one before has are not read again:
   * they never change.
   *
   * @param before null when there is none
   */
  static SnapshotManifest make(
      Path directory, SnapshotHeader header, byte[] sessions, StateFiles files, Before before)
      throws IOException {
    Part state;
    try (SnapshotWriter writer =
        new SnapshotWriter(
            SnapshotFolder.stateFile(directory), header, sessions, Alterations.NONE)) {
      state = writer.finish().parts().get(0);
    }
    Path db = directory.resolve(DB);
    Files.createDirectory(db);
    List<String> names = new ArrayList<>(files.linkInto(db));
    files.release();
    names.sort(null);
    if (names.size() + FIRST_FILE > Manifests.MAX_PARTS) {
      throw new SnapshotException(
          "the engine has " + names.size() + " files, more than a snapshot can have");
    }
    Map<String, FileSums> known = known(before);
    List<Part> parts = new ArrayList<>();
    List<int[]> pieces = new ArrayList<>();
    for (String name : names) {
      String part = DB + "/" + name;
      FileSums sums = known.get(part);
      if (sums == null || !isSame(before.directory().resolve(part), directory.resolve(part))) {
        sums = FileSums.of(directory.resolve(part), SnapshotReader.Pace.NONE);
      }
      parts.add(new Part(part, sums.bytes(), sums.crc32c()));
      pieces.add(sums.pieces());
    }
    Path sums = directory.resolve(PieceSums.FILE);
    byte[] encoded = new PieceSums(pieces).encode();
    DurableFiles.replaceAtomically(sums, encoded);
    parts.add(0, state);
    parts.add(
        1, new Part(PieceSums.FILE, encoded.length, SnapshotFormat.crc(ByteBuffer.wrap(encoded))));
    DurableFiles.syncDirectory(db);
    SnapshotManifest manifest = new SnapshotManifest(header.term(), header.offset(), parts);
    Manifests.statePart(manifest);
    Manifests.store(directory, manifest);
    return manifest;
  }

  private static boolean isSame(Path one, Path other) throws IOException {
    try {
      return Files.isSameFile(one, other);
    } catch (NoSuchFileException e) {
      // Removed meanwhile.
      return false;
    }
  }

  /** What is known of the files of a snapshot; nothing when it is not intact itself. */
  private static Map<String, FileSums> known(Before before) {
    Map<String, FileSums> known = new HashMap<>();
    if (before == null || !Manifests.isOfFiles(before.manifest())) {
      return known;
    }
    try {
      List<int[]> pieces = pieces(before.directory(), before.manifest());
      List<Part> parts = before.manifest().parts();
      for (int i = FIRST_FILE; i < parts.size(); i++) {
        Part part = parts.get(i);
        known.put(
            part.name(), new FileSums(part.bytes(), part.crc32c(), pieces.get(i - FIRST_FILE)));
      }
    } catch (IOException e) {
      // Then all is read.
      known.clear();
    }
    return known;
  }

  private static List<int[]> pieces(Path directory, SnapshotManifest manifest) throws IOException {
    Part part = manifest.parts().get(1);
    byte[] encoded = Files.readAllBytes(directory.resolve(PieceSums.FILE));
    if (encoded.length != part.bytes()
        || SnapshotFormat.crc(ByteBuffer.wrap(encoded)) != part.crc32c()) {
      throw new SnapshotException("file " + PieceSums.FILE + " of the snapshot is damaged");
    }
    List<int[]> pieces = PieceSums.decode(encoded).files();
    if (pieces.size() != manifest.parts().size() - FIRST_FILE) {
      throw new SnapshotException(
          "file " + PieceSums.FILE + " of the snapshot is of " + pieces.size() + " files");
    }
    return pieces;
  }

  /**
   * Reads all of one and checks it.
   *
   * @param partition null to believe what it says
   * @param sink is given the sessions
   * @throws SnapshotException when it is anything else than was made; names the file and where in
   *     it the damage is
   */
  static void verify(
      Path directory,
      SnapshotManifest manifest,
      SnapshotHeader partition,
      SnapshotReader.Sink sink,
      SnapshotReader.Pace pace)
      throws IOException {
    Part state = Manifests.statePart(manifest);
    SnapshotFormat.Totals unused =
        SnapshotReader.verify(
            SnapshotFolder.stateFile(directory),
            new SnapshotManifest(manifest.term(), manifest.offset(), List.of(state)),
            partition,
            sink,
            pace);
    List<int[]> pieces = pieces(directory, manifest);
    long before = state.bytes();
    for (int i = FIRST_FILE; i < manifest.parts().size(); i++) {
      Part part = manifest.parts().get(i);
      verify(directory, part, pieces.get(i - FIRST_FILE), pace, before);
      before += part.bytes();
    }
  }

  private static void verify(
      Path directory, Part part, int[] pieces, SnapshotReader.Pace pace, long before)
      throws IOException {
    FileSums found;
    try {
      found = FileSums.of(directory.resolve(part.name()), at -> pace.reached(before + at));
    } catch (NoSuchFileException e) {
      throw new SnapshotException("file " + part.name() + " of the snapshot is missing");
    }
    if (found.bytes() != part.bytes()) {
      throw new SnapshotException(
          "file "
              + part.name()
              + " of the snapshot has "
              + found.bytes()
              + " bytes, not "
              + part.bytes());
    }
    int differs = Arrays.mismatch(found.pieces(), pieces);
    if (differs >= 0) {
      long from = (long) differs * PieceSums.PIECE_BYTES;
      throw new SnapshotException(
          "file "
              + part.name()
              + " of the snapshot is damaged between bytes "
              + from
              + " and "
              + Math.min(part.bytes(), from + PieceSums.PIECE_BYTES)
              + ": checksum does not match");
    }
    if (found.crc32c() != part.crc32c()) {
      throw new SnapshotException(
          "file " + part.name() + " of the snapshot is not the one of its manifest");
    }
  }

  /** Makes an engine of one, whose files stay as they are. */
  static SnapshotReader.Loaded load(
      Path directory,
      SnapshotManifest manifest,
      SnapshotHeader partition,
      TableSchema schema,
      Engines engines,
      SnapshotReader.Pace pace)
      throws IOException {
    byte[][] sessions = {new byte[0]};
    verify(directory, manifest, partition, SnapshotReader.sessions(s -> sessions[0] = s), pace);
    SnapshotHeader header;
    try (BlockReader blocks = new BlockReader(SnapshotFolder.stateFile(directory))) {
      header = blocks.header();
    }
    StorageEngine engine;
    try {
      engine = engines.adopt(schema, directory.resolve(DB), manifest.term(), manifest.offset());
    } catch (IllegalArgumentException e) {
      throw new SnapshotException("snapshot does not fit: " + e.getMessage());
    }
    try {
      engine.checkpoint(manifest.term(), sessions[0], System.nanoTime());
    } catch (RuntimeException e) {
      engine.discard();
      throw e;
    }
    return new SnapshotReader.Loaded(header, sessions[0], engine);
  }

  /** Makes the names of the files durable. */
  static void syncDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory.resolve(DB))) {
      DurableFiles.syncDirectory(directory.resolve(DB));
    }
  }

  /** The directory of an incoming one's files. */
  static void createDirectory(Path directory) throws IOException {
    Files.createDirectory(directory.resolve(DB));
  }
}
