package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.NodeId;

/** What the simulated servers and clients know of each other. */
interface Cluster {
  World world();

  Mutants mutants();

  Invariants invariants();

  Tempo tempo();

  SimNetwork network();

  SimZooKeeper zooKeeper();

  void send(NodeId from, NodeId to, Message message);

  void sendToNameservers(NodeId from, ReportMessage message);

  /** Every connection of a server is closed by the kernel: the others see it, if they can. */
  void connectionsOf(NodeId dead);

  /** The tablet with this id; null when there is none. */
  SimTablet tablet(NodeId id);
}
