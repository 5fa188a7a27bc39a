package io.holdfast.tablet.storage;

/** A write that must not get into the log. It has had and will have no effect. */
public final class WriteRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int code;

  WriteRefusedException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The code for the answer; OpenMLDB's where it has one for this case. */
  public int code() {
    return code;
  }
}
