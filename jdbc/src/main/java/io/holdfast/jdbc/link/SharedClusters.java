package io.holdfast.jdbc.link;

import java.util.HashMap;
import java.util.Map;

/**
 * Connections to the same cluster share what leads there; with the last one it is closed, so that
 * nothing is left behind by a pool that was closed. Thread-safe.
 */
public final class SharedClusters {
  private final Map<ClusterAddress, Shared> open = new HashMap<>();

  private static final class Shared {
    final Cluster cluster;
    int users;

    Shared(Cluster cluster) {
      this.cluster = cluster;
    }
  }

  /** A cluster until it is released, which each holder does once. */
  public Cluster acquire(ClusterAddress address) {
    synchronized (open) {
      Shared shared = open.computeIfAbsent(address, missing -> new Shared(new Cluster(missing)));
      shared.users++;
      return shared.cluster;
    }
  }

  /** Gives back what {@link #acquire} gave. */
  public void release(Cluster cluster) {
    synchronized (open) {
      Shared shared = open.get(cluster.address());
      if (shared == null || shared.cluster != cluster) {
        throw new IllegalStateException("released once too often: " + cluster.address());
      }
      if (--shared.users > 0) {
        return;
      }
      open.remove(cluster.address());
    }
    cluster.close();
  }

  /** How many clusters are open, for tests. */
  public int size() {
    synchronized (open) {
      return open.size();
    }
  }
}
