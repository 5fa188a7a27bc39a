package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.SnapshotManifest.Part;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Engines;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A snapshot that comes from another replica, in the directory {@code incoming} with the manifest
 * that was announced, one part after the other. What is there of it survives a restart: of a state
 * file as far as its blocks are intact, of an engine's files those that are whole.
 *
 * <p>For one thread at a time.
 */
public final class IncomingSnapshot implements Closeable {
  private static final int SYNC_BYTES = 8 << 20;

  private final SnapshotFolder folder;
  private final SnapshotManifest manifest;

  /** The part that is being received, where it begins, and its file; null when all is here. */
  private int part;

  private long partStart;
  private FileChannel channel;
  private long received;
  private long unsynced;

  private IncomingSnapshot(SnapshotFolder folder, SnapshotManifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /** Begins to receive a snapshot; what is there of another one goes. */
  public static IncomingSnapshot begin(SnapshotFolder folder, SnapshotManifest manifest)
      throws IOException {
    Manifests.statePart(manifest);
    Path directory = folder.incoming();
    DurableFiles.deleteTree(directory);
    DurableFiles.createDirectories(directory);
    if (Manifests.isOfFiles(manifest)) {
      FilesSnapshot.createDirectory(directory);
    }
    IncomingSnapshot incoming = new IncomingSnapshot(folder, manifest);
    incoming.openPart();
    try {
      // Last, so that a manifest means that there is a file.
      Manifests.store(directory, manifest);
    } catch (IOException | RuntimeException e) {
      incoming.close();
      throw e;
    }
    return incoming;
  }

  /**
   * What an earlier life has received. Reads all of it.
   *
   * @return null when there is nothing of use
   */
  public static IncomingSnapshot recover(SnapshotFolder folder) throws IOException {
    Path directory = folder.incoming();
    if (!Files.exists(directory)) {
      return null;
    }
    if (!Files.exists(SnapshotFolder.stateFile(directory))) {
      DurableFiles.deleteTree(directory);
      return null;
    }
    try {
      SnapshotManifest manifest = Manifests.load(directory);
      Manifests.statePart(manifest);
      IncomingSnapshot incoming = new IncomingSnapshot(folder, manifest);
      incoming.findReceived();
      return incoming;
    } catch (SnapshotException e) {
      DurableFiles.deleteTree(directory);
      return null;
    }
  }

  private List<Part> parts() {
    return manifest.parts();
  }

  private Path file(int number) {
    return folder.incoming().resolve(parts().get(number).name());
  }

  private void findReceived() throws IOException {
    if (Manifests.isOfFiles(manifest)) {
      while (part < parts().size() && isWhole(part)) {
        partStart += parts().get(part).bytes();
        part++;
      }
      received = partStart;
      openPart();
    } else {
      long bytes = parts().get(0).bytes();
      // Behind the last intact block may be what the file system had made room for only.
      received = Math.min(bytes, SnapshotReader.intactBytes(file(0)));
      channel = FileChannel.open(file(0), StandardOpenOption.WRITE);
    }
    if (channel != null) {
      channel.truncate(received - partStart);
    }
  }

  private boolean isWhole(int number) throws IOException {
    Part wanted = parts().get(number);
    if (!Files.exists(file(number)) || Files.size(file(number)) != wanted.bytes()) {
      return false;
    }
    return FileSums.of(file(number), SnapshotReader.Pace.NONE).crc32c() == wanted.crc32c();
  }

  /** Opens the file of the next part that has bytes, and makes those that have none. */
  private void openPart() throws IOException {
    while (part < parts().size()) {
      channel = FileChannel.open(file(part), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (parts().get(part).bytes() > 0) {
        return;
      }
      endPart();
    }
  }

  private void endPart() throws IOException {
    channel.force(true);
    channel.close();
    channel = null;
    unsynced = 0;
    partStart += parts().get(part).bytes();
    part++;
  }

  public SnapshotManifest manifest() {
    return manifest;
  }

  /** From where bytes are missing. */
  public long received() {
    return received;
  }

  /**
   * Takes bytes. Those that are here already may come again.
   *
   * @throws SnapshotException when bytes before them are missing, or when the snapshot is shorter
   */
  public void write(long position, byte[] bytes) throws IOException {
    if (position < 0 || position > received || bytes.length > manifest.bytes() - position) {
      throw new SnapshotException(
          bytes.length
              + " bytes for position "
              + position
              + " of a snapshot of "
              + manifest.bytes()
              + ", of which there are "
              + received);
    }
    ByteBuffer left = ByteBuffer.wrap(bytes);
    left.position((int) Math.min(bytes.length, received - position));
    while (left.hasRemaining()) {
      long end = partStart + parts().get(part).bytes();
      int n = (int) Math.min(left.remaining(), end - received);
      ByteBuffer piece = left.duplicate().limit(left.position() + n);
      DurableFiles.writeFully(channel, piece, received - partStart);
      left.position(left.position() + n);
      received += n;
      unsynced += n;
      if (received == end) {
        endPart();
        openPart();
      } else if (unsynced >= SYNC_BYTES) {
        channel.force(false);
        unsynced = 0;
      }
    }
  }

  /**
   * Checks all of it and makes an engine of it.
   *
   * @throws SnapshotException when it is not whole or not what it should be
   */
  public SnapshotReader.Loaded load(SnapshotHeader partition, TableSchema schema, Engines engines)
      throws IOException {
    if (received < manifest.bytes()) {
      throw new SnapshotException(
          "the snapshot is cut: there are " + received + " of " + manifest.bytes() + " bytes");
    }
    return SnapshotFolder.load(
        folder.incoming(), manifest, partition, schema, engines, SnapshotReader.Pace.NONE);
  }

  /** Makes it one of the whole snapshots, durably and in one step. */
  public void adopt() throws IOException {
    close();
    folder.add(folder.incoming(), manifest.offset());
  }

  /** Forgets it. */
  public void discard() throws IOException {
    close();
    DurableFiles.deleteTree(folder.incoming());
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
