package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.SessionId;

/**
 * Takes committed records into the applied state: the engine's rows and the table of sessions,
 * which move together.
 */
final class RecordApplier {
  private final ReplicaState state;
  private final ReplicaStore store;

  RecordApplier(ReplicaState state, ReplicaStore store) {
    this.state = state;
    this.store = store;
  }

  /**
   * Applies the next record, unless the write that it holds was applied before.
   *
   * @param leads whether this replica leads
   * @return the answer of the write, see {@link WriteAnswer}; {@link WriteAnswer#TOO_OLD} when
   *     nothing was done because nobody knows whether it was done before
   */
  long apply(LogRecord record, boolean leads) {
    if (state.witness) {
      store.skip(record);
      return WriteAnswer.NONE;
    }
    if (record.type() != LogRecord.Type.WRITE) {
      store.apply(record);
      return WriteAnswer.NONE;
    }
    SessionTable sessions = state.sessions;
    boolean named = !record.session().equals(SessionId.NONE);
    if (named && !state.lacks(Mutant.DEDUP_NOT_APPLIED)) {
      // The leader has looked before it appended the record. This is for the leader that was wrong.
      long before = sessions.find(record.session(), record.seq());
      if (before != WriteAnswer.NONE) {
        store.skip(record);
        return before;
      }
    }
    int result = store.apply(record);
    if (named && (leads || !state.lacks(Mutant.DEDUP_LOST_AT_FAILOVER))) {
      sessions.applied(
          record.session(), record.seq(), record.offset(), result, store.logTimeMillis());
    } else {
      sessions.passTo(store.logTimeMillis());
    }
    return WriteAnswer.of(record.offset(), result);
  }
}
