package io.holdfast.tools.onebox;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Decides by one look whether a node serves. It must return soon and must not throw. */
@FunctionalInterface
public interface Readiness {
  /** How long one look may take. */
  int LOOK_MILLIS = 1000;

  /** Whether the node serves now. */
  boolean isReady(Node node);

  /** Something accepts connections on the node's port. */
  static Readiness tcp() {
    return node -> Ports.isListening(node.port());
  }

  /**
   * ZooKeeper tells its mode. A connection alone says little: it listens before it has read its
   * data and drops whoever asks for a session until then.
   */
  static Readiness zooKeeper() {
    return node -> {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(Node.HOST, node.port()), LOOK_MILLIS);
        socket.setSoTimeout(LOOK_MILLIS);
        socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.getInputStream().readAllBytes();
        return new String(answer, StandardCharsets.US_ASCII).contains("Mode:");
      } catch (IOException e) {
        return false;
      }
    };
  }

  /** An HTTP GET of the path is answered with 200. */
  static Readiness http(String path) {
    return node -> {
      try {
        HttpURLConnection connection =
            (HttpURLConnection)
                URI.create("http://" + node.endpoint() + path).toURL().openConnection();
        connection.setConnectTimeout(LOOK_MILLIS);
        connection.setReadTimeout(LOOK_MILLIS);
        try {
          return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } finally {
          connection.disconnect();
        }
      } catch (IOException e) {
        return false;
      }
    };
  }
}
