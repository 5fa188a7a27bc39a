package io.holdfast.tools.quickstart;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * Writes the trips of one partition without pause: first those it was given, then copies of them
 * under new ids, so that there is always a write under way that a failure can hit.
 *
 * <p>Each partition has its own window of writes. With one for all, the writes to a partition
 * without a leader would fill it and the others would seem to have failed, too.
 *
 * <p>Used by one thread; only the completions come from elsewhere, through a queue.
 */
final class PartitionWriter {
  private static final int LOADING_WINDOW = 16;

  /** Enough to see a gap of a millisecond, few enough that all can be read back one by one. */
  private static final int WATCHING_WINDOW = 1;

  private final int partition;
  private final ClusterAccess cluster;
  private final LongSupplier nanoTime;
  private final WriteGapTracker gaps;
  private final Deque<TaxiTrip> waiting = new ArrayDeque<>();
  private final List<TaxiTrip> acknowledged = new ArrayList<>();
  private final Queue<Completion> completions = new ConcurrentLinkedQueue<>();

  private long inFlight;
  private long refused;
  private long unknown;
  private long givenLeft;
  private long copies;
  private long lastSuccessNanos;

  private record Completion(TaxiTrip trip, long submittedNanos, long nanos, WriteOutcome outcome) {}

  PartitionWriter(
      int partition, ClusterAccess cluster, LongSupplier nanoTime, WriteGapTracker gaps) {
    this.partition = partition;
    this.cluster = cluster;
    this.nanoTime = nanoTime;
    this.gaps = gaps;
    lastSuccessNanos = Long.MIN_VALUE;
  }

  /** Adds a trip of this partition to be written. */
  void add(TaxiTrip trip) {
    waiting.add(trip);
    givenLeft++;
  }

  /** Takes what has completed and keeps the window full. */
  void advance() {
    takeCompletions();
    int window = isLoaded() ? WATCHING_WINDOW : LOADING_WINDOW;
    while (inFlight < window && !waiting.isEmpty()) {
      submit(waiting.remove());
    }
  }

  /** Takes what has completed and submits nothing more. */
  void drain() {
    takeCompletions();
  }

  /** Every trip that was given has been acknowledged or has failed. */
  boolean isLoaded() {
    return givenLeft <= 0;
  }

  boolean isIdle() {
    return inFlight == 0;
  }

  /** A write that was submitted after the given time has been acknowledged. */
  boolean hasServedSince(long nanos) {
    return lastSuccessNanos != Long.MIN_VALUE && lastSuccessNanos - nanos >= 0;
  }

  List<TaxiTrip> acknowledged() {
    return acknowledged;
  }

  /** Writes that were not done. */
  long refused() {
    return refused;
  }

  /** Writes that may have been done or not. */
  long unknown() {
    return unknown;
  }

  private void submit(TaxiTrip trip) {
    inFlight++;
    long submittedNanos = nanoTime.getAsLong();
    CompletableFuture<Void> unused =
        cluster
            .put(trip)
            .thenAccept(
                outcome ->
                    completions.add(
                        new Completion(trip, submittedNanos, nanoTime.getAsLong(), outcome)));
  }

  private void takeCompletions() {
    for (Completion done = completions.poll(); done != null; done = completions.poll()) {
      inFlight--;
      givenLeft--;
      switch (done.outcome()) {
        case ACKNOWLEDGED -> {
          acknowledged.add(done.trip());
          gaps.succeeded(partition, done.nanos());
          // By when it was sent: an acknowledgement that was only on its way back says nothing
          // about who serves now.
          lastSuccessNanos = Math.max(lastSuccessNanos, done.submittedNanos());
        }
        case REFUSED -> refused++;
        case UNKNOWN -> unknown++;
      }
      // Never the same row again: if it is there after all, it would be there twice.
      waiting.add(copyOf(done.trip()));
    }
  }

  /** The same trip under an id that was never used and belongs to this partition. */
  private TaxiTrip copyOf(TaxiTrip trip) {
    String original = trip.id().replaceFirst("#.*", "");
    while (true) {
      String id = original + "#" + partition + "." + ++copies;
      if (cluster.partitionOf(id) == partition) {
        return trip.withId(id);
      }
    }
  }
}
