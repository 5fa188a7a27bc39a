package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Engines;
import io.holdfast.tablet.storage.StateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory of a replica's snapshots:
 *
 * <pre>
 * &lt;offset&gt;/            a whole one; 20 decimal digits
 * making/              one that is being made; removed at start
 * incoming/            see {@link IncomingSnapshot}
 * damaged-&lt;offset&gt;/    one that failed its checks; those of the last time are kept
 * deleting-&lt;offset&gt;/   on its way out; removed at start
 * </pre>
 *
 * <p>A snapshot gets its name last, by one durable rename, and loses it first. For one thread at a
 * time.
 */
public final class SnapshotFolder {
  private static final Pattern WHOLE = Pattern.compile("\\d{20}");
  private static final String DAMAGED = "damaged-";
  private static final String DELETING = "deleting-";

  private final Path directory;

  /**
   * @param directory of the snapshots; made when it is missing
   */
  public SnapshotFolder(Path directory) {
    this.directory = directory;
  }

  /** Removes what an earlier life has left half done, and makes what it has left durable. */
  public void recover() throws IOException {
    DurableFiles.createDirectories(directory);
    for (Path path : list()) {
      String name = path.getFileName().toString();
      if (name.equals("making") || name.startsWith(DELETING)) {
        DurableFiles.deleteTree(path);
      }
    }
    DurableFiles.syncDirectory(directory);
  }

  /** The offsets of all whole snapshots, newest first. */
  public List<Long> offsets() throws IOException {
    List<Long> offsets = new ArrayList<>();
    for (Path path : list()) {
      Matcher matcher = WHOLE.matcher(path.getFileName().toString());
      // Twenty digits can exceed a long; then the directory is not ours.
      if (matcher.matches() && matcher.group().compareTo(nameOf(Long.MAX_VALUE)) <= 0) {
        offsets.add(Long.parseLong(matcher.group()));
      }
    }
    offsets.sort(Collections.reverseOrder());
    return offsets;
  }

  /**
   * What a snapshot says that it is.
   *
   * @throws SnapshotException when its manifest is missing or damaged
   */
  public SnapshotManifest manifest(long offset) throws IOException {
    SnapshotManifest manifest = Manifests.load(whole(offset));
    if (manifest.offset() != offset) {
      throw new SnapshotException("manifest is of offset " + manifest.offset());
    }
    return manifest;
  }

  /** Makes an engine of a snapshot; see {@link SnapshotReader#load}. */
  public SnapshotReader.Loaded load(
      SnapshotManifest manifest, SnapshotHeader partition, TableSchema schema, Engines engines)
      throws IOException {
    return load(manifest, partition, schema, engines, SnapshotReader.Pace.NONE);
  }

  /**
   * As above.
   *
   * @param pace called as the reading goes on
   */
  public SnapshotReader.Loaded load(
      SnapshotManifest manifest,
      SnapshotHeader partition,
      TableSchema schema,
      Engines engines,
      SnapshotReader.Pace pace)
      throws IOException {
    return load(whole(manifest.offset()), manifest, partition, schema, engines, pace);
  }

  static SnapshotReader.Loaded load(
      Path snapshot,
      SnapshotManifest manifest,
      SnapshotHeader partition,
      TableSchema schema,
      Engines engines,
      SnapshotReader.Pace pace)
      throws IOException {
    return Manifests.isOfFiles(manifest)
        ? FilesSnapshot.load(snapshot, manifest, partition, schema, engines, pace)
        : SnapshotReader.load(stateFile(snapshot), manifest, partition, schema, engines, pace);
  }

  /**
   * Reads a snapshot to its end and checks it; any thread, see {@link SnapshotReader#verify}. One
   * that is removed meanwhile is read on or reported as missing.
   */
  public void verify(SnapshotManifest manifest, SnapshotHeader partition, SnapshotReader.Pace pace)
      throws IOException {
    requireHere(manifest);
    Path snapshot = whole(manifest.offset());
    if (Manifests.isOfFiles(manifest)) {
      FilesSnapshot.verify(
          snapshot, manifest, partition, SnapshotReader.sessions(encoded -> {}), pace);
    } else {
      SnapshotReader.verify(stateFile(snapshot), manifest, partition, pace);
    }
  }

