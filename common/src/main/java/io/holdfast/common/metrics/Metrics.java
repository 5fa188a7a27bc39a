package io.holdfast.common.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The figures of one server process, for Prometheus. A figure is asked for when it is read and not
 * pushed when it changes, so whoever owns it pays nothing; what it is read from must be safe to
 * read from any thread.
 *
 * <p>Names are {@code holdfast_<subsystem>_<what>_<unit>}, with base units: seconds, bytes.
 * Counters are named without {@code _total}; the text has it. Thread-safe.
 */
public final class Metrics {
  /** Of {@link #text}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  /** Figures of the virtual machine are there from the beginning: memory, collections, threads. */
  public Metrics() {
    JvmMetrics.builder().register(registry);
  }

  /**
   * A figure that goes up and down.
   *
   * @param value asked at every reading
   */
  public void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(out -> out.call(value.getAsDouble()))
        .register(registry);
  }

  /**
   * One figure for each value of a label.
   *
   * @param values asked at every reading; a bounded number of label values, such as names of roles
   */
  public void gauges(
      String name, String help, String label, Supplier<? extends Map<String, Double>> values) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(out -> values.get().forEach((key, value) -> out.call(value, key)))
        .register(registry);
  }

  /**
   * A figure that only grows in the life of the process.
   *
   * @param name without {@code _total}
   * @param value asked at every reading
   */
  public void counter(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(out -> out.call(value.getAsLong()))
        .register(registry);
  }

  /**
   * One figure that only grows for each value of a label.
   *
   * @param name without {@code _total}
   * @param values asked at every reading; a bounded number of label values
   */
  public void counters(
      String name, String help, String label, Supplier<? extends Map<String, Double>> values) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(label)
        .callback(out -> values.get().forEach((key, value) -> out.call(value, key)))
        .register(registry);
  }

  /**
   * How values are distributed over ranges.
   *
   * @param upperBounds of the ranges, rising; behind the last one there is one more
   * @return to be told each value, on any thread; does not block
   */
  public DoubleConsumer histogram(String name, String help, double... upperBounds) {
    Histogram histogram =
        Histogram.builder()
            .name(name)
            .help(help)
            .classicOnly()
            .classicUpperBounds(upperBounds)
            .register(registry);
    return histogram::observe;
  }

  /** All figures as they are now, in Prometheus' text format, UTF-8. */
  public byte[] text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
    try {
      writer.write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return out.toByteArray();
  }
}
