package io.holdfast.protocol.peer;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the first occurrence of a thing from its repetitions, so that a server that is refused
 * again and again makes one line. Remembers a bounded number of things; beyond it all count as
 * repetitions. Thread-safe.
 */
final class LogOnce {
  private static final int MAX_THINGS = 256;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  boolean isFirst(String thing) {
    return seen.size() < MAX_THINGS && seen.add(thing);
  }
}
