package io.holdfast.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.protocol.rpc.RpcServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two servers on one machine talk over real connections. */
final class PeerTransportTest {
  private static final PartitionId PARTITION = new PartitionId(1, 0);

  private record Received(NodeId from, long incarnation, List<Message> messages) {}

  private final List<TestServer> servers = new ArrayList<>();

  /** A server with a name that is not its address, so that each source of news can be told. */
  private final class TestServer implements AutoCloseable {
    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    final BlockingQueue<NodeId> closed = new LinkedBlockingQueue<>();
    final RpcEventLoops loops;
    final RpcClient client;
    final PeerTransport transport;
    final RpcServer server;

    TestServer(String name, long incarnation, String cluster) throws IOException {
      loops = RpcEventLoops.create(name, 1);
      // No pause between attempts, so that a test can try again at once.
      client = RpcClient.create(RpcClientSettings.defaults().withTimes(5_000, 0, 30_000), loops);
      transport =
          new PeerTransport(new PeerIdentity(new NodeId(name), incarnation, cluster), client);
      transport.onPeerClosed(closed::add);
      server =
          RpcServer.builder()
              .service(
                  transport.peerService(
                      (from, life, messages) -> received.add(new Received(from, life, messages))))
              .eventLoops(loops)
              .build()
              .start();
      servers.add(this);
    }

    NodeId address() {
      return new NodeId("127.0.0.1:" + server.port());
    }

    @Override
    public void close() {
      client.close();
      server.close();
      loops.close();
    }
  }

  @AfterEach
  void closeServers() {
    servers.forEach(TestServer::close);
  }

  /** What a loop says arrives in its order, over many batches, large ones among them. */
  @Test
  void messagesArriveInOrder() throws Exception {
    TestServer alpha = new TestServer("alpha:1", 11, "ours");
    TestServer beta = new TestServer("beta:1", 22, "ours");
    Outbox outbox = alpha.transport.newOutbox();
    int count = 2_000;
    for (int i = 1; i <= count; i++) {
      outbox.send(beta.address(), i % 100 == 0 ? large(i) : new StaleTerm(PARTITION, i));
      if (i % 7 == 0) {
        outbox.flush();
      }
    }
    outbox.flush();

    long next = 1;
    while (next <= count) {
      Received batch = take(beta.received);
      assertThat(batch.from()).isEqualTo(new NodeId("alpha:1"));
      assertThat(batch.incarnation()).isEqualTo(11);
      for (Message message : batch.messages()) {
        assertThat(term(message)).isEqualTo(next++);
      }
    }
    assertThat(alpha.transport.counters().messagesSent()).isEqualTo(count);
    assertThat(alpha.transport.counters().messagesDropped()).isZero();
    assertThat(beta.transport.counters().messagesReceived()).isEqualTo(count);
  }

  /** A server that stops is noticed by the one that sends to it and by the one it sends to. */
  @Test
  void theStopOfAServerIsNoticed() throws Exception {
    TestServer alpha = new TestServer("alpha:1", 11, "ours");
    TestServer beta = new TestServer("beta:1", 22, "ours");
    say(alpha, beta, 1);
    say(beta, alpha, 2);
    take(beta.received);
    take(alpha.received);
    NodeId betaAddress = beta.address();

    beta.transport.close();
    beta.close();

    // Once as the sender on a connection to here, once as the goal of a connection from here.
    assertThat(List.of(take(alpha.closed), take(alpha.closed)))
        .containsExactlyInAnyOrder(new NodeId("beta:1"), betaAddress);
    assertThat(beta.closed).as("its own end is not the death of others").isEmpty();
  }

  /** A server that nobody listens at is told as closed. */
  @Test
  void aRefusedConnectionIsNoticed() throws Exception {
    TestServer alpha = new TestServer("alpha:1", 11, "ours");
    TestServer beta = new TestServer("beta:1", 22, "ours");
    NodeId gone = beta.address();
    beta.close();

    Outbox outbox = alpha.transport.newOutbox();
    outbox.send(gone, new StaleTerm(PARTITION, 1));
    outbox.flush();

    assertThat(take(alpha.closed)).isEqualTo(gone);
  }

  /** A server of another cluster is not heard, and loses its connection each time it tries. */
  @Test
  void anotherClusterIsRefused() throws Exception {
    TestServer stranger = new TestServer("alpha:1", 11, "theirs");
    TestServer beta = new TestServer("beta:1", 22, "ours");

    for (int attempt = 0; attempt < 2; attempt++) {
      say(stranger, beta, 1);
      assertThat(take(stranger.closed)).isEqualTo(beta.address());
    }

    assertThat(beta.transport.counters().batchesRefused()).isEqualTo(2);
    assertThat(beta.received).isEmpty();
    assertThat(beta.closed).isEmpty();
  }

  /** After it was closed a transport sends nothing and counts what it was asked to send. */
  @Test
  void aClosedTransportIsSilent() throws Exception {
    TestServer alpha = new TestServer("alpha:1", 11, "ours");
    TestServer beta = new TestServer("beta:1", 22, "ours");

    alpha.transport.close();
    say(alpha, beta, 1);

    assertThat(alpha.transport.counters().batchesDropped()).isEqualTo(1);
    assertThat(alpha.transport.counters().batchesSent()).isZero();
  }

  private static void say(TestServer from, TestServer to, long term) {
    Outbox outbox = from.transport.newOutbox();
    outbox.send(to.address(), new StaleTerm(PARTITION, term));
    outbox.flush();
  }

  private static Append large(long term) {
    LogRecord record =
        new LogRecord(term, 1, LogRecord.Type.WRITE, SessionId.NONE, 0, new byte[700 << 10]);
    return new Append(PARTITION, term, 0, 0, List.of(record), 0, false);
  }

  private static long term(Message message) {
    return message instanceof Append append ? append.term() : ((StaleTerm) message).term();
  }

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T value = queue.poll(20, TimeUnit.SECONDS);
    assertThat(value).as("within 20 s").isNotNull();
    return value;
  }
}
