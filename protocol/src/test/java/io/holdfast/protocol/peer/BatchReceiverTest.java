package io.holdfast.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.UnknownFieldSet;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.peer.wire.PeerBatch;
import io.holdfast.protocol.peer.wire.PeerMessage;
import io.holdfast.protocol.peer.wire.PeerStaleTerm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a server does with the batches that reach it, and what it makes of their connections. */
final class BatchReceiverTest {
  private static final NodeId ALPHA = new NodeId("alpha:1");
  private static final PartitionId PARTITION = new PartitionId(1, 0);

  private final List<Message> received = new ArrayList<>();
  private final List<NodeId> closed = new ArrayList<>();
  private final PeerCounters counters = new PeerCounters();
  private final BatchReceiver receiver =
      new BatchReceiver(
          new PeerIdentity(new NodeId("beta:1"), 1, "ours"),
          (from, incarnation, messages) -> received.addAll(messages),
          new InboundPeers(closed::add),
          counters);
  private final FakeConnection connection = new FakeConnection("10.0.0.1:50000");

  /** Messages of a batch are handed on in their order. */
  @Test
  void deliversInOrder() {
    receiver.handle(batch("ours", 5, wire(1), wire(2), wire(3)), connection);

    assertThat(received).containsExactly(message(1), message(2), message(3));
    assertThat(connection.isClosed()).isFalse();
  }

  /** A malformed or unknown message is thrown away; its neighbours and the connection stay. */
  @Test
  void oneBadMessageDoesNotHarmTheOthers() {
    PeerMessage malformed =
        PeerMessage.newBuilder().setStaleTerm(PeerStaleTerm.newBuilder().setTerm(1)).build();
    PeerMessage unknown =
        PeerMessage.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .build())
            .build();

    receiver.handle(batch("ours", 5, wire(1), malformed, unknown, wire(2)), connection);

    assertThat(received).containsExactly(message(1), message(2));
    assertThat(counters.messagesMalformed()).isEqualTo(1);
    assertThat(counters.messagesUnknown()).isEqualTo(1);
    assertThat(connection.isClosed()).isFalse();
  }

  /** A server of another cluster is sent away each time and makes one line in the log. */
  @Test
  void refusesAnotherClusterAndLogsItOnce() {
    Logger log = (Logger) LoggerFactory.getLogger(BatchReceiver.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      for (int port = 50_000; port < 50_003; port++) {
        FakeConnection attempt = new FakeConnection("10.0.0.1:" + port);
        receiver.handle(batch("theirs", 5, wire(1)), attempt);
        assertThat(attempt.isClosed()).isTrue();
      }
    } finally {
      log.detachAppender(lines);
    }

    assertThat(received).isEmpty();
    assertThat(closed).isEmpty();
    assertThat(counters.batchesRefused()).isEqualTo(3);
    // Servers that earlier tests left closing log under the same name.
    assertThat(List.copyOf(lines.list))
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(line -> line.contains("alpha:1"))
        .singleElement()
        .asString()
        .contains("it belongs to cluster theirs, not to ours");
  }

  /** A batch that does not say who sends it is refused, and its text cannot forge a log line. */
  @Test
  void refusesABatchWithoutAProperSender() {
    FakeConnection nameless = new FakeConnection("10.0.0.1:50001");
    receiver.handle(batch("ours", 5, wire(1)).toBuilder().clearSender().build(), nameless);
    receiver.handle(
        batch("ours", 5, wire(1)).toBuilder().setSender("a\nforged").build(), connection);

    assertThat(nameless.isClosed()).isTrue();
    assertThat(connection.isClosed()).isTrue();
    assertThat(received).isEmpty();
    assertThat(WireCheck.printable("a\nforged")).isEqualTo("a?forged");
  }

  /** A connection belongs to one life of one server. */
  @Test
  void refusesASecondLifeOnOneConnection() {
    receiver.handle(batch("ours", 5, wire(1)), connection);
    receiver.handle(batch("ours", 6, wire(2)), connection);

    assertThat(received).containsExactly(message(1));
    assertThat(connection.isClosed()).isTrue();
    assertThat(closed).containsExactly(ALPHA);
  }

  /** The end of a connection that its server has replaced says nothing about the server. */
  @Test
  void onlyTheNewestConnectionsEndIsTold() {
    FakeConnection newer = new FakeConnection("10.0.0.1:50001");
    receiver.handle(batch("ours", 5, wire(1)), connection);
    receiver.handle(batch("ours", 5, wire(2)), newer);

    connection.close();
    assertThat(closed).isEmpty();

    newer.close();
    assertThat(closed).containsExactly(ALPHA);
  }

  /** A connection that ends before its first batch is looked at is told as ended, too. */
  @Test
  void aConnectionThatIsGoneAlreadyIsTold() {
    connection.close();
    receiver.handle(batch("ours", 5, wire(1)), connection);

    assertThat(closed).containsExactly(ALPHA);
  }

  private static PeerBatch batch(String cluster, long incarnation, PeerMessage... messages) {
    return PeerBatch.newBuilder()
        .setSender(ALPHA.endpoint())
        .setSenderIncarnation(incarnation)
        .setClusterId(cluster)
        .addAllMessages(List.of(messages))
        .build();
  }

  private static Message message(long term) {
    return new StaleTerm(PARTITION, term);
  }

  private static PeerMessage wire(long term) {
    return MessageCodec.encode(message(term));
  }
}
