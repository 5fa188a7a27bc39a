package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.MILLI;
import static io.holdfast.tablet.replication.ReplicaGroup.NAMESERVER;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ControlMessage.DropReplica;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.tablet.replication.ReplicaGroup.Envelope;
import io.holdfast.tablet.replication.SessionListener.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads at replicas that do not lead: never behind what the reader has seen, and bounded. */
class SessionReadTest {
  private static final long WAIT = 50 * MILLI;

  /** What a reader was told, and at which version. */
  private record Told(Verdict verdict, long version) {}

  private static List<Told> read(ReplicaGroup group, NodeId id, long minVersion) {
    return read(group, id, minVersion, WAIT);
  }

  private static List<Told> read(ReplicaGroup group, NodeId id, long minVersion, long waitNanos) {
    List<Told> told = new ArrayList<>();
    ReplicaHost host = group.tablet(id).host;
    host.sessionRead(
        PARTITION,
        minVersion,
        waitNanos,
        verdict -> told.add(new Told(verdict, host.version(PARTITION))),
        group.now);
    return told;
  }

  private static long write(ReplicaGroup group) {
    ReplicaGroup.Answer answer = group.write(A);
    group.settle();
    return answer.offset;
  }

  /** The process dies, its leader sees the connection close, and it comes back. */
  private static void restart(ReplicaGroup group, NodeId id) {
    group.tablet(A).host.onPeerClosed(id);
    group.tablet(id).restart();
  }

  private static long ageMillis(ReplicaGroup group, NodeId id) {
    long age = group.tablet(id).host.ageNanos(PARTITION, group.now);
    return age < 0 ? age : age / MILLI;
  }

  /** A follower serves a session that wrote something as soon as it has applied that. */
  @Test
  void aFollowerServesWhatItHasApplied() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    long version = write(group);
    assertThat(group.tablet(B).view().applied()).isLessThan(version);

