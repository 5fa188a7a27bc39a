package io.holdfast.it.process;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The shells of the distribution, one process per command, as operators' scripts use them. */
final class Shell {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("holdfast.distribution"), "bin", "openmldb");

  private final ProcessCluster processes;

  Shell(ProcessCluster processes) {
    this.processes = processes;
  }

  /**
   * How a command ended.
   *
   * @param status the exit status
   * @param lines what it printed on its standard output
   */
  record Answer(int status, List<String> lines) {
    /** The cells of the lines below the rule of a listing. */
    List<List<String>> rows() {
      int rule = 0;
      while (!lines.get(rule).matches("-+")) {
        rule++;
      }
      return lines.subList(rule + 1, lines.size()).stream()
          .map(line -> List.of(line.strip().split("\\s{2,}")))
          .toList();
    }

    /** Everything that was printed. */
    String text() {
      return String.join("\n", lines);
    }
  }

  /**
   * Runs a command of the nameserver's shell.
   *
   * @param database the current one; empty for none
   */
  Answer ns(String database, String command) throws IOException, InterruptedException {
    return run(
        "--role=ns_client",
        "--zk_cluster=" + processes.zkCluster(),
        "--zk_root_path=" + processes.zkRootPath(),
        "--interactive=false",
        "--database=" + database,
        "--cmd=" + command);
  }

  /** Runs a command of a tablet's shell. */
  Answer tablet(Node tablet, String command) throws IOException, InterruptedException {
    return run(
        "--role=client",
        "--endpoint=" + tablet.endpoint(),
        "--interactive=false",
        "--cmd=" + command);
  }

  private static Answer run(String... flags) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(flags));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), out.lines().toList());
  }
}
