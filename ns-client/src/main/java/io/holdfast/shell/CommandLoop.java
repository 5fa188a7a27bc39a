package io.holdfast.shell;

import java.util.function.Supplier;

/** Reads lines and runs them until the input ends or a command leaves. Not thread-safe. */
final class CommandLoop {
  /** Runs one line. */
  @FunctionalInterface
  interface Runner {
    Reply run(String line) throws InterruptedException;
  }

  private final LineSource lines;
  private final Printer printer;
  private final Supplier<String> prompt;
  private final Runner runner;

  CommandLoop(LineSource lines, Printer printer, Supplier<String> prompt, Runner runner) {
    this.lines = lines;
    this.printer = printer;
    this.prompt = prompt;
    this.runner = runner;
  }

  /**
   * Runs every line.
   *
   * @return for piped commands the code of the last one that failed, so that a script notices; for
   *     typed ones 0, since the person has seen what failed
   */
  ExitCode runAll() throws InterruptedException {
    ExitCode worst = ExitCode.DONE;
    while (true) {
      String line = lines.read(prompt.get());
      if (line == null) {
        return worst;
      }
      // Lines with a slash are paths pasted by mistake or comments; the original skips them, too.
      if (line.isBlank() || line.startsWith("/")) {
        continue;
      }
      Reply reply = runner.run(line);
      printer.print(reply);
      if (reply.code() != ExitCode.DONE && !lines.typed()) {
        worst = reply.code();
      }
      if (reply.leave()) {
        return worst;
      }
    }
  }

  /** Runs one line: the given one, or the first one of the input when it is empty. */
  ExitCode runOne(String given) throws InterruptedException {
    String line = given.isEmpty() ? lines.read(prompt.get()) : given;
    if (line == null || line.isBlank()) {
      return ExitCode.DONE;
    }
    Reply reply = runner.run(line);
    printer.print(reply);
    return reply.code();
  }
}
