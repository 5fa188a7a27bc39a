package io.holdfast.shell;

import io.holdfast.client.row.WireRowCodec;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a shell in a test, with what it printed. */
record ShellRun(ExitCode code, String out, String err) {

  /** Runs one command of the nameserver shell. */
  static ShellRun command(FakeCluster cluster, String command, String... flags) {
    List<String> arguments = new ArrayList<>(List.of("--role=ns_client", "--endpoint=ns:1"));
    arguments.add("--interactive=false");
    arguments.add("--cmd=" + command);
    arguments.addAll(List.of(flags));
    return with(cluster, "", arguments.toArray(new String[0]));
  }

  /** Runs one command of the tablet shell. */
  static ShellRun tablet(FakeCluster cluster, String command, String... flags) {
    List<String> arguments =
        new ArrayList<>(
            List.of("--role=client", "--endpoint=t:1", "--interactive=false", "--cmd=" + command));
    arguments.addAll(List.of(flags));
    return with(cluster, "", arguments.toArray(new String[0]));
  }

  static ShellRun with(FakeCluster cluster, String input, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ShellEnvironment environment =
        new ShellEnvironment(
            new BufferedReader(new StringReader(input)),
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of(),
            false,
            () -> cluster,
            new WireRowCodec());
    ExitCode code = new Shell(environment).run(List.of(arguments));
    return new ShellRun(code, out.toString(), err.toString());
  }
}
