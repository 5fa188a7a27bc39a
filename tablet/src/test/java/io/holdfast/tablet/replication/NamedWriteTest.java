package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.ReplicaGroup.Answer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes that are sent more than once under one name. */
class NamedWriteTest {
  private static final SessionId SESSION = new SessionId(3, 4);

  private static WriteId id(long seq) {
    return new WriteId(SESSION, seq, 0);
  }

  private static void assertDone(Answer answer, long offset) {
    assertThat(answer.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(answer.offset).isEqualTo(offset);
    assertThat(answer.result).isEqualTo(1);
    assertThat(answer.times).isEqualTo(1);
  }

  private static long lastOffset(ReplicaGroup group) {
    return group.tablet(A).view().history().lastOffset();
  }

  @Test
  void anAppliedWriteIsAnsweredAtOnceAndNotAppendedAgain() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    Answer first = group.write(A, 10, id(1));
    group.settle();
    assertDone(first, 2);

    assertDone(group.write(A, 10, id(1)), 2);
    assertThat(lastOffset(group)).isEqualTo(2);
  }

  @Test
  void aWriteUnderWayIsAnsweredTogetherWithItsRepetition() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    Answer first = group.write(A, 10, id(1));
    Answer second = group.write(A, 10, id(1));
    assertThat(second.outcome).isNull();
    group.settle();

