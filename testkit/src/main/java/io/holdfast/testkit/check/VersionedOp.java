package io.holdfast.testkit.check;

/**
 * One operation on one key of one partition, as a client saw it, with the data version it was told.
 *
 * @param client who asked; its operations follow each other
 * @param key within the partition
 * @param kind what was asked
 * @param outcome what the client may believe
 * @param value unique among writes; 0 is what a key holds before it is written
 * @param version offset of the write, or of the state that was read; 0 when none was told
 * @param invokedAt when the client asked
 * @param returnedAt when it was answered; {@link Long#MAX_VALUE} when the outcome is unknown
 */
public record VersionedOp(
    int client,
    long key,
    Kind kind,
    Outcome outcome,
    long value,
    long version,
    long invokedAt,
    long returnedAt) {
  /** What an operation is. */
  public enum Kind {
    WRITE,
    /** A read that sees everything that was acknowledged before it was asked. */
    READ_LATEST,
    /** A read that sees at least what its client has seen before. */
    READ_SESSION,
    /** A read of whatever a replica has. */
    READ_ANY
  }

  /** What its client was told. */
  public enum Outcome {
    OK,
    /** Certainly without any effect, now and later. */
    FAILED,
    /** May have had an effect, may have one later, or never. */
    UNKNOWN
  }

  boolean isWrite() {
    return kind == Kind.WRITE;
  }

  boolean isOk() {
    return outcome == Outcome.OK;
  }
}
