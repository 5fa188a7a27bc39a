package io.holdfast.common.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a process counts can be read in the form that Prometheus reads. */
class MetricsTest {
  private final Metrics metrics = new Metrics();

  private String text() {
    return new String(metrics.text(), UTF_8);
  }

  /** A figure is asked for at each reading. */
  @Test
  void figuresAreReadWhenAskedFor() {
    AtomicLong bytes = new AtomicLong(7);
    metrics.counter("holdfast_test_sent_bytes", "Bytes sent.", bytes::get);
    metrics.gauge("holdfast_test_waiting", "What waits.", () -> bytes.get() / 2.0);
    metrics.gauges(
        "holdfast_test_replicas", "Replicas by role.", "role", () -> Map.of("leader", 3.0));

    assertThat(text())
        .contains("# TYPE holdfast_test_sent_bytes_total counter")
        .contains("holdfast_test_sent_bytes_total 7.0")
        .contains("holdfast_test_waiting 3.5")
        .contains("holdfast_test_replicas{role=\"leader\"} 3.0");
    bytes.set(9);
    assertThat(text()).contains("holdfast_test_sent_bytes_total 9.0");
  }

  /** The virtual machine's own figures are there. */
  @Test
  void theVirtualMachineIsWatched() {
    assertThat(text()).contains("jvm_memory_used_bytes").contains("jvm_gc_collection_seconds");
  }

  /** Two figures of one name would hide each other. */
  @Test
  void aNameIsGivenOnce() {
    metrics.gauge("holdfast_test_twice", "First.", () -> 1);
    assertThatThrownBy(() -> metrics.gauge("holdfast_test_twice", "Second.", () -> 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
