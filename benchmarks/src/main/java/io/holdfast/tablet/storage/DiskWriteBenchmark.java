package io.holdfast.tablet.storage;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** Puts of 100,000 rows to disk, which is synced by nobody here: the log does that. */
public class DiskWriteBenchmark extends WriteBenchmark {
  private static final int KEYS = 10_000;

  /** Who is written to; the first is what the others are compared with. */
  @Param({BenchStores.ROCKSDB, BenchStores.DISK})
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
