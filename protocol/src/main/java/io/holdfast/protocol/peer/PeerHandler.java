package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;
import java.util.List;

/** Receives what other servers say. */
@FunctionalInterface
public interface PeerHandler {
  /**
   * A batch has come. Called on an I/O thread: it posts the messages to the loops that own what
   * they are about, and returns. Batches of one connection come one after the other, in the order
   * in which they were sent; those of different connections may come at once.
   *
   * @param incarnation the life of the sender's process
   * @param messages at least one; unmodifiable
   */
  void onMessages(NodeId from, long incarnation, List<Message> messages);
}
