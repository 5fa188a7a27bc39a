package io.holdfast.nameserver.driver;

import io.holdfast.nameserver.control.PartitionCondition;
import io.holdfast.nameserver.control.TabletHealth;
import io.holdfast.nameserver.control.TabletRegistry;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the cluster's story in the log: one line per change, with what it was before and why. The
 * reasons are seen from outside, by what the tablets said last, because the core that decides logs
 * nothing. Owned by the controller's loop.
 */
final class StoryLog {
  private static final Logger LOG = LoggerFactory.getLogger("io.holdfast.nameserver.story");

  private final Map<PartitionId, PartitionRecord> before = new HashMap<>();

  void loaded(ClusterState state, long epoch) {
    before.clear();
    int leaderless = 0;
    for (PartitionId id : state.partitionIds()) {
      PartitionRecord record = state.partition(id);
      before.put(id, record);
      leaderless += record.phase() == Phase.ELECT ? 1 : 0;
    }
    LOG.info(
        "epoch {}: read {} databases, {} tables, {} partitions ({} without a leader); automatic"
            + " failover is {}",
        epoch,
        state.databases().size(),
        state.tables().size(),
        before.size(),
        leaderless,
        state.isAutoFailover() ? "on" : "off");
  }

  void tabletChanged(TabletHealth tablet) {
    if (tablet.isAlive()) {
      LOG.info(
          "tablet {} is up, incarnation {}",
          tablet.tablet(),
          Long.toHexString(tablet.incarnation()));
    } else {
      LOG.warn("tablet {} is down: it is silent, or its connection was closed", tablet.tablet());
    }
  }

  void freezeChanged(boolean frozen, TabletRegistry tablets) {
    int alive = tablets.alive().size();
    int all = tablets.all().size();
    if (frozen) {
      LOG.warn(
          "freeze: only {} of {} tablets are left, lost within seconds of each other. Perhaps this"
              + " nameserver is cut off; until half are back, or for a while, leaders are replaced"
              + " only when tablets prove that they are lost",
          alive,
          all);
    } else {
      LOG.info("freeze is over: {} of {} tablets are up", alive, all);
    }
  }

  void condition(PartitionId partition, PartitionCondition condition) {
    if (condition.isServing()) {
      LOG.info("partition {}: {}: {}", partition, condition.code(), condition.text());
    } else {
      LOG.warn("partition {}: {}: {}", partition, condition.code(), condition.text());
    }
  }

  void changed(MetaChange change, TabletRegistry tablets, long now) {
    if (change instanceof MetaChange.PartitionCreated created) {
      before.put(created.record().id(), created.record());
      LOG.debug("partition {} is new", created.record());
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      PartitionRecord record = changed.record();
      partition(before.put(record.id(), record), record, tablets, now);
    } else if (change instanceof MetaChange.TableCreated created) {
      TableSpec table = created.table();
      LOG.info(
          "table {} is created: {} partitions, {} replicas, acks {}, min_insync {}",
          table,
          table.partitions(),
          table.options().replicas(),
          table.options().acks(),
          table.options().minInsync());
    } else if (change instanceof MetaChange.TableChanged changed) {
      LOG.info("table {} is changed: {}", changed.table(), changed.table().options());
    } else if (change instanceof MetaChange.TableDropped dropped) {
      before.keySet().removeIf(id -> id.tid() == dropped.table().tid());
      LOG.info("table {} is dropped", dropped.table());
    } else if (change instanceof MetaChange.DatabaseCreated created) {
      LOG.info("database {} is created", created.name());
    } else if (change instanceof MetaChange.DatabaseDropped dropped) {
      LOG.info("database {} is dropped", dropped.name());
    } else if (change instanceof MetaChange.TabletSwitched switched) {
      LOG.info(
          "tablet {} is {} by an operator",
          switched.tablet(),
          switched.offline() ? "taken out of service" : "put back into service");
    } else if (change instanceof MetaChange.ConfigSet set) {
      LOG.info("{} is {} now", set.key(), set.value());
    } else if (change instanceof MetaChange.OpCreated created) {
      op(created.op(), "is wanted: " + created.op().reason());
    } else if (change instanceof MetaChange.OpChanged changed) {
      op(changed.op(), changed.op().course().progress());
    }
  }

