package io.holdfast.tools.playground;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Asks a running playground to do something, see {@link ControlServer}. */
final class ControlClient {
  private ControlClient() {}

  /** There is no playground to ask. */
  static final class NotRunningException extends IOException {
    private static final long serialVersionUID = 1L;

    NotRunningException(Path socket, Throwable cause) {
      super(
          "no playground runs here ("
              + socket
              + "); start one with: openmldb playground, and give the same --tag",
          cause);
    }
  }

  /**
   * @param say is given what the playground says meanwhile
   * @throws NotRunningException if there is none
   * @throws IOException if the command failed; the message is the playground's
   */
  static void ask(Path socket, String command, Consumer<String> say) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      connect(channel, socket);
      ByteBuffer line = StandardCharsets.UTF_8.encode(command + "\n");
      while (line.hasRemaining()) {
        channel.write(line);
      }
      BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      String last = null;
      for (String next = in.readLine(); next != null; next = in.readLine()) {
        if (last != null) {
          say.accept(last);
        }
        last = next;
      }
      if (last == null) {
        throw new IOException("the playground has ended before it answered");
      }
      if (last.startsWith(ControlServer.FAILED)) {
        throw new IOException(last.substring(ControlServer.FAILED.length()));
      }
      if (!last.equals(ControlServer.DONE)) {
        throw new IOException("the playground has ended in the middle of its answer");
      }
    }
  }

  private static void connect(SocketChannel channel, Path socket) throws IOException {
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new NotRunningException(socket, e);
    }
  }
}
