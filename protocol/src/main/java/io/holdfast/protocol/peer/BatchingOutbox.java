package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.wire.PeerBatch;
import io.holdfast.protocol.peer.wire.PeerMessage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gathers one batch for each destination.
 *
 * <p>Messages are encoded as they are taken. So a bad one fails in the turn and the call that made
 * it, and does not take along the rest of its batch; and the size is known, so that a batch leaves
 * early before it grows too large. An outbox thus never holds more than one batch for each server.
 */
final class BatchingOutbox implements Outbox {
  /** What a batch should not exceed. A single larger message goes alone. */
  static final int BATCH_BYTES = 1 << 20;

  private final PeerIdentity self;
  private final BatchSender sender;
  private final PeerCounters counters;
  private final Map<NodeId, Lane> lanes = new LinkedHashMap<>();
  private Thread owner;

  BatchingOutbox(PeerIdentity self, BatchSender sender, PeerCounters counters) {
    this.self = self;
    this.sender = sender;
    this.counters = counters;
  }

  @Override
  public void send(NodeId to, Message message) {
    checkOwner();
    PeerMessage wire = MessageCodec.encode(message);
    lanes.computeIfAbsent(to, Lane::new).add(wire);
  }

  @Override
  public void flush() {
    checkOwner();
    lanes.values().forEach(Lane::leave);
    // Emptied, not kept: servers come and go, and nobody tells the outbox.
    lanes.clear();
  }

  private void checkOwner() {
    Thread current = Thread.currentThread();
    if (owner == null) {
      owner = current;
    } else if (owner != current) {
      throw new IllegalStateException(
          "the outbox of " + owner.getName() + " was used by " + current.getName());
    }
  }

  /** What waits for one server. */
  private final class Lane {
    private final NodeId to;
    private PeerBatch.Builder batch = open();
    private long bytes;

    Lane(NodeId to) {
      this.to = to;
    }

    void add(PeerMessage message) {
      int size = message.getSerializedSize();
      if (bytes + size > BATCH_BYTES || batch.getMessagesCount() == WireCheck.MAX_MESSAGES) {
        leave();
      }
      batch.addMessages(message);
      bytes += size;
    }

    void leave() {
      int messages = batch.getMessagesCount();
      if (messages == 0) {
        return;
      }
      boolean taken = sender.send(to, batch.build());
      (taken ? counters.batchesSent : counters.batchesDropped).increment();
      (taken ? counters.messagesSent : counters.messagesDropped).add(messages);
      batch = open();
      bytes = 0;
    }

    private PeerBatch.Builder open() {
      return PeerBatch.newBuilder()
          .setSender(self.node().endpoint())
          .setSenderIncarnation(self.incarnation())
          .setClusterId(self.clusterId());
    }
  }
}
