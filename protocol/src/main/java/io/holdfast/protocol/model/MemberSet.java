package io.holdfast.protocol.model;

import java.util.ArrayList;
import java.util.List;

/**
 * An in-sync set (V in the protocol's description): the replicas that hold every committed record.
 * Ordered, so that two nodes that hold the same set print and store it alike. Immutable.
 */
public record MemberSet(List<Member> members) {
  public static final MemberSet EMPTY = new MemberSet(List.of());

  public MemberSet {
    members = List.copyOf(members);
    for (int i = 0; i < members.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (members.get(i).tablet().equals(members.get(j).tablet())) {
          throw new IllegalArgumentException("two replicas on one tablet: " + members);
        }
      }
    }
  }

  public int size() {
    return members.size();
  }

  public boolean contains(NodeId tablet) {
    return find(tablet) != null;
  }

  /** Whether exactly this copy belongs to the set. */
  public boolean contains(NodeId tablet, ReplicaUid uid) {
    Member member = find(tablet);
    return member != null && member.uid().equals(uid);
  }

  /** The member on this tablet, or null. */
  public Member find(NodeId tablet) {
    for (Member member : members) {
      if (member.tablet().equals(tablet)) {
        return member;
      }
    }
    return null;
  }

  public MemberSet with(Member added) {
    List<Member> result = new ArrayList<>(members);
    result.add(added);
    return new MemberSet(result);
  }

  public MemberSet without(NodeId tablet) {
    List<Member> result = new ArrayList<>(members);
    result.removeIf(member -> member.tablet().equals(tablet));
    return new MemberSet(result);
  }

  /** Whether every member of this set, uid included, belongs to the other. */
  public boolean isSubsetOf(MemberSet other) {
    return other.members.containsAll(members);
  }

  /** Whether both sets hold the same copies, in whatever order. */
  public boolean sameAs(MemberSet other) {
    return size() == other.size() && isSubsetOf(other);
  }

  public List<NodeId> tablets() {
    return members.stream().map(Member::tablet).toList();
  }

  @Override
  public String toString() {
    return members.toString();
  }
}