    List<Told> told = read(group, B, version);
    assertThat(told).isEmpty();
    // The leader tells of the commit without being asked.
    group.live(30);
    assertThat(told).containsExactly(new Told(Verdict.SERVE, version));
    assertThat(read(group, B, version)).containsExactly(new Told(Verdict.SERVE, version));
  }

  /** Whoever does not catch up in time sends the reader to the leader, once. */
  @Test
  void whoStaysBehindSaysSo() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.live(200);
    group.cutOff(C);
    long version = write(group);

    List<Told> told = read(group, C, version);
    group.live(40);
    assertThat(told).isEmpty();
    group.live(20);
    assertThat(told).containsExactly(new Told(Verdict.BEHIND, 1));
    group.heal();
    group.live(1000);
    assertThat(told).hasSize(1);
  }

  /** A reader that may not wait is told at once. */
  @Test
  void withoutPatienceTheAnswerIsGivenAtOnce() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    List<Verdict> told = new ArrayList<>();
    group.tablet(B).host.sessionRead(PARTITION, 99, 0, told::add, group.now);
    assertThat(told).containsExactly(Verdict.BEHIND);
  }

  /** While there is no leader, those who have applied enough go on answering sessions. */
  @Test
  void aFencedReplicaStillHasWhatItHas() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    long version = write(group);
    group.live(200);
    for (NodeId id : List.of(A, B, C)) {
      group.fence(id, 2);
      assertThat(read(group, id, version)).containsExactly(new Told(Verdict.SERVE, version));
    }
  }

  /**
   * What a deposed leader has on disk and nobody committed is no version: a session that was told
   * of more by the successor is not served there.
   */
  @Test
  void anUncommittedTailIsNoVersion() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.live(200);
    group.cutOff(A);
    group.write(A);
    group.write(A);
    group.settle();
    assertThat(group.tablet(A).view().durable()).isEqualTo(3);

    assertThat(group.tablet(A).host.version(PARTITION)).isEqualTo(1);
    List<Told> told = read(group, A, 2);
    assertThat(told).isEmpty();
    group.pass(60);
    assertThat(told).containsExactly(new Told(Verdict.BEHIND, 1));
  }

  /** What is committed and not applied yet is not shown: an answer must hold it. */
  @Test
  void committedIsNotEnough() {
    ReplicationSettings d = ReplicationSettings.DEFAULTS;
    ReplicationSettings slow =
        new ReplicationSettings(
            d.heartbeatNanos(),
            d.leaseNanos(),
            d.leaseMarginPercent(),
            d.leaseMarginNanos(),
            d.evictAfterNanos(),
            d.commitNoticeNanos(),
            d.resendNanos(),
            d.promoteLag(),
            4096,
            100,
            100,
            100,
            50,
            d.transferPauseNanos(),
            100,
            d.sessions(),
            d.snapshots(),
            d.health());
    ReplicaGroup group = new ReplicaGroup(TableOptions.defaults(3), slow);
    group.elect(A, 1, A, B, C);
    group.settle();
    for (int i = 0; i < 40; i++) {
      group.write(A);
      group.settle();
    }
    group.live(100);
    restart(group, B);
    for (int i = 0; i < 100 && group.tablet(B).view().commit() < 41; i++) {
      group.pass(10);
      group.deliver();
    }
    assertThat(group.tablet(B).view().commit()).isEqualTo(41);
    assertThat(group.tablet(B).view().applied()).isLessThan(41);
    List<Told> told = read(group, B, 41, 500 * MILLI);
    assertThat(told).isEmpty();
    group.live(400);
    assertThat(told).containsExactly(new Told(Verdict.SERVE, 41));
  }

  /**
   * Offsets are given again when an operator gave up what a missing copy holds. So a copy that
   * comes back serves nobody by its version alone, and not on the word of a leader whose log it was
   * not compared with.
   */
  @Test
  void aRestartedReplicaServesNobodyBeforeItsLogWasCompared() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    long version = write(group);
    group.live(200);
    group.tablet(B).host.makeSnapshot(PARTITION, version, (manifest, problem) -> {});
    group.live(200);
    group.cutOff(B);
    restart(group, B);
    assertThat(group.tablet(B).view().applied()).isEqualTo(version);

    List<Told> told = read(group, B, version);
    group.pass(60);
    assertThat(told).containsExactly(new Told(Verdict.BEHIND, version));

    group.heal();
    group.live(500);
    assertThat(read(group, B, version)).containsExactly(new Told(Verdict.SERVE, version));
  }

  /** After a restart nothing is shown that is older than what the session has seen. */
  @Test
  void aRestartedReplicaFirstCatchesUp() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    long version = write(group);
    group.live(200);
    group.cutOff(B);
    restart(group, B);

    List<Told> old = read(group, B, version);
    List<Told> fresh = read(group, B, 0);
    assertThat(old).isEmpty();
    assertThat(fresh).isEmpty();
    group.pass(60);
    assertThat(old).containsExactly(new Told(Verdict.BEHIND, 0));
    assertThat(fresh).containsExactly(new Told(Verdict.BEHIND, 0));

    group.heal();
    group.live(500);
    assertThat(read(group, B, version)).containsExactly(new Told(Verdict.SERVE, version));
    assertThat(read(group, B, 0)).containsExactly(new Told(Verdict.SERVE, version));
  }

  /** A session that has seen nothing is served by whoever was up to date once. */
  @Test
  void aNewSessionIsServedByWhoWasUpToDate() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    List<Told> told = read(group, B, 0);
    assertThat(told).isEmpty();
    group.live(200);
    assertThat(told).containsExactly(new Told(Verdict.SERVE, 1));
  }

  @Test
  void aCorruptReplicaIsNeverRead() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.live(200);
    group.tablet(B).store().flag(Flag.CORRUPT);
    group.tablet(B).restart();
    group.live(200);
    assertThat(read(group, B, 0)).containsExactly(new Told(Verdict.NO_REPLICA, 0));
    assertThat(group.tablet(B).host.isReadable(PARTITION)).isFalse();
    assertThat(group.tablet(A).host.isReadable(PARTITION)).isTrue();
  }

  /** Who waits at a replica that goes away is told, once. */
  @Test
  void droppedAndFailedReplicasLetTheirReadersGo() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    List<Told> atDropped = read(group, B, 99);
    List<Told> atFailed = read(group, C, 99);
    group.tablet(B).host.onMessage(NAMESERVER, new DropReplica(1, PARTITION), group.now);
    group.tablet(C).host.onStoreFailed(PARTITION, new IllegalStateException("fsync"));
    group.live(200);
    assertThat(atDropped).containsExactly(new Told(Verdict.NO_REPLICA, 0));
    assertThat(atFailed).containsExactly(new Told(Verdict.NO_REPLICA, 0));
    assertThat(read(group, B, 0)).containsExactly(new Told(Verdict.NO_REPLICA, 0));
  }

  /** At the bound a reader is sent away at once instead of being remembered. */
  @Test
  void noMoreWaitThanMay() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    List<List<Told>> waiting = new ArrayList<>();
    for (int i = 0; i < SessionReads.MAX_WAITING; i++) {
      waiting.add(read(group, B, 99));
    }
    assertThat(waiting).allMatch(List::isEmpty);
    assertThat(read(group, B, 99)).containsExactly(new Told(Verdict.BEHIND, 0));
    group.pass(60);
    assertThat(waiting).allMatch(told -> told.size() == 1);
    assertThat(read(group, B, 99)).isEmpty();
  }

  /** A reader whose answer throws ends the replica, and the others still get theirs. */
  @Test
  void everyReaderIsTold() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    ReplicaHost host = group.tablet(B).host;
    host.sessionRead(
        PARTITION,
        99,
        WAIT,
        verdict -> {
          throw new IllegalStateException("client code");
        },
        group.now);
    List<Told> second = read(group, B, 99);
    group.pass(60);
    assertThat(second).containsExactly(new Told(Verdict.BEHIND, 0));
    assertThat(group.tablet(B).faults).hasSize(1);
  }

  // ---- age

  /** A follower that hears its leader is young, and gets older when it does not. */
  @Test
  void theAgeIsTheTimeSinceItWasUpToDate() {
    ReplicaGroup group = ReplicaGroup.of(AckMode.MAJORITY);
    assertThat(ageMillis(group, B)).isEqualTo(-1);
    group.elect(A, 1, A, B, C);
    group.live(300);
    assertThat(ageMillis(group, A)).isZero();
    assertThat(ageMillis(group, B)).isBetween(0L, 110L);

    group.cutOff(C);
    write(group);
    group.live(1000);
    assertThat(ageMillis(group, C)).isBetween(1000L, 1110L);
    group.heal();
    group.live(300);
    assertThat(ageMillis(group, C)).isBetween(0L, 110L);
  }

  /** A leader without a lease may be deposed: who hears only that one gets older all the same. */
  @Test
  void aLeaderWithoutLeaseKeepsNobodyYoung() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.live(300);
    group.cutOff(B);
    group.live(1500);
    assertThat(group.tablet(C).host.knownLeader(PARTITION)).isEqualTo(A);
    assertThat(ageMillis(group, C)).isGreaterThan(800);
    assertThat(ageMillis(group, A)).isGreaterThan(800);
  }

  /** A heartbeat that comes again says what was true when it was sent. */
  @Test
  void anOldHeartbeatMakesNobodyYoung() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.ALL);
    group.live(300);
    Heartbeat[] last = new Heartbeat[1];
    group.lost =
        envelope -> {
          if (envelope.to().equals(B) && envelope.message() instanceof Heartbeat heartbeat) {
            last[0] = heartbeat;
          }
          return false;
        };
    group.live(200);
    group.heal();
    group.cutOff(B);
    group.live(500);
    group.tablet(B).host.onMessage(A, last[0], group.now);
    assertThat(last[0].current()).isTrue();
    assertThat(ageMillis(group, B)).isGreaterThanOrEqualTo(500);
  }

  /** The age is that of the applied state: knowing of a commit does not make it younger. */
  @Test
  void whatIsNotAppliedDoesNotCount() {
    ReplicaGroup group = ReplicaGroup.ledByA(AckMode.MAJORITY);
    group.live(300);
    // Records do not get through, heartbeats do.
    group.lost =
        (Envelope envelope) ->
            envelope.to().equals(C) && !(envelope.message() instanceof Heartbeat);
    write(group);
    group.live(500);
    assertThat(ageMillis(group, C)).isBetween(500L, 620L);
  }
}
