package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.MemberUnfit;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A member that holds the group up is left out, and comes back when it has shown that it is well.
 */
class SlowMemberTest {

  /** Writes go on while one disk takes this long for each of them. */
  private static void writeWithSlowDisk(
      ReplicaGroup group, NodeId slow, int syncMillis, long forMillis) {
    group.tablet(slow).diskHeld = true;
    for (long done = 0; done < forMillis; done += syncMillis) {
      group.write(A);
      group.live(syncMillis);
      group.sync(slow);
      group.settle();
      if (group.tablet(A).last(ChangeMembers.class) != null) {
        return;
      }
    }
    group.tablet(slow).diskHeld = false;
    group.settle();
  }

  /** Whenever the leader looks at its learners, the last write is at none of them yet. */
  private static List<ReplicaGroup.Answer> writeWithoutPause(ReplicaGroup group, long forMillis) {
    List<ReplicaGroup.Answer> answers = new ArrayList<>();
    for (long done = 0; done < forMillis && !asks(group); done += 10) {
      group.tablet(B).diskHeld = true;
      group.tablet(C).diskHeld = true;
      answers.add(group.write(A));
      group.settle();
      group.pass(10);
      group.tablet(B).diskHeld = false;
      group.tablet(C).diskHeld = false;
      group.settle();
    }
    return answers;
  }

