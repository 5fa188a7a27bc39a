package io.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What operators want a partition to become. Part of its record, so that whichever nameserver is
 * active goes on with it; a change of wishes alone is no new version of the configuration.
 * Immutable.
 *
 * @param nextLeader the member that shall lead; null for no wish
 * @param lasting learners that shall stay learners: never counted, never elected
 * @param joining learners that shall become members even if there are enough of them
 * @param leaving copies that shall be removed, until their tablets no longer have them. Such a copy
 *     is never used again, and it is named by its uid, so that no late order can meet the copy
 *     which the tablet is given anew
 */
public record PartitionWishes(
    NodeId nextLeader, List<NodeId> lasting, List<NodeId> joining, List<Member> leaving) {
  /** No wishes. */
  public static final PartitionWishes NONE =
      new PartitionWishes(null, List.of(), List.of(), List.of());

  public PartitionWishes {
    lasting = List.copyOf(lasting);
    joining = List.copyOf(joining);
    leaving = List.copyOf(leaving);
    for (NodeId tablet : lasting) {
      if (joining.contains(tablet) || isLeaving(leaving, tablet)) {
        throw new IllegalArgumentException(tablet + " shall stay a learner and shall not");
      }
    }
    for (NodeId tablet : joining) {
      if (isLeaving(leaving, tablet)) {
        throw new IllegalArgumentException(tablet + " shall join and leave");
      }
    }
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /** The same but for who shall lead; null for no wish. */
  public PartitionWishes withNextLeader(NodeId tablet) {
    return Objects.equals(tablet, nextLeader)
        ? this
        : new PartitionWishes(tablet, lasting, joining, leaving);
  }

  /** This tablet shall stay a learner, and nothing else is wanted of it. */
  public PartitionWishes withLasting(NodeId tablet) {
    PartitionWishes rest = without(tablet);
    return new PartitionWishes(
        rest.nextLeader, and(rest.lasting, tablet), rest.joining, rest.leaving);
  }

  /** This tablet shall become a member, and nothing else is wanted of it. */
  public PartitionWishes withJoining(NodeId tablet) {
    PartitionWishes rest = without(tablet);
    return new PartitionWishes(
        rest.nextLeader, rest.lasting, and(rest.joining, tablet), rest.leaving);
  }

  /** This copy shall be removed, and nothing else is wanted of its tablet. */
  public PartitionWishes withLeaving(Member copy) {
    PartitionWishes rest = without(copy.tablet());
    List<Member> more = new ArrayList<>(rest.leaving);
    more.add(copy);
    return new PartitionWishes(rest.nextLeader, rest.lasting, rest.joining, more);
  }

  /** Whether a tablet's copy shall be removed. */
  public boolean isLeaving(NodeId tablet) {
    return isLeaving(leaving, tablet);
  }

  private static boolean isLeaving(List<Member> leaving, NodeId tablet) {
    return leaving.stream().anyMatch(copy -> copy.tablet().equals(tablet));
  }

  /** Nothing is wanted of this tablet. */
  public PartitionWishes without(NodeId tablet) {
    return new PartitionWishes(
        tablet.equals(nextLeader) ? null : nextLeader,
        but(lasting, tablet),
        but(joining, tablet),
        leaving.stream().filter(copy -> !copy.tablet().equals(tablet)).toList());
  }

  /** What is left to be wished for once these are the members and the learners. */
  public PartitionWishes among(MemberSet members, List<NodeId> learners) {
    if (isNone()) {
      return this;
    }
    return new PartitionWishes(
        nextLeader != null && members.contains(nextLeader) ? nextLeader : null,
        lasting.stream().filter(learners::contains).toList(),
        joining.stream().filter(learners::contains).toList(),
        leaving);
  }

  private static List<NodeId> and(List<NodeId> list, NodeId tablet) {
    List<NodeId> result = new ArrayList<>(list);
    result.add(tablet);
    return result;
  }

  private static List<NodeId> but(List<NodeId> list, NodeId tablet) {
    return list.stream().filter(other -> !other.equals(tablet)).toList();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (nextLeader != null) {
      text.append(" next leader ").append(nextLeader);
    }
    append(text, "lasting", lasting);
    append(text, "joining", joining);
    append(text, "leaving", leaving);
    return text.isEmpty() ? "none" : text.substring(1);
  }

  private static void append(StringBuilder text, String word, List<?> tablets) {
    if (!tablets.isEmpty()) {
      text.append(' ').append(word).append(' ').append(tablets);
    }
  }
}
