package io.holdfast.tablet.storage;

import org.openjdk.jmh.annotations.Param;

/** Reads of 200,000 rows on disk, which fit into RocksDB's cache. */
public class DiskReadBenchmark extends ReadBenchmark {
  /** Who is asked; the first is what the others are compared with. */
  @Param({BenchStores.ROCKSDB, BenchStores.DISK})
  public String subject;

  @Override
  String subject() {
    return subject;
  }

  @Override
  int keys() {
    return 20_000;
  }
}
