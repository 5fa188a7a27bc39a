package io.holdfast.sql.plan;

import io.holdfast.protocol.row.IndexDef;
import java.util.List;
import java.util.Optional;

/**
 * Which rows are asked for.
 *
 * @param targets keys, or whole partitions, in the order in which they are asked
 * @param isByKey whether the targets are keys
 * @param fromTime smallest time of an entry
 * @param toTime greatest time of an entry; nothing is asked for if it is smaller
 * @param isExact whether all that is asked for meets the WHERE
 */
public record Access(
    IndexDef index,
    List<Target> targets,
    boolean isByKey,
    long fromTime,
    long toTime,
    boolean isExact) {
  public Access {
    targets = List.copyOf(targets);
  }

  /** A partition, or a key in it. */
  public record Target(int partition, Optional<String> key) {}
}
