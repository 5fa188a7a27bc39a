package io.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;

/** Medians and ratios; and that there are benchmarks to run at all. */
class BenchTableTest {
  @Test
  void subjectsAreComparedWithTheFirstByTheirMedians() {
    BenchTable table = new BenchTable();
    table.add("Reads.newest", "first", 1_000, 100);
    table.add("Reads.newest", "other", 250, 200);
    table.add("Reads.newest", "first", 4_000, 100);
    table.add("Reads.newest", "other", 500, 200);
    table.add("Reads.newest", "first", 2_000, 100);
    table.add("Reads.newest", "other", 10_000, 200);
    table.add("Writes.put", "alone", 100_000, 0);
    assertThat(table.text().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "ratio thousand/s slowest..fastest ratio by processor",
            "Reads.newest first 1.00 500.0 250.0..1,000.0 1.00 10,000.0",
            "other 4.00 2,000.0 100.0..4,000.0 0.50 5,000.0",
            "Writes.put alone 1.00 10.0 10.0..10.0",
            "ratio: how many times as fast as the first of its group, by the clock and by the"
                + " measuring thread's processor time");
  }

  @Test
  void theCompilerHasListedTheBenchmarks() throws IOException {
    try (var list = BenchTableTest.class.getResourceAsStream(BenchmarkList.BENCHMARK_LIST)) {
      assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8))
          .contains("RecordBenchmark", "JournalBenchmark", "MemoryReadBenchmark")
          .contains("DiskReadBenchmark", "MemoryWriteBenchmark", "DiskWriteBenchmark")
          .contains("LongKeysBenchmark", "CollectionBenchmark", "IndexBenchmark");
    }
  }
}
