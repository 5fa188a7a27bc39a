package io.holdfast.architecture.planted.tablet.rpc;

import org.apache.zookeeper.ZooKeeper;

/** Wrong on purpose: ZooKeeper outside of the session. */
public final class UsesZooKeeper {
  ZooKeeper zooKeeper;
}
