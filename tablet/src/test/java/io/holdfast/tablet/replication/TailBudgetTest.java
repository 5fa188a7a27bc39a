package io.holdfast.tablet.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Memory for the newest records of all logs of a loop. */
class TailBudgetTest {

  /** Many replicas that are all written to take no more together than one alone might. */
  @Test
  void manyLogsTakeNoMoreThanTheBudget() {
    int payloadBytes = 1000;
    List<LogTail> tails = new ArrayList<>();
    TailBudget budget = new TailBudget(1 << 20, 4096, tails::size);
    for (int i = 0; i < 100; i++) {
      tails.add(new LogTail((from, max) -> List.of(), budget::shareBytes, 0));
    }
    for (int offset = 1; offset <= 2000; offset++) {
      for (LogTail tail : tails) {
        tail.add(record(offset, payloadBytes));
        tail.trim(offset);
      }
    }
    long kept = 0;
    for (LogTail tail : tails) {
      long oldest = 2000;
      while (!tail.read(oldest - 1, 1).isEmpty()) {
        oldest--;
      }
      kept += (2001 - oldest) * payloadBytes;
    }
    assertThat(kept).isBetween(500_000L, 1L << 20);
  }

  /** What was kept while there were few is let go of when there are many. */
  @Test
  void aShareShrinksAsReplicasCome() {
    AtomicInteger replicas = new AtomicInteger();
    TailBudget budget = new TailBudget(1 << 20, 4096, replicas::get);
    assertThat(budget.shareBytes()).as("before there is a replica").isEqualTo(1 << 20);
    replicas.set(4);
    assertThat(budget.shareBytes()).isEqualTo(1 << 18);
    replicas.set(1_000_000);
    assertThat(budget.shareBytes()).as("so much each may always have").isEqualTo(4096);
    replicas.set(0);
    assertThat(budget.shareBytes()).isEqualTo(1 << 20);
  }

  private static LogRecord record(long offset, int payloadBytes) {
    return new LogRecord(
        1, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, new byte[payloadBytes]);
  }
}
