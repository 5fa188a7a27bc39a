package io.holdfast.tablet.binlog;

/** Bytes that are not a whole, intact record. Says why; where is known to the caller. */
final class DamagedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedRecordException(String reason) {
    // No stack trace: a scan for records that survive behind damage makes one at most positions.
    super(reason, null, false, false);
  }
}
