package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A network that delays, loses, doubles and reorders, and can be cut in one direction or both. */
final class SimNetwork {
  private record Link(NodeId from, NodeId to) {}

  private final World world;
  private final double lossRate;
  private final double doubleRate;
  private final double slowRate;
  private final long slowest;
  private final Set<Link> cut = new HashSet<>();
  private final Map<Link, Long> slow = new HashMap<>();
  private final Map<Link, Long> lastArrivals = new HashMap<>();
  private boolean inOrder;
  private boolean calm;

  /** A network that loses nothing unless it is cut. */
  static SimNetwork clean(World world, long slowest) {
    return new SimNetwork(world, 0, 0, 0.01, slowest);
  }

  /** A network that keeps the order of messages as well, as a connection does. */
  static SimNetwork inOrder(World world, long slowest) {
    SimNetwork network = new SimNetwork(world, 0, 0, 0, slowest);
    network.inOrder = true;
    return network;
  }

  /** A network as the seed wants it: clean, a little unreliable, or a mess. */
  static SimNetwork ofSomeKind(World world, long slowest) {
    double kind = world.fraction();
    if (kind < 0.4) {
      return new SimNetwork(world, 0, 0, world.chance(0.5) ? 0.01 : 0, slowest);
    }
    return kind < 0.7
        ? new SimNetwork(world, 0.02, 0.03, 0.02, slowest)
        : new SimNetwork(world, 0.08, 0.2, 0.2, slowest);
  }

  private SimNetwork(
      World world, double lossRate, double doubleRate, double slowRate, long slowest) {
    this.world = world;
    this.lossRate = lossRate;
    this.doubleRate = doubleRate;
    this.slowRate = slowRate;
    this.slowest = slowest;
  }

  /** Whether messages hardly ever overtake each other, and none is lost unless it is cut. */
  boolean isOrderly() {
    return lossRate == 0 && doubleRate == 0 && slowRate == 0;
  }

  /** From now on nothing is lost any more. */
  void heal() {
    cut.clear();
    slow.clear();
    calm = true;
  }

  void cut(NodeId from, NodeId to) {
    if (!calm) {
      cut.add(new Link(from, to));
    }
  }

  /** Everything from one to the other takes so much longer; 0 for no longer than usual. */
  void slow(NodeId from, NodeId to, long nanos) {
    if (nanos == 0 || calm) {
      slow.remove(new Link(from, to));
    } else {
      slow.put(new Link(from, to), nanos);
    }
  }

  void mend(NodeId from, NodeId to) {
    cut.remove(new Link(from, to));
  }

  void mendAll() {
    cut.clear();
  }

  boolean isCut(NodeId from, NodeId to) {
    return cut.contains(new Link(from, to));
  }

  /** Between servers, whose messages may come twice. */
  void send(NodeId from, NodeId to, Runnable delivery) {
    if (sendOnce(from, to, delivery) && !calm && world.chance(doubleRate)) {
      deliver(from, to, delivery);
    }
  }

  /** Between client and server: a call is lost or answered, but never made twice. */
  boolean sendOnce(NodeId from, NodeId to, Runnable delivery) {
    if (isCut(from, to) || (!calm && world.chance(lossRate))) {
      return false;
    }
    deliver(from, to, delivery);
    return true;
  }

  private void deliver(NodeId from, NodeId to, Runnable delivery) {
    long delay = world.between(World.MILLI / 10, World.MILLI);
    if (!calm && world.chance(slowRate)) {
      delay += world.between(World.MILLI, slowest);
    }
    delay += slow.isEmpty() ? 0 : slow.getOrDefault(new Link(from, to), 0L);
    if (inOrder) {
      long arrival =
          Math.max(world.now() + delay, 1 + lastArrivals.getOrDefault(new Link(from, to), 0L));
      lastArrivals.put(new Link(from, to), arrival);
      delay = arrival - world.now();
    }
    world.after(
        delay,
        () -> {
          if (!isCut(from, to)) {
            delivery.run();
          }
        });
  }

  @Override
  public String toString() {
    return "network loses " + lossRate + ", doubles " + doubleRate + ", delays " + slowRate;
  }
}