  private static void op(OpRecord op, String text) {
    if (op.state() == OpState.FAILED || op.state() == OpState.CANCELED) {
      LOG.warn("op {} ended as {}: {}", op.id(), op.state().wireName(), op.course().error());
      return;
    }
    LOG.info(
        "op {} {} of {} {}: {}; {}",
        op.id(),
        op.goal().type().wireName(),
        op.goal().partition() == null ? "tablet" : "partition",
        op.goal().partition() == null ? op.goal().target() : op.goal().partition(),
        op.state().wireName(),
        text);
  }

  private static void partition(
      PartitionRecord before, PartitionRecord after, TabletRegistry tablets, long now) {
    if (before == null) {
      LOG.info("partition {} is now {}", after.id(), after);
    } else if (after.hasSameConfiguration(before)) {
      LOG.info(
          "partition {}: wishes are {} and no longer {}; learners {}",
          after.id(),
          after.wishes(),
          before.wishes(),
          after.learners());
    } else if (after.phase() == before.phase() && after.members().sameAs(before.members())) {
      LOG.info(
          "partition {}: {} was not granted the members that it asked for; in sync {}, wishes {}",
          after.id(),
          after.leader(),
          after.members(),
          after.wishes());
    } else if (after.phase() == Phase.ELECT) {
      LOG.warn(
          "partition {}: election opened for term {}, because {}; in sync {}",
          after.id(),
          after.term(),
          why(before, tablets, now),
          after.members());
    } else if (before.phase() == Phase.ELECT) {
      LOG.info(
          "partition {}: {} leads term {}; in sync {}, learners {}{}; it may commit after {} ms",
          after.id(),
          after.leader(),
          after.term(),
          after.members(),
          after.learners(),
          leftOut(before, after, tablets),
          after.waitMillis());
      if (after.lossTerm() == after.term()) {
        LOG.error(
            "partition {}: POSSIBLE LOSS of records acknowledged before now: every copy of this"
                + " durability=os table may have lost its newest records when its machine stopped;"
                + " {} had the best log, and what it has is the truth from here on",
            after.id(),
            after.leader());
      } else {
        suspectLeader(after, tablets);
      }
    } else {
      LOG.info(
          "partition {}: in sync {} and no longer {}, learners {}; leader {}, term {}",
          after.id(),
          after.members(),
          before.members(),
          after.learners(),
          after.leader(),
          after.term());
    }
  }

  private static void suspectLeader(PartitionRecord record, TabletRegistry tablets) {
    TabletHealth health = tablets.find(record.leader());
    ReplicaStatus status = health == null ? null : health.replica(record.id());
    if (status != null && status.flags().has(Flag.TAIL_SUSPECT)) {
      LOG.warn(
          "partition {}: {} leads although the end of its log was cut off as an unfinished write:"
              + " nobody without such a cut had more, or came in time",
          record.id(),
          record.leader());
    }
  }

  /** Why a leadership is over, by what is known of its leader. */
  private static String why(PartitionRecord before, TabletRegistry tablets, long now) {
    NodeId leader = before.leader();
    if (leader == null) {
      return "the last election found no leader";
    }
    TabletHealth health = tablets.find(leader);
    if (health == null || !health.isAlive()) {
      long millis = health == null ? 0 : TimeUnit.NANOSECONDS.toMillis(health.unchangedNanos(now));
      return "its leader " + leader + " is down for " + millis + " ms";
    }
    if (health.incarnation() != before.leaderIncarnation()) {
      return "its leader " + leader + " was restarted";
    }
    ReplicaStatus status = health.replica(before.id());
    if (status == null) {
      return "its leader " + leader + " says it has no such replica";
    }
    if (status.term() > before.term()) {
      return "its leader " + leader + " has seen term " + status.term();
    }
    if (status.steppedDown()) {
      return "its leader " + leader + " has stepped down";
    }
    NodeId next = before.wishes().nextLeader();
    return next == null
        ? "its leader " + leader + " makes way for another one"
        : "its leader " + leader + " makes way for " + next;
  }

  private static String leftOut(
      PartitionRecord before, PartitionRecord after, TabletRegistry tablets) {
    List<String> missing = new ArrayList<>();
    for (Member member : before.members().members()) {
      if (!after.members().contains(member.tablet())) {
        missing.add(
            member.tablet()
                + (tablets.isAlive(member.tablet()) ? " (no usable answer)" : " (down)"));
      }
    }
    return missing.isEmpty() ? "" : ", left out " + missing;
  }
}
