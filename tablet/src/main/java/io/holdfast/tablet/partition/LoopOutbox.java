package io.holdfast.tablet.partition;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.tablet.replication.Outbox;
import java.util.List;
import java.util.function.Supplier;

/** One loop's way to other servers: messages to whom they are for, reports to all nameservers. */
final class LoopOutbox implements Outbox {
  private final io.holdfast.protocol.peer.Outbox peers;
  private final Supplier<List<NodeId>> nameservers;

  LoopOutbox(io.holdfast.protocol.peer.Outbox peers, Supplier<List<NodeId>> nameservers) {
    this.peers = peers;
    this.nameservers = nameservers;
  }

  @Override
  public void send(NodeId to, Message message) {
    peers.send(to, message);
  }

  @Override
  public void report(ReportMessage message) {
    for (NodeId nameserver : nameservers.get()) {
      peers.send(nameserver, message);
    }
  }

  void flush() {
    peers.flush();
  }
}
