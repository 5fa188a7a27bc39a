package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.row.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Engines of both kinds; those on disk are removed at the end. */
public final class TestEngines implements AutoCloseable {
  /** Where rows are. */
  public enum Kind {
    MEMORY,
    DISK
  }

  static final DiskIdentity IDENTITY = new DiskIdentity("c", new UUID(1, 2), 3, 4, 5);

  private final Path directory;
  private final DiskEnvironment environment;
  private int count;

  public TestEngines() throws IOException {
    this(8 << 20, 8 << 20);
  }

  TestEngines(long cacheBytes, long bufferBytes) throws IOException {
    this.environment = new DiskEnvironment(cacheBytes, bufferBytes);
    this.directory = Files.createTempDirectory("engines");
  }

  /** Makes engines of a kind for one replica more. */
  public Engines of(Kind kind) {
    return kind == Kind.MEMORY ? Engines.MEMORY : disk("replica-" + count++);
  }

  /** Those of a named replica, as after a start. */
  DiskEngines disk(String replica) {
    return new DiskEngines(directory.resolve(replica), environment, IDENTITY);
  }

  /** Opens what a named replica has on disk, with a log that has everything. */
  Optional<DiskEngines.Found> find(String replica, TableSchema schema) throws IOException {
    return disk(replica).find(schema, ReplicaFlags.NONE, (term, offset) -> true);
  }

  DiskEnvironment environment() {
    return environment;
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws IOException {
    environment.close();
    DurableFiles.deleteTree(directory);
  }
}
