package io.holdfast.protocol.row;

/** Bytes that are not a row of the schema, or values that cannot be put into one. */
public final class RowFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  public RowFormatException(String message) {
    super(message);
  }
}
