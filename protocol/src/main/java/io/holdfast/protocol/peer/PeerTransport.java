package io.holdfast.protocol.peer;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.wire.PeerBatch;
import io.holdfast.protocol.peer.wire.PeerProto;
import io.holdfast.protocol.rpc.ConnectionEvent;
import io.holdfast.protocol.rpc.OneWayHandler;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages between the servers of a cluster, in one-way batches over the RPC layer. A process has
 * one; each of its loops has an {@link Outbox} of it. Thread-safe.
 *
 * <p>Each direction between two servers has a connection of its own: batches go out on the client's
 * connection and come in on one that the other server made.
 */
public final class PeerTransport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTransport.class);
  private static final ServiceDescriptor SERVICE =
      PeerProto.getDescriptor().findServiceByName("PeerService");
  private static final MethodDescriptor EXCHANGE = SERVICE.findMethodByName("Exchange");

  private final PeerIdentity self;
  private final RpcClient client;
  private final PeerCounters counters = new PeerCounters();
  private final List<Consumer<NodeId>> closeListeners = new CopyOnWriteArrayList<>();
  private final InboundPeers inbound = new InboundPeers(this::tellClosed);
  private volatile boolean closed;

  /**
   * Makes a transport.
   *
   * @param client makes the outgoing connections; stays the caller's and may serve others, too
   */
  public PeerTransport(PeerIdentity self, RpcClient client) {
    this.self = Objects.requireNonNull(self);
    this.client = Objects.requireNonNull(client);
    client.onConnectionChange(this::connectionChanged);
  }

  /** An outbox for one more loop. */
  public Outbox newOutbox() {
    return new BatchingOutbox(self, this::sendBatch, counters);
  }

  /** The service by which other servers reach this one, for its {@code RpcServer}. */
  public ServiceDefinition peerService(PeerHandler handler) {
    return peerService(receiver(handler));
  }

  /**
   * What the service hands batches to. Apart from it for a server that must listen before it knows
   * which cluster it belongs to.
   */
  public OneWayHandler<PeerBatch> receiver(PeerHandler handler) {
    return new BatchReceiver(self, Objects.requireNonNull(handler), inbound, counters);
  }

  /** The service with a receiver of one's own. */
  public static ServiceDefinition peerService(OneWayHandler<PeerBatch> receiver) {
    return ServiceDefinition.builder(SERVICE)
        .oneWay(EXCHANGE.getName(), PeerBatch.getDefaultInstance(), receiver)
        .build();
  }

  /**
   * Tells a listener that a server may have died: its newest connection to here is closed, or the
   * connection from here to it is closed or was refused. A hint that saves waiting for a time-out,
   * and no proof: networks close connections, too. One death may be told several times, and every
   * refused attempt tells it again. Called on I/O threads; it must not block.
   */
  public void onPeerClosed(Consumer<NodeId> listener) {
    closeListeners.add(Objects.requireNonNull(listener));
  }

  /** What was sent, received and lost. */
  public PeerCounters counters() {
    return counters;
  }

  /**
   * From now on nothing is sent, and no server is told to have died, because it is this one that
   * ends. Closes no connection: client and server are the caller's to close, after this.
   */
  @Override
  public void close() {
    closed = true;
  }

  private boolean sendBatch(NodeId to, PeerBatch batch) {
    return !closed && client.send(to.endpoint(), EXCHANGE, batch);
  }

  private void connectionChanged(String endpoint, ConnectionEvent event) {
    switch (event) {
      case CLOSED, REFUSED -> tellClosed(new NodeId(endpoint));
      case CONNECTED -> LOG.debug("{} reaches {}", self, endpoint);
    }
  }

  private void tellClosed(NodeId peer) {
    if (closed) {
      return;
    }
    for (Consumer<NodeId> listener : closeListeners) {
      try {
        listener.accept(peer);
      } catch (RuntimeException e) {
        LOG.warn("a listener failed at the close of {}", peer, e);
      }
    }
  }
}
