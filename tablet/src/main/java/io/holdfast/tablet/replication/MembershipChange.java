package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.model.MemberSet;

/**
 * The in-sync set of a leader, and the change of it that is under way.
 *
 * <p>From the moment a change is proposed until the nameserver has made it the truth, both sets
 * must agree to every commit and to every lease: either may turn out to be the one that the next
 * election asks. A proposal is therefore never withdrawn; it is repeated until it is answered or
 * the term is over. The nameserver refuses one by giving the old set the next version, after which
 * nobody can grant the proposal any more.
 */
final class MembershipChange {
  private final ReplicaState state;
  private MemberSet members;
  private long version;
  private MemberSet pending;
  private long pendingSince;
  private long sentAt;

  MembershipChange(ReplicaState state, MemberSet members, long version) {
    this.state = state;
    this.members = members;
    this.version = version;
  }

  MemberSet members() {
    return members;
  }

  long version() {
    return version;
  }

  /** The set that was asked for and not confirmed yet; null when no change is under way. */
  MemberSet pending() {
    return pending;
  }

  long pendingNanos(long now) {
    return pending == null ? 0 : now - pendingSince;
  }

  void propose(MemberSet wanted, long now, Ready out) {
    pending = wanted;
    pendingSince = now;
    ask(now, out);
  }

  void repeat(long now, Ready out) {
    if (pending != null && now - sentAt >= state.settings.resendNanos()) {
      ask(now, out);
    }
  }

  /**
   * The nameserver says which set is the truth.
   *
   * @return whether the change that was under way is done
   */
  boolean confirmed(MemberSet truth, long truthVersion) {
    if (pending == null) {
      return false;
    }
    // The version, not the content, says which request was granted: the same set may have been
    // asked for before, and granted and undone since.
    boolean answersThis = truthVersion == version + 1 || state.lacks(Mutant.CHANGE_BY_CONTENT);
    if (truthVersion == version + 1 && truth.sameAs(members)) {
      // Refused: this version can only be asked about once, and was given to the old set.
      version = truthVersion;
      pending = null;
      return true;
    }
    if (!answersThis || !truth.sameAs(pending)) {
      return false;
    }
    members = truth;
    version = truthVersion;
    pending = null;
    return true;
  }

  private void ask(long now, Ready out) {
    sentAt = now;
    out.reports.add(new ChangeMembers(state.partition, state.term(), version, pending));
  }
}
