package io.holdfast.tablet.storage;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** Puts of 300,000 rows in memory. */
public class MemoryWriteBenchmark extends WriteBenchmark {
  private static final int KEYS = 30_000;

  /** Who is written to; the first is what the others are compared with. */
  @Param({BenchStores.MAPS, BenchStores.MEMORY, BenchStores.CHRONICLE})
  public String subject;

  @Override
  String subject() {
    return subject;
  }

  @Override
  int keys() {
    return KEYS;
  }

  /** A record applied, its parsing included. */
  @Benchmark
  @OperationsPerInvocation(KEYS * VERSIONS)
  public void put() {
    putAll();
  }
}
