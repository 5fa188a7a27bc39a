package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.SnapshotManifest;

/**
 * The snapshots of a store that keeps none: its log is whole for ever. What is asked to be made is
 * never done, which a replica can live with.
 */
public final class NoSnapshots implements SnapshotStore {
  public static final NoSnapshots INSTANCE = new NoSnapshots();

  private NoSnapshots() {}

  @Override
  public SnapshotManifest newest() {
    return null;
  }

  @Override
  public SnapshotManifest previous() {
    return null;
  }

  @Override
  public byte[] sessions() {
    return new byte[0];
  }

  @Override
  public void make(long term, long offset, byte[] sessions) {
    // Never reported as done.
  }

  @Override
  public void check(SnapshotManifest manifest) {
    throw new UnsupportedOperationException("there are no snapshots to check here");
  }

  @Override
  public void discard(SnapshotManifest manifest) {
    throw new UnsupportedOperationException("there are no snapshots to discard here");
  }

  @Override
  public void read(SnapshotManifest manifest, long position, int maxBytes) {
    throw new UnsupportedOperationException("there are no snapshots to read here");
  }

  @Override
  public long prepare(SnapshotManifest manifest) {
    throw new UnsupportedOperationException("no snapshot can be received here");
  }

  @Override
  public void store(SnapshotManifest manifest, long position, byte[] bytes) {
    throw new UnsupportedOperationException("no snapshot can be received here");
  }

  @Override
  public void install(SnapshotManifest manifest) {
    throw new UnsupportedOperationException("no snapshot can be received here");
  }

  @Override
  public void beginAt(long term, long offset) {
    throw new UnsupportedOperationException("the log cannot begin anew here");
  }

  @Override
  public long firstLogOffset() {
    return 1;
  }

  @Override
  public long logBytesAfter(long offset) {
    return 0;
  }

  @Override
  public void trimLog(long upTo) {
    // Without snapshots the log is all there is.
  }
}
