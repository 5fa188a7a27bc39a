package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ReplicationMessage.Dispensable;
import io.holdfast.protocol.message.ReplicationMessage.LetGo;
import io.holdfast.protocol.model.NodeId;

/**
 * What a witness does besides following: it lets go of its log as its leader tells it, and begins
 * anew behind what everybody else has. A copy of the data beside witnesses takes note of the same,
 * since its log must not begin later than a witness may.
 *
 * <p>What it is told is dispensable is committed, so nothing that it lets go of is ever asked back
 * by a truncation; and all copies of the data have it, so nobody will ask for it in an election.
 */
final class WitnessRole {
  private final ReplicaState state;
  private final SnapshotReceive receive;

  WitnessRole(ReplicaState state, SnapshotReceive receive) {
    this.state = state;
    this.receive = receive;
  }

  /** The leader, whose term is the replica's, says what this copy need not keep. */
  void onDispensable(NodeId from, Dispensable message, Ready out) {
    boolean meant =
        state.witnessed
            && message.uid().equals(state.uid)
            && message.opening() == state.opening()
            && !receive.isInstalling();
    if (!meant) {
      return;
    }
    long offset = message.offset();
    if (offset > state.dispensable()) {
      if (has(offset, message.offsetTerm())) {
        state.letGo(offset, out);
      } else if (state.witness && message.jump()) {
        receive.jump(message.offsetTerm(), offset);
      }
    }
    tell(from, out);
  }

  private boolean has(long offset, long term) {
    return offset <= state.history.lastOffset() && state.history.termAt(offset) == term;
  }

  private void tell(NodeId leader, Ready out) {
    if (state.witness && !receive.isInstalling()) {
      out.send(
          leader, new LetGo(state.partition, state.term(), state.speaker(), state.dispensable()));
    }
  }
}
