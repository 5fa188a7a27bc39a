package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One data directory of a tablet:
 *
 * <pre>
 * LOCK                        held by the one process that uses the directory
 * cluster-id                  the cluster whose data this is
 * directories                 see {@code DirectoryMark}; only where there are or were several
 * reserve                     see {@link DiskRoom}
 * boot                        see {@link BootMark}
 * journal/                    see {@link Journal}
 * &lt;tid&gt;_&lt;pid&gt;/meta            see {@link ReplicaMetaFile}
 * &lt;tid&gt;_&lt;pid&gt;/binlog/         see {@link Binlog}
 * &lt;tid&gt;_&lt;pid&gt;/binlog.next/    see {@link LogExchange}
 * &lt;tid&gt;_&lt;pid&gt;/aside/          see {@link LogExchange}
 * &lt;tid&gt;_&lt;pid&gt;/snapshots/      see {@code SnapshotFolder}
 * recycle/&lt;tid&gt;_&lt;pid&gt;_&lt;time&gt;/  dropped replicas; time in milliseconds
 * new_&lt;tid&gt;_&lt;pid&gt;/            a replica that is being made; removed at start
 * </pre>
 *
 * <p>A replica's directory gets its name last, so one that is listed is always complete. Single
 * owner.
 */
public final class DataDirectory implements Closeable {
  private static final Pattern REPLICA = Pattern.compile("(\\d{1,10})_(\\d{1,10})");
  private static final String CLUSTER_ID = "cluster-id";
  private static final String NEW_PREFIX = "new_";

  private final Path root;
  private final String clusterId;
  private final FileChannel lockChannel;
  private final Renaming renaming;

  private DataDirectory(Path root, String clusterId, FileChannel lockChannel, Renaming renaming) {
    this.root = root;
    this.clusterId = clusterId;
    this.lockChannel = lockChannel;
    this.renaming = renaming;
  }

  /** Renames a replica's directory, durably. It may fail when it has done so. */
  public interface Renaming {
    void move(Path from, Path to) throws IOException;
  }

  /** A partition that has a replica here. */
  public record ReplicaKey(int tid, int pid) implements Comparable<ReplicaKey> {
    @Override
    public int compareTo(ReplicaKey other) {
      return Comparator.comparingInt(ReplicaKey::tid)
          .thenComparingInt(ReplicaKey::pid)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return tid + "_" + pid;
    }
  }

  /**
   * Takes a root directory, making it when it is missing.
   *
   * @param clusterId written into a new directory; an old one must hold the same
   * @throws IOException when another process uses the directory or it is of another cluster
   */
  public static DataDirectory open(Path root, String clusterId) throws IOException {
    return open(root, clusterId, DurableFiles::moveAtomically);
  }

