package io.holdfast.client.retry;

/** What an operation does to the cluster; decides whether it may be sent a second time. */
public enum OperationKind {
  /** Changes nothing. */
  READ,
  /**
   * Changes something, and doing it twice is the same as doing it once. Only the caller knows that.
   */
  REPEATABLE_WRITE,
  /**
   * Changes something, and carries a name by which the tablets recognise it: they do it once,
   * however often it is sent.
   */
  NAMED_WRITE,
  /** Changes something, and a second copy would be a second change. */
  WRITE;

  /** Whether an attempt whose outcome is unknown may be followed by another one. */
  public boolean repeatable() {
    return this != WRITE;
  }

  public boolean isWrite() {
    return this != READ;
  }
}
