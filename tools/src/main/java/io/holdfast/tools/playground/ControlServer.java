package io.holdfast.tools.playground;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes commands from other processes of the same user: one line in, lines out, of which the last
 * is {@value #DONE} or begins with {@value #FAILED}.
 */
final class ControlServer implements AutoCloseable {
  static final String DONE = "ok";
  static final String FAILED = "failed: ";

  /** No command is nearly as long. */
  private static final int MOST_CHARS = 1000;

  /** What the playground can do. */
  @FunctionalInterface
  interface Handler {
    /**
     * Carries a command out. Several threads may call it.
     *
     * @param words of the command, one at least
     * @param say is given one line for each step
     * @throws IOException when it fails; the message is for the user
     * @throws IllegalArgumentException when there is no such command or no such thing
     */
    void run(List<String> words, Consumer<String> say) throws IOException, InterruptedException;
  }

  private final ServerSocketChannel listener;
  private final Handler handler;

  private ControlServer(ServerSocketChannel listener, Handler handler) {
    this.listener = listener;
    this.handler = handler;
  }

  static ControlServer start(Path socket, Handler handler) throws IOException {
    // Of an earlier run that was killed: the directory's lock says that nobody listens there.
    Files.deleteIfExists(socket);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
    ControlServer server = new ControlServer(listener, handler);
    daemon("control", server::accept);
    return server;
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel caller = listener.accept();
        daemon("command", () -> serve(caller));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        System.err.println("a command could not be taken: " + e.getMessage());
      }
    }
  }

  private void serve(SocketChannel caller) {
    try (caller;
        BufferedReader in =
            new BufferedReader(Channels.newReader(caller, StandardCharsets.UTF_8), MOST_CHARS);
        PrintWriter out =
            new PrintWriter(Channels.newWriter(caller, StandardCharsets.UTF_8), true)) {
      out.println(answer(readLine(in), out));
    } catch (IOException e) {
      // The one who asked has gone.
      System.err.println("a command's answer could not be given: " + e.getMessage());
    }
  }

  private static String readLine(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n' && line.length() < MOST_CHARS; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private String answer(String line, PrintWriter out) {
    try {
      handler.run(List.of(line.trim().split(" +")), out::println);
      return DONE;
    } catch (IOException | RuntimeException e) {
      return FAILED + (e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED + "interrupted";
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
