package io.holdfast.tablet.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The small parts of a replica that only count and remember, against models too simple to err. */
class LogShapeTest {

  /** A term history answers like a list with one term per record. */
  @Test
  void termHistoryEqualsAListOfTerms() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      TermHistory history = new TermHistory(List.of(), 0);
      List<Long> model = new ArrayList<>();
      long term = 1;
      for (int step = 0; step < 60; step++) {
        if (random.nextInt(8) == 0) {
          int end = random.nextInt(model.size() + 2);
          history.truncateAfter(end);
          model.subList(Math.min(end, model.size()), model.size()).clear();
        } else {
          term += random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
          model.add(term);
          history.append(term, model.size());
        }
        compare(history, model, term, "seed " + seed + " step " + step);
      }
    }
  }

  private static void compare(TermHistory history, List<Long> model, long term, String at) {
    assertThat(history.lastOffset()).as(at).isEqualTo(model.size());
    assertThat(history.lastTerm())
        .as(at)
        .isEqualTo(model.isEmpty() ? 0 : model.get(model.size() - 1));
    for (int offset = 0; offset <= model.size() + 1; offset++) {
      boolean inside = offset >= 1 && offset <= model.size();
      long expected = inside ? model.get(offset - 1) : 0;
      assertThat(history.termAt(offset)).as(at).isEqualTo(expected);
      assertThat(history.startOfTermAt(offset))
          .as(at)
          .isEqualTo(inside ? model.indexOf(expected) + 1 : 0);
    }
    for (long asked = 0; asked <= term + 1; asked++) {
      long limit = asked;
      List<Long> below = model.stream().filter(t -> t <= limit).toList();
      assertThat(history.endOfTermsUpTo(asked)).as(at).isEqualTo(below.size());
      assertThat(history.highestTermUpTo(asked))
          .as(at)
          .isEqualTo(below.isEmpty() ? 0 : below.get(below.size() - 1));
      assertThat(history.hasTerm(asked)).as(at).isEqualTo(model.contains(asked));
    }
  }

  /** A log has no gaps and its terms never fall. */
  @Test
  void termHistoryRefusesGapsAndLowerTerms() {
    TermHistory history = new TermHistory(List.of(new TermHistory.Entry(3, 1)), 4);
    assertThatThrownBy(() -> history.append(3, 6)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> history.append(2, 5)).isInstanceOf(IllegalStateException.class);
  }

  /** What a tail and the disk behind it give is the log, however much the tail let go of. */
  @Test
  void logTailEqualsTheWholeLog() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<LogRecord> model = new ArrayList<>();
      List<LogRecord> disk = new ArrayList<>();
      int durable = 0;
      // What was cut stays on the disk for a while, as it does on a real one.
      LogTail tail =
          new LogTail(
              (from, max) ->
                  from > disk.size()
                      ? List.of()
                      : List.copyOf(disk.subList((int) from - 1, disk.size())),
              () -> 2000,
              0);
      for (int step = 0; step < 300; step++) {
        int choice = random.nextInt(10);
        if (choice < 6) {
          LogRecord record = record(1 + step, model.size() + 1, random.nextInt(60));
          model.add(record);
          tail.add(record);
        } else if (choice < 7) {
          int end = Math.max(0, model.size() - random.nextInt(5));
          tail.truncateAfter(end);
          model.subList(end, model.size()).clear();
          durable = Math.min(durable, end);
        } else {
          durable += random.nextInt(model.size() - durable + 1);
          disk.clear();
          disk.addAll(model.subList(0, durable));
          tail.trim(durable);
        }
        int from = 1 + random.nextInt(model.size() + 1);
        List<LogRecord> read = tail.read(from, 1 + random.nextInt(100));
        String at = "seed " + seed + " step " + step;
        assertThat(read.isEmpty()).as(at).isEqualTo(from > model.size());
        assertThat(read).as(at).isEqualTo(model.subList(from - 1, from - 1 + read.size()));
      }
    }
  }

  /** A read of the tail stops at the bytes it was asked for, but never before the first record. */
  @Test
  void logTailReadsAsMuchAsIsWanted() {
    LogTail tail = new LogTail((from, max) -> List.of(), () -> 1 << 20, 0);
    for (int offset = 1; offset <= 5; offset++) {
      tail.add(record(1, offset, 10));
    }
    assertThat(tail.read(1, 30)).hasSize(3);
    assertThat(tail.read(4, 1)).hasSize(1);
    assertThat(tail.read(6, 100)).isEmpty();
  }

  /** Records without a payload take memory, too, and are let go of. */
  @Test
  void logTailCountsEmptyRecords() {
    LogTail tail = new LogTail((from, max) -> List.of(), () -> 1000, 0);
    for (int offset = 1; offset <= 100; offset++) {
      tail.add(record(1, offset, 0));
    }
    tail.trim(100);
    assertThat(tail.read(1, 100)).as("asked of the disk").isEmpty();
    assertThat(tail.read(100, 100)).hasSize(1);
  }

  private static LogRecord record(long term, long offset, int bytes) {
    return new LogRecord(term, offset, LogRecord.Type.WRITE, SessionId.NONE, 0, new byte[bytes]);
  }

  /** The offset that a quorum holds is the highest that enough members have reached. */
  @Test
  void quorumCounterEqualsCounting() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      int size = 1 + random.nextInt(5);
      List<Member> members = new ArrayList<>();
      long[] offsets = new long[size];
      for (int i = 0; i < size; i++) {
        members.add(new Member(new NodeId("t" + i), new ReplicaUid(1, i + 1)));
        offsets[i] = random.nextInt(6);
      }
      MemberSet set = new MemberSet(members);
      for (AckMode acks : AckMode.values()) {
        int needed = acks == AckMode.ALL ? size : size / 2 + 1;
        long expected = 0;
        for (long candidate = 0; candidate < 6; candidate++) {
          long limit = candidate;
          int holding =
              QuorumCounter.count(set, member -> offsets[members.indexOf(member)] >= limit);
          expected = holding >= needed ? candidate : expected;
        }
        assertThat(
                QuorumCounter.offsetHeldBy(set, acks, member -> offsets[members.indexOf(member)]))
            .as("seed %d, %s", seed, acks)
            .isEqualTo(expected);
      }
    }
  }
}
