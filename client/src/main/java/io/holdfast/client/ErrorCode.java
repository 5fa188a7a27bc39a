package io.holdfast.client;

/**
 * Why an operation did not end well. The names are stable: programs and scripts may rely on them.
 */
public enum ErrorCode {
  /** The cluster answered no. The operation was not done. */
  REJECTED,
  /** The named table, database or endpoint does not exist. The operation was not done. */
  NOT_FOUND,
  /** No server could be asked, or none took the operation on in time. It was not done. */
  UNAVAILABLE,
  /** Neither ZooKeeper nor a nameserver could be reached. The operation was not done. */
  CLUSTER_UNREACHABLE,
  /** The operation was sent and no answer came. It may or may not have been done. */
  OUTCOME_UNKNOWN,
  /** The arguments do not fit the table. Nothing was sent. */
  INVALID_ARGUMENT,
  /** The client was closed. */
  CLOSED
}
