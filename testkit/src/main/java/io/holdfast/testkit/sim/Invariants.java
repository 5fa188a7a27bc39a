package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.DivergedException;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.tablet.replication.TermHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must be true after every event, seen from above. The numbers are those of the protocol's
 * list of invariants (docs/design/001-replication.md).
 */
final class Invariants {
  private record TermOffset(long term, long offset) {}

  private record Written(long value, long previousTerm) {}

  private record Committed(long term, long value, long inTerm) {}

  private record Leadership(NodeId tablet, long life) {}

  /** What is known of one replica in one life of its tablet. */
  private static final class Seen {
    int life;
    long term;
    long commit;
    long applied;
    boolean active;
  }

  /** What is known of one partition. */
  private static final class Truth {
    final Map<TermOffset, Written> written = new HashMap<>();
    final List<Committed> committed = new ArrayList<>();
    final Map<Long, Leadership> leaders = new HashMap<>();
    final Map<NodeId, Seen> seen = new TreeMap<>();
    final NamedWriteTruth named = new NamedWriteTruth();
    long version;
    long electedTerm;
    TermHistory electedLog;

    long lastCommitted() {
      return committed.size();
    }
  }

  private final Cluster cluster;
  private final Map<PartitionId, Truth> truths = new TreeMap<>();
  private final ReadTruth reads = new ReadTruth();
  private final SnapshotTruth snapshots = new SnapshotTruth(this, reads);
  private final OpTruth ops;
  private final FillTruth fills = new FillTruth();
  private final Flapping flapping;
  private final Set<ReplicaUid> retired = new HashSet<>();
  private boolean wiped;
  private long givenUp;
  private long statesLost;
  private boolean damaged;
  private long lastEpoch;

  Invariants(Cluster cluster) {
    this.cluster = cluster;
    this.ops = new OpTruth();
    this.flapping = new Flapping(cluster);
  }

  /** Somebody saw a connection of this tablet closed. */
  void onClosed(NodeId tablet) {
    flapping.onClosed(tablet);
  }

  /** A leader asks for a change of members. */
  void onAsked(ChangeMembers wish) {
    flapping.onAsked(wish);
  }

  /** What is on a disk was damaged: a copy knows it, or finds it out, and does not count. */
  void onDamage(NodeId tablet) {
    damaged = true;
    flapping.onDamage(tablet);
  }

  /**
   * A copy had no intact snapshot for what its log does not have any more: it begins from nothing.
   */
  void onStateLost() {
    statesLost++;
  }

  /** How often that happened. */
  long statesLost() {
    return statesLost;
  }

  /** A replica was opened anew in the same life of its process. */
  void onReopened(SimTablet tablet, PartitionId partition) {
    Seen seen = truth(partition).seen.get(tablet.id);
    if (seen != null) {
      seen.commit = 0;
      seen.active = false;
    }
  }

  /** An operator has a tablet taken out of sets, or makes it leave them. */
  void onPlanned(NodeId tablet) {
    flapping.onPlanned(tablet);
  }

  /** A disk was lost for good: copies may be missing from now on, answers may not. */
  void onWipe() {
    wiped = true;
    flapping.onWipe();
  }

  /** What operations are checked against. */
  OpTruth ops() {
    return ops;
  }

  /** What added indexes are checked against. */
  FillTruth fills() {
    return fills;
  }

  /** What reads at any replica are checked against. */
  ReadTruth reads() {
    return reads;
  }

  /** What snapshots are checked against. */
  SnapshotTruth snapshots() {
    return snapshots;
  }

  /** Term of the record that is committed at an offset; 0 when none is. */
  long committedTerm(PartitionId partition, long offset) {
    List<Committed> committed = truth(partition).committed;
    return offset < 1 || offset > committed.size() ? 0 : committed.get((int) offset - 1).term();
  }

  /** How many records of a partition were ever committed. */
  long committed(PartitionId partition) {
    return truth(partition).lastCommitted();
  }

  // ---- 3: log matching