  /**
   * Makes a snapshot of an engine's files, which takes no room on the disk while the engine has
   * them, too. One that was begun before is given up.
   *
   * @param files are released, whatever comes of it
   * @param previous the newest snapshot that is here; null without one
   */
  public SnapshotManifest link(
      SnapshotHeader header, byte[] sessions, StateFiles files, SnapshotManifest previous)
      throws IOException {
    try {
      DurableFiles.deleteTree(making());
      Files.createDirectory(making());
      FilesSnapshot.Before before =
          previous == null ? null : new FilesSnapshot.Before(whole(previous.offset()), previous);
      SnapshotManifest manifest = FilesSnapshot.make(making(), header, sessions, files, before);
      add(making(), manifest.offset());
      return manifest;
    } finally {
      files.release();
    }
  }

  /** Gives up what {@link #link} has left half done. */
  public void discardMaking() throws IOException {
    DurableFiles.deleteTree(making());
  }

  /** Where the files of a whole snapshot are. */
  public Path directory(long offset) {
    return whole(offset);
  }

  /** Begins to make a snapshot. One that was begun before is given up. */
  public SnapshotWriter begin(SnapshotHeader header, byte[] sessions, Alterations alterations)
      throws IOException {
    DurableFiles.deleteTree(making());
    Files.createDirectory(making());
    return new SnapshotWriter(stateFile(making()), header, sessions, alterations);
  }

  /**
   * Ends a snapshot: reads it back, and gives it its name.
   *
   * @param writer of {@link #begin}; is closed
   */
  public SnapshotManifest complete(SnapshotWriter writer, SnapshotHeader header)
      throws IOException {
    SnapshotManifest manifest;
    try (writer) {
      manifest = writer.finish();
    }
    SnapshotReader.verify(stateFile(making()), manifest, header);
    Manifests.store(making(), manifest);
    add(making(), manifest.offset());
    return manifest;
  }

  /** Gives up what {@link #begin} began. */
  public void discard(SnapshotWriter writer) throws IOException {
    writer.close();
    DurableFiles.deleteTree(making());
  }

  /** Moves a directory whose files are durable among the whole ones, in place of an equal one. */
  void add(Path made, long offset) throws IOException {
    FilesSnapshot.syncDirectory(made);
    DurableFiles.syncDirectory(made);
    if (Files.exists(whole(offset))) {
      remove(offset);
    }
    DurableFiles.moveAtomically(made, whole(offset));
  }

  /**
   * Opens one part of a snapshot. Its bytes stay readable when the snapshot is removed.
   *
   * @param part its number in the manifest
   */
  public FileChannel openForReading(SnapshotManifest manifest, int part) throws IOException {
    requireHere(manifest);
    Manifests.statePart(manifest);
    Path file = whole(manifest.offset()).resolve(manifest.parts().get(part).name());
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private void requireHere(SnapshotManifest manifest) throws IOException {
    if (!manifest(manifest.offset()).equals(manifest)) {
      throw new SnapshotException("the snapshot of offset " + manifest.offset() + " is another");
    }
  }

  /** Removes the whole snapshots of lower offsets than this. */
  public void removeBefore(long oldest) throws IOException {
    for (long offset : offsets()) {
      if (offset < oldest) {
        remove(offset);
      }
    }
  }

  private void remove(long offset) throws IOException {
    Path leaving = directory.resolve(DELETING + offset);
    DurableFiles.deleteTree(leaving);
    DurableFiles.moveAtomically(whole(offset), leaving);
    DurableFiles.deleteTree(leaving);
  }

  /**
   * Takes snapshots that failed their checks out of the way. Those that were put aside before are
   * deleted.
   */
  public void putAside(List<Long> offsets) throws IOException {
    for (Path path : list()) {
      if (path.getFileName().toString().startsWith(DAMAGED)) {
        DurableFiles.deleteTree(path);
      }
    }
    for (long offset : offsets) {
      if (Files.exists(whole(offset))) {
        DurableFiles.moveAtomically(whole(offset), directory.resolve(DAMAGED + offset));
      }
    }
  }

  Path incoming() {
    return directory.resolve("incoming");
  }

  private Path making() {
    return directory.resolve("making");
  }

  private Path whole(long offset) {
    return directory.resolve(nameOf(offset));
  }

  /** Whether a directory that has a whole snapshot's name is that of this offset. */
  static boolean isNamed(Path snapshot, long offset) {
    String name = snapshot.toAbsolutePath().normalize().getFileName().toString();
    return !WHOLE.matcher(name).matches() || name.equals(nameOf(offset));
  }

  private static String nameOf(long offset) {
    return String.format(Locale.ROOT, "%020d", offset);
  }

  static Path stateFile(Path snapshot) {
    return snapshot.resolve(SnapshotFormat.STATE_FILE);
  }

  private List<Path> list() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.toList();
    }
  }
}
