package io.holdfast.tablet;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.peer.Outbox;
import io.holdfast.protocol.peer.PeerIdentity;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes reports and sends orders that the test thinks up; decides nothing. */
final class TestNameserver implements AutoCloseable {
  private record Key(NodeId tablet, PartitionId partition) {}

  final NodeId self;
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults());
  private final RpcServer server;
  private final PeerTransport transport;
  private final Map<Key, ReplicaStatus> statuses = new ConcurrentHashMap<>();
  private final Map<Key, Fenced> fenced = new ConcurrentHashMap<>();
  private final Map<NodeId, Long> incarnations = new ConcurrentHashMap<>();
  private final List<ChangeMembers> wishes = new CopyOnWriteArrayList<>();

  TestNameserver(String clusterId) throws IOException {
    self = new NodeId(Ports.freeEndpoint());
    transport = new PeerTransport(new PeerIdentity(self, 1, clusterId), client);
    int port = Integer.parseInt(self.endpoint().substring(self.endpoint().indexOf(':') + 1));
    server =
        RpcServer.builder()
            .port(port)
            .service(
                transport.peerService((from, life, messages) -> messages.forEach(m -> on(from, m))))
            .build()
            .start();
  }

  private void on(NodeId from, Message message) {
    if (message instanceof TabletReport report) {
      incarnations.put(from, report.incarnation());
      report.replicas().forEach(status -> statuses.put(new Key(from, status.id()), status));
    } else if (message instanceof Fenced answer) {
      fenced.put(new Key(from, answer.partition()), answer);
    } else if (message instanceof ChangeMembers wish) {
      wishes.add(wish);
    }
  }

  void send(NodeId tablet, Message message) {
    // Its own each time: tests wait, and so send, on threads of their own.
    Outbox outbox = transport.newOutbox();
    outbox.send(tablet, message);
    outbox.flush();
  }

  /** What a tablet last reported of a replica; null before it did. */
  ReplicaStatus status(NodeId tablet, PartitionId partition) {
    return statuses.get(new Key(tablet, partition));
  }

  /** What a tablet has reported of its replicas is not true any more. */
  void forget(NodeId tablet) {
    statuses.keySet().removeIf(key -> key.tablet().equals(tablet));
  }

  Fenced fenced(NodeId tablet, PartitionId partition) {
    return fenced.get(new Key(tablet, partition));
  }

  /** The changes of members that leaders have asked for. */
  List<ChangeMembers> wishes() {
    return wishes;
  }

  @Override
  public void close() {
    server.close();
    client.close();
  }
}
