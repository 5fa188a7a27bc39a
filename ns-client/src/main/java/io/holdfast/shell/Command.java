package io.holdfast.shell;

import java.util.List;

/**
 * One command of a shell: reads its words, asks the cluster, says what came of it. It does not
 * print. Stateless.
 *
 * @param <C> what the command works with
 */
public interface Command<C> {
  /** What it is called, for the list and for one command's help. */
  CommandHelp help();

  /**
   * Runs the command.
   *
   * @param words the line's words; the first one is the command's name
   * @throws io.holdfast.client.HoldfastException what went wrong; it is printed behind {@link
   *     #failurePrefix()}
   */
  Reply run(C context, List<String> words) throws InterruptedException;

  /** What stands before the reason when the command fails. */
  default String failurePrefix() {
    return help().name() + " failed. error msg: ";
  }
}
