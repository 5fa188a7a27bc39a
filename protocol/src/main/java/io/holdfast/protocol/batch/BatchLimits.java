package io.holdfast.protocol.batch;

/** How much one frame of puts may hold: whoever sends more than that is refused. */
public final class BatchLimits {
  /** A quarter of what a leader takes before it has committed anything. */
  public static final int MOST_PUTS = 1_000;

  /** Serialized bytes of the request. A larger put goes by itself. */
  public static final int MOST_BYTES = 4 << 20;

  private BatchLimits() {}
}
