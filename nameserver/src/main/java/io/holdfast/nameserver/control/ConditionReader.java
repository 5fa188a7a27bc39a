package io.holdfast.nameserver.control;

import io.holdfast.nameserver.control.ElectionPlanner.Basis;
import io.holdfast.nameserver.control.PartitionCondition.Code;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Says how a partition is and for whom it waits. Decides nothing. The sentences name what changes
 * only when the condition does, so that they can be compared.
 */
final class ConditionReader {
  private final TabletRegistry tablets;
  private final ElectionPlanner elections;
  private final FailureFreeze freeze;
  private final TruthCheck truth;
  private final Spares spares;

  ConditionReader(
      TabletRegistry tablets,
      ElectionPlanner elections,
      FailureFreeze freeze,
      TruthCheck truth,
      Spares spares) {
    this.tablets = tablets;
    this.elections = elections;
    this.freeze = freeze;
    this.truth = truth;
    this.spares = spares;
  }

  PartitionCondition read(
      PartitionRecord record, TableSpec table, PartitionWatch watch, ClusterState state) {
    String mistrusted = truth.mistrusted(record.id());
    if (!mistrusted.isEmpty()) {
      return PartitionCondition.of(Code.METADATA_TOO_OLD, mistrusted);
    }
    return record.phase() == Phase.ELECT
        ? electing(record, table, watch)
        : led(record, table, watch, state);
  }

  // ---- with a leader

  private PartitionCondition led(
      PartitionRecord record, TableSpec table, PartitionWatch watch, ClusterState state) {
    boolean automatic = state.isAutoFailover();
    NodeId leader = record.leader();
    if (!tablets.isAlive(leader)) {
      return lost(record, table, watch, automatic);
    }
    if (!automatic) {
      TabletHealth health = tablets.find(leader);
      if (health.leadsNoMore(record)) {
        boolean restarted = health.incarnation() != record.leaderIncarnation();
        return automationOff(
            leader, restarted ? " has restarted, and leads no more" : " has given up leading");
      }
      List<NodeId> lost = lostMembers(record);
      if (!lost.isEmpty()) {
        return memberLost(lost, record);
      }
    }
    ReplicaStatus status = status(leader, record);
    if (status == null || status.term() != record.term() || !status.active()) {
      return PartitionCondition.of(
          Code.LEADER_STARTING, leader + " is named leader of term " + record.term());
    }
    int inSync = record.dataMembers().size();
    List<NodeId> missing = record.learners();
    if (inSync < table.options().minInsync()) {
      String text =
          "writes are refused: "
              + inSync
              + " in sync, the table's min_insync is "
              + table.options().minInsync()
              + "; "
              + list(missing, record);
      return new PartitionCondition(Code.TOO_FEW_IN_SYNC, text, missing);
    }
    if (inSync < table.options().replicas()) {
      String text =
          inSync
              + " of "
              + table.options().replicas()
              + " copies are in sync; "
              + list(missing, record)
              + stuck(missing, record, state);
      return new PartitionCondition(Code.DEGRADED, text, missing);
    }
    if (record.members().size() - inSync < table.options().witnesses()) {
      return new PartitionCondition(
          Code.DEGRADED,
          "all copies are in sync, but the witness is not; " + list(missing, record),
          missing);
    }
    String shared = Spares.sharedHost(record, state);
    return shared == null
        ? PartitionCondition.of(Code.HEALTHY, "all copies are in sync")
        : PartitionCondition.of(Code.SHARED_HOST, "all copies are in sync, but " + shared);
  }

  /** Whether what is missing will be made anew elsewhere if it stays away, and if not, why. */
  private String stuck(List<NodeId> missing, PartitionRecord record, ClusterState state) {
    if (!state.isAutoFailover() || state.nodeRemoveMillis() == 0) {
      return "";
    }
    for (NodeId tablet : missing) {
      String nowhere = tablets.isAlive(tablet) ? null : spares.whyNowhere(record, tablet, state);
      if (nowhere != null) {
        return "; until it is back, " + nowhere;
      }
    }
    return "";
  }

  private List<NodeId> lostMembers(PartitionRecord record) {
    return record.members().tablets().stream().filter(member -> !tablets.isAlive(member)).toList();
  }

  /** Writes wait for it, or will with the next one that is lost. */
  private static PartitionCondition memberLost(List<NodeId> lost, PartitionRecord record) {
    StringJoiner names = new StringJoiner(", ");
    lost.forEach(tablet -> names.add(tablet.toString()));
    return new PartitionCondition(
        Code.MEMBER_LOST,
        lost.size()
            + " of "
            + record.members().size()
            + " in-sync members not heard, and left in the set because automatic failover is off,"
            + " so that writes may wait; bring back, or take out with offlineendpoint: "
            + names,
        lost);
  }

