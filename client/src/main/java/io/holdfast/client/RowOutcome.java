package io.holdfast.client;

import java.util.Optional;

/** What became of one row of a batch. Immutable. */
public final class RowOutcome {
  private final WriteResult written;
  private final HoldfastException failure;

  private RowOutcome(WriteResult written, HoldfastException failure) {
    this.written = written;
    this.failure = failure;
  }

  static RowOutcome written(WriteResult result) {
    return new RowOutcome(result, null);
  }

  static RowOutcome failed(HoldfastException failure) {
    return new RowOutcome(null, failure);
  }

  /** Whether the row was acknowledged. If not, {@link #failure} says whether it may be there. */
  public boolean isWritten() {
    return failure == null;
  }

  /** Where it was written; empty when that failed. */
  public Optional<WriteResult> written() {
    return Optional.ofNullable(written);
  }

  /**
   * What a {@link TableClient#put} of the row would have thrown; empty when it was written. With an
   * {@link OutcomeUnknownException} the row may be there, once, or not.
   */
  public Optional<HoldfastException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public String toString() {
    return failure == null ? written.toString() : failure.code() + ": " + failure.getMessage();
  }
}
