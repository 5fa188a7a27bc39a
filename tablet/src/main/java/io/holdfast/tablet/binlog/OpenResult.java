package io.holdfast.tablet.binlog;

import java.util.List;
import java.util.Optional;

/**
 * What opening a log found.
 *
 * @param status the verdict
 * @param binlog the open log; empty when the status is {@link Status#CORRUPT}
 * @param firstOffset smallest offset the log may hold
 * @param lastOffset last intact offset; {@code firstOffset - 1} when there is none. With {@link
 *     Status#CORRUPT} the last one before the damage: the log is longer, but cannot be read
 * @param prevTerm term of the record before firstOffset; 0 when there never was one
 * @param terms the terms whose records are in the log, ascending
 * @param damage what was cut, or what is corrupt; empty when clean
 * @param tailSuspect the end of the log was cut at this or an earlier start and {@link
 *     Binlog#clearTailSuspect()} has not been called since: an acknowledged record may be missing
 */
public record OpenResult(
    Status status,
    Optional<Binlog> binlog,
    long firstOffset,
    long lastOffset,
    long prevTerm,
    List<TermStart> terms,
    Optional<BinlogDamage> damage,
    boolean tailSuspect) {

  /** Whether a log can be used. */
  public enum Status {
    /** Every byte is as it was written. */
    CLEAN,
    /** The last write had not been finished when the machine stopped; the rest of it is cut off. */
    TORN_TAIL_CUT,
    /** Records are damaged or missing where a crash does not explain it. Nothing was changed. */
    CORRUPT,
    /** What was damaged, and all behind it, is set aside; the log goes on before it. */
    SALVAGED
  }
}
