package io.holdfast.tablet.storage;

import java.util.List;
import java.util.Optional;

/**
 * A page of a walk over all keys.
 *
 * @param entries may be fewer than allowed, even none, although there are more
 * @param next where to go on; empty when the walk is done
 */
public record TraverseResult(List<KeyedEntry> entries, Optional<TraverseCursor> next) {
  /** An entry and its key, which must not be changed. */
  public record KeyedEntry(byte[] key, Entry entry) {}
}
