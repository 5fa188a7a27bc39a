package io.holdfast.nameserver.control;

import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.model.NodeId;

/** Where the controller's orders go. Never blocks; may lose anything. */
@FunctionalInterface
public interface ControlOutbox {
  void send(NodeId tablet, ControlMessage message);
}
