package io.holdfast.tablet.directories;

import java.io.IOException;

/**
 * The data directories are not as they must be for a start. The message is for the operator: it
 * names the directories, and says what to do. Nothing was changed.
 */
public final class DirectoryException extends IOException {
  private static final long serialVersionUID = 1;

  DirectoryException(String message) {
    super(message + ". Nothing was changed.");
  }
}
