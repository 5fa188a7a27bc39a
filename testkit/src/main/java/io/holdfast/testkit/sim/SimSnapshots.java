package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.tablet.replication.SnapshotStore;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** One replica's snapshots on a {@link SimDisk}. What needs the disk takes its time. */
final class SimSnapshots implements SnapshotStore {
  /** A snapshot on disk. */
  static final class Saved {
    private final SnapshotManifest manifest;
    private final byte[] bytes;

    /** Which shows when it is read to its end. */
    boolean isDamaged;

    /** Somebody has read it, and has said so. */
    boolean isFoundDamaged;

    Saved(SnapshotManifest manifest, byte[] bytes) {
      this.manifest = manifest;
      this.bytes = bytes;
    }

    SnapshotManifest manifest() {
      return manifest;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** Bytes that a snapshot has at least, so that it takes more than one piece. */
  private static final int LEAST_BYTES = 100;

  private final SimTablet tablet;
  private final PartitionId partition;
  private final SimReplicaStore store;
  private final SimDisk.Files files;
  private byte[] sessions = new byte[0];

  SimSnapshots(
      SimTablet tablet, PartitionId partition, SimReplicaStore store, SimDisk.Files files) {
    this.tablet = tablet;
    this.partition = partition;
    this.store = store;
    this.files = files;
    load();
  }

  /** The engine becomes what the newest snapshot holds. */
  private void load() {
    if (files.newest != null) {
      SnapshotManifest manifest = files.newest.manifest();
      if (!files.witness) {
        tablet.invariants().snapshots().onLoaded(tablet, partition, manifest, files.newest.bytes());
      }
      SnapshotImage image = SnapshotImage.decode(files.newest.bytes());
      store.registers().load(image.registers(), image.logTimeMillis());
      sessions = image.sessions();
    }
  }

  @Override
  public SnapshotManifest newest() {
    return files.newest == null ? null : files.newest.manifest();
  }

  @Override
  public SnapshotManifest previous() {
    return files.previous == null ? null : files.previous.manifest();
  }

  @Override
  public byte[] sessions() {
    return sessions.clone();
  }

  @Override
  public void make(long term, long offset, byte[] newSessions) {
    byte[] bytes = image(newSessions).encode(LEAST_BYTES);
    SnapshotManifest manifest = manifest(term, offset, bytes);
    tablet.invariants().afterTablet(tablet);
    if (!files.witness) {
      tablet.invariants().snapshots().onMade(tablet, partition, manifest, bytes);
    }
    long done = tablet.world.now() + tablet.world.between(World.MILLI / 2, 40 * World.MILLI);
    store.onDisk(
        done,
        () -> {
          if (files.newest != null && files.newest.manifest().offset() > offset) {
            // Another replica's was installed meanwhile.
            store.report(
                host -> host.onSnapshotMade(partition, null, "it is outdated", tablet.localNow()));
            return;
          }
          files.previous = files.newest;
          files.newest = new Saved(manifest, bytes);
          store.report(host -> host.onSnapshotMade(partition, manifest, null, tablet.localNow()));
        });
  }

  private SnapshotImage image(byte[] newSessions) {
    SimRegisters registers = store.registers();
    return new SnapshotImage(registers.copy(), registers.logTimeMillis(), newSessions);
  }

  private static SnapshotManifest manifest(long term, long offset, byte[] bytes) {
    int half = bytes.length / 2;
    return new SnapshotManifest(
        term,
        offset,
        List.of(
            new SnapshotManifest.Part("a", half, Arrays.hashCode(Arrays.copyOf(bytes, half))),
            new SnapshotManifest.Part(
                "b",
                bytes.length - half,
                Arrays.hashCode(Arrays.copyOfRange(bytes, half, bytes.length)))));
  }

  @Override
  public void check(SnapshotManifest manifest) {
    long done = tablet.disk().finishOf(World.MILLI / 20, 2 * World.MILLI);
    store.onDisk(
        done,
        () -> {
          Saved saved = find(manifest);
          if (saved != null && saved.isDamaged) {
            store.report(
                host -> {
                  saved.isFoundDamaged = true;
                  host.onSnapshotDamaged(partition, manifest, tablet.localNow());
                });
          }
        });
  }

  @Override
  public void discard(SnapshotManifest manifest) {
    if (manifest.equals(newest())) {
      files.newest = files.previous;
    }
    files.previous = null;
  }

  private Saved find(SnapshotManifest manifest) {
    if (manifest.equals(newest())) {
      return files.newest;
    }
    return manifest.equals(previous()) ? files.previous : null;
  }

  /** Somebody reads all snapshots to their ends. */
  void scrub() {
    if (newest() != null) {
      check(newest());
    }
    if (previous() != null) {
      check(previous());
    }
  }

  @Override
  public void read(SnapshotManifest manifest, long position, int maxBytes) {
    long done = tablet.disk().finishOf(World.MILLI / 50, World.MILLI / 2);
    store.onDisk(
        done,
        () -> {
          Saved saved = find(manifest);
          // Damage shows at the receiver, or as bytes that the disk does not give out.
          boolean gone = saved == null || saved.isDamaged;
          byte[] bytes =
              gone
                  ? null
                  : Arrays.copyOfRange(
                      saved.bytes(),
                      (int) position,
                      (int) Math.min(saved.bytes().length, position + maxBytes));
          store.report(
              host ->
                  host.onSnapshotRead(
                      partition,
                      manifest,
                      position,
                      bytes,
                      gone ? "it is not readable" : null,
                      tablet.localNow()));
        });
  }

  @Override
  public long prepare(SnapshotManifest manifest) {
    if (!manifest.equals(files.coming)) {
      files.coming = manifest;
      files.received = new byte[0];
    }
    return files.received.length;
  }

  @Override
  public void store(SnapshotManifest manifest, long position, byte[] bytes) {
    tablet.invariants().snapshots().onReceived(tablet, partition, manifest, position, bytes);
    long done = tablet.disk().finishOf(World.MILLI / 20, World.MILLI);
    store.onDisk(
        done,
        () -> {
          boolean ok = manifest.equals(files.coming) && position == files.received.length;
          if (ok) {
            byte[] longer = Arrays.copyOf(files.received, files.received.length + bytes.length);
            System.arraycopy(bytes, 0, longer, (int) position, bytes.length);
            files.received = longer;
          }
          long reached = files.received.length;
          store.report(
              host -> host.onSnapshotStored(partition, manifest, reached, ok, tablet.localNow()));
        });
  }

  @Override
  public void install(SnapshotManifest manifest) {
    long done =
        tablet.disk().finishOf(World.MILLI / 2, 2 * World.MILLI)
            + tablet.world.between(0, tablet.world.chance(0.2) ? 400 * World.MILLI : World.MILLI);
    store.onDisk(
        done,
        () -> {
          byte[] bytes = files.received;
          files.received = new byte[0];
          files.coming = null;
          if (!manifest(manifest.term(), manifest.offset(), bytes).equals(manifest)) {
            store.report(
                host ->
                    host.onSnapshotInstalled(
                        partition, manifest, "the checksum is wrong", tablet.localNow()));
            return;
          }
          tablet.invariants().snapshots().onInstall(tablet, partition, manifest, files);
          files.newest = new Saved(manifest, bytes);
          files.previous = null;
          files.beginAnew(manifest.offset(), manifest.term());
          store.report(
              host -> {
                store.beginAnew(manifest);
                load();
                host.onSnapshotInstalled(partition, manifest, null, tablet.localNow());
              });
        });
  }

  @Override
  public void beginAt(long term, long offset) {
    byte[] bytes = new SnapshotImage(new TreeMap<>(), 0, new byte[0]).encode(LEAST_BYTES);
    SnapshotManifest manifest = manifest(term, offset, bytes);
    long done = tablet.disk().finishOf(World.MILLI / 2, 2 * World.MILLI);
    store.onDisk(
        done,
        () -> {
          tablet.invariants().snapshots().onInstall(tablet, partition, manifest, files);
          files.newest = new Saved(manifest, bytes);
          files.previous = null;
          files.beginAnew(offset, term);
          store.report(
              host -> {
                store.beginAnew(manifest);
                load();
                host.onSnapshotInstalled(partition, manifest, null, tablet.localNow());
              });
        });
  }

  @Override
  public long firstLogOffset() {
    return files.log.base() + 1;
  }

  @Override
  public long logBytesAfter(long offset) {
    return files.log.bytesAfter(offset);
  }

  @Override
  public void trimLog(long upTo) {
    boolean known =
        (files.newest != null && files.newest.isFoundDamaged)
            || (files.previous != null && files.previous.isFoundDamaged);
    tablet.invariants().snapshots().onTrim(tablet, partition, upTo, newest(), previous(), known);
    files.trimTo(upTo);
  }
}
