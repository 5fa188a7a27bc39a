package io.holdfast.nameserver;

import io.holdfast.common.loop.EventLoop;
import io.holdfast.protocol.message.ControlMessage.AlterTable;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.peer.Outbox;
import io.holdfast.protocol.peer.PeerIdentity;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.protocol.rpc.RpcServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A tablet that holds no data, but does what nameservers tell it and says so. */
final class FakeTablet implements AutoCloseable {
  /** What it says of each replica. */
  static final long ROWS = 7;

  static final long BYTES = 700;
  static final long OFFSET = 9;

  private static final class Copy {
    private final ReplicaUid uid;
    private Role role = Role.FENCED;
    private long term;
    private long version;
    private int alterations;
    private int filled;

    Copy(ReplicaUid uid) {
      this.uid = uid;
    }
  }

  private final NodeId node;
  private final long incarnation;
  private final List<NodeId> nameServers;
  private final Map<PartitionId, Copy> copies = new TreeMap<>();
  private final RpcEventLoops ioLoops = RpcEventLoops.create("fake-tablet", 1);
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults(), ioLoops);
  private final PeerTransport transport;
  private final RpcServer server;
  private final Outbox outbox;
  private final EventLoop loop;

  FakeTablet(int port, String clusterId, List<String> nameServers) throws IOException {
    this.node = new NodeId("127.0.0.1:" + port);
    this.incarnation = port;
    this.nameServers = nameServers.stream().map(NodeId::new).toList();
    this.transport = new PeerTransport(new PeerIdentity(node, incarnation, clusterId), client);
    this.outbox = transport.newOutbox();
    this.loop =
        EventLoop.named("fake-tablet-" + port, (where, fault) -> fault.printStackTrace())
            .tick(TimeUnit.MILLISECONDS.toNanos(50), now -> report())
            .endOfTurn(outbox::flush)
            .start();
    this.server =
        RpcServer.builder()
            .port(port)
            .eventLoops(ioLoops)
            .service(
                transport.peerService(
                    (from, life, messages) ->
                        loop.execute(() -> messages.forEach(message -> obey(from, message)))))
            .build()
            .start();
  }

  String endpoint() {
    return node.endpoint();
  }

  private void report() {
    List<ReplicaStatus> statuses = new ArrayList<>();
    copies.forEach(
        (id, copy) ->
            statuses.add(
                new ReplicaStatus(
                    id,
                    copy.uid,
                    copy.role,
                    copy.term,
                    copy.version,
                    copy.role == Role.LEADER,
                    false,
                    ReplicaFlags.NONE,
                    OFFSET,
                    OFFSET,
                    OFFSET,
                    ROWS,
                    BYTES,
                    CatchUp.NONE,
                    0,
                    0,
                    copy.alterations,
                    copy.filled)));
    for (NodeId nameServer : nameServers) {
      outbox.send(nameServer, new TabletReport(incarnation, 0, 1, 0, statuses));
    }
  }

  private void obey(NodeId from, Message message) {
    if (message instanceof CreateReplica create) {
      copies.computeIfAbsent(
          create.partition(),
          id -> new Copy(new ReplicaUid(incarnation, id.tid() * 1000L + id.pid() + 1)));
    } else if (message instanceof DropReplica drop) {
      copies.remove(drop.partition());
    } else if (message instanceof AlterTable order) {
      Copy copy = copies.get(order.partition());
      copy.alterations = Math.max(copy.alterations, order.alterations().version());
    } else if (message instanceof FillIndexes order) {
      Copy copy = copies.get(order.partition());
      copy.filled = Math.max(copy.filled, order.version());
    } else if (message instanceof NewTerm order) {
      fence(from, order);
    } else if (message instanceof BecomeLeader order) {
      Copy copy = copies.get(order.partition());
      if (copy != null && copy.term == order.term() && order.incarnation() == incarnation) {
        copy.role = Role.LEADER;
        copy.version = order.version();
      }
    }
  }

  private void fence(NodeId from, NewTerm order) {
    Copy copy = copies.get(order.partition());
    if (copy == null || order.term() < copy.term) {
      return;
    }
    copy.term = order.term();
    copy.role = Role.FENCED;
    outbox.send(
        from,
        new Fenced(
            order.partition(),
            copy.term,
            copy.uid,
            incarnation,
            0,
            OFFSET,
            OFFSET,
            ReplicaFlags.NONE,
            List.of()));
  }

  @Override
  public void close() {
    transport.close();
    loop.close();
    server.close();
    client.close();
    ioLoops.close();
  }
}