  private PartitionCondition lost(
      PartitionRecord record, TableSpec table, PartitionWatch watch, boolean automatic) {
    NodeId leader = record.leader();
    List<NodeId> missing = lostMembers(record);
    int needed = elections.needed(record, table.options());
    int up = record.members().size() - missing.size();
    if (up < needed || missing.containsAll(record.dataMembers())) {
      return waiting(record, watch, missing, Math.max(1, needed - up));
    }
    if (!automatic) {
      return automationOff(leader, " is not heard");
    }
    String held =
        freeze.isFrozen()
            ? "; most tablets were lost at once, so it is replaced only on proof that it is lost"
            : "; it is replaced as soon as its group does not hear it either";
    return new PartitionCondition(
        Code.LEADER_SUSPECTED, "the leader " + leader + " is not heard" + held, List.of(leader));
  }

  private static PartitionCondition automationOff(NodeId leader, String how) {
    return new PartitionCondition(
        Code.AUTOMATION_OFF,
        "the leader "
            + leader
            + how
            + ", and automatic failover is off; have another in-sync member lead (changeleader), or"
            + " switch automatic failover on",
        List.of(leader));
  }

  // ---- without a leader

  private PartitionCondition electing(
      PartitionRecord record, TableSpec table, PartitionWatch watch) {
    if (watch.missing() != null) {
      return PartitionCondition.of(
          Code.ELECTING,
          watch.missing().candidate()
              + " is to lead, and copies what it lacks from the witness "
              + watch.missing().source());
    }
    if (elections.basis(record, table.options(), watch.answers(), null) != Basis.NONE) {
      return PartitionCondition.of(
          Code.ELECTING, "enough members have answered for term " + record.term());
    }
    Map<NodeId, Fenced> counted =
        elections.counted(record, watch.answers(), null, elections.weakest());
    int needed = elections.needed(record, table.options());
    List<NodeId> missing = new ArrayList<>();
    for (NodeId member : record.members().tablets()) {
      if (!counted.containsKey(member)) {
        missing.add(member);
      }
    }
    long asked =
        missing.stream()
            .filter(member -> tablets.isAlive(member) && !watch.answers().containsKey(member))
            .count();
    boolean canLead =
        record.dataMembers().stream()
            .anyMatch(
                member ->
                    counted.containsKey(member)
                        || (tablets.isAlive(member) && !watch.answers().containsKey(member)));
    if (!canLead) {
      // Whatever the witness says: it has no rows.
      missing.removeIf(record::isWitness);
      return waiting(record, watch, missing, 1);
    }
    if (counted.size() + asked >= needed) {
      return new PartitionCondition(
          Code.ELECTING, "asks its members for term " + record.term(), missing);
    }
    return waiting(record, watch, missing, Math.max(1, needed - counted.size()));
  }

  private PartitionCondition waiting(
      PartitionRecord record, PartitionWatch watch, List<NodeId> missing, int more) {
    StringJoiner members = new StringJoiner(", ");
    for (NodeId member : missing) {
      members.add(describe(record.members().find(member), watch.answers().get(member)));
    }
    StringBuilder text = new StringBuilder("waits for ");
    if (missing.size() == 1) {
      text.append(members).append(", the last in-sync member");
    } else {
      text.append(more).append(" of the in-sync members ").append(members);
    }
    StringJoiner others = new StringJoiner(", ");
    for (NodeId learner : record.learners()) {
      if (tablets.isAlive(learner)) {
        others.add(learner.toString());
      }
    }
    if (others.length() > 0) {
      text.append("; up but not in sync, so not to be trusted with the newest writes: ")
          .append(others);
    }
    return new PartitionCondition(Code.WAITS_FOR_MEMBERS, text.toString(), missing);
  }

  private String describe(Member member, Fenced answer) {
    String name = member.tablet() + " (uid " + member.uid() + ", ";
    if (!tablets.isAlive(member.tablet())) {
      return name + "down)";
    }
    if (answer == null) {
      return name + "up, without an answer)";
    }
    if (member.uid().isKnown() && !member.uid().equals(answer.uid())) {
      return name + "but its disk holds another copy, uid " + answer.uid() + ")";
    }
    return answer.flags().isClean()
        ? name + "up)"
        : name + "up, but its copy is not to be trusted: " + answer.flags() + ")";
  }

  private String list(List<NodeId> missing, PartitionRecord record) {
    StringJoiner text = new StringJoiner(", ");
    for (NodeId tablet : missing) {
      ReplicaStatus status = status(tablet, record);
      if (!tablets.isAlive(tablet)) {
        text.add(tablet + " is down");
      } else if (status == null) {
        text.add(tablet + " has no copy yet");
      } else {
        text.add(
            status.flags().isClean()
                ? tablet + " catches up"
                : tablet + " is up with a copy that is " + status.flags());
      }
    }
    return text.length() == 0 ? "no tablet holds another" : text.toString();
  }

  private ReplicaStatus status(NodeId tablet, PartitionRecord record) {
    TabletHealth health = tablets.find(tablet);
    return health == null ? null : health.replica(record.id());
  }
}
