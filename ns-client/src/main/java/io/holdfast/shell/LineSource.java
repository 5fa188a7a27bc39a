package io.holdfast.shell;

/** Where a shell's lines come from. Not thread-safe. */
public interface LineSource extends Confirmation, AutoCloseable {
  /** The next line; null at the end of the input; empty when the user cleared the line. */
  String read(String prompt);

  /** Whether a person types the lines. */
  boolean typed();

  @Override
  default boolean ask(String question) {
    String answer = read(question + " ");
    return answer != null && answer.strip().equalsIgnoreCase("yes");
  }

  @Override
  default void close() {}
}
