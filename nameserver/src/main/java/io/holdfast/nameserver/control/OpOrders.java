package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ControlMessage.MakeSnapshot;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;

/** Orders of operations that are not about the records, repeated until their effect is seen. */
final class OpOrders {
  private static final long EVERY_NANOS = 1_000_000_000L;

  private final TabletRegistry tablets;
  private final ControlOutbox outbox;
  private final FillOrders fills;
  private long orderedAt = PartitionWatch.NEVER;

  OpOrders(TabletRegistry tablets, ControlOutbox outbox, OpSettings settings) {
    this.tablets = tablets;
    this.outbox = outbox;
    this.fills = new FillOrders(tablets, outbox, settings.indexGraceMillis());
  }

  void order(long epoch, ClusterState state, long now) {
    if (state.ops().open().isEmpty()
        || (orderedAt != PartitionWatch.NEVER && now - orderedAt < EVERY_NANOS)) {
      return;
    }
    orderedAt = now;
    fills.order(epoch, state, now);
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (op.state() == OpState.DOING && op.goal().type() == OpType.MAKE_SNAPSHOT) {
        snapshot(epoch, op, state.partition(op.goal().partition()));
      }
    }
  }

  private void snapshot(long epoch, OpRecord op, PartitionRecord record) {
    if (record == null || record.phase() != Phase.LEAD || !tablets.isAlive(record.leader())) {
      return;
    }
    ReplicaStatus status = tablets.find(record.leader()).replica(record.id());
    if (status != null && status.snapshotOffset() < op.goal().mark()) {
      outbox.send(record.leader(), new MakeSnapshot(epoch, record.id(), op.goal().mark()));
    }
  }
}
