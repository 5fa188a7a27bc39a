package io.holdfast.tablet.replication;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** Counts what a write quorum of an in-sync set agrees on. */
final class QuorumCounter {
  private QuorumCounter() {}

  /**
   * The highest offset that a write quorum holds.
   *
   * @param match how far each member is
   */
  static long offsetHeldBy(MemberSet members, AckMode acks, ToLongFunction<Member> match) {
    long[] offsets = new long[members.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = match.applyAsLong(members.members().get(i));
    }
    Arrays.sort(offsets);
    return offsets[offsets.length - acks.writeQuorum(offsets.length)];
  }

  /** How many members satisfy a condition. */
  static int count(MemberSet members, Predicate<Member> condition) {
    int count = 0;
    for (Member member : members.members()) {
      if (condition.test(member)) {
        count++;
      }
    }
    return count;
  }
}