  void onAppend(SimTablet tablet, PartitionId partition, LogRecord record, long previousTerm) {
    Written mine = new Written(SimRegisters.valueIn(record), previousTerm);
    Written first =
        truth(partition).written.putIfAbsent(new TermOffset(record.term(), record.offset()), mine);
    if (first != null && !first.equals(mine)) {
      throw new Violation(
          "3 log matching",
          tablet.id + " appends " + record + " as " + mine + ", but it was " + first);
    }
  }

  // ---- 7: no committed truncation

  void onTruncate(SimTablet tablet, PartitionId partition, long offset) {
    Seen seen = truth(partition).seen.get(tablet.id);
    if (seen != null && seen.life == tablet.life() && offset < seen.commit) {
      throw new Violation(
          "7 no committed truncation",
          tablet.id + " cuts " + partition + " after " + offset + ", commit " + seen.commit);
    }
  }

  // ---- what an operator gives up

  /** How often something was given up, so that clients may miss what was acknowledged. */
  long givenUp() {
    return givenUp;
  }

  /**
   * From now on only what the chosen copy holds was ever committed. The report must say so, and
   * nothing of it may be missing; all other promises go on.
   */
  void onLossAccepted(LossReport report) {
    if (!report.open()) {
      return;
    }
    givenUp++;
    Truth truth = truth(report.partition());
    SimDisk.Files files = cluster.tablet(report.leader()).disk().replicas.get(report.partition());
    require(
        "loss report",
        files != null
            && files.uid.equals(report.uid())
            && files.log.last() >= report.lastOffset()
            && report.knownCommit() <= truth.lastCommitted(),
        () -> report + " does not describe the copy that was chosen");
    int kept = (int) Math.min(files.log.base(), truth.committed.size());
    while (kept < Math.min(truth.committed.size(), report.lastOffset())
        && files.log.termAt(kept + 1) == truth.committed.get(kept).term()) {
      kept++;
    }
    int missing = truth.committed.size() - kept;
    require(
        "loss report",
        missing >= report.knownGap(),
        () -> report + " says more is lost than is: " + missing);
    truth.committed.subList(kept, truth.committed.size()).clear();
    reads.onGivenUp(report.partition(), kept);
    truth.named.onGivenUp(kept);
  }

  // ---- 2, 9: the record's lineage

  void onRecord(PartitionRecord before, PartitionRecord after, long epoch) {
    require(
        "9 configuration lineage",
        (after.version() == before.version() + 1 && after.term() >= before.term())
            || after.hasSameConfiguration(before),
        () -> before + " became " + after);
    require("2 epoch monotone", epoch >= lastEpoch, () -> "epoch " + epoch + " after " + lastEpoch);
    lastEpoch = epoch;
    truth(after.id()).version = after.version();
    flapping.onRecord(before, after);
    if (after.phase() == Phase.LEAD && !after.members().sameAs(before.members())) {
      checkCopies(after);
    }
  }

  /** Every committed record is on a write quorum of the set that the next election will ask. */
  private void checkCopies(PartitionRecord record) {
    Truth truth = truth(record.id());
    long newest = truth.lastCommitted();
    if (newest == 0) {
      return;
    }
    int needed = acks(record.id()).writeQuorum(record.members().size());
    int holding =
        durableCopies(record.members(), record.id(), newest)
            + lostCopies(record.members(), record.id());
    require(
        "9 configuration lineage",
        holding >= needed,
        () -> record + ": committed " + newest + " is on " + holding + " of its members only");
  }

  /**
   * Members whose disk was lost for good, or whose copy was removed after the record had excluded
   * it, when an old leader could still count what it had said: they may have held anything, and
   * hold nothing now.
   */
  private int lostCopies(MemberSet members, PartitionId partition) {
    int count = 0;
    for (Member member : members.members()) {
      SimDisk.Files files = cluster.tablet(member.tablet()).disk().replicas.get(partition);
      boolean gone = files == null || !files.uid.equals(member.uid());
      boolean excused = wiped || retired.contains(member.uid());
      if ((excused && gone) || (damaged && !gone && files.mayHaveLost())) {
        count++;
      }
    }
    return count;
  }