    assertDone(first, 2);
    assertDone(second, 2);
    assertThat(lastOffset(group)).isEqualTo(2);
  }

  @Test
  void whoAsksTooOftenWaitsOutside() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(group.write(A, 10, id(1)));
    }
    assertThat(answers.subList(0, 16)).allMatch(answer -> answer.outcome == null);
    assertThat(answers.subList(16, 20))
        .allMatch(answer -> answer.outcome == WriteOutcome.NOT_READY);
    group.settle();
    answers.subList(0, 16).forEach(answer -> assertDone(answer, 2));
  }

  @Test
  void theSuccessorKnowsWhatItsPredecessorAnswered() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A, 10, id(1));
    group.settle();
    group.cutOff(A);
    group.fence(B, 2);
    group.fence(C, 2);
    group.lead(B, 2, 0, B, C);
    // Not before it knows that it knows everything.
    assertThat(group.write(B, 10, id(1)).outcome).isEqualTo(WriteOutcome.NOT_READY);
    group.settle();

    assertDone(group.write(B, 10, id(1)), 2);
    assertThat(group.tablet(B).view().history().lastOffset()).isEqualTo(3);
  }

  /** The record was not committed by the leader that took it, but its successor has it. */
  @Test
  void theSuccessorKnowsWhatItsPredecessorLeftUncommitted() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(C).diskHeld = true;
    Answer lost = group.write(A, 10, id(1));
    group.settle();
    group.cutOff(A);
    group.fence(A, 2);
    assertThat(lost.outcome).isEqualTo(WriteOutcome.UNKNOWN);
    group.tablet(C).diskHeld = false;
    group.fence(B, 2);
    group.fence(C, 2);
    group.lead(B, 2, 0, B, C);
    group.settle();

    assertDone(group.write(B, 10, id(1)), 2);
    assertThat(group.tablet(B).view().history().lastOffset()).isEqualTo(3);
  }

  @Test
  void aRestartedReplicaReadsItsSessionsFromTheLog() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A, 10, id(1));
    group.settle();
    byte[] before = group.tablet(A).view().sessions();
    group.tablet(A).restart();
    group.elect(A, 2, A, B, C);
    group.settle();

    assertDone(group.write(A, 10, id(1)), 2);
    group.live(100);
    assertThat(group.tablet(A).view().sessions())
        .isEqualTo(group.tablet(B).view().sessions())
        .isEqualTo(before);
  }

  @Test
  void anUnnamedWriteIsNewEachTime() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    Answer first = group.write(A);
    Answer second = group.write(A);
    group.settle();
    assertDone(first, 2);
    assertDone(second, 3);
  }

  @Test
  void aNumberBelowTheWindowIsNotDoneAgain() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A, 10, id(1));
    group.write(A, 10, id(65));
    group.settle();
    assertThat(group.write(A, 10, id(1)).outcome).isEqualTo(WriteOutcome.SEQ_TOO_OLD);
    assertThat(lastOffset(group)).isEqualTo(3);
  }

  /** The session was idle for too long; what it has done is not known, so it does nothing more. */
  @Test
  void aForgottenSessionIsToldWhatToBeginAfter() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.write(A, 10, id(1));
    group.settle();
    group.tablet(A).store().logTimeMillis = SessionLimits.DEFAULTS.idleMillis() + 1;
    group.write(A);
    group.settle();

    Answer repeated = group.write(A, 10, id(1));
    assertThat(repeated.outcome).isEqualTo(WriteOutcome.SESSION_FORGOTTEN);
    assertThat(repeated.offset).isEqualTo(3);
    Answer renewed = group.write(A, 10, new WriteId(new SessionId(5, 6), 1, repeated.offset));
    group.settle();
    assertDone(renewed, 4);
  }

  /** An offset that is not there can only stem from a history that was given up. */
  @Test
  void aSessionOfAHistoryThatWasGivenUpBeginsAnew() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    Answer refused = group.write(A, 10, new WriteId(SESSION, 1, 2));
    assertThat(refused.outcome).isEqualTo(WriteOutcome.SESSION_FORGOTTEN);
    assertThat(refused.offset).isEqualTo(1);
    Answer done = group.write(A, 10, new WriteId(SESSION, 1, 1));
    group.settle();
    assertDone(done, 2);
  }

  /** The last defence: whatever leader let a write in twice, no replica does it twice. */
  @Test
  void aWriteThatIsInTheLogTwiceIsAppliedOnce() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.ALL);
    List<LogRecord> twice = new ArrayList<>();
    for (int offset = 1; offset <= 3; offset++) {
      long seq = offset == 3 ? 2 : 1;
      twice.add(new LogRecord(1, offset, LogRecord.Type.WRITE, SESSION, seq, new byte[1]));
    }
    for (var tablet : List.of(A, B, C)) {
      group.leaveLog(tablet, twice);
    }
    group.elect(A, 2, A, B, C);
    group.settle();
    group.live(100);

    for (var tablet : List.of(A, B, C)) {
      FakeReplicaStore store = group.tablet(tablet).store();
      assertThat(store.applied.stream().map(LogRecord::offset)).containsExactly(1L, 3L, 4L);
      assertThat(store.skipped.stream().map(LogRecord::offset)).containsExactly(2L);
    }
    assertDone(group.write(A, 10, id(1)), 1);
  }

  /** A copy too few: the repeated write is not acknowledged either, until there are enough. */
  @Test
  void aRepeatedWriteIsNotAcknowledgedForFewerCopiesThanAskedFor() {
    ReplicaGroup group =
        new ReplicaGroup(
            new TableOptions(3, AckMode.ALL, 3, ReadMode.LEADER), ReplicationSettings.DEFAULTS);
    group.elect(A, 1, A, B, C);
    group.settle();
    group.cutOff(C);
    Answer first = group.write(A, 10, id(1));
    group.live(900);
    group.grant(A);
    group.settle();
    assertThat(first.outcome).isEqualTo(WriteOutcome.UNKNOWN);
    assertThat(group.write(A, 10, id(1)).outcome).isEqualTo(WriteOutcome.TOO_FEW_REPLICAS);

    group.heal();
    group.advise(A, 1, true, C);
    for (int i = 0; i < 60 && group.request(A).members().size() < 3; i++) {
      group.live(1_000);
    }
    group.grant(A);
    group.settle();
    assertDone(group.write(A, 10, id(1)), 2);
  }

  /** With acks=leader a write is answered before it is committed, and so is its repetition. */
  @Test
  void aRepetitionIsAnsweredAsEarlyAsTheWrite() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.LEADER);
    group.lost = envelope -> true;
    Answer first = group.write(A, 10, id(1));
    group.sync(A);
    assertThat(first.outcome).isEqualTo(WriteOutcome.OK);
    Answer second = group.write(A, 10, id(1));
    assertThat(second.outcome).isEqualTo(WriteOutcome.OK);
    assertThat(second.offset).isEqualTo(first.offset).isEqualTo(2);
    assertThat(lastOffset(group)).isEqualTo(2);
  }
}
