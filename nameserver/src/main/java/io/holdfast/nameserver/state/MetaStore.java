package io.holdfast.nameserver.state;

/**
 * Where the truth is kept. Both calls return at once; the outcome comes back as an event of the
 * controller's loop.
 */
public interface MetaStore {
  /** How a transaction ended. */
  enum CommitResult {
    /** All of it is true now. */
    DONE,
    /** None of it is: the epoch, or a record that it was based on, has moved. */
    CONFLICT,
    /** Nobody knows: the connection went away before the answer came. */
    UNKNOWN
  }

  /** Writes a transaction. The outcome names it, so that an old one is not taken for a new one. */
  void commit(MetaTransaction transaction);

  /**
   * Reads everything anew.
   *
   * @param ticket comes back with the result
   */
  void load(long ticket);
}
