package io.holdfast.shell;

import io.holdfast.shell.output.JsonText;
import java.io.PrintWriter;

/** Prints replies: results on standard output, advice on standard error. Not thread-safe. */
public final class Printer {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;

  public Printer(PrintWriter out, PrintWriter err, boolean json) {
    this.out = out;
    this.err = err;
    this.json = json;
  }

  public void print(Reply reply) {
    if (json) {
      out.println(JsonText.of(reply.json()));
    } else {
      reply.lines().forEach(out::println);
    }
    out.flush();
    if (!json && !reply.hint().isEmpty()) {
      err.println("hint: " + reply.hint());
    }
    err.flush();
  }

  /** A line beside the results; with JSON standard output holds the document only. */
  public void remark(String line) {
    if (!json) {
      out.println(line);
      out.flush();
    }
  }
}