  private int durableCopies(MemberSet members, PartitionId partition, long offset) {
    long term = truth(partition).committed.get((int) offset - 1).term();
    int count = 0;
    for (Member member : members.members()) {
      SimDisk.Files files = cluster.tablet(member.tablet()).disk().replicas.get(partition);
      if (files != null && files.uid.equals(member.uid()) && files.holdsDurably(offset, term)) {
        count++;
      }
    }
    return count;
  }

  // ---- 19: no copy is removed that is counted on

  void onRetire(SimTablet tablet, PartitionId partition, ReplicaUid uid) {
    require(
        "19 copies that count are kept",
        !cluster.zooKeeper().partition(partition).members().contains(tablet.id, uid),
        () -> tablet.id + " removes its copy of " + cluster.zooKeeper().partition(partition));
    retired.add(uid);
    // Another copy on the same tablet has nothing to live up to.
    truth(partition).seen.remove(tablet.id);
  }

  // ---- 1, 2, 4, 5, 8, 10, 12: after each event of a tablet

  void afterTablet(SimTablet tablet) {
    if (!tablet.isRunning()) {
      return;
    }
    for (PartitionId partition : tablet.host().partitions()) {
      after(tablet, partition, tablet.host().view(partition));
    }
  }

  private void after(SimTablet tablet, PartitionId partition, ReplicaView view) {
    Truth truth = truth(partition);
    Seen seen = truth.seen.computeIfAbsent(tablet.id, id -> new Seen());
    if (seen.life != tablet.life()) {
      seen.life = tablet.life();
      seen.commit = 0;
      seen.applied = 0;
      seen.active = false;
      if (!cluster.mutants().has(Mutant.TERM_FORGOTTEN) && !wiped) {
        checkTerm(tablet, partition, seen, view);
      }
      seen.term = view.term();
    }
    checkTerm(tablet, partition, seen, view);
    checkWitness(tablet, partition, view);
    if (view.role() == Role.LEADER) {
      require(
          "16 amnesia",
          view.flags().isTrusted(),
          () -> tablet.id + " leads " + partition + " and is " + view.flags());
      checkOnlyLeader(tablet, partition, truth, view);
      if (view.isActive() && !seen.active) {
        checkComplete(tablet, partition, truth, view);
      }
      checkLease(tablet, partition, truth, view);
    }
    seen.active = view.role() == Role.LEADER && view.isActive();
    if (view.commit() > seen.commit) {
      checkCommit(tablet, partition, truth, view, seen.commit);
      seen.commit = view.commit();
    }
    require(
        "4 commit uniqueness",
        view.applied() <= view.commit(),
        () -> tablet.id + " applied " + view.applied() + " of " + view.commit());
    if (view.applied() > seen.applied) {
      seen.applied = view.applied();
      if (view.isWitness()) {
        return;
      }
      if (givenUp == 0
          || committedTerm(partition, view.applied()) == view.history().termAt(view.applied())) {
        truth.named.onApplied(tablet, view);
      }
    }
  }

  /**
   * 25: a witness never leads, and keeps what not all copies of the data that count have. Nor do
   * the logs of those begin later, or a witness could not go on from them.
   */
  private void checkWitness(SimTablet tablet, PartitionId partition, ReplicaView view) {
    PartitionRecord record = cluster.zooKeeper().partition(partition);
    if (cluster.zooKeeper().table(partition.tid()).options().witnesses() == 0) {
      return;
    }
    require(
        "26 witnesses keep the log",
        !view.isWitness() || view.role() != Role.LEADER,
        () -> tablet.id + " is a witness of " + partition + " and " + view.role());
    SimDisk.Files files = tablet.disk().replicas.get(partition);
    boolean empty = view.isWitness() && files.newest != null;
    long gone = empty ? files.newest.manifest().offset() : files.log.base();
    if (gone == 0
        // A copy of the data that may have lost something says nothing of others, and leads nobody.
        || (!view.isWitness() && files.mayHaveLost())
        // Then ZooKeeper was put back to an old state, and says nothing about who counts.
        || record.version() < truth(partition).version
        || givenUp > 0
        || !record.members().contains(tablet.id, files.uid)
        || gone > truth(partition).lastCommitted()) {
      return;
    }
    long term = truth(partition).committed.get((int) gone - 1).term();
    for (Member member : record.members().members()) {
      SimDisk.Files copy = cluster.tablet(member.tablet()).disk().replicas.get(partition);
      boolean counts =
          !record.isWitness(member.tablet())
              && copy != null
              && copy.uid.equals(member.uid())
              && !copy.mayHaveLost();
      require(
          "26 witnesses keep the log",
          !counts || copy.holdsDurably(gone, term),
          () ->
              tablet.id
                  + " lets go of "
                  + partition
                  + " up to "
                  + gone
                  + ", which "
                  + member
                  + " does not have: "
                  + record);
    }
  }

