package io.holdfast.protocol.row;

/** A table definition that cannot be used; the message is OpenMLDB's where it has one. */
public final class SchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  public SchemaException(String message) {
    super(message);
  }
}
