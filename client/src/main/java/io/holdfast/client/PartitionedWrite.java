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
  /**
   * What was done in one partition.
   *
   * @param ignored whether that was nothing, because the row was there
   */
  record Written(long version, boolean ignored) {
    Written(long version) {
      this(version, false);
    }

    private Written and(Written other) {
      return new Written(Math.max(version, other.version), ignored && other.ignored);
    }
  }

  private final String what;
  private final Map<Integer, Written> done;
  private final Map<Integer, CompletableFuture<Written>> parts = new TreeMap<>();

  /**
   * @param what was done in some partitions only, if it comes to that: "row of t was written to"
   */
  PartitionedWrite(String what) {
    this(what, new TreeMap<>());
  }

  private PartitionedWrite(String what, Map<Integer, Written> done) {
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

  void add(int pid, CompletableFuture<Written> version) {
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

  private Map<Integer, Written> done() {
    Map<Integer, Written> all = new TreeMap<>(done);
    parts.forEach(
        (pid, version) -> {
          if (!version.isCompletedExceptionally()) {
            all.merge(pid, version.join(), Written::and);
          }
        });
    return all;
  }

  /** What became of the row, when it has ended. */
  WriteResult result() {
    Map<Integer, Written> written = done();
    HoldfastException first = null;
    for (CompletableFuture<Written> part : parts.values()) {
      if (part.isCompletedExceptionally()) {
        HoldfastException cause = failureOf(part);
        if (first == null || cause.outcomeUnknown()) {
          first = cause;
        }
      }
    }
    if (first == null) {
      Map<Integer, Long> versions = new TreeMap<>();
      written.forEach((pid, part) -> versions.put(pid, part.version()));
      return new WriteResult(versions, written.values().stream().allMatch(Written::ignored));
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

  private static HoldfastException failureOf(CompletableFuture<Written> part) {
    try {
      part.join();
      throw new IllegalStateException("not failed");
    } catch (java.util.concurrent.CompletionException e) {
      return Waiting.asHoldfastException(e);
    }
  }
}
