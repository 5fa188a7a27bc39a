package io.holdfast.protocol.peer;

import io.holdfast.protocol.model.NodeId;
import java.util.Objects;

/**
 * Who a server says it is in every batch.
 *
 * @param node the endpoint it serves on, where others reach it
 * @param incarnation the life of its process
 * @param clusterId servers of another cluster refuse to talk to it
 */
public record PeerIdentity(NodeId node, long incarnation, String clusterId) {
  /** Checks that each part fits on the wire. */
  public PeerIdentity {
    Objects.requireNonNull(node);
    WireCheck.text("endpoint", node.endpoint(), WireCheck.MAX_ENDPOINT_CHARS);
    WireCheck.text("cluster id", clusterId, WireCheck.MAX_NAME_CHARS);
  }

  @Override
  public String toString() {
    return node + "/" + Long.toHexString(incarnation);
  }
}
