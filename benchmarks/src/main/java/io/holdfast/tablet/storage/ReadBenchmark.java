package io.holdfast.tablet.storage;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
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

/** The newest row and the newest ten of keys with ten versions each, at random. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public abstract class ReadBenchmark {
  private static final int VERSIONS = 10;
  private static final int ASKED = 1 << 16;

  private final ByteBuffer answer = ByteBuffer.allocate(64 << 10);
  private Path directory;
  private BenchStore store;
  private byte[][] asked;
  private int next;

  abstract String subject();

  abstract int keys();

  /** Loads the rows. */
  @Setup(Level.Trial)
  public void load() throws IOException {
    directory = Files.createTempDirectory("holdfast-bench");
    BenchRows rows = new BenchRows(1);
    store = BenchStores.make(subject(), rows, directory, keys());
    for (long i = 0; i < (long) VERSIONS * keys(); i++) {
      store.put(rows.payload(i, keys()));
    }
    asked = BenchRows.asked(ASKED, keys());
  }

  /** Removes them. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    store.close();
    DurableFiles.deleteTree(directory);
  }

  private byte[] nextKey() {
    next = (next + 1) & (ASKED - 1);
    return asked[next];
  }

  /** The newest row of a key. */
  @Benchmark
  public ByteBuffer newest() {
    answer.clear();
    store.newest(nextKey(), answer);
    return answer;
  }

  /** All ten rows of a key. */
  @Benchmark
  public ByteBuffer scan10() {
    answer.clear();
    store.scan(nextKey(), VERSIONS, answer);
    return answer;
  }
}
