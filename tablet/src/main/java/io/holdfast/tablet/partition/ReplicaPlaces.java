package io.holdfast.tablet.partition;

import io.holdfast.common.time.Clock;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.binlog.ReplicaMeta;
import io.holdfast.tablet.directories.ReplicaPlacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * In which data directory each replica lies: in one, whatever fails. A tablet that found one in two
 * of them would not start.
 *
 * <p>A rename that failed may have been done, and one that was done may be undone by a crash. So a
 * replica that could not be made or put aside for certain is a leftover: nobody uses it, and
 * another one is made only in the same directory, where it takes its name.
 *
 * <p>Thread-safe: replicas are made and put aside under a lock, which no read or write ever takes.
 */
final class ReplicaPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaPlaces.class);

  private final List<DataVolume> volumes;
  private final BinlogSettings settings;
  private final Clock clock;

  /** Changed under the lock. */
  private final Map<ReplicaKey, DataVolume> places = new ConcurrentHashMap<>();

  /** Where there is, or may be, one that nobody uses. Under the lock. */
  private final Map<ReplicaKey, DataVolume> leftovers = new HashMap<>();

  /**
   * Finds what is there.
   *
   * @throws IOException when a directory cannot be listed
   */
  ReplicaPlaces(List<DataVolume> volumes, BinlogSettings settings, Clock clock) throws IOException {
    this.volumes = List.copyOf(volumes);
    this.settings = settings;
    this.clock = clock;
    for (DataVolume volume : volumes) {
      for (ReplicaKey key : volume.directory().replicas()) {
        places.put(key, volume);
      }
    }
  }

  /** All partitions with a replica here, by table and partition. */
  List<ReplicaKey> replicas() {
    return places.keySet().stream().sorted().toList();
  }

  /** Where a replica lies that is here. */
  DataVolume of(ReplicaKey key) {
    DataVolume volume = places.get(key);
    if (volume == null) {
      throw new IllegalStateException("there is no replica " + key + " here");
    }
    return volume;
  }

  /** How many replicas each data directory has, by its name. */
  Map<String, Long> countByDirectory() {
    Map<String, Long> counts = new TreeMap<>();
    volumes.forEach(volume -> counts.put(volume.name(), 0L));
    places.values().forEach(volume -> counts.merge(volume.name(), 1L, Long::sum));
    return counts;
  }

  /**
   * Makes an empty replica in the directory that suits best.
   *
   * @throws IOException when there is one in any directory: one that was dropped keeps its place
   *     until it is in the recycle bin; or when none takes it
   */
  synchronized void make(ReplicaKey key, ReplicaMeta meta, StorageMode mode) throws IOException {
    if (places.containsKey(key)) {
      throw new IOException("replica " + key + " exists already in " + places.get(key).name());
    }
    places.put(
        key, leftovers.containsKey(key) ? makeAgain(key, meta) : makeAnywhere(key, meta, mode));
  }

  private DataVolume makeAgain(ReplicaKey key, ReplicaMeta meta) throws IOException {
    DataVolume volume = leftovers.get(key);
    if (!Files.notExists(volume.directory().replicaPath(key))) {
      Path bin = volume.directory().recycle(key, clock.currentTimeMillis());
      LOG.warn("what was left of replica {} is in {}", key, bin);
    }
    volume.directory().createReplica(meta, settings, 1, 0);
    leftovers.remove(key);
    return volume;
  }

  private DataVolume makeAnywhere(ReplicaKey key, ReplicaMeta meta, StorageMode mode)
      throws IOException {
    for (DataVolume volume : volumes) {
      Path path = volume.directory().replicaPath(key);
      if (Files.exists(path)) {
        throw new IOException(
            path + " is there, and not by this tablet's doing; move it out of the data directory");
      }
    }
    IOException failure = new IOException("no data directory takes tables of " + mode);
    for (DataVolume volume : bestFirst(mode)) {
      try {
        volume.directory().createReplica(meta, settings, 1, 0);
        return volume;
      } catch (IOException e) {
        if (!Files.notExists(volume.directory().replicaPath(key))) {
          // It may be there, so it must not be made a second time in another one.
          leftovers.put(key, volume);
          throw e;
        }
        LOG.warn("replica {} cannot be made in {}: {}", key, volume.name(), e.toString());
        failure = e;
      }
    }
    throw failure;
  }

  private List<DataVolume> bestFirst(StorageMode mode) {
    List<DataVolume> fit = volumes.stream().filter(volume -> volume.takes(mode)).toList();
    Map<String, Long> counts = countByDirectory();
    List<ReplicaPlacement.Candidate> candidates =
        fit.stream()
            .map(
                volume ->
                    new ReplicaPlacement.Candidate(
                        Math.toIntExact(counts.get(volume.name())), volume.level()))
            .toList();
    return ReplicaPlacement.bestFirst(candidates).stream().map(fit::get).toList();
  }

  /**
   * Moves a replica that nobody uses any more to the recycle bin of its directory. Also when that
   * fails it is not here any more.
   *
   * @return where it is now
   */
  synchronized Path recycle(ReplicaKey key) throws IOException {
    DataVolume volume = of(key);
    try {
      return volume.directory().recycle(key, clock.currentTimeMillis());
    } catch (IOException e) {
      leftovers.put(key, volume);
      throw e;
    } finally {
      places.remove(key);
    }
  }
}
