package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges a leader's wish to go on with few companions. A leader that is cut off from the others
 * drops one after the other, and would in the end collect acknowledged writes on its own disk
 * alone, while the others are well and hear each other. Then they shall have the leader instead.
 *
 * <p>Only sets of fewer than half of the table's replicas are judged, so tables of two or three go
 * on with one copy at once. What counts is what the tablets find when they are asked whom they
 * reach: a leader that reaches them is believed, however slow it says they are.
 */
final class ShrinkArbiter {
  /** What is to become of the request. */
  enum Verdict {
    /** The leader may have the set it wants. */
    GRANT,
    /** The tablets are being asked. */
    WAIT,
    /** The leader is the one that is cut off: the others are to have one of their own. */
    ELECT_OTHERS
  }

  private final ControllerSettings settings;
  private final Mutants mutants;
  private final TabletRegistry tablets;

  ShrinkArbiter(ControllerSettings settings, Mutants mutants, TabletRegistry tablets) {
    this.settings = settings;
    this.mutants = mutants;
    this.tablets = tablets;
  }

  Verdict judge(
      PartitionRecord record,
      TableOptions options,
      ChangeMembers request,
      PartitionWatch watch,
      long now) {
    int wanted = request.members().size();
    boolean few = wanted < Math.max(1, options.voters() / 2);
    if (!few
        || wanted >= record.members().size()
        || outside(record, request).size() <= wanted
        || mutants.has(Mutant.NO_SHRINK_ARBITRATION)) {
      watch.reach().reset();
      return Verdict.GRANT;
    }
    if (watch.reach().askedNanos(now) < settings.safety().arbitrationNanos()) {
      return Verdict.WAIT;
    }
    return othersAreBetter(record, options, request, watch, now)
        ? Verdict.ELECT_OTHERS
        : Verdict.GRANT;
  }

  /** The holders of copies that the leader would go on without, and that the nameserver hears. */
  private List<NodeId> outside(PartitionRecord record, ChangeMembers request) {
    List<NodeId> result = new ArrayList<>();
    for (NodeId tablet : record.holders()) {
      if (!request.members().contains(tablet) && tablets.isAlive(tablet)) {
        result.add(tablet);
      }
    }
    return result;
  }

  private boolean othersAreBetter(
      PartitionRecord record,
      TableOptions options,
      ChangeMembers request,
      PartitionWatch watch,
      long now) {
    for (NodeId member : record.members().tablets()) {
      if (member.equals(record.leader()) || !tablets.isAlive(member)) {
        continue;
      }
      List<NodeId> group =
          watch.reach().groupOf(member, settings.silenceNanos(), settings.suspectNanos(), now);
      if (group.contains(record.leader())) {
        continue;
      }
      group.removeIf(tablet -> !record.involves(tablet) || !tablets.isAlive(tablet));
      long voters = group.stream().filter(record.members()::contains).count();
      int needed = options.acks().electionQuorum(record.members().size());
      boolean canLead = group.stream().anyMatch(record.dataMembers()::contains);
      if (group.size() > request.members().size() && voters >= needed && canLead) {
        return true;
      }
    }
    return false;
  }
}
