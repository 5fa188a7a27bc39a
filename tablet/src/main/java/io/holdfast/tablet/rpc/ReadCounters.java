package io.holdfast.tablet.rpc;

import io.holdfast.protocol.model.ReadMode;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** How many reads were answered, and how many were sent on to the leader. Thread-safe. */
public final class ReadCounters {
  private final Map<ReadMode, LongAdder> answered = new EnumMap<>(ReadMode.class);
  private final LongAdder behind = new LongAdder();

  ReadCounters() {
    for (ReadMode mode : ReadMode.values()) {
      answered.put(mode, new LongAdder());
    }
  }

  void answered(ReadMode mode) {
    answered.get(mode).increment();
  }

  void behind() {
    behind.increment();
  }

  /** Reads answered with rows, or with the word that there are none, by mode in lower case. */
  public Map<String, Double> byMode() {
    Map<String, Double> counts = new TreeMap<>();
    answered.forEach(
        (mode, count) -> counts.put(mode.name().toLowerCase(Locale.ROOT), (double) count.sum()));
    return counts;
  }

  /** Reads that were not answered because the replica was behind, too old, or damaged. */
  public long sentOn() {
    return behind.sum();
  }
}
