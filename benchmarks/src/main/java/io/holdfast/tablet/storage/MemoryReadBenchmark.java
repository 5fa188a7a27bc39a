package io.holdfast.tablet.storage;

import org.openjdk.jmh.annotations.Param;

/** Reads of 500,000 rows in memory. */
public class MemoryReadBenchmark extends ReadBenchmark {
  /** Who is asked; the first is what the others are compared with. */
  @Param({BenchStores.MAPS, BenchStores.MEMORY, BenchStores.CHRONICLE})
  public String subject;

  @Override
  String subject() {
    return subject;
  }

  @Override
  int keys() {
    return 50_000;
  }
}
