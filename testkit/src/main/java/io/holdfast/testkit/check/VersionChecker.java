package io.holdfast.testkit.check;

import io.holdfast.testkit.check.VersionedOp.Kind;
import io.holdfast.testkit.check.VersionedOp.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks one partition's history by the versions that clients were told, in time that grows little
 * faster than the history: for runs that are too long for a search. It believes the versions, and
 * finds what contradicts them:
 *
 * <ul>
 *   <li>two writes of one version, or a write that was answered with two;
 *   <li>a write whose version is not above that of one that had returned before it was asked for;
 *   <li>a latest read whose version is below what was acknowledged, or read, before it was asked
 *       for;
 *   <li>a client whose session reads go back behind what it has written or read;
 *   <li>a read whose value is not the newest write of its key at its version;
 *   <li>a value that was read although its write failed, or that nobody wrote.
 * </ul>
 */
public final class VersionChecker {
  private static final int MOST_PROBLEMS = 20;

  private final List<VersionedOp> history;
  private final Map<Long, VersionedOp> writes = new HashMap<>();
  private final Map<Long, TreeMap<Long, VersionedOp>> byKey = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private VersionChecker(Collection<VersionedOp> history) {
    this.history = new ArrayList<>(history);
    this.history.sort(Comparator.comparingLong(VersionedOp::invokedAt));
  }

  /**
   * What is wrong with a partition's history; empty when nothing is. At most some problems are
   * listed.
   */
  public static List<String> problems(Collection<VersionedOp> history) {
    VersionChecker checker = new VersionChecker(history);
    checker.indexWrites();
    checker.checkOrder();
    checker.checkValues();
    return List.copyOf(checker.problems);
  }

  private void indexWrites() {
    Map<Long, VersionedOp> byVersion = new HashMap<>();
    for (VersionedOp op : history) {
      if (!op.isWrite()) {
        continue;
      }
      if (writes.putIfAbsent(op.value(), op) != null) {
        throw new IllegalArgumentException("value " + op.value() + " was written twice");
      }
      if (op.isOk()) {
        VersionedOp other = byVersion.putIfAbsent(op.version(), op);
        if (other != null) {
          problem("two writes have one version: " + other + " and " + op);
        }
        byKey.computeIfAbsent(op.key(), key -> new TreeMap<>()).put(op.version(), op);
      }
    }
  }

  /** Goes through calls and returns in the order of time and keeps the highest versions told. */
  private void checkOrder() {
    List<VersionedOp> returns = new ArrayList<>(history);
    returns.removeIf(op -> !op.isOk());
    returns.sort(Comparator.comparingLong(VersionedOp::returnedAt));
    Map<Integer, Long> sessions = new HashMap<>();
    long acknowledged = 0;
    long seen = 0;
    int next = 0;
    for (VersionedOp op : history) {
      // What returns at the very time of a call overlaps it.
      while (next < returns.size() && returns.get(next).returnedAt() < op.invokedAt()) {
        VersionedOp done = returns.get(next++);
        if (done.isWrite()) {
          acknowledged = Math.max(acknowledged, done.version());
        }
        if (done.isWrite() || done.kind() == Kind.READ_LATEST) {
          seen = Math.max(seen, done.version());
        }
        if (done.kind() != Kind.READ_ANY) {
          sessions.merge(done.client(), done.version(), Math::max);
        }
      }
      if (!op.isOk()) {
        continue;
      }
      if (op.isWrite() && op.version() <= acknowledged) {
        problem("acknowledged " + acknowledged + " before this was asked for: " + op);
      } else if (op.kind() == Kind.READ_LATEST && op.version() < seen) {
        problem("version " + seen + " had been seen before this was asked for: " + op);
      } else if (op.kind() == Kind.READ_SESSION
          && op.version() < sessions.getOrDefault(op.client(), 0L)) {
        problem("the session had seen " + sessions.get(op.client()) + " before: " + op);
      }
    }
  }

  private void checkValues() {
    for (VersionedOp op : history) {
      if (!op.isWrite() && op.isOk()) {
        checkValue(op);
      }
    }
  }

  private void checkValue(VersionedOp read) {
    TreeMap<Long, VersionedOp> ofKey = byKey.get(read.key());
    Map.Entry<Long, VersionedOp> newest = ofKey == null ? null : ofKey.floorEntry(read.version());
    long expected = newest == null ? 0 : newest.getValue().value();
    if (read.value() == expected) {
      return;
    }
    VersionedOp write = writes.get(read.value());
    if (write == null && read.value() != 0) {
      problem("nobody wrote what was read: " + read);
    } else if (write == null || write.outcome() == Outcome.OK) {
      problem("at its version the key holds " + expected + ": " + read);
    } else if (write.key() != read.key()) {
      problem("written to key " + write.key() + ": " + read);
    } else if (write.outcome() == Outcome.FAILED) {
      problem("the write had failed for certain: " + read);
    } else if (write.invokedAt() > read.returnedAt()) {
      problem("read before it was written: " + read);
    }
    // A write of unknown outcome may stand between the newest acknowledged one and the read.
  }

  private void problem(String text) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(text);
    }
  }

  /**
   * Compares what replicas hold in the end with what clients were told.
   *
   * @param log the values of a replica's committed writes by their offsets; for a log that begins
   *     behind a snapshot, what is left of it
   * @param firstOffset first offset that the log could hold
   * @return what is wrong; empty when nothing is
   */
  public static List<String> problemsOfLog(
      Collection<VersionedOp> history, Map<Long, Long> log, long firstOffset) {
    List<String> problems = new ArrayList<>();
    Map<Long, VersionedOp> writes = new HashMap<>();
    for (VersionedOp op : history) {
      if (op.isWrite()) {
        writes.put(op.value(), op);
        boolean here = op.version() >= firstOffset;
        if (op.isOk() && here && !Long.valueOf(op.value()).equals(log.get(op.version()))) {
          problems.add("the log has " + log.get(op.version()) + " at the offset of " + op);
        }
      }
    }
    Set<Long> seen = new HashSet<>();
    new TreeMap<>(log)
        .forEach(
            (offset, value) -> {
              VersionedOp write = writes.get(value);
              if (!seen.add(value)) {
                problems.add("value " + value + " is in the log twice, again at " + offset);
              } else if (write == null) {
                problems.add("nobody wrote " + value + " at " + offset);
              } else if (write.outcome() == Outcome.FAILED) {
                problems.add("at " + offset + " although it had failed for certain: " + write);
              }
            });
    return problems.size() > MOST_PROBLEMS ? problems.subList(0, MOST_PROBLEMS) : problems;
  }
}
