package io.holdfast.it.sql;

import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.shell.ExitCode;
import io.holdfast.shell.ShellEnvironment;
import io.holdfast.shell.flags.FlagParser;
import io.holdfast.shell.flags.UsageException;
import io.holdfast.shell.sql.SqlShell;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** What the SQL shell prints for one command line. */
record SqlShellRun(ExitCode code, String out, String err) {
  /** Runs statements against the cluster of a ZooKeeper. */
  static SqlShellRun of(RpcEventLoops loops, String zooKeeper, String format, String statements)
      throws UsageException {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ShellEnvironment environment =
        new ShellEnvironment(
            new BufferedReader(new StringReader("")),
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of(),
            false,
            () -> RpcClient.create(RpcClientSettings.defaults(), loops),
            new WireRowCodec());
    List<String> words =
        List.of(
            "--role=sql_client",
            "--zk_cluster=" + zooKeeper,
            "--interactive=false",
            "--request_timeout_ms=60000",
            "--format=" + format,
            "--cmd=" + statements);
    ExitCode code = new SqlShell(new FlagParser(Map.of()).parse(words), environment, "test").run();
    return new SqlShellRun(code, out.toString(), err.toString());
  }

  List<String> lines() {
    return out.lines().toList();
  }
}
