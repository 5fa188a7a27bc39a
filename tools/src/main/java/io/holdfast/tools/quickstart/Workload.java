package io.holdfast.tools.quickstart;

import io.holdfast.common.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * A writer for each partition, and the memory of what was acknowledged to them.
 *
 * <p>Nothing goes on by itself: rows are written while {@link #writeUntil} runs, on the caller's
 * thread. Time comes in through ports, so with fakes behind them two runs are the same.
 */
public final class Workload {
  /** As fast as is of use: far below any gap worth reporting. */
  public static final Duration FAST = Duration.ofMillis(1);

  /** Enough to notice a failure, few enough rows to go on for long. */
  public static final Duration SLOW = Duration.ofMillis(20);

  private static final int READING_WINDOW = 32;

  private final ClusterAccess cluster;
  private final Clock clock;
  private final Pause pause;
  private final Duration timeout;
  private final Consumer<String> progress;
  private final WriteGapTracker gaps;
  private final List<PartitionWriter> writers = new ArrayList<>();
  private final Set<String> lost = new HashSet<>();
  private final Set<String> duplicates = new HashSet<>();

  /**
   * @param timeout how long anything that is waited for may take
   * @param progress is told of each row that is lost or there twice
   */
  public Workload(
      ClusterAccess cluster,
      int partitions,
      Clock clock,
      Pause pause,
      Duration timeout,
      Consumer<String> progress) {
    this.cluster = cluster;
    this.clock = clock;
    this.pause = pause;
    this.timeout = timeout;
    this.progress = progress;
    gaps = new WriteGapTracker(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      writers.add(new PartitionWriter(partition, cluster, clock::nanoTime, gaps));
    }
  }

  /**
   * Gives the writers their trips and writes until each trip has been answered.
   *
   * @throws IOException if a partition has none, or it takes too long
   */
  public void load(Collection<TaxiTrip> trips) throws IOException {
    Set<Integer> served = new HashSet<>();
    for (TaxiTrip trip : trips) {
      int partition = cluster.partitionOf(trip.id());
      writers.get(partition).add(trip);
      served.add(partition);
    }
    for (int partition = 0; partition < writers.size(); partition++) {
      if (!served.contains(partition)) {
        throw new IOException("no trip falls into partition " + partition + "; take more rows");
      }
    }
    writeUntil(
        "the trips to be loaded", FAST, () -> writers.stream().allMatch(PartitionWriter::isLoaded));
  }

  /**
   * Keeps every partition's writer busy until a condition holds.
   *
   * @param what is waited for, in the message
   * @param pace pause between two rounds of the writers
   * @throws IOException if it takes too long
   */
  public void writeUntil(String what, Duration pace, BooleanSupplier condition) throws IOException {
    long deadline = deadline();
    while (true) {
      writers.forEach(PartitionWriter::advance);
      if (condition.getAsBoolean()) {
        return;
      }
      requireTime(what, deadline);
      pause.nanos(pace.toNanos());
    }
  }

  /** A write submitted after the given time has been acknowledged in every partition. */
  public boolean isServedSince(long nanos) {
    return writers.stream().allMatch(writer -> writer.hasServedSince(nanos));
  }

  /**
   * Writes until every partition has acknowledged a write that was submitted after this call.
   *
   * @throws IOException if it takes too long
   */
  public void awaitService() throws IOException {
    awaitServiceSince(clock.nanoTime());
  }

  /**
   * Writes until every partition has acknowledged a write that was submitted after a time.
   *
   * @throws IOException if it takes too long
   */
  public void awaitServiceSince(long nanos) throws IOException {
    writeUntil("every partition to take writes again", FAST, () -> isServedSince(nanos));
  }

  /**
   * Writes nothing more and waits until every write has been answered.
   *
   * @throws IOException if it takes too long
   */
  public void drain() throws IOException {
    long deadline = deadline();
    while (true) {
      writers.forEach(PartitionWriter::drain);
      if (writers.stream().allMatch(PartitionWriter::isIdle)) {
        return;
      }
      requireTime("the last writes to be answered", deadline);
      pause.nanos(FAST.toNanos());
    }
  }

  /**
   * Reads back every row that was acknowledged and compares. Once found lost, a row stays lost,
   * even if it should be there the next time.
   *
   * @return how many rows were read
   * @throws IOException if a row cannot be read
   */
  public long compare() throws IOException {
    drain();
    Deque<Reading> readings = new ArrayDeque<>();
    long rows = 0;
    for (PartitionWriter writer : writers) {
      for (TaxiTrip written : writer.acknowledged()) {
        rows++;
        readings.add(new Reading(written, cluster.readBack(written.id())));
        if (readings.size() == READING_WINDOW) {
          judge(readings.remove());
        }
      }
    }
    while (!readings.isEmpty()) {
      judge(readings.remove());
    }
    return rows;
  }

  private record Reading(TaxiTrip written, CompletableFuture<List<TaxiTrip>> found) {}

  private void judge(Reading reading) throws IOException {
    String id = reading.written().id();
    List<TaxiTrip> found = Futures.await(reading.found(), "trip " + id + " cannot be read");
    if (!found.contains(reading.written()) && lost.add(id)) {
      progress.accept("LOST " + reading.written() + ": found " + found);
    }
    if (found.size() > 1 && duplicates.add(id)) {
      progress.accept("DUPLICATE " + id + ": " + found.size() + " rows");
    }
  }

  /** Rows that the cluster has promised to keep. */
  public long acknowledged() {
    return sum(writer -> writer.acknowledged().size());
  }

  /** Writes that were not done, and said so. */
  public long refused() {
    return sum(PartitionWriter::refused);
  }

  /** Writes that may have been done or not. */
  public long unknown() {
    return sum(PartitionWriter::unknown);
  }

  /** Acknowledged rows that some comparison did not find. */
  public long lost() {
    return lost.size();
  }

  /** Rows that some comparison found more than once. */
  public long duplicates() {
    return duplicates.size();
  }

  /** The longest time between two acknowledged writes, by partition. */
  public List<Long> longestGapsNanos() {
    return LongStream.range(0, gaps.partitions())
        .mapToObj(partition -> gaps.longestGapNanos((int) partition))
        .toList();
  }

  /** Measures anew from the last acknowledged writes on. */
  public void forgetGaps() {
    gaps.forget();
  }

  private long sum(ToLongFunction<PartitionWriter> figure) {
    return writers.stream().mapToLong(figure).sum();
  }

  private long deadline() {
    return clock.nanoTime() + timeout.toNanos();
  }

  private void requireTime(String what, long deadline) throws IOException {
    if (clock.nanoTime() - deadline >= 0) {
      throw new IOException("gave up after " + timeout.toSeconds() + " s waiting for " + what);
    }
  }
}
