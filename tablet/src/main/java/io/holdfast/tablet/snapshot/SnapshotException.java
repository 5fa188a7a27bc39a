package io.holdfast.tablet.snapshot;

import java.io.IOException;

/** A snapshot is not what was written, or not of the partition that it is wanted for. */
public final class SnapshotException extends IOException {
  private static final long serialVersionUID = 1L;

  SnapshotException(String message) {
    super(message);
  }
}
