package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a journal has into the logs, at a start, before any of them is opened, and begins a
 * new one.
 *
 * <p>A damaged journal may have lost what logs had been told was on disk. That matters only when
 * the machine has stopped since: else the kernel has the logs' own files whole. Then every replica
 * here is marked before the journal is let go of.
 */
public final class JournalOpener {
  private static final Logger LOG = LoggerFactory.getLogger(JournalOpener.class);

  private static final int FILE_BYTES = 4 << 20;
  private static final int LEAST_FILES = 4;

  private final DataDirectory data;
  private final Path directory;
  private final boolean memoryLost;

  private JournalOpener(DataDirectory data, boolean memoryLost) {
    this.data = data;
    this.directory = directory(data.root());
    this.memoryLost = memoryLost;
  }

  static Path directory(Path root) {
    return root.resolve("journal");
  }

  /**
   * Opens the journal of a data directory.
   *
   * @param mostBytes about how long its files may be together; 0 for none, what is there is brought
   *     into the logs all the same
   * @param memoryLost whether the machine may have stopped since this was written to last
   * @return the journal; empty when none is wanted
   */
  public static Optional<Journal> open(DataDirectory data, long mostBytes, boolean memoryLost)
      throws IOException {
    int files = mostBytes == 0 ? 0 : (int) Math.max(LEAST_FILES, mostBytes / FILE_BYTES);
    Journal.Size size = new Journal.Size(files, FILE_BYTES, LogFileOpener.REAL);
    return open(data, size, memoryLost, Journal::thread);
  }

  /** The same, for tests. */
  static Optional<Journal> open(
      DataDirectory data,
      Journal.Size size,
      boolean memoryLost,
      Supplier<ExecutorService> background)
      throws IOException {
    return new JournalOpener(data, memoryLost).open(size, background);
  }

  private Optional<Journal> open(Journal.Size size, Supplier<ExecutorService> background)
      throws IOException {
    if (Files.exists(directory)) {
      recover(size.files());
    }
    if (size.mostFiles() == 0) {
      return Optional.empty();
    }
    DurableFiles.createDirectories(directory);
    UUID id = UUID.randomUUID();
    JournalHead.store(directory, id);
    return Optional.of(new Journal(data.root(), directory, id, size, background.get()));
  }

  private void recover(LogFileOpener opener) throws IOException {
    List<Path> files = JournalReader.files(directory);
    if (files.isEmpty()) {
      return;
    }
    Optional<UUID> id =
        Files.exists(JournalHead.file(directory)) ? JournalHead.load(directory) : Optional.empty();
    if (id.isEmpty()) {
      damaged("its head is missing or damaged");
    } else {
      JournalReader.Found found = JournalReader.find(files, id.get());
      if (found.damage().isPresent()) {
        damaged(found.damage().get());
      }
      if (!found.blocks().isEmpty()) {
        JournalRedo.Done done =
            new JournalRedo(data.root(), uid -> true, opener).redo(found.blocks(), id.get());
        done.failed()
            .forEach(
                (log, cause) ->
                    LOG.error("{}: its files do not take what the journal has", log, cause));
        for (SegmentFormat.Identity log : done.failed().keySet()) {
          mark(new ReplicaKey(log.tid(), log.pid()));
        }
        LOG.info(
            "{} bytes of {} logs were written into their files from {} blocks of the journal",
            done.bytes(),
            done.logs(),
            done.blocks());
      }
    }
    // From here on what it has is void.
    JournalHead.store(directory, UUID.randomUUID());
  }

  private void damaged(String what) throws IOException {
    if (!memoryLost) {
      LOG.warn(
          "the journal in {} is damaged: {}. The logs are whole without it, since this machine has"
              + " not stopped",
          directory,
          what);
      return;
    }
    LOG.error(
        "the journal in {} is damaged: {}. The replicas here may have lost their newest records;"
            + " each counts for nothing until its partition's leader has brought it up to date",
        directory,
        what);
    for (ReplicaKey key : data.replicas()) {
      mark(key);
    }
  }

  /** The replica may have lost records: it counts for nothing until its leader has seen to it. */
  private void mark(ReplicaKey key) throws IOException {
    ReplicaMetaFile file = data.metaFile(key);
    try {
      ReplicaMeta meta = file.load(data.clusterId());
      file.store(meta.withFlags(meta.flags().with(Flag.AMNESIAC)));
    } catch (ReplicaMetaException e) {
      LOG.error("replica {}: {}", key, e.getMessage());
    }
  }
}
