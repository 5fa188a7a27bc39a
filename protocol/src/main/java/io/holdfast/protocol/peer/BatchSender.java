package io.holdfast.protocol.peer;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.wire.PeerBatch;

/** What an outbox needs of the network. */
@FunctionalInterface
interface BatchSender {
  /** Takes a batch without blocking; false when it is certainly lost. */
  boolean send(NodeId to, PeerBatch batch);
}
