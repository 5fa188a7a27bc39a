package io.holdfast.tools.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A program without its process, so that tests can run it. */
@FunctionalInterface
public interface Program {
  /** Runs as the command line says; returns the exit code, and ends no process. */
  int run(String[] args, PrintWriter out, PrintWriter err);

  /** Runs a program on the process's streams, in UTF-8, and ends the process with its code. */
  static void main(String[] args, Program program) {
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = program.run(args, out, err);
    out.flush();
    System.exit(code);
  }
}
