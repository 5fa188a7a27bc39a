package io.holdfast.tools.onebox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;

/** Which ports a cluster needs and whether they can be had. */
final class Ports {
  /** Ports below need privileges; the highest base leaves room for the whole layout. */
  static final int MIN_BASE = 1024;

  static final int SPAN = NodeRole.values().length * NodeRole.PORTS_PER_ROLE;
  static final int MAX_BASE = 65536 - SPAN;

  /** How far the suggested base is from the one that failed. */
  private static final int STEP = 100;

  private Ports() {}

  static int of(int base, NodeRole role, int index) {
    if (index >= NodeRole.PORTS_PER_ROLE) {
      throw new IllegalArgumentException(
          "at most " + NodeRole.PORTS_PER_ROLE + " processes of a role fit on one machine");
    }
    return base + role.portOffset() + index;
  }

  /** The servers of an ensemble as {@code --servers} takes them, in the ports of their role. */
  static String ensemble(int base, int servers) {
    if (3 * servers > NodeRole.PORTS_PER_ROLE) {
      throw new IllegalArgumentException("at most 3 ZooKeeper servers fit on one machine");
    }
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < servers; i++) {
      list.append(i == 0 ? "" : ",")
          .append(Node.HOST)
          .append(':')
          .append(of(base, NodeRole.ZOOKEEPER, servers + i))
          .append(':')
          .append(of(base, NodeRole.ZOOKEEPER, 2 * servers + i));
    }
    return list.toString();
  }

  /** Fails with the first port that is taken. */
  static void requireFree(Collection<Node> nodes, int base) throws IOException {
    for (Node node : nodes) {
      if (!isFree(node.port())) {
        throw new PortInUseException(node, suggestion(base));
      }
    }
  }

  static boolean isFree(int port) throws IOException {
    // Binding alone does not notice somebody who listens on every address, where the system
    // allows both; connecting alone does not notice a bound port that nobody listens on yet.
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(Node.HOST), port));
    } catch (IOException e) {
      return false;
    }
    return !isListening(port);
  }

  static boolean isListening(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Node.HOST, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int suggestion(int base) {
    return base + STEP <= MAX_BASE ? base + STEP : MIN_BASE;
  }
}
