package io.holdfast.tablet.storage;

import java.io.IOException;
import java.nio.file.Path;

/** Makes stores by their names. */
public final class BenchStores {
  /** The memory engine. */
  public static final String MEMORY = "memory engine";

  /** What one would write without it: maps of the JDK. */
  public static final String MAPS = "maps on the heap";

  /** The memory engine's blocks under a ChronicleMap as the index. */
  public static final String CHRONICLE = "ChronicleMap index";

  /** The disk engine. */
  public static final String DISK = "disk engine";

  /** RocksDB with the disk engine's options and nothing else. */
  public static final String ROCKSDB = "bare RocksDB";

  private BenchStores() {}

  /**
   * An empty store.
   *
   * @param directory for those that need one; must be empty
   * @param keys how many there will be; a ChronicleMap must be told beforehand
   */
  public static BenchStore make(String name, BenchRows rows, Path directory, long keys)
      throws IOException {
    return switch (name) {
      case MEMORY -> new EngineStore(Engines.MEMORY.empty(rows.schema()));
      case MAPS -> new MapStore();
      case CHRONICLE -> new ChronicleStore(rows.schema(), keys);
      case DISK -> EngineStore.onDisk(rows.schema(), directory);
      case ROCKSDB -> new RocksStore(directory);
      default -> throw new IllegalArgumentException("no store is called " + name);
    };
  }
}