  /** As above; renames replicas in another way. */
  public static DataDirectory open(Path root, String clusterId, Renaming renaming)
      throws IOException {
    DurableFiles.createDirectories(root);
    FileChannel channel =
        FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(channel, root);
      checkCluster(root, clusterId);
      DataDirectory directory = new DataDirectory(root, clusterId, channel, renaming);
      // A process that was killed between a rename and its sync has left names that are not durable
      // yet. What they name is counted on from here on.
      DurableFiles.syncDirectory(root);
      directory.removeUnfinished();
      return directory;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void lock(FileChannel channel, Path root) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new IOException("data directory " + root + " is in use by another tablet");
    }
  }

  /** The cluster whose data a directory holds; empty when it holds none's yet. */
  public static Optional<String> clusterId(Path root) throws IOException {
    Path file = root.resolve(CLUSTER_ID);
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }

  private static void checkCluster(Path root, String clusterId) throws IOException {
    Optional<String> found = clusterId(root);
    if (found.isPresent()) {
      if (!found.get().equals(clusterId)) {
        throw new IOException(
            "data directory "
                + root
                + " belongs to cluster "
                + found.get()
                + ", not to "
                + clusterId);
      }
      return;
    }
    DurableFiles.replaceAtomically(
        root.resolve(CLUSTER_ID), (clusterId + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void removeUnfinished() throws IOException {
    for (Path path : list(root)) {
      if (path.getFileName().toString().startsWith(NEW_PREFIX)) {
        DurableFiles.deleteTree(path);
      }
    }
  }

  public Path root() {
    return root;
  }

  public String clusterId() {
    return clusterId;
  }

  /** All replicas here, by table and partition. */
  public List<ReplicaKey> replicas() throws IOException {
    return replicas(root);
  }

  /** All replicas in a directory that is not taken, which need not be a data directory. */
  public static List<ReplicaKey> replicas(Path root) throws IOException {
    List<ReplicaKey> found = new ArrayList<>();
    for (Path path : list(root)) {
      Matcher matcher = REPLICA.matcher(path.getFileName().toString());
      if (matcher.matches() && Files.isDirectory(path)) {
        try {
          found.add(
              new ReplicaKey(
                  Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
        } catch (NumberFormatException e) {
          // Ten digits can exceed an int; then the directory is not ours.
        }
      }
    }
    found.sort(null);
    return found;
  }

  public Path replicaPath(ReplicaKey key) {
    return root.resolve(key.toString());
  }

  /** Where the replica's log is, for {@link Binlog#open}. */
  public Path binlogPath(ReplicaKey key) {
    return replicaPath(key).resolve("binlog");
  }

  /** Where the replica's snapshots are. */
  public Path snapshotsPath(ReplicaKey key) {
    return replicaPath(key).resolve("snapshots");
  }

  /** Where the states of the replica's disk engine are. */
  public Path enginesPath(ReplicaKey key) {
    return replicaPath(key).resolve("engine");
  }

  public ReplicaMetaFile metaFile(ReplicaKey key) {
    return new ReplicaMetaFile(replicaPath(key).resolve("meta"));
  }

  /**
   * Makes a replica with an empty log. When the call returns it is there and survives a crash. When
   * it fails there is none, unless {@link #replicaPath} is there: then only the sync of its name
   * has failed, and a crash may leave it or not.
   *
   * @param firstOffset of the log; 1 unless it continues a snapshot
   * @param prevTerm term of the record before; 0 when there is none
   */
  public void createReplica(
      ReplicaMeta meta, BinlogSettings settings, long firstOffset, long prevTerm)
      throws IOException {
    ReplicaKey key = new ReplicaKey(meta.tid(), meta.pid());
    if (!meta.clusterId().equals(clusterId)) {
      throw new IllegalArgumentException(meta + " is not of cluster " + clusterId);
    }
    if (Files.exists(replicaPath(key))) {
      throw new IOException("replica " + key + " exists already in " + root);
    }
    Path unfinished = root.resolve(NEW_PREFIX + key);
    DurableFiles.deleteTree(unfinished);
    DurableFiles.createDirectories(unfinished);
    Binlog.create(
            unfinished.resolve("binlog"),
            meta.replicaUid(),
            meta.tid(),
            meta.pid(),
            settings,
            firstOffset,
            prevTerm)
        .close();
    new ReplicaMetaFile(unfinished.resolve("meta")).store(meta);
    renaming.move(unfinished, replicaPath(key));
  }

  /**
   * Moves a replica that is not wanted any more to the recycle bin. Its log must be closed. When it
   * fails and {@link #replicaPath} is not there, only a sync has failed, and a crash may bring the
   * replica back.
   *
   * @param nowMillis wall time, for the name
   * @return where it is now
   */
  public Path recycle(ReplicaKey key, long nowMillis) throws IOException {
    Path bin = root.resolve("recycle");
    DurableFiles.createDirectories(bin);
    long time = nowMillis;
    Path target = bin.resolve(key + "_" + time);
    while (Files.exists(target)) {
      time++;
      target = bin.resolve(key + "_" + time);
    }
    renaming.move(replicaPath(key), target);
    return target;
  }

  private static List<Path> list(Path root) throws IOException {
    try (Stream<Path> paths = Files.list(root)) {
      return paths.toList();
    }
  }

  /** Lets another process have the directory. */
  @Override
  public void close() throws IOException {
    lockChannel.close();
  }
}
