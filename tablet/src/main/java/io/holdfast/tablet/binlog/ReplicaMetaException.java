package io.holdfast.tablet.binlog;

import java.io.IOException;

/** A replica's meta file is missing, damaged, or belongs to another cluster. */
public final class ReplicaMetaException extends IOException {
  private static final long serialVersionUID = 1L;

  ReplicaMetaException(String message) {
    super(message);
  }
}
