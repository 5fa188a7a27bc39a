package io.holdfast.client;

import io.holdfast.client.call.Waiting;
import io.holdfast.client.row.IndexKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/**
 * A row, or a delete, on its way to one or more partitions. Used by one thread until its result is
 * taken.
 */
final class PartitionedWrite {
  private final String what;
  private final Map<Integer, Long> done;
  private final Map<Integer, CompletableFuture<Long>> parts = new TreeMap<>();

  /**
   * @param what was done in some partitions only, if it comes to that: "row of t was written to"
   */
  PartitionedWrite(String what) {
    this(what, new TreeMap<>());
  }

  private PartitionedWrite(String what, Map<Integer, Long> done) {
    this.what = what;
    this.done = done;
  }

  static Map<Integer, List<IndexKey>> byPartition(
      List<IndexKey> keys, ToIntFunction<String> partition) {
    Map<Integer, List<IndexKey>> result = new TreeMap<>();
    for (IndexKey key : keys) {
      result.computeIfAbsent(partition.applyAsInt(key.key()), pid -> new ArrayList<>()).add(key);
    }
    return result;
  }

  void add(int pid, CompletableFuture<Long> version) {
    parts.put(pid, version);
  }

  /** Completes when every part has ended, however that was. */
  CompletableFuture<Void> ended() {
    return CompletableFuture.allOf(parts.values().toArray(new CompletableFuture<?>[0]))
        .handle((ignored, failure) -> null);
  }

  /** Whether every part is written. To be called when it has ended. */
  boolean isDone() {
    return parts.values().stream().noneMatch(CompletableFuture::isCompletedExceptionally);
  }

  /** The rest of the same row: what was done stays done. To be called when it has ended. */
  PartitionedWrite rest() {
    return new PartitionedWrite(what, done());
  }

  private Map<Integer, Long> done() {
    Map<Integer, Long> all = new TreeMap<>(done);
    parts.forEach(
        (pid, version) -> {
          if (!version.isCompletedExceptionally()) {
            all.merge(pid, version.join(), Math::max);
          }
        });
    return all;
  }

  /** What became of the row, when it has ended. */
  WriteResult result() {
    Map<Integer, Long> written = done();
    HoldfastException first = null;
    for (CompletableFuture<Long> part : parts.values()) {
      if (part.isCompletedExceptionally()) {
        HoldfastException cause = failureOf(part);
        if (first == null || cause.outcomeUnknown()) {
          first = cause;
        }
      }
    }
    if (first == null) {
      return new WriteResult(written);
    }
    if (written.isEmpty() || first.outcomeUnknown()) {
      throw first;
    }
    Set<Integer> all = new TreeSet<>(written.keySet());
    all.addAll(parts.keySet());
    // "Failed" would be wrong: the row can be read through the keys of these partitions.
    throw new OutcomeUnknownException(
        what + " partitions " + written.keySet() + " of " + all + " only: " + first.getMessage(),
        first.outOfTime(),
        first);
  }

  private static HoldfastException failureOf(CompletableFuture<Long> part) {
    try {
      part.join();
      throw new IllegalStateException("not failed");
    } catch (java.util.concurrent.CompletionException e) {
      return Waiting.asHoldfastException(e);
    }
  }
}
