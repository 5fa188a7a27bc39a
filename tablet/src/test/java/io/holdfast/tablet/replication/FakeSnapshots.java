package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.SnapshotManifest;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Snapshots in memory. One holds term and offset of every applied record, so that a test sees what
 * is in it. Nothing is done before the test says so.
 */
final class FakeSnapshots implements SnapshotStore {
  /** Work that the disk owes. */
  interface Work {
    void report(ReplicaHost host, PartitionId partition, long now);
  }

  private record Saved(SnapshotManifest manifest, byte[] bytes) {}

  final Deque<Work> owed = new ArrayDeque<>();
  final List<Long> trims = new ArrayList<>();
  final List<SnapshotManifest> checked = new ArrayList<>();
  private final FakeReplicaStore store;
  private Saved newest;
  private Saved previous;
  private SnapshotManifest coming;
  private byte[] received = new byte[0];
  int storedPieces;
  boolean damagesWhatItReads;

  FakeSnapshots(FakeReplicaStore store) {
    this.store = store;
  }

  /** What is found after a restart. */
  void takeOver(FakeSnapshots before) {
    newest = before.newest;
    previous = before.previous;
    coming = before.coming;
    received = before.received;
    trims.addAll(before.trims);
    if (newest != null) {
      load(newest.bytes());
    }
  }

  private void load(byte[] bytes) {
    store.applied.clear();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.hasRemaining()) {
      store.applied.add(
          new LogRecord(
              in.getLong(),
              in.getLong(),
              LogRecord.Type.WRITE,
              SessionId.NONE,
              0,
              new byte[in.getInt()]));
    }
  }

  private byte[] state() {
    ByteBuffer out = ByteBuffer.allocate(20 * store.applied.size());
    store.applied.forEach(
        record ->
            out.putLong(record.term()).putLong(record.offset()).putInt(record.payload().length));
    return out.array();
  }

  private static SnapshotManifest manifest(long term, long offset, byte[] bytes) {
    return new SnapshotManifest(
        term,
        offset,
        List.of(new SnapshotManifest.Part("state", bytes.length, Arrays.hashCode(bytes))));
  }

  @Override
  public SnapshotManifest newest() {
    return newest == null ? null : newest.manifest();
  }

  @Override
  public SnapshotManifest previous() {
    return previous == null ? null : previous.manifest();
  }

  @Override
  public byte[] sessions() {
    return new byte[0];
  }

  @Override
  public void make(long term, long offset, byte[] sessions) {
    byte[] bytes = state();
    Saved saved = new Saved(manifest(term, offset, bytes), bytes);
    owed.add(
        (host, partition, now) -> {
          previous = newest;
          newest = saved;
          host.onSnapshotMade(partition, saved.manifest(), null, now);
        });
  }

  @Override
  public void check(SnapshotManifest manifest) {
    checked.add(manifest);
    owed.add(
        (host, partition, now) -> {
          if (damagesWhatItReads) {
            host.onSnapshotDamaged(partition, manifest, now);
          }
        });
  }

  @Override
  public void discard(SnapshotManifest manifest) {
    if (manifest.equals(newest())) {
      newest = previous;
    }
    previous = null;
  }

  @Override
  public void read(SnapshotManifest manifest, long position, int maxBytes) {
    owed.add(
        (host, partition, now) -> {
          Saved from = newest.manifest().equals(manifest) ? newest : previous;
          if (from == null || !from.manifest().equals(manifest)) {
            host.onSnapshotRead(partition, manifest, position, null, "it is gone", now);
            return;
          }
          int end = (int) Math.min(from.bytes().length, position + maxBytes);
          byte[] bytes = Arrays.copyOfRange(from.bytes(), (int) position, end);
          if (damagesWhatItReads) {
            bytes[0] ^= 1;
          }
          host.onSnapshotRead(partition, manifest, position, bytes, null, now);
        });
  }

  @Override
  public long prepare(SnapshotManifest manifest) {
    if (!manifest.equals(coming)) {
      coming = manifest;
      received = new byte[0];
    }
    return received.length;
  }

  @Override
  public void store(SnapshotManifest manifest, long position, byte[] bytes) {
    owed.add(
        (host, partition, now) -> {
          storedPieces++;
          boolean ok = manifest.equals(coming) && position == received.length;
          if (ok) {
            received = Arrays.copyOf(received, received.length + bytes.length);
            System.arraycopy(bytes, 0, received, (int) position, bytes.length);
          }
          host.onSnapshotStored(partition, manifest, received.length, ok, now);
        });
  }

  @Override
  public void install(SnapshotManifest manifest) {
    owed.add(
        (host, partition, now) -> {
          byte[] bytes = received;
          received = new byte[0];
          coming = null;
          if (!manifest(manifest.term(), manifest.offset(), bytes).equals(manifest)) {
            host.onSnapshotInstalled(partition, manifest, "checksum", now);
            return;
          }
          newest = new Saved(manifest, bytes);
          previous = null;
          load(bytes);
          store.beginAnew(manifest.offset(), manifest.term());
          host.onSnapshotInstalled(partition, manifest, null, now);
        });
  }

  @Override
  public void beginAt(long term, long offset) {
    owed.add(
        (host, partition, now) -> {
          newest = new Saved(manifest(term, offset, new byte[0]), new byte[0]);
          previous = null;
          load(new byte[0]);
          store.beginAnew(offset, term);
          host.onSnapshotInstalled(partition, newest.manifest(), null, now);
        });
  }

  @Override
  public long firstLogOffset() {
    return store.base + 1;
  }

  @Override
  public long logBytesAfter(long offset) {
    return store.log.stream()
        .filter(record -> record.offset() > offset)
        .mapToLong(record -> record.payload().length)
        .sum();
  }

  @Override
  public void trimLog(long upTo) {
    trims.add(upTo);
    store.trim(upTo);
  }
}
