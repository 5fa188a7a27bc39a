package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.wire.PeerBatch;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.rpc.OneWayHandler;
import io.holdfast.protocol.rpc.RpcConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks and decodes what arrives.
 *
 * <p>A wrong head ends the connection: its sender does not belong here. A wrong message is only
 * thrown away. It may always be lost, the others of its batch belong to other partitions, and a
 * closed connection would put all partitions that the two servers share under suspicion.
 */
final class BatchReceiver implements OneWayHandler<PeerBatch> {
  private static final Logger LOG = LoggerFactory.getLogger(BatchReceiver.class);

  private final PeerIdentity self;
  private final PeerHandler handler;
  private final InboundPeers peers;
  private final PeerCounters counters;
  private final LogOnce refusals = new LogOnce();
  private final LogOnce malformations = new LogOnce();

  BatchReceiver(PeerIdentity self, PeerHandler handler, InboundPeers peers, PeerCounters counters) {
    this.self = self;
    this.handler = handler;
    this.peers = peers;
    this.counters = counters;
  }

  @Override
  public void handle(PeerBatch batch, RpcConnection connection) {
    String refusal = refusal(batch);
    if (refusal != null) {
      refuse(batch, connection, refusal);
      return;
    }
    NodeId from = new NodeId(batch.getSender());
    if (!peers.identify(connection, from, batch.getSenderIncarnation())) {
      refuse(batch, connection, "it speaks for two servers, or two lives, on one connection");
      return;
    }
    List<Message> messages = decode(batch);
    counters.batchesReceived.increment();
    counters.messagesReceived.add(messages.size());
    if (!messages.isEmpty()) {
      handler.onMessages(from, batch.getSenderIncarnation(), messages);
    }
  }

  /** Why nothing of the batch may be looked at; null when it may. */
  private String refusal(PeerBatch batch) {
    try {
      WireCheck.text("sender", batch.getSender(), WireCheck.MAX_ENDPOINT_CHARS);
      WireCheck.text("cluster id", batch.getClusterId(), WireCheck.MAX_NAME_CHARS);
      WireCheck.atMost("batch", batch.getMessagesCount(), WireCheck.MAX_MESSAGES);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
    boolean ours = batch.getClusterId().equals(self.clusterId());
    return ours
        ? null
        : "it belongs to cluster " + batch.getClusterId() + ", not to " + self.clusterId();
  }

  private void refuse(PeerBatch batch, RpcConnection connection, String reason) {
    counters.batchesRefused.increment();
    String sender = WireCheck.printable(batch.getSender());
    // Without the port: each attempt comes from another one.
    String address = connection.remoteAddress();
    String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
    if (refusals.isFirst(host + " " + sender + " " + reason)) {
      LOG.warn(
          "closing the connection from {}, which says it is {}: {}; not logged again",
          address,
          sender,
          reason);
    }
    connection.close();
  }

  private List<Message> decode(PeerBatch batch) {
    List<Message> messages = new ArrayList<>(batch.getMessagesCount());
    for (PeerMessage wire : batch.getMessagesList()) {
      if (!MessageCodec.isKnown(wire)) {
        counters.messagesUnknown.increment();
        continue;
      }
      try {
        messages.add(MessageCodec.decode(wire));
      } catch (IllegalArgumentException e) {
        counters.messagesMalformed.increment();
        warn(batch, wire, e);
      }
    }
    return Collections.unmodifiableList(messages);
  }

  private void warn(PeerBatch batch, PeerMessage wire, IllegalArgumentException e) {
    if (malformations.isFirst(batch.getSender() + " " + wire.getBodyCase())) {
      LOG.warn(
          "throwing away a message {} of {}: {}; others of that kind will not be logged",
          wire.getBodyCase(),
          batch.getSender(),
          e.getMessage());
    }
  }
}
