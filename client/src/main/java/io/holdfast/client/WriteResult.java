package io.holdfast.client;

import java.util.Map;

/**
 * A write that was acknowledged.
 *
 * @param versions for each partition written the offset of the record; 0 where the tablet did not
 *     say
 * @param ignored whether nothing was written because the row was there already, and was to be put
 *     {@linkplain WriteOptions#onlyIfAbsent only if absent}. Not known, and false, in tables with
 *     {@code acks=leader}
 */
public record WriteResult(Map<Integer, Long> versions, boolean ignored) {
  public WriteResult {
    versions = Map.copyOf(versions);
  }

  /** The version of a write that went to one partition; the greatest one otherwise. */
  public long version() {
    return versions.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
