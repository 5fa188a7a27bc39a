package io.holdfast.tablet.binlog;

import java.io.IOException;

/** There was no room for records. Nothing of them is in the log, and the log is as it was. */
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1;

  NoSpaceException(IOException cause) {
    super("no room on the disk: " + cause.getMessage(), cause);
  }

  /**
   * Whether a write failed for want of room. The runtime has no exception of its own for it, only
   * the words of the operating system.
   */
  public static boolean isCauseOf(IOException failure) {
    String words = String.valueOf(failure.getMessage());
    return failure instanceof NoSpaceException
        || words.contains("No space left on device")
        || words.contains("Disk quota exceeded");
  }
}
