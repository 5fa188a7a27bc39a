package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.NodeId;
import java.util.HashSet;
import java.util.Set;

/** A network that delays, loses, doubles and reorders, and can be cut in one direction or both. */
final class SimNetwork {
  private record Link(NodeId from, NodeId to) {}

  private final World world;
  private final double lossRate;
  private final double doubleRate;
  private final double slowRate;
  private final Set<Link> cut = new HashSet<>();
  private boolean calm;

  SimNetwork(World world, double lossRate, double doubleRate, double slowRate) {
    this.world = world;
    this.lossRate = lossRate;
    this.doubleRate = doubleRate;
    this.slowRate = slowRate;
  }

  /** From now on nothing is lost any more. */
  void heal() {
    cut.clear();
    calm = true;
  }

  void cut(NodeId from, NodeId to) {
    cut.add(new Link(from, to));
  }

  void mend(NodeId from, NodeId to) {
    cut.remove(new Link(from, to));
  }

  boolean isCut(NodeId from, NodeId to) {
    return cut.contains(new Link(from, to));
  }

  void send(NodeId from, NodeId to, Runnable delivery) {
    if (isCut(from, to) || (!calm && world.chance(lossRate))) {
      return;
    }
    deliver(from, to, delivery);
    if (!calm && world.chance(doubleRate)) {
      deliver(from, to, delivery);
    }
  }

  private void deliver(NodeId from, NodeId to, Runnable delivery) {
    long delay = world.between(World.MILLI / 10, World.MILLI);
    if (!calm && world.chance(slowRate)) {
      delay += world.between(World.MILLI, 300 * World.MILLI);
    }
    world.after(
        delay,
        () -> {
          if (!isCut(from, to)) {
            delivery.run();
          }
        });
  }
}
