package io.holdfast.tablet.replication;

import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.NodeId;
import java.util.List;

/**
 * Whom the nameserver wants to be a member, and whom not.
 *
 * @param version configuration that this is about; for any other it says nothing
 * @param promotable copies of learners that shall become members once they have caught up
 * @param unwanted members that shall be none
 */
record MemberWishes(long version, List<Member> promotable, List<NodeId> unwanted) {
  static final MemberWishes NONE = new MemberWishes(0, List.of(), List.of());

  static MemberWishes of(LeaderAdvice advice) {
    return new MemberWishes(advice.version(), advice.promotable(), advice.unwanted());
  }
}
