package io.holdfast.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Lines from a pipe or a file, and the answers of a person when one command was given. */
public final class PlainLines implements LineSource {
  private final BufferedReader in;
  private final PrintWriter prompts;

  /**
   * @param prompts where questions go
   */
  public PlainLines(BufferedReader in, PrintWriter prompts) {
    this.in = in;
    this.prompts = prompts;
  }

  @Override
  public String read(String prompt) {
    try {
      return in.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read commands", e);
    }
  }

  @Override
  public boolean ask(String question) {
    prompts.println(question);
    prompts.flush();
    return LineSource.super.ask(question);
  }

  @Override
  public boolean typed() {
    return false;
  }
}
