package io.holdfast.tablet.rpc;

import io.holdfast.common.error.StatusCode;

/** A request that does not fit the table. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  RefusedException(StatusCode code, String detail) {
    super(detail);
    this.refusal = Refusal.of(code, detail);
  }

  Refusal refusal() {
    return refusal;
  }
}
