package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.storage.MemoryExhaustedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens every replica that is on disk, at start and unasked: a tablet that forgot a replica until
 * somebody named it would look, to everybody else, as if it had lost it.
 *
 * <p>The logs are read in parallel, since that is what takes time.
 */
final class PartitionRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionRecovery.class);

  private final TabletDisk disk;
  private final PartitionLoops loops;

  PartitionRecovery(TabletDisk disk, PartitionLoops loops) {
    this.disk = disk;
    this.loops = loops;
  }

  private record Opened(PartitionId partition, DiskReplicaStore store) {}

  /**
   * Opens all replicas and gives them to their loops, which must not have been started.
   *
   * @throws IOException when the data directory itself cannot be listed; what is wrong with one
   *     replica does not stop the others
   */
  void run() throws IOException {
    List<ReplicaKey> keys = disk.replicas();
    if (keys.isEmpty()) {
      disk.allOpened();
      return;
    }
    long began = System.nanoTime();
    int corrupt = 0;
    int opened = 0;
    ExecutorService readers = Executors.newFixedThreadPool(loops.all().size());
    try {
      List<Callable<Opened>> tasks = new ArrayList<>();
      keys.forEach(key -> tasks.add(() -> open(key)));
      for (Future<Opened> task : readers.invokeAll(tasks)) {
        Opened replica = task.get();
        if (replica != null) {
          loops.of(replica.partition()).open(replica.partition(), replica.store());
          opened++;
          corrupt += replica.store().flags().isOutOfService() ? 1 : 0;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the replicas", e);
    } catch (ExecutionException e) {
      throw new IOException("the replicas cannot be read", e.getCause());
    } finally {
      readers.shutdownNow();
    }
    if (opened == keys.size()) {
      disk.allOpened();
    }
    LOG.info(
        "opened {} of {} replicas in {} ms, {} of them corrupt",
        opened,
        keys.size(),
        (System.nanoTime() - began) / 1_000_000,
        corrupt);
  }

  private Opened open(ReplicaKey key) {
    PartitionId partition = new PartitionId(key.tid(), key.pid());
    try {
      return new Opened(partition, disk.open(key, loops.of(partition)::executeOrThrow, false));
    } catch (MemoryExhaustedException e) {
      LOG.error("replica {} does not fit and is left as it is: {}", key, e.getMessage());
      return null;
    } catch (IOException | SchemaException | RuntimeException e) {
      // Without its meta file nobody can say which copy this is, so it cannot even be called
      // corrupt under its own name.
      LOG.error(
          "replica {} cannot be opened and is left as it is: {}; restore or remove its directory",
          key,
          e.toString());
      return null;
    }
  }
}
