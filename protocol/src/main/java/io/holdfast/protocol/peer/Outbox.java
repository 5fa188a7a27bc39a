package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;

/**
 * Where one loop puts what it says to other servers. Belongs to the first thread that uses it.
 *
 * <p>Nothing here blocks or reports a loss: whoever sends repeats what matters until the state it
 * wants is visible.
 */
public interface Outbox {
  /**
   * Takes a message. It leaves at the next {@link #flush()}, or before it when much has gathered
   * for that server. Messages to one server leave in the order in which they were taken.
   *
   * @throws IllegalArgumentException when the message has a value that no server may send
   */
  void send(NodeId to, Message message);

  /** Lets go what was taken; called at the end of each turn of the loop. */
  void flush();
}
