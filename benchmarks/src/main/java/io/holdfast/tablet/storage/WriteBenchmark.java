package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Fills an empty store with ten versions of every key, each iteration anew. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 3)
public abstract class WriteBenchmark {
  static final int VERSIONS = 10;

  private Path directory;
  private BenchRows rows;
  private byte[][] payloads;
  private BenchStore store;

  abstract String subject();

  abstract int keys();

  /** Makes the records. */
  @Setup(Level.Trial)
  public void prepare() throws IOException {
    directory = Files.createTempDirectory("holdfast-bench");
    rows = new BenchRows(1);
    payloads = new byte[VERSIONS * keys()][];
    for (int i = 0; i < payloads.length; i++) {
      payloads[i] = rows.payload(i, keys());
    }
  }

  /** Makes an empty store. */
  @Setup(Level.Iteration)
  public void begin() throws IOException {
    store = BenchStores.make(subject(), rows, directory, keys());
  }

  /** Removes it. */
  @TearDown(Level.Iteration)
  public void end() {
    store.close();
  }

  /** Removes what is left. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    DurableFiles.deleteTree(directory);
  }

  /** Applies all records. */
  final void putAll() {
    for (byte[] payload : payloads) {
      store.put(payload);
    }
  }
}
