package io.holdfast.nameserver.control;

import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import java.util.List;

/**
 * What was sent to the store for a command. If nobody knows what became of it, the records tell:
 * ids are given out once, and by this nameserver, since another one would have the next epoch.
 *
 * @param changes all of them became true, or none
 * @param goal what the command waits for once it is written; null for nothing
 */
record CommandAttempt(List<MetaChange> changes, Goal goal) {
  CommandAttempt {
    changes = List.copyOf(changes);
  }

  /** Whether it turns out to have been written after all. */
  boolean wasWritten(ClusterState state) {
    return changes.stream().anyMatch(change -> isSeen(change, state));
  }

  private static boolean isSeen(MetaChange change, ClusterState state) {
    if (change instanceof MetaChange.OpCreated created) {
      return state.ops().find(created.op().id()) != null;
    } else if (change instanceof MetaChange.OpChanged changed) {
      return changed.op().equals(state.ops().find(changed.op().id()));
    } else if (change instanceof MetaChange.OpDeleted deleted) {
      return state.ops().find(deleted.id()) == null;
    }
    if (change instanceof MetaChange.TableChanged changed) {
      return changed.table().equals(state.table(changed.table().tid()));
    }
    return change instanceof MetaChange.TableCreated created
        && created.table().equals(state.table(created.table().tid()));
  }
}
