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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The newest hundred rows of keys with a thousand versions each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class LongKeysBenchmark {
  private static final int KEYS = 250;
  private static final int VERSIONS = 1_000;
  private static final int ROWS = 100;
  private static final int ASKED = 1 << 12;

  /** Who is asked; the first is what the others are compared with. */
  @Param({
    BenchStores.MAPS,
    BenchStores.MEMORY,
    BenchStores.CHRONICLE,
    BenchStores.ROCKSDB,
    BenchStores.DISK
  })
  public String subject;

  private final ByteBuffer answer = ByteBuffer.allocate(64 << 10);
  private Path directory;
  private BenchStore store;
  private byte[][] asked;
  private int next;

  /** Loads the rows. */
  @Setup(Level.Trial)
  public void load() throws IOException {
    directory = Files.createTempDirectory("holdfast-bench");
    BenchRows rows = new BenchRows(1);
    store = BenchStores.make(subject, rows, directory, KEYS);
    for (long i = 0; i < (long) KEYS * VERSIONS; i++) {
      store.put(rows.payload(i, KEYS));
    }
    asked = BenchRows.asked(ASKED, KEYS);
  }

  /** Removes them. */
  @TearDown(Level.Trial)
  public void remove() throws IOException {
    store.close();
    DurableFiles.deleteTree(directory);
  }

  /** A hundred of the thousand. */
  @Benchmark
  public ByteBuffer scan100() {
    answer.clear();
    next = (next + 1) & (ASKED - 1);
    store.scan(asked[next], ROWS, answer);
    return answer;
  }
}
