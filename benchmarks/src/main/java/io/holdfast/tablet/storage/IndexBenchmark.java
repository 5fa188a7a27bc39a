package io.holdfast.tablet.storage;

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

/** From a key to its versions and nothing else: no record, no row. 500,000 keys, at random. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class IndexBenchmark {
  private static final int KEYS = 500_000;
  private static final int ASKED = 1 << 18;

  /** Whose index; the first is what the others are compared with. */
  @Param({"own index", BenchStores.CHRONICLE})
  public String subject;

  private Arena arena;
  private HeadIndex index;
  private byte[][] asked;
  private int next;

  /** Adds the keys. */
  @Setup(Level.Trial)
  public void load() {
    arena = new Arena(ChunkPool.unlimited());
    index =
        subject.equals(BenchStores.CHRONICLE)
            ? new ChronicleIndex(arena, KEYS, 1)
            : HeadIndex.own(arena);
    for (int i = 0; i < KEYS; i++) {
      index.findOrAdd(BenchRows.key(i)).insert(1, i);
    }
    asked = BenchRows.asked(ASKED, KEYS);
  }

  /** Removes them. */
  @TearDown(Level.Trial)
  public void remove() {
    index.close();
    arena.close();
  }

  /** How many versions a key has. */
  @Benchmark
  public int find() {
    next = (next + 1) & (ASKED - 1);
    return index.find(asked[next]).size();
  }
}
