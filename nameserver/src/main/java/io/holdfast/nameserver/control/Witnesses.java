package io.holdfast.nameserver.control;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableOptions;
import java.util.List;

/** How many witnesses a partition shall have. Pure functions. */
final class Witnesses {
  private Witnesses() {}

  /** Why a partition needs no further witness, for people; null when it does. */
  static String whyNotNeeded(PartitionRecord record, TableOptions options) {
    if (options.witnesses() == 0) {
      return "the table was made without witnesses; a replica or a learner can be added";
    }
    List<NodeId> staying =
        record.witnesses().stream().filter(tablet -> !record.wishes().isLeaving(tablet)).toList();
    return staying.size() < options.witnesses()
        ? null
        : "partition "
            + record.id()
            + " has its witness on "
            + staying.get(0)
            + "; remove that one first (delreplica)";
  }
}
