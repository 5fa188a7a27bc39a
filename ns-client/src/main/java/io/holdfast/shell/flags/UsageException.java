package io.holdfast.shell.flags;

/** The command line cannot be used. The message is for the user. */
public final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
