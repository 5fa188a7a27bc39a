package io.holdfast.testkit.check;

/**
 * One operation on one register, as a client saw it.
 *
 * @param write whether it wrote {@code value}; otherwise it read it
 * @param value unique among writes; 0 is the initial state
 * @param invokedAt when the client asked
 * @param returnedAt when it was answered; {@link Long#MAX_VALUE} when the outcome is unknown: the
 *     write may take effect at any later time, or never
 */
public record RegisterOp(boolean write, long value, long invokedAt, long returnedAt) {
  public boolean isUnknown() {
    return returnedAt == Long.MAX_VALUE;
  }
}