  private static void checkTerm(
      SimTablet tablet, PartitionId partition, Seen seen, ReplicaView view) {
    require(
        "2 term monotone",
        view.term() >= seen.term,
        () -> tablet.id + " " + partition + ": term " + view.term() + " after " + seen.term);
    seen.term = view.term();
  }

  private static void checkOnlyLeader(
      SimTablet tablet, PartitionId partition, Truth truth, ReplicaView view) {
    Leadership mine = new Leadership(tablet.id, tablet.life());
    Leadership first = truth.leaders.putIfAbsent(view.term(), mine);
    if (first == null && view.term() > truth.electedTerm) {
      truth.electedTerm = view.term();
      truth.electedLog = view.history().copy();
    }
    require(
        "1 one leader per term",
        first == null || first.equals(mine),
        () -> partition + " term " + view.term() + ": " + mine + " and " + first);
  }

  private static void checkComplete(
      SimTablet tablet, PartitionId partition, Truth truth, ReplicaView view) {
    for (int i = truth.committed.size(); i > 0; i--) {
      Committed committed = truth.committed.get(i - 1);
      long offset = i;
      if (offset < view.history().baseOffset()) {
        // A snapshot holds the rest, and was compared with the truth itself.
        return;
      }
      // A stale leader may become active late and lack what newer terms committed; it can commit
      // nothing itself, and its lease is checked for.
      if (committed.inTerm() < view.term()) {
        require(
            "5 leader completeness",
            view.history().termAt(offset) == committed.term(),
            () ->
                tablet.id
                    + " leads "
                    + partition
                    + " in term "
                    + view.term()
                    + " without committed "
                    + committed.term()
                    + ":"
                    + offset);
      }
    }
  }

  private void checkLease(SimTablet tablet, PartitionId partition, Truth truth, ReplicaView view) {
    if (view.commit() < truth.lastCommitted()
        && !tablet.isPaused()
        && tablet.host().holdsLease(partition, tablet.localNow())) {
      throw new Violation(
          "12 lease exclusion",
          tablet.id
              + " may read "
              + partition
              + " in term "
              + view.term()
              + " at "
              + view.commit()
              + ", committed "
              + truth.lastCommitted());
    }
  }

  private void checkCommit(
      SimTablet tablet, PartitionId partition, Truth truth, ReplicaView view, long before) {
    boolean leads = view.role() == Role.LEADER;
    // A snapshot was compared with the truth itself.
    long checked = Math.max(before, Math.min(view.commit(), view.snapshotOffset()));
    for (long offset = checked + 1; offset <= view.commit(); offset++) {
      LogRecord record = tablet.store(partition).record(offset);
      long value = SimRegisters.valueIn(record);
      if (offset <= truth.committed.size()) {
        Committed known = truth.committed.get((int) offset - 1);
        long at = offset;
        require(
            "4 commit uniqueness",
            known.term() == record.term() && known.value() == value,
            () ->
                tablet.id
                    + " commits "
                    + record
                    + " of "
                    + partition
                    + " at "
                    + at
                    + ", not "
                    + known);
      } else {
        long at = offset;
        require(
            "4 commit uniqueness",
            leads,
            () -> tablet.id + " follows " + partition + " and is first to commit " + at);
        truth.committed.add(new Committed(record.term(), value, view.term()));
        reads.onCommitted(partition, record);
        truth.named.onCommitted(record);
      }
    }
    if (leads && before < truth.committed.size()) {
      checkQuorum(tablet, partition, view);
      checkSuccessor(partition, truth, view);
      for (NodeId other : truth.seen.keySet()) {
        SimTablet otherTablet = cluster.tablet(other);
        if (otherTablet != tablet && otherTablet.isRunning()) {
          ReplicaView otherView = otherTablet.host().view(partition);
          if (otherView != null && otherView.role() == Role.LEADER) {
            checkLease(otherTablet, partition, truth, otherView);
          }
        }
      }
    }
  }

