package io.holdfast.shell;

import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Starts a shell. */
public final class ShellMain {
  private ShellMain() {}

  public static void main(String[] arguments) {
    silenceLogging();
    List<RpcClient> clients = new ArrayList<>();
    ShellEnvironment environment =
        new ShellEnvironment(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
            writer(FileDescriptor.out),
            writer(FileDescriptor.err),
            System.getenv(),
            System.console() != null,
            () -> {
              RpcClient client = RpcClient.create(RpcClientSettings.defaults());
              clients.add(client);
              return client;
            },
            new WireRowCodec());
    ExitCode code = new Shell(environment).run(List.of(arguments));
    // The JVM would wait for threads in system calls, such as theirs, for a third of a second.
    clients.forEach(RpcClient::close);
    // Not a plain return: other threads may still be there.
    System.exit(code.number());
  }

  /**
   * Log lines of libraries are noise between a command and its output, and starting a logging
   * framework takes longer than most commands.
   */
  private static void silenceLogging() {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    OutputStream bytes = new FileOutputStream(descriptor);
    return new PrintWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8));
  }
}
