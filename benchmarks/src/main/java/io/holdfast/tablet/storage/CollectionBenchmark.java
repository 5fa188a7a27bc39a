package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Frees versions that are too old: half of each key's ten. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
public class CollectionBenchmark {
  private static final int KEYS = 10_000;
  private static final int VERSIONS = 10;
  private static final int OLD = 5;

  /** Who collects; the first is what the others are compared with. */
  @Param({
    BenchStores.MAPS,
    BenchStores.MEMORY,
    BenchStores.CHRONICLE,
    BenchStores.ROCKSDB,
    BenchStores.DISK
  })
  public String subject;

  private Path directory;
  private BenchStore store;
  private long now;

  /** Fills a store and has the log reach the time at which half of it is too old. */
  @Setup(Level.Iteration)
  public void fill() throws IOException {
    directory = Files.createTempDirectory("holdfast-bench");
    BenchRows rows = new BenchRows(1);
    store = BenchStores.make(subject, rows, directory, KEYS + 1);
    for (long i = 0; i < (long) KEYS * VERSIONS; i++) {
      store.put(rows.payload(i, KEYS));
    }
    now = BenchRows.lastOf(OLD);
    store.put(rows.payload(BenchRows.key(KEYS), now));
  }

  /** Removes it. */
  @TearDown(Level.Iteration)
  public void remove() throws IOException {
    store.close();
    DurableFiles.deleteTree(directory);
  }

  /** One version freed. */
  @Benchmark
  @OperationsPerInvocation(KEYS * OLD)
  public void collect() {
    long removed = store.collect(now);
    if (removed != KEYS * OLD) {
      throw new IllegalStateException(removed + " versions were freed");
    }
  }
}
