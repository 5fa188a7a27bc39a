package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.Role;
import io.holdfast.tablet.replication.ReplicaHost;
import io.holdfast.tablet.replication.ReplicaView;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log line for each change of a replica's role. It looks from time to time instead of being
 * told, so that the core need not know of logs; a role that lasted a few milliseconds may be
 * missed.
 */
final class RoleLog {
  private static final Logger LOG = LoggerFactory.getLogger(RoleLog.class);

  private record Seen(Role role, long term, boolean active, NodeId leader) {}

  private final Map<PartitionId, Seen> seen = new HashMap<>();

  /** Logs what is different from the last look. */
  void look(ReplicaHost host) {
    for (PartitionId partition : host.partitions()) {
      ReplicaView view = host.view(partition);
      NodeId leader = host.knownLeader(partition);
      Seen before = seen.get(partition);
      if (before == null
          || before.role != view.role()
          || before.term != view.term()
          || before.active != view.isActive()
          || !Objects.equals(before.leader, leader)) {
        Seen now = new Seen(view.role(), view.term(), view.isActive(), leader);
        seen.put(partition, now);
        log(partition, now, view);
      }
    }
    if (seen.size() > host.partitions().size()) {
      seen.keySet().retainAll(host.partitions());
    }
  }

  private static void log(PartitionId partition, Seen now, ReplicaView view) {
    String role =
        now.role == Role.LEADER
            ? (now.active ? "LEADER, active" : "LEADER, not yet active")
            : now.role.toString();
    LOG.info(
        "replica {} term {}: {}{}, leader {}, log to {}, commit {}",
        partition,
        now.term,
        role,
        view.flags().isClean() ? "" : " (" + view.flags() + ")",
        now.leader == null ? "unknown" : now.leader,
        view.history().lastOffset(),
        view.commit());
  }
}
