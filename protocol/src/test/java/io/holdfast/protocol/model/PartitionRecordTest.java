package io.holdfast.protocol.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.PartitionRecord.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionRecordTest {
  private static final NodeId A = new NodeId("a:1");
  private static final NodeId B = new NodeId("b:1");

  private static PartitionRecord record(long version, List<NodeId> members, List<NodeId> learners) {
    List<Member> copies = members.stream().map(t -> new Member(t, ReplicaUid.UNKNOWN)).toList();
    return new PartitionRecord(
        new PartitionId(1, 0), 2, version, Phase.LEAD, A, 7, new MemberSet(copies), learners, 0, 0);
  }

  /** A learner that has become a member is another configuration, and can be compared. */
  @Test
  void learnersBecomeMembers() {
    PartitionRecord before = record(1, List.of(A), List.of(B));
    PartitionRecord after = record(2, List.of(A, B), List.of());
    assertThat(after.hasSameConfiguration(before)).isFalse();
    assertThat(before.hasSameConfiguration(after)).isFalse();
  }

  @Test
  void learnersAndWishesAreNoConfiguration() {
    PartitionRecord before = record(1, List.of(A), List.of());
    PartitionRecord after = record(1, List.of(A), List.of(B));
    assertThat(after.hasSameConfiguration(before)).isTrue();
    PartitionRecord wished = after.withWishes(after.wishes().withJoining(B));
    assertThat(wished.hasSameConfiguration(before)).isTrue();
    assertThat(wished.renewed().hasSameConfiguration(before)).isFalse();
  }
}
