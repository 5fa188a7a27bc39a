package io.holdfast.testkit.sim;

import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.ReplicaView;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** What is known of the named writes of one partition, seen from above. */
final class NamedWriteTruth {
  private record Name(SessionId session, long seq) {}

  private record Answer(long offset, int result) {}

  private final Map<Name, Long> committed = new HashMap<>();
  private final Map<Name, Answer> answers = new HashMap<>();
  private final Map<Long, Integer> tables = new HashMap<>();

  /** 14: a named write is in the log once, however often and to whomever it was sent. */
  void onCommitted(LogRecord record) {
    if (record.session().equals(SessionId.NONE)) {
      return;
    }
    Long first = committed.putIfAbsent(new Name(record.session(), record.seq()), record.offset());
    if (first != null) {
      throw new Violation(
          "14 exactly once",
          "write "
              + record.session()
              + "/"
              + record.seq()
              + " is committed at "
              + record.offset()
              + " and at "
              + first);
    }
  }

  /** 14: all answers of a named write are alike. */
  void onAcknowledged(WriteId id, long offset, int result) {
    if (!id.isNamed()) {
      return;
    }
    Answer mine = new Answer(offset, result);
    Answer first = answers.putIfAbsent(new Name(id.session(), id.seq()), mine);
    if (first != null && !first.equals(mine)) {
      throw new Violation(
          "14 exactly once", "write " + id + " was answered " + first + " and " + mine);
    }
  }

  /** 15: what replicas remember of sessions follows from what they have applied. */
  void onApplied(SimTablet tablet, ReplicaView view) {
    int mine = Arrays.hashCode(view.sessions());
    Integer first = tables.putIfAbsent(view.applied(), mine);
    if (first != null && first != mine) {
      throw new Violation(
          "15 state machine equality",
          tablet.id
              + " remembers other sessions at "
              + view.applied()
              + " than the first that came there");
    }
  }

  /** An operator gave up what lies behind this offset: it was never done. */
  void onGivenUp(long kept) {
    committed.values().removeIf(offset -> offset > kept);
    answers.values().removeIf(answer -> answer.offset() > kept);
    tables.keySet().removeIf(offset -> offset > kept);
  }
}
