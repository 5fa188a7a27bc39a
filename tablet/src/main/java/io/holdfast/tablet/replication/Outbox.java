package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.NodeId;

/** Where a host's messages go. Never blocks; may lose anything. */
public interface Outbox {
  void send(NodeId to, Message message);

  /** Sends to every nameserver. */
  void report(ReportMessage message);
}
