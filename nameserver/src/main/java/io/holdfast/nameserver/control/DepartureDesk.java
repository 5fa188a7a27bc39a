package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.message.ControlMessage.Held;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.List;

/** Tells a departing tablet where it still has a part, and why. Pure functions of what is seen. */
final class DepartureDesk {
  /** The first of them are enough for a message to a person. */
  private static final int NAMED = 16;

  private final PlannedChanges changes;

  DepartureDesk(PlannedChanges changes) {
    this.changes = changes;
  }

  DepartureAnswer answer(
      long epoch, NodeId tablet, long incarnation, Departure departure, ClusterState state) {
    int left = 0;
    List<Held> held = new ArrayList<>();
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      if (isHeld(record, tablet, departure)) {
        left++;
        if (held.size() < NAMED) {
          held.add(new Held(id, hindrance(record, tablet, departure, state)));
        }
      }
    }
    return new DepartureAnswer(epoch, incarnation, left, held);
  }

  private static boolean isHeld(PartitionRecord record, NodeId tablet, Departure departure) {
    if (departure == Departure.LEAVING) {
      return record.members().contains(tablet);
    }
    // While there is no leader it may turn out that only this tablet can lead.
    return record.phase() == Phase.ELECT
        ? record.members().contains(tablet)
        : record.leader().equals(tablet);
  }

  private Hindrance hindrance(
      PartitionRecord record, NodeId tablet, Departure departure, ClusterState state) {
    if (record.phase() == Phase.ELECT) {
      return Hindrance.UNDER_WAY;
    }
    TableOptions options = state.table(record.id().tid()).options();
    if (departure == Departure.LEAVING && !MemberAdvice.canSpare(record, tablet, options)) {
      return record.dataMembers().size() == 1 ? Hindrance.LAST_IN_SYNC : Hindrance.MIN_INSYNC;
    }
    boolean leads = record.leader().equals(tablet);
    return leads && !changes.hasHeir(record, state) ? Hindrance.NO_SUCCESSOR : Hindrance.UNDER_WAY;
  }
}
