package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disk engines of one replica. Each has a directory of its own, whose name is a number: while a
 * snapshot is taken over there are two for a moment. Which one counts is found out when the replica
 * is opened, see {@link DiskStateJudge}; there is no name that could say something else.
 *
 * <p>Thread-safe, as far as the engines are used as they should be.
 */
public final class DiskEngines implements Engines {
  private static final Logger LOG = LoggerFactory.getLogger(DiskEngines.class);

  private final Path directory;
  private final DiskEnvironment environment;
  private final DiskIdentity identity;
  private long lastNumber;

  /**
   * An engine that goes on from where it was.
   *
   * @param term of the last record in it
   * @param sessions as they were given to its checkpoint
   */
  public record Found(StorageEngine engine, long term, byte[] sessions) {}

  /**
   * @param directory of the replica's engines, which need not exist
   */
  public DiskEngines(Path directory, DiskEnvironment environment, DiskIdentity identity) {
    this.directory = directory;
    this.environment = environment;
    this.identity = identity;
  }

  /**
   * Opens the newest state that the log goes on from, and removes all others. To be called before
   * any other engine of the replica is made.
   *
   * @param schema as the table was defined
   * @param flags what is wrong with the replica
   * @throws IOException when the disk fails; a state that is no good is no exception
   */
  public Optional<Found> find(TableSchema schema, ReplicaFlags flags, DiskStateJudge.Log log)
      throws IOException {
    Found best = null;
    for (Path path : directories()) {
      Found found = open(path, schema, flags, log);
      if (found == null) {
        continue;
      }
      if (best == null || found.engine().appliedOffset() > best.engine().appliedOffset()) {
        if (best != null) {
          best.engine().discard();
        }
        best = found;
      } else {
        found.engine().discard();
      }
    }
    return Optional.ofNullable(best);
  }

  private List<Path> directories() throws IOException {
    List<Path> paths = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> children = Files.list(directory)) {
        children.forEach(paths::add);
      }
    }
    for (Path path : paths) {
      lastNumber = Math.max(lastNumber, number(path));
    }
    return paths;
  }

  private static long number(Path path) throws IOException {
    try {
      return Long.parseLong(path.getFileName().toString());
    } catch (NumberFormatException e) {
      throw new IOException(path + " is no state of a disk engine; move it away", e);
    }
  }

  /** Null when it is of no use, and was removed. */
  private Found open(Path path, TableSchema schema, ReplicaFlags flags, DiskStateJudge.Log log)
      throws IOException {
    DiskDatabase database = null;
    String objection;
    try {
      database = DiskDatabase.open(path, environment);
      byte[] encoded = database.present().get(DiskKeys.CHECKPOINT);
      DiskCheckpoint checkpoint = encoded == null ? null : DiskCheckpoint.decode(encoded);
      byte[] step = database.present().get(DiskKeys.STEP);
      objection = DiskStateJudge.objection(identity, flags, log, checkpoint, step);
      if (objection == null) {
        DiskEngine engine = new DiskEngine(schema, database, environment, checkpoint);
        return new Found(engine, checkpoint.term(), checkpoint.sessions());
      }
    } catch (IllegalArgumentException e) {
      objection = "its checkpoint cannot be read: " + e.getMessage();
    } catch (DiskFailure e) {
      if (!e.isDamage()) {
        close(database);
        throw e.getCause();
      }
      objection = e.getMessage();
    }
    LOG.warn(
        "the state in {} is not gone on with and removed: {}; it is made anew of snapshot and log",
        path,
        objection);
    close(database);
    DurableFiles.deleteTree(path);
    return null;
  }

  private static void close(DiskDatabase database) {
    if (database != null) {
      database.release();
    }
  }

  private synchronized Path next() throws IOException {
    List<Path> unused = directories();
    lastNumber++;
    Path path = directory.resolve(Long.toString(lastNumber));
    DurableFiles.createDirectories(path);
    return path;
  }

  @Override
  public StorageEngine empty(TableSchema schema) throws IOException {
    return make(schema, 0, 0);
  }

  private DiskEngine make(TableSchema schema, long appliedOffset, long logTimeMillis)
      throws IOException {
    try {
      DiskDatabase database = DiskDatabase.open(next(), environment);
      return new DiskEngine(schema, database, environment, identity, appliedOffset, logTimeMillis);
    } catch (DiskFailure e) {
      throw e.getCause();
    }
  }

  @Override
  public StorageEngine adopt(TableSchema schema, Path files, long term, long offset)
      throws IOException {
    Path path = next();
    DiskDatabase database = null;
    try {
      DiskFiles.adopt(files, path);
      database = DiskDatabase.open(path, environment);
      byte[] encoded = database.present().get(DiskKeys.CHECKPOINT);
      if (encoded == null) {
        throw new IllegalArgumentException("there is no checkpoint in it");
      }
      DiskCheckpoint checkpoint = DiskCheckpoint.decode(encoded);
      byte[] step = database.present().get(DiskKeys.STEP);
      if (checkpoint.term() != term
          || checkpoint.offset() != offset
          || !checkpoint.identity().isOfSamePartition(identity)
          || !Arrays.equals(step, DiskChanges.step(checkpoint.step(), offset))) {
        throw new IllegalArgumentException(
            "it has the state of "
                + checkpoint.identity()
                + " at "
                + checkpoint.term()
                + ":"
                + checkpoint.offset());
      }
      return new DiskEngine(schema, database, environment, checkpoint.of(identity));
    } catch (DiskFailure e) {
      remove(path, database);
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      remove(path, database);
      throw e;
    }
  }

  private static void remove(Path path, DiskDatabase database) throws IOException {
    if (database != null) {
      database.remove();
      database.release();
    } else {
      DurableFiles.deleteTree(path);
    }
  }

  @Override
  public StateBuilder builder(TableSchema schema, long appliedOffset, long logTimeMillis)
      throws IOException {
    return new DiskStateBuilder(make(schema, appliedOffset, logTimeMillis), environment);
  }
}
