package io.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The truth about a partition, as it stands in ZooKeeper. Immutable; changed only by a
 * compare-and-set of the active nameserver.
 *
 * @param id which partition
 * @param term number of the newest leadership, from 1
 * @param version number of this configuration: one more at every change of term, leader or members
 * @param phase whether a leader is being looked for or is named
 * @param leader who leads; null while {@link Phase#ELECT}
 * @param leaderIncarnation the life of the leader's process that was elected; 0 without a leader
 * @param members the in-sync set
 * @param learners tablets that hold, or shall get, a copy that counts nowhere yet
 * @param waitMillis how long the leader must wait before its first commit, so that reads which an
 *     earlier leader may still answer cannot miss it
 * @param lossTerm newest term whose leader was named although acknowledged records may have been
 *     lost by everyone; 0 when there never was one
 * @param wishes what operators want it to become
 * @param witnesses tablets, members or learners, whose copy keeps the log only: it counts like any
 *     other member, has no rows and never leads
 */
public record PartitionRecord(
    PartitionId id,
    long term,
    long version,
    Phase phase,
    NodeId leader,
    long leaderIncarnation,
    MemberSet members,
    List<NodeId> learners,
    long waitMillis,
    long lossTerm,
    PartitionWishes wishes,
    List<NodeId> witnesses) {

  /** Where a partition stands between two leaders. */
  public enum Phase {
    /** The members are being fenced under the record's term; nobody may lead in it yet. */
    ELECT,
    /** The record names the one replica that may lead in its term. */
    LEAD
  }

  public PartitionRecord {
    Objects.requireNonNull(id);
    Objects.requireNonNull(phase);
    Objects.requireNonNull(members);
    Objects.requireNonNull(wishes);
    learners = List.copyOf(learners);
    if ((phase == Phase.LEAD) != (leader != null)) {
      throw new IllegalArgumentException("phase " + phase + " with leader " + leader);
    }
    if (members.size() == 0) {
      throw new IllegalArgumentException("partition " + id + " without members");
    }
    for (NodeId learner : learners) {
      if (members.contains(learner)) {
        throw new IllegalArgumentException(learner + " is both member and learner of " + id);
      }
    }
    for (NodeId lasting : wishes.lasting()) {
      if (!learners.contains(lasting)) {
        throw new IllegalArgumentException(
            lasting + " shall stay a learner of " + id + ", is none");
      }
    }
    witnesses = List.copyOf(witnesses);
    for (NodeId witness : witnesses) {
      if (!members.contains(witness) && !learners.contains(witness)) {
        throw new IllegalArgumentException(
            witness + " is a witness of " + id + " without being member or learner");
      }
    }
  }

  /** A record without wishes and witnesses. */
  public PartitionRecord(
      PartitionId id,
      long term,
      long version,
      Phase phase,
      NodeId leader,
      long leaderIncarnation,
      MemberSet members,
      List<NodeId> learners,
      long waitMillis,
      long lossTerm) {
    this(
        id,
        term,
        version,
        phase,
        leader,
        leaderIncarnation,
        members,
        learners,
        waitMillis,
        lossTerm,
        PartitionWishes.NONE,
        List.of());
  }

  /** A partition that was placed and never had a leader. */
  public static PartitionRecord created(PartitionId id, List<NodeId> tablets) {
    return created(id, tablets, List.of());
  }

  /**
   * A partition that was placed and never had a leader.
   *
   * @param tablets where its members are to be, the witnesses included
   * @param witnesses which of them keep the log only
   */
  public static PartitionRecord created(
      PartitionId id, List<NodeId> tablets, List<NodeId> witnesses) {
    MemberSet members =
        new MemberSet(tablets.stream().map(t -> new Member(t, ReplicaUid.UNKNOWN)).toList());
    return new PartitionRecord(
        id, 1, 1, Phase.ELECT, null, 0, members, List.of(), 0, 0, PartitionWishes.NONE, witnesses);
  }

  /** The same configuration under other wishes. */
  public PartitionRecord withWishes(PartitionWishes newWishes) {
    return withLearners(learners, newWishes);
  }

  /** The same configuration with other learners and wishes; neither makes a new version. */
  public PartitionRecord withLearners(List<NodeId> newLearners, PartitionWishes newWishes) {
    return withLearners(newLearners, newWishes, witnesses);
  }

  /** As above; of the witnesses those are kept that are members or learners. */
  public PartitionRecord withLearners(
      List<NodeId> newLearners, PartitionWishes newWishes, List<NodeId> newWitnesses) {
    return new PartitionRecord(
        id,
        term,
        version,
        phase,
        leader,
        leaderIncarnation,
        members,
        newLearners,
        waitMillis,
        lossTerm,
        newWishes,
        newWitnesses.stream()
            .filter(tablet -> members.contains(tablet) || newLearners.contains(tablet))
            .toList());
  }

  /** The same members once more under a new version, which no request of the old one can change. */
  public PartitionRecord renewed() {
    return new PartitionRecord(
        id,
        term,
        version + 1,
        phase,
        leader,
        leaderIncarnation,
        members,
        learners,
        waitMillis,
        lossTerm,
        wishes,
        witnesses);
  }

  /** Whether another record differs in learners, their kinds and wishes at most. */
  public boolean hasSameConfiguration(PartitionRecord other) {
    // Not by making a record of parts of both: a learner of the one may be a member of the other.
    return id.equals(other.id)
        && term == other.term
        && version == other.version
        && phase == other.phase
        && Objects.equals(leader, other.leader)
        && leaderIncarnation == other.leaderIncarnation
        && members.equals(other.members)
        && waitMillis == other.waitMillis
        && lossTerm == other.lossTerm
        && members.tablets().stream()
            .allMatch(tablet -> isWitness(tablet) == other.isWitness(tablet));
  }

  /** Whether a tablet's copy is a witness: it keeps the log and has no rows. */
  public boolean isWitness(NodeId tablet) {
    return witnesses.contains(tablet);
  }

  /** The members that hold the data, and so may lead and serve reads. */
  public List<NodeId> dataMembers() {
    return members.tablets().stream().filter(tablet -> !isWitness(tablet)).toList();
  }

  /** Whether a tablet has, or shall have, a copy. */
  public boolean involves(NodeId tablet) {
    return members.contains(tablet) || learners.contains(tablet);
  }

  /** Every tablet that has, or shall have, a copy: the members, then the learners. */
  public List<NodeId> holders() {
    List<NodeId> holders = new ArrayList<>(members.tablets());
    holders.addAll(learners);
    return holders;
  }

  @Override
  public String toString() {
    return id
        + "{term="
        + term
        + ", version="
        + version
        + ", "
        + (phase == Phase.LEAD ? "leader=" + leader : "electing")
        + ", inSync="
        + members
        + ", learners="
        + learners
        + (wishes.isNone() ? "" : ", wishes=" + wishes)
        + (witnesses.isEmpty() ? "" : ", witnesses=" + witnesses)
        + "}";
  }
}
