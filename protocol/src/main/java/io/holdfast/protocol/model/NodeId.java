package io.holdfast.protocol.model;

import java.util.Objects;

/**
 * A server of the cluster, known by the endpoint that it serves on. A restarted server keeps its
 * id; its incarnation tells one life from the next.
 *
 * @param endpoint {@code host:port}
 */
public record NodeId(String endpoint) implements Comparable<NodeId> {
  public NodeId {
    Objects.requireNonNull(endpoint);
    if (endpoint.isEmpty()) {
      throw new IllegalArgumentException("an endpoint must not be empty");
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return endpoint.compareTo(other.endpoint);
  }

  @Override
  public String toString() {
    return endpoint;
  }
}
