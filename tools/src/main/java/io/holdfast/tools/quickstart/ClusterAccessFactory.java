package io.holdfast.tools.quickstart;

import java.io.IOException;

/**
 * Connects to a cluster. Found through {@link java.util.ServiceLoader}, so that this module does
 * not need the client library to be built and tested.
 */
@FunctionalInterface
public interface ClusterAccessFactory {
  /**
   * Connects.
   *
   * @param zkCluster ZooKeeper servers, as {@code host:port,...}
   * @param zkRootPath where the cluster lives in ZooKeeper
   */
  ClusterAccess connect(String zkCluster, String zkRootPath) throws IOException;
}
