package io.holdfast.client;

import io.holdfast.client.call.Waiting;
import io.holdfast.client.row.IndexKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;

/** A row on its way to one or more partitions. Used by one thread until its result is taken. */
final class PartitionedWrite {
  private final String table;
  private final Map<Integer, CompletableFuture<Long>> parts = new TreeMap<>();

  PartitionedWrite(String table) {
    this.table = table;
  }

  Map<Integer, List<IndexKey>> byPartition(List<IndexKey> keys, ToIntFunction<String> partition) {
    Map<Integer, List<IndexKey>> result = new TreeMap<>();
    for (IndexKey key : keys) {
      result.computeIfAbsent(partition.applyAsInt(key.key()), pid -> new ArrayList<>()).add(key);
    }
    return result;
  }

  void add(int pid, CompletableFuture<Long> version) {
    parts.put(pid, version);
  }

  /** Completes when every part has ended, so that a failure says what became of all of them. */
  CompletableFuture<WriteResult> result() {
    return CompletableFuture.allOf(parts.values().toArray(new CompletableFuture<?>[0]))
        .handle((ignored, failure) -> outcome(failure));
  }

  private WriteResult outcome(Throwable failure) {
    Map<Integer, Long> done = new TreeMap<>();
    parts.forEach(
        (pid, version) -> {
          if (!version.isCompletedExceptionally()) {
            done.put(pid, version.join());
          }
        });
    if (failure == null) {
      return new WriteResult(done);
    }
    HoldfastException first = null;
    for (CompletableFuture<Long> part : parts.values()) {
      if (part.isCompletedExceptionally()) {
        HoldfastException cause = failureOf(part);
        if (first == null || cause.outcomeUnknown()) {
          first = cause;
        }
      }
    }
    if (done.isEmpty() || first.outcomeUnknown()) {
      throw first;
    }
    // "Failed" would be wrong: the row can be read through the keys of these partitions.
    throw new OutcomeUnknownException(
        "row of "
            + table
            + " was written to partitions "
            + done.keySet()
            + " of "
            + parts.keySet()
            + " only: "
            + first.getMessage(),
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
