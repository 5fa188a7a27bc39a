package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.message.ControlMessage.FillIndexes;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Orders to fill added indexes. A leader is ordered until it says that all its rows are found; one
 * that follows it says so anew, and is ordered as if nobody had been before it.
 */
final class FillOrders {
  /**
   * So many partitions of a table are filled at a time: each order names all leaders, and those
   * that are filled send what they find to all of them.
   */
  static final int AT_ONCE = 8;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final TabletRegistry tablets;
  private final Goals goals;
  private final ControlOutbox outbox;
  private final long graceNanos;
  private final Map<Long, Long> toldAt = new TreeMap<>();

  FillOrders(TabletRegistry tablets, ControlOutbox outbox, long graceMillis) {
    this.tablets = tablets;
    this.goals = new Goals(tablets);
    this.outbox = outbox;
    this.graceNanos = graceMillis * NANOS_PER_MILLI;
  }

  void order(long epoch, ClusterState state, long now) {
    toldAt.keySet().retainAll(state.ops().open());
    Map<Integer, Integer> versions = new TreeMap<>();
    for (long id : state.ops().open()) {
      OpRecord op = state.ops().find(id);
      if (op.state() == OpState.DOING && op.goal().type() == OpType.ADD_INDEX) {
        IndexLook look = IndexLook.of(op, state, tablets, goals);
        if (look.phase() == IndexLook.Phase.FILLING && haveHeard(id, look.table(), state, now)) {
          // Of two indexes the later one: who has filled it has filled the other, too.
          versions.merge(look.table().tid(), look.index().since(), Math::max);
        }
      }
    }
    versions.forEach((tid, version) -> order(epoch, state.table(tid), version, state));
  }

  /**
   * Whether clients had the time to hear of an index: they are told when all leaders have taken
   * over the table's alterations. A nameserver that has just become active counts from its own
   * beginning.
   */
  private boolean haveHeard(long opId, TableSpec table, ClusterState state, long now) {
    if (!toldAt.containsKey(opId) && LeaderReports.haveAltered(table, state, tablets)) {
      toldAt.put(opId, now);
    }
    Long told = toldAt.get(opId);
    return told != null && now - told >= graceNanos;
  }

  private void order(long epoch, TableSpec table, int version, ClusterState state) {
    List<NodeId> leaders = new ArrayList<>();
    List<PartitionRecord> unfilled = new ArrayList<>();
    for (int pid = 0; pid < table.partitions(); pid++) {
      PartitionRecord record = state.partition(new PartitionId(table.tid(), pid));
      leaders.add(record.leader());
      if (tablets.find(record.leader()).replica(record.id()).filled() < version) {
        unfilled.add(record);
      }
    }
    unfilled.stream()
        .limit(AT_ONCE)
        .forEach(
            record ->
                outbox.send(
                    record.leader(),
                    new FillIndexes(epoch, record.id(), record.term(), version, leaders)));
  }
}
