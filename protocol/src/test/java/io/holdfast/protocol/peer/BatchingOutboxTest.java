package io.holdfast.protocol.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.StaleTerm;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.peer.wire.PeerBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How an outbox cuts what a loop says into batches. */
final class BatchingOutboxTest {
  private static final NodeId ALPHA = new NodeId("alpha:1");
  private static final NodeId BETA = new NodeId("beta:1");
  private static final PartitionId PARTITION = new PartitionId(1, 0);

  private record Sent(NodeId to, PeerBatch batch) {
    List<Message> messages() {
      return batch.getMessagesList().stream().map(MessageCodec::decode).toList();
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final PeerCounters counters = new PeerCounters();
  private boolean networkTakes = true;
  private final BatchingOutbox outbox =
      new BatchingOutbox(
          new PeerIdentity(new NodeId("self:1"), 77, "ours"),
          (to, batch) -> networkTakes && sent.add(new Sent(to, batch)),
          counters);

  /** At the end of a turn one batch leaves for each destination, with the sender's identity. */
  @Test
  void oneBatchForEachDestination() {
    outbox.send(ALPHA, stale(1));
    outbox.send(BETA, stale(2));
    outbox.send(ALPHA, stale(3));
    assertThat(sent).isEmpty();

    outbox.flush();
    outbox.flush();

    assertThat(sent).extracting(Sent::to).containsExactly(ALPHA, BETA);
    assertThat(sent.get(0).messages()).containsExactly(stale(1), stale(3));
    assertThat(sent.get(1).messages()).containsExactly(stale(2));
    PeerBatch batch = sent.get(0).batch();
    assertThat(batch.getSender()).isEqualTo("self:1");
    assertThat(batch.getSenderIncarnation()).isEqualTo(77);
    assertThat(batch.getClusterId()).isEqualTo("ours");
    assertThat(counters.batchesSent()).isEqualTo(2);
    assertThat(counters.messagesSent()).isEqualTo(3);
  }

  /** A batch leaves before it grows beyond its size; a larger message goes alone, in its place. */
  @Test
  void largeBatchesAreSplit() {
    outbox.send(ALPHA, stale(1));
    outbox.send(ALPHA, append(600 << 10));
    outbox.send(ALPHA, append(600 << 10));
    outbox.send(ALPHA, append(3 << 20));
    outbox.send(ALPHA, stale(2));
    outbox.flush();

    assertThat(sent)
        .extracting(each -> each.batch().getMessagesCount())
        .containsExactly(2, 1, 1, 1);
    assertThat(sent.get(3).messages()).containsExactly(stale(2));
  }

  /** What the network does not take is counted and forgotten; the next turn begins afresh. */
  @Test
  void whatIsNotTakenIsDropped() {
    networkTakes = false;
    outbox.send(ALPHA, stale(1));
    outbox.send(ALPHA, stale(2));
    outbox.flush();
    networkTakes = true;
    outbox.send(ALPHA, stale(3));
    outbox.flush();

    assertThat(counters.batchesDropped()).isEqualTo(1);
    assertThat(counters.messagesDropped()).isEqualTo(2);
    assertThat(sent)
        .singleElement()
        .satisfies(one -> assertThat(one.messages()).containsExactly(stale(3)));
  }

  /** A message that cannot be sent fails at once and takes no other along. */
  @Test
  void aBadMessageHarmsNoOther() {
    outbox.send(ALPHA, stale(1));
    assertThatIllegalArgumentException().isThrownBy(() -> outbox.send(ALPHA, stale(0)));
    outbox.flush();

    assertThat(sent)
        .singleElement()
        .satisfies(one -> assertThat(one.messages()).containsExactly(stale(1)));
  }

  /** A second thread at the outbox is an error in the program, and is told so. */
  @Test
  void belongsToOneThread() {
    outbox.send(ALPHA, stale(1));

    CompletableFuture<Void> other =
        CompletableFuture.runAsync(outbox::flush, task -> new Thread(task, "other").start());

    assertThatThrownBy(other::join)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was used by other");
  }

  private static Message stale(long term) {
    return new StaleTerm(PARTITION, term);
  }

  private static Message append(int payloadBytes) {
    LogRecord record =
        new LogRecord(1, 1, LogRecord.Type.WRITE, SessionId.NONE, 0, new byte[payloadBytes]);
    return new Append(PARTITION, 1, 0, 0, List.of(record), 0, false);
  }
}
