package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.snapshot.IncomingSnapshot;
import io.holdfast.tablet.snapshot.SnapshotException;
import io.holdfast.tablet.snapshot.SnapshotFolder;
import io.holdfast.tablet.snapshot.SnapshotHeader;
import io.holdfast.tablet.snapshot.SnapshotReader;
import io.holdfast.tablet.storage.Engines;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The snapshot that a replica is being sent. Two views of the same thing: the loop knows which one
 * it is and how far it has come, the background has the file.
 */
final class SnapshotReceiving {
  private final SnapshotFolder folder;

  // The loop's.
  private SnapshotManifest wanted;
  private long received;

  // The background's.
  private IncomingSnapshot incoming;

  /**
   * @param found what was there when the replica was opened; null for nothing
   */
  SnapshotReceiving(SnapshotFolder folder, IncomingSnapshot found) {
    this.folder = folder;
    this.incoming = found;
    this.wanted = found == null ? null : found.manifest();
    this.received = found == null ? 0 : found.received();
  }

  // ---- the loop

  /** Whether this is the one that is being received. */
  boolean isWanted(SnapshotManifest manifest) {
    return manifest.equals(wanted);
  }

  /** From now on it is this one, of which nothing is here. */
  void want(SnapshotManifest manifest) {
    wanted = manifest;
    received = 0;
  }

  /** From where bytes are missing. */
  long received() {
    return received;
  }

  /** So far has this one come. */
  void reached(SnapshotManifest manifest, long position) {
    if (isWanted(manifest)) {
      received = position;
    }
  }

  // ---- the background

  /**
   * Writes bytes of a snapshot, beginning it when it is another than before.
   *
   * @return from where bytes are missing now
   */
  long write(SnapshotManifest manifest, long position, byte[] bytes) throws IOException {
    if (incoming == null || !incoming.manifest().equals(manifest)) {
      forget();
      incoming = IncomingSnapshot.begin(folder, manifest);
    }
    incoming.write(position, bytes);
    return incoming.received();
  }

  /** Checks a snapshot that should be complete; forgets it when it is not what it should be. */
  SnapshotReader.Loaded load(
      SnapshotManifest manifest, SnapshotHeader partition, TableSchema schema, Engines engines)
      throws IOException {
    if (incoming == null || !incoming.manifest().equals(manifest)) {
      throw new IOException("nothing was received of the snapshot of offset " + manifest.offset());
    }
    try {
      return incoming.load(partition, schema, engines);
    } catch (SnapshotException e) {
      forget();
      throw e;
    }
  }

  /** Makes what {@link #load} has checked one of the replica's snapshots. */
  void adopt() throws IOException {
    incoming.adopt();
    incoming = null;
  }

  /** Removes what is here. */
  void forget() throws IOException {
    if (incoming != null) {
      IncomingSnapshot old = incoming;
      incoming = null;
      old.discard();
    }
  }

  /** Lets go of the file. */
  void close() {
    if (incoming != null) {
      try {
        incoming.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