  private static ReplicaGroup withALeftAlone() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.cutOff(C);
    group.live(620);
    group.grantAndAdvise(A);
    group.live(20);
    group.grantAndAdvise(A);
    assertThat(group.tablet(A).view().members().tablets()).containsExactly(A);
    group.heal();
    return group;
  }

  private static boolean asks(ReplicaGroup group) {
    return group.tablet(A).view().pending() != null;
  }

  /** Each answer comes in time, but all together they are far slower than the others. */
  @Test
  void aSlowMemberIsEvictedAfterTenSeconds() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    long began = group.now;
    writeWithSlowDisk(group, B, 200, 30_000);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
    assertThat(group.now - began)
        .isBetween(10_000 * ReplicaGroup.MILLI, 14_000 * ReplicaGroup.MILLI);
  }

  /** A disk that is as slow as this on all of them is nobody's fault. */
  @Test
  void nobodyIsEvictedWhenAllAreSlow() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    for (int i = 0; i < 120; i++) {
      group.tablets.values().forEach(tablet -> tablet.diskHeld = true);
      group.write(A);
      group.live(200);
      group.tablets.values().forEach(tablet -> tablet.diskHeld = false);
      group.settle();
    }
    assertThat(group.request(A)).isNull();
  }

  /** Forty milliseconds are no reason, whatever the others need. */
  @Test
  void belowTheFloorNobodyIsSlow() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    writeWithSlowDisk(group, B, 40, 20_000);
    assertThat(group.request(A)).isNull();
  }

  /** A majority does not wait for a slow member, so it may stay. */
  @Test
  void aMajorityKeepsTheSlow() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    writeWithSlowDisk(group, B, 200, 20_000);
    assertThat(group.request(A)).isNull();
  }

  /** Speed is no reason to keep fewer copies than the operator asked for. */
  @Test
  void minInsyncKeepsTheSlow() {
    TableOptions options = new TableOptions(3, AckMode.ALL, 3, ReadMode.LEADER);
    ReplicaGroup group = new ReplicaGroup(options, ReplicationSettings.DEFAULTS);
    group.elect(A, 1, A, B, C);
    group.settle();
    writeWithSlowDisk(group, B, 200, 20_000);
    assertThat(group.request(A)).isNull();
  }

  /** What was left out while it ran returns after ten seconds of health, then after twenty. */
  @Test
  void aSilentMemberReturnsLaterEachTime() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    for (long probation : new long[] {10_000, 20_000, 40_000}) {
      group.cutOff(B);
      group.live(700);
      assertThat(group.request(A).members().tablets()).containsExactly(A, C);
      group.grantAndAdvise(A);
      group.heal();
      group.live(probation - 300);
      assertThat(asks(group)).as("before %s ms", probation).isFalse();
      group.live(700);
      assertThat(group.request(A).members().tablets()).containsExactly(A, C, B);
      group.grantAndAdvise(A);
      group.settle();
    }
  }

  /** The leader commits without them, and so is ahead of them at every moment. */
  @Test
  void membersReturnThoughWritesNeverCease() {
    ReplicaGroup group = withALeftAlone();
    writeWithoutPause(group, 9_700);
    assertThat(asks(group)).as("in its probation").isFalse();
    List<ReplicaGroup.Answer> answers = writeWithoutPause(group, 1_000);
    assertThat(group.request(A).members().tablets()).containsExactly(A, B);
    group.grantAndAdvise(A);
    group.settle();
    answers.addAll(writeWithoutPause(group, 1_000));
    assertThat(group.request(A).members().tablets()).containsExactly(A, B, C);
    group.grantAndAdvise(A);
    group.settle();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.outcome).isEqualTo(WriteOutcome.OK));
  }

  /** Of those 1,200 are always under way to each of them, more than a learner may usually miss. */
  @Test
  void membersReturnThoughVeryManyWritesAreUnderWay() {
    ReplicaGroup group = withALeftAlone();
    List<Integer> owed = new ArrayList<>();
    group.tablet(B).diskHeld = true;
    group.tablet(C).diskHeld = true;
    for (int step = 0; step < 1_100 && !asks(group); step++) {
      int before = group.tablet(B).store().owed.size();
      for (int i = 0; i < 300; i++) {
        group.write(A);
      }
      group.settle();
      owed.add(group.tablet(B).store().owed.size() - before);
      group.pass(10);
      if (step >= 3) {
        // What came three steps ago is on the disk now.
        group.sync(B, owed.get(step - 3));
        group.sync(C, owed.get(step - 3));
        group.settle();
      }
    }
    assertThat(group.request(A).members().tablets()).containsExactly(A, B);
  }

  /**
   * It was near, and stands still when the leader waits for it: writes wait a tenth of a second.
   */
  @Test
  void whoStandsStillWhileItIsAwaitedIsGivenUp() {
    ReplicaGroup group = withALeftAlone();
    writeWithoutPause(group, 9_700);
    group.tablet(B).diskHeld = true;
    group.tablet(C).diskHeld = true;
    long began = group.now;
    long longest = 0;
    long waited = 0;
    for (int i = 0; i < 500; i++) {
      ReplicaGroup.Answer answer = group.write(A);
      long written = group.now;
      while (answer.outcome == null) {
        group.pass(10);
        group.settle();
      }
      longest = Math.max(longest, group.now - written);
      waited += group.now - written - 10 * ReplicaGroup.MILLI;
      group.pass(10);
      group.settle();
    }
    assertThat(asks(group)).isFalse();
    assertThat(longest).isBetween(50 * ReplicaGroup.MILLI, 120 * ReplicaGroup.MILLI);
    assertThat(waited).as("a tenth of the time").isLessThan((group.now - began) / 8);
  }

  /** The time does not run while it is not well. */
  @Test
  void theProbationBeginsAnewWhenItIsUnwell() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.live(700);
    group.grantAndAdvise(A);
    group.heal();
    group.live(8_000);
    group.cutOff(B);
    group.live(700);
    group.heal();
    group.live(9_500);
    assertThat(asks(group)).isFalse();
    group.live(1_000);
    assertThat(asks(group)).isTrue();
  }

  /** A process that was killed and started again is not slow: it returns as soon as it can. */
  @Test
  void aRestartedMemberReturnsAtOnce() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(A).host.onPeerClosed(B);
    group.live(10);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
    group.grantAndAdvise(A);
    group.tablet(B).restart();
    group.live(400);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C, B);
  }

  /**
   * A machine that fell silent and whose connection then turns out to be gone was restarted, too.
   */
  @Test
  void aMachineThatWasGoneReturnsAtOnce() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.live(700);
    group.grantAndAdvise(A);
    group.tablet(B).restart();
    group.heal();
    group.tablet(A).host.onPeerClosed(B);
    group.live(400);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C, B);
  }

  /** One that restarts again and again is no better than one that stands still. */
  @Test
  void aMemberThatRestartsAgainAndAgainHasToWait() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    for (int i = 0; i < 3; i++) {
      group.tablet(A).host.onPeerClosed(B);
      group.live(10);
      group.grantAndAdvise(A);
      group.tablet(B).restart();
      group.live(400);
      assertThat(group.request(A).members().tablets()).containsExactly(A, C, B);
      group.grantAndAdvise(A);
      group.settle();
    }
    group.tablet(A).host.onPeerClosed(B);
    group.live(10);
    group.grantAndAdvise(A);
    group.tablet(B).restart();
    group.live(5_000);
    assertThat(asks(group)).isFalse();
    group.live(6_000);
    assertThat(asks(group)).isTrue();
  }

  /** If all its members look bad at once, it may be the leader that is ill. */
  @Test
  void membersThatSpeakGoOneASecond() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.tablet(B).diskHeld = true;
    group.tablet(C).diskHeld = true;
    group.write(A);
    group.live(620);
    assertThat(group.request(A).members().tablets()).containsExactly(A, C);
    group.grantAndAdvise(A);
    group.live(900);
    assertThat(asks(group)).isFalse();
    group.live(200);
    assertThat(group.request(A).members().tablets()).containsExactly(A);
  }

  /** Members that nobody hears go at once, all of them. */
  @Test
  void membersThatAreGoneGoAtOnce() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.cutOff(B);
    group.cutOff(C);
    group.live(620);
    group.grantAndAdvise(A);
    group.live(20);
    assertThat(group.request(A).members().tablets()).containsExactly(A);
  }

  /** Where nothing changes by itself, the operator hears of it, once a second. */
  @Test
  void withoutAutomaticFailoverAnAlarmIsRaised() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.advise(A, 1, false);
    group.cutOff(B);
    group.live(2_700);
    assertThat(group.request(A)).isNull();
    assertThat(group.tablet(A).last(MemberUnfit.class))
        .isEqualTo(new MemberUnfit(PARTITION, 1, B, EvictionReason.SILENT));
    assertThat(group.tablet(A).reports).filteredOn(MemberUnfit.class::isInstance).hasSize(3);
  }
}
