package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.TableSpec;
import java.util.List;

/**
 * When the nameserver acts. All times in nanoseconds.
 *
 * @param suspectNanos a tablet that says nothing for so long is suspected
 * @param silenceNanos a leader that a voter has not heard for so long cannot be sure of its lease
 * @param electionGraceNanos how long to wait for more answers once enough have come
 * @param lateAnswerNanos how long to wait for members that are alive but have not answered
 * @param allDownGraceNanos how long to wait for the others when most of the cluster is just
 *     starting
 * @param holdNanos a suspected leader that its own group still hears is replaced after so long
 * @param resendNanos how often an order is repeated until its effect is seen
 * @param adviceNanos how often leaders are told their learners
 * @param createNanos how long a command's effect may take before its sender is told
 * @param transferNanos how long a leader may take to make way for a planned successor
 * @param strictTail whether copies that had to cut the end of their logs off may not decide an
 *     election by themselves
 * @param safety when it does not act
 * @param ops how long operations are tried
 * @param systemTables tables that every cluster has, with the number of copies that they shall have
 *     at most; their ids do not count
 */
public record ControllerSettings(
    long suspectNanos,
    long silenceNanos,
    long electionGraceNanos,
    long lateAnswerNanos,
    long allDownGraceNanos,
    long holdNanos,
    long resendNanos,
    long adviceNanos,
    long createNanos,
    long transferNanos,
    boolean strictTail,
    SafetySettings safety,
    OpSettings ops,
    List<TableSpec> systemTables) {
  public ControllerSettings {
    systemTables = List.copyOf(systemTables);
  }

  private static final long MILLI = 1_000_000L;

  public static final ControllerSettings DEFAULTS =
      new ControllerSettings(
          1000 * MILLI,
          300 * MILLI,
          50 * MILLI,
          500 * MILLI,
          3000 * MILLI,
          10_000 * MILLI,
          100 * MILLI,
          500 * MILLI,
          15_000 * MILLI,
          5_000 * MILLI,
          false,
          SafetySettings.DEFAULTS,
          OpSettings.DEFAULTS,
          List.of());
}