  private void checkQuorum(SimTablet tablet, PartitionId partition, ReplicaView view) {
    AckMode acks = acks(partition);
    for (MemberSet set : new MemberSet[] {view.members(), view.pending()}) {
      if (set != null) {
        int holding = durableCopies(set, partition, view.commit()) + lostCopies(set, partition);
        require(
            set == view.pending() ? "10 joint" : "8 quorum truth",
            holding >= acks.writeQuorum(set.size()),
            () ->
                tablet.id
                    + " commits "
                    + view.commit()
                    + " of "
                    + partition
                    + " with "
                    + holding
                    + " durable copies in "
                    + set);
      }
    }
  }

  /** 11: what a deposed leader commits must have been safe before its successor was elected. */
  private static void checkSuccessor(PartitionId partition, Truth truth, ReplicaView view) {
    if (truth.electedTerm > view.term()) {
      Committed committed = truth.committed.get((int) view.commit() - 1);
      require(
          "11 stale fenced",
          view.commit() < truth.electedLog.baseOffset()
              || truth.electedLog.termAt(view.commit()) == committed.term(),
          () ->
              "term "
                  + view.term()
                  + " commits "
                  + view.commit()
                  + " of "
                  + partition
                  + ", which the leader of term "
                  + truth.electedTerm
                  + " does not have");
    }
  }

  // ---- 6: no acknowledged loss

  void onAcknowledged(
      SimTablet tablet, PartitionId partition, WriteId id, long offset, int result, long value) {
    afterTablet(tablet);
    if (acks(partition) == AckMode.LEADER) {
      return;
    }
    Truth truth = truth(partition);
    require(
        "6 no acknowledged loss",
        offset <= truth.lastCommitted() && truth.committed.get((int) offset - 1).value() == value,
        () ->
            "write "
                + value
                + " was acknowledged at "
                + offset
                + " of "
                + partition
                + " without being committed there");
    truth.named.onAcknowledged(id, offset, result);
  }

  /** A quorum read that was asked for when this much was committed must see it. */
  void onConfirmedRead(SimTablet tablet, PartitionId partition, long committedWhenAsked) {
    long applied = tablet.host().view(partition).applied();
    require(
        "12 quorum read",
        applied >= committedWhenAsked,
        () -> tablet.id + " reads at " + applied + ", committed before " + committedWhenAsked);
  }

  void onFault(SimTablet tablet, PartitionId partition, RuntimeException cause) {
    if (cause instanceof Violation violation) {
      throw violation;
    }
    if (cause instanceof DivergedException && givenUp > 0) {
      // It knows of what was given up, and has said so. It is to be put aside and made anew.
      wiped = true;
      flapping.onWipe();
      return;
    }
    throw new Violation(
        "production assertion", tablet.id + " " + partition + ": " + cause.getMessage(), cause);
  }

  private AckMode acks(PartitionId partition) {
    return cluster.zooKeeper().table(partition.tid()).options().acks();
  }

  private Truth truth(PartitionId partition) {
    return truths.computeIfAbsent(partition, id -> new Truth());
  }

  @FunctionalInterface
  private interface Text {
    String say();
  }

  private static void require(String invariant, boolean holds, Text otherwise) {
    if (!holds) {
      throw new Violation(invariant, otherwise.say());
    }
  }
}
