package io.holdfast.protocol.peer;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.rpc.RpcConnection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * Which server speaks on which accepted connection, and which of its connections is the newest.
 *
 * <p>Only the end of the newest one is told. After a break of the network a server connects anew
 * while the old connection still looks alive from here; when that one is found dead at last, its
 * server is well. Thread-safe.
 */
final class InboundPeers {
  /** One life of a server. */
  private record Life(NodeId node, long incarnation) {}

  private final ConcurrentMap<RpcConnection, Life> lives = new ConcurrentHashMap<>();
  private final ConcurrentMap<NodeId, RpcConnection> newest = new ConcurrentHashMap<>();
  private final Consumer<NodeId> closed;

  /**
   * @param closed gets the server whose newest connection is gone, on an I/O thread
   */
  InboundPeers(Consumer<NodeId> closed) {
    this.closed = Objects.requireNonNull(closed);
  }

  /**
   * Notes who speaks.
   *
   * @return false when someone else, or another life of the same server, spoke on the connection
   *     before
   */
  boolean identify(RpcConnection connection, NodeId node, long incarnation) {
    Life known = lives.get(connection);
    if (known != null) {
      return known.incarnation == incarnation && known.node.equals(node);
    }
    lives.put(connection, new Life(node, incarnation));
    newest.put(node, connection);
    // Last: it runs at once when the connection is gone already, and must find both entries then.
    connection.onClose(() -> gone(connection));
    return true;
  }

  private void gone(RpcConnection connection) {
    Life life = lives.remove(connection);
    if (life != null && newest.remove(life.node, connection)) {
      closed.accept(life.node);
    }
  }
}
