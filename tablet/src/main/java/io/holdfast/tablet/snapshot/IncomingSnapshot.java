package io.holdfast.tablet.snapshot;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.storage.Engines;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A snapshot that comes from another replica, in the directory {@code incoming} with the manifest
 * that was announced. What is there of it survives a restart, as far as its blocks are intact.
 *
 * <p>For one thread at a time.
 */
public final class IncomingSnapshot implements Closeable {
  private static final int SYNC_BYTES = 8 << 20;

  private final SnapshotFolder folder;
  private final SnapshotManifest manifest;
  private final FileChannel channel;
  private long received;
  private long unsynced;

  private IncomingSnapshot(
      SnapshotFolder folder, SnapshotManifest manifest, FileChannel channel, long received) {
    this.folder = folder;
    this.manifest = manifest;
    this.channel = channel;
    this.received = received;
  }

  /** Begins to receive a snapshot; what is there of another one goes. */
  public static IncomingSnapshot begin(SnapshotFolder folder, SnapshotManifest manifest)
      throws IOException {
    Manifests.statePart(manifest);
    Path directory = folder.incoming();
    DurableFiles.deleteTree(directory);
    DurableFiles.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            SnapshotFolder.stateFile(directory),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
    try {
      // Last, so that a manifest means that there is a file.
      Manifests.store(directory, manifest);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    return new IncomingSnapshot(folder, manifest, channel, 0);
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
      long bytes = Manifests.statePart(manifest).bytes();
      Path file = SnapshotFolder.stateFile(directory);
      // Behind the last intact block may be what the file system had made room for only.
      long intact = Math.min(bytes, SnapshotReader.intactBytes(file));
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      channel.truncate(intact);
      return new IncomingSnapshot(folder, manifest, channel, intact);
    } catch (SnapshotException e) {
      DurableFiles.deleteTree(directory);
      return null;
    }
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
    DurableFiles.writeFully(channel, ByteBuffer.wrap(bytes), position);
    received = Math.max(received, position + bytes.length);
    unsynced += bytes.length;
    if (unsynced >= SYNC_BYTES) {
      channel.force(false);
      unsynced = 0;
    }
  }

  /**
   * Checks all of it and makes an engine of it.
   *
   * @throws SnapshotException when it is not whole or not what it should be
   */
  public SnapshotReader.Loaded load(SnapshotHeader partition, TableSchema schema, Engines engines)
      throws IOException {
    channel.force(true);
    return SnapshotReader.load(
        SnapshotFolder.stateFile(folder.incoming()), manifest, partition, schema, engines);
  }

  /** Makes it one of the whole snapshots, durably and in one step. */
  public void adopt() throws IOException {
    channel.close();
    folder.add(folder.incoming(), manifest.offset());
  }

  /** Forgets it. */
  public void discard() throws IOException {
    channel.close();
    DurableFiles.deleteTree(folder.incoming());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
