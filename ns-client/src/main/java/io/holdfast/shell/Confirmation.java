package io.holdfast.shell;

/** Asks the user. */
@FunctionalInterface
public interface Confirmation {
  /** Whether the user answered yes. */
  boolean ask(String question);
}
