package io.holdfast.tablet.replication;

import static io.holdfast.tablet.replication.ReplicaGroup.A;
import static io.holdfast.tablet.replication.ReplicaGroup.B;
import static io.holdfast.tablet.replication.ReplicaGroup.C;
import static io.holdfast.tablet.replication.ReplicaGroup.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.message.ReplicationMessage.Append;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotChunk;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotOffer;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress;
import io.holdfast.protocol.message.ReplicationMessage.SnapshotProgress.Stage;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Replicas that keep snapshots, let go of log, and bring each other up to date. */
class SnapshotScenarioTest {
  private static final long HOUR = 3_600_000_000_000L;
  private static final int RECORD = 10;

  private static SnapshotSettings every(long records, long retainBytes) {
    return new SnapshotSettings(records, 1 << 30, HOUR, retainBytes, 40, 1 << 30);
  }

  private static ReplicaGroup group(SnapshotSettings snapshots) {
    ReplicaGroup group =
        new ReplicaGroup(
            new TableOptions(3, AckMode.MAJORITY, 1, ReadMode.LEADER),
            ReplicaGroup.snapshots(snapshots, 5));
    group.elect(A, 1, A, B, C);
    group.settle();
    return group;
  }

  private static void write(ReplicaGroup group, int count) {
    for (int i = 0; i < count; i++) {
      group.write(A, RECORD);
      group.settle();
    }
  }

  /** Larger writes while time passes, so that snapshots are made in between. */
  private static void writeOn(ReplicaGroup group, int count) {
    for (int i = 0; i < count; i++) {
      group.write(A, 10 * RECORD);
      group.live(10);
    }
  }

  private static SnapshotManifest make(ReplicaGroup group, NodeId id) {
    List<SnapshotManifest> made = new ArrayList<>();
    group
        .tablet(id)
        .host
        .makeSnapshot(
            PARTITION,
            group.tablet(id).view().applied(),
            (manifest, problem) -> {
              assertThat(problem).isNull();
              made.add(manifest);
            });
    group.live(20);
    assertThat(made).hasSize(1);
    return made.get(0);
  }

  /** A and B have snapshots and a log that begins behind the first; C has nothing. */
  private static ReplicaGroup withAnEmptyC(int records) {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    group.cutOff(C);
    write(group, records / 2);
    make(group, A);
    make(group, B);
    write(group, records - records / 2);
    make(group, A);
    make(group, B);
    // C is evicted, and loses its disk, so that nothing holds the log.
    group.live(5_000);
    group.grant(A);
    group.advise(A, 1, true);
    group.live(50);
    group.leaveLog(C, List.of());
    return group;
  }

  private static List<Long> offsets(FakeReplicaStore store) {
    return store.applied.stream().map(LogRecord::offset).toList();
  }

  // ---- making and trimming

  /** A snapshot every so many records; the log goes on from the older of two, on every replica. */
  @Test
  void theLogIsKeptFromTheOlderSnapshotOn() {
    ReplicaGroup group = group(every(10, 1 << 30));
    writeOn(group, 35);
    group.live(50);
    for (NodeId id : List.of(A, B, C)) {
      FakeReplicaStore store = group.tablet(id).store();
      assertThat(store.snapshots.newest().offset()).as("%s", id).isBetween(26L, 36L);
      long older = store.snapshots.previous().offset();
      assertThat(store.snapshots.newest().offset() - older).isBetween(10L, 12L);
      assertThat(store.base).as("%s", id).isEqualTo(older);
      assertThat(offsets(store)).hasSize(36);
    }
  }

  /** While they are paused none is made because it is time; afterwards they catch up. */
  @Test
  void pausedSnapshotsAreMadeAfterwards() {
    ReplicaGroup group = group(every(10, 1 << 30));
    assertThat(group.tablet(B).host.pauseSnapshots(PARTITION)).isTrue();
    assertThat(group.tablet(B).host.pauseSnapshots(PARTITION)).as("again").isTrue();
    writeOn(group, 35);
    group.live(50);
    assertThat(group.tablet(A).store().snapshots.newest()).isNotNull();
    assertThat(group.tablet(B).store().snapshots.newest()).isNull();
    assertThat(group.tablet(B).view().isSnapshotPaused()).isTrue();

    assertThat(group.tablet(B).host.resumeSnapshots(PARTITION)).isTrue();
    group.live(50);
    assertThat(group.tablet(B).store().snapshots.newest().offset()).isEqualTo(36);
    assertThat(group.tablet(B).view().isSnapshotPaused()).isFalse();
  }

  /** A pause that somebody forgot ends before the log fills the disk. */
  @Test
  void aPauseEndsWhenTheLogIsLong() {
    ReplicaGroup group = group(every(10, 50 * RECORD));
    assertThat(group.tablet(A).host.pauseSnapshots(PARTITION)).isTrue();
    write(group, 30);
    group.live(50);
    assertThat(group.tablet(A).store().snapshots.newest()).isNull();
    writeOn(group, 10);
    group.live(50);
    assertThat(group.tablet(A).view().isSnapshotPaused()).isFalse();
    assertThat(group.tablet(A).store().snapshots.newest()).isNotNull();
  }

  /** A pause does not keep a replica empty that only a snapshot can bring up to date. */
  @Test
  void aPausedLeaderStillBringsAnEmptyReplicaUpToDate() {
    ReplicaGroup group = withAnEmptyC(40);
    assertThat(group.tablet(A).host.pauseSnapshots(PARTITION)).isTrue();
    group.heal();
    group.advise(A, 1, true, C);
    group.live(5_000);
    assertThat(group.tablet(C).view().applied()).isEqualTo(group.tablet(A).view().applied());
    assertThat(group.tablet(A).view().isSnapshotPaused()).isTrue();
  }

  /** Who waits for an offset that never comes keeps nobody from the snapshots that are due. */
  @Test
  void aRequestThatCannotBeMetYetHoldsNothingUp() {
    ReplicaGroup group = group(every(10, 1 << 30));
    List<SnapshotManifest> made = new ArrayList<>();
    group
        .tablet(A)
        .host
        .makeSnapshot(PARTITION, Long.MAX_VALUE, (manifest, problem) -> made.add(manifest));
    writeOn(group, 35);
    group.live(50);
    assertThat(made).isEmpty();
    assertThat(group.tablet(A).store().snapshots.newest()).isNotNull();
    assertThat(group.tablet(A).store().base).isPositive();
  }

  /** One snapshot alone may turn out to be damaged: the whole log stays. */
  @Test
  void oneSnapshotTrimsNothing() {
    ReplicaGroup group = group(every(10, 1 << 30));
    writeOn(group, 15);
    assertThat(group.tablet(A).store().snapshots.newest()).isNotNull();
    assertThat(group.tablet(A).store().base).isZero();
  }

  /** What a follower still needs is kept, up to a bound. */
  @Test
  void theLogIsKeptForWhoIsBehind() {
    ReplicaGroup group = group(every(10, 3_000));
    group.cutOff(C);
    write(group, 5);
    long behind = group.tablet(A).view().followerOffsets().get(C);
    writeOn(group, 25);
    assertThat(group.tablet(A).store().snapshots.previous()).isNotNull();
    assertThat(group.tablet(A).store().base).isLessThanOrEqualTo(behind);

    writeOn(group, 30);
    group.live(50);
    assertThat(group.tablet(A).store().base)
        .isEqualTo(group.tablet(A).store().snapshots.previous().offset());
  }

  /** A snapshot holds only what is applied, and only what the replica's own disk has. */
  @Test
  void aSnapshotWaitsForTheDisk() {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    group.tablet(B).diskHeld = true;
    write(group, 3);
    group.live(50);
    assertThat(group.tablet(B).view().applied()).isGreaterThan(group.tablet(B).view().durable());

    List<SnapshotManifest> made = new ArrayList<>();
    group.tablet(B).host.makeSnapshot(PARTITION, 2, (manifest, problem) -> made.add(manifest));
    group.live(50);
    assertThat(group.tablet(B).store().snapshots.owed).isEmpty();
    group.tablet(B).diskHeld = false;
    group.live(50);
    assertThat(made).hasSize(1);
    assertThat(made.get(0).offset()).isGreaterThanOrEqualTo(2);
  }

  /** Asked again, the answer is the snapshot that is there; asked ahead, it waits. */
  @Test
  void makingIsIdempotent() {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    write(group, 3);
    SnapshotManifest first = make(group, B);
    List<SnapshotManifest> made = new ArrayList<>();
    group
        .tablet(B)
        .host
        .makeSnapshot(PARTITION, first.offset(), (manifest, problem) -> made.add(manifest));
    assertThat(made).containsExactly(first);

    group
        .tablet(B)
        .host
        .makeSnapshot(PARTITION, first.offset() + 2, (manifest, problem) -> made.add(manifest));
    group.live(50);
    assertThat(made).hasSize(1);
    write(group, 2);
    group.live(50);
    assertThat(made).hasSize(2);
    assertThat(made.get(1).offset()).isEqualTo(first.offset() + 2);
  }

  // ---- catching up

  /** An empty copy gets the snapshot, then the log behind it, and becomes a member. */
  @Test
  void anEmptyCopyGetsASnapshotThenTheLog() {
    ReplicaGroup group = withAnEmptyC(40);
    write(group, 12);
    assertThat(group.tablet(A).store().base).isPositive();

    group.heal();
    group.advise(A, 1, true, C);
    List<CatchUp> seen = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      group.pass(1);
      group.deliver();
      group.tablets.keySet().forEach(group::sync);
      CatchUp now = group.tablet(C).view().catchUp();
      if (seen.isEmpty() || seen.get(seen.size() - 1) != now) {
        seen.add(now);
      }
    }
    // At first it is asked for its log.
    assertThat(seen).containsExactly(CatchUp.LOG, CatchUp.SNAPSHOT, CatchUp.LOG, CatchUp.INLINE);
    assertThat(group.tablet(C).view().role()).isEqualTo(Role.LEARNER);
    assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
    assertThat(group.tablet(C).store().base).isEqualTo(41);
    group.live(15_000);
    assertThat(group.request(A).members().tablets()).containsExactly(A, B, C);
    assertThat(group.tablet(A).view().transfers().learnerBytes()).isEqualTo(12 * RECORD);
    assertThat(group.tablet(C).host.transfers().snapshotsInstalled()).isEqualTo(1);
  }

  /** Who was away for a while is sent what it missed, once, and no snapshot. */
  @Test
  void whoMissedAFewRecordsIsSentThoseOnly() {
    ReplicaGroup group = group(every(20, 1 << 30));
    writeOn(group, 50);
    TransferCounters sent = group.tablet(A).host.transfers();
    group.cutOff(C);
    group.tablet(A).host.onPeerClosed(C);
    long before = sent.memberBytes() + sent.learnerBytes();
    write(group, 30);
    long toB = sent.memberBytes() + sent.learnerBytes() - before;
    assertThat(toB).isEqualTo(30 * RECORD);

    group.tablet(C).restart();
    group.heal();
    group.live(500);
    assertThat(group.tablet(C).view().durable()).isEqualTo(group.tablet(A).view().durable());
    assertThat(sent.memberBytes() + sent.learnerBytes() - before - toB).isEqualTo(30 * RECORD);
    assertThat(sent.snapshotBytes()).isZero();
  }

  /** What arrived before the connection broke, or the receiver died, is not sent again. */
  @Test
  void aBrokenTransferGoesOnWhereItWas() {
    for (boolean restarts : new boolean[] {false, true}) {
      ReplicaGroup group = withAnEmptyC(40);
      long whole = group.tablet(A).store().snapshots.newest().bytes();
      group.heal();
      group.advise(A, 1, true, C);
      for (int i = 0; group.tablet(C).store().snapshots.storedPieces < 10; i++) {
        assertThat(i).isLessThan(1_000);
        group.pass(1);
        group.deliver();
        group.tablets.keySet().forEach(group::sync);
      }
      long sentBefore = group.tablet(A).host.transfers().snapshotBytes();
      assertThat(sentBefore).isLessThan(whole);
      group.onTheWay.clear();
      group.cutOff(C);
      group.tablet(A).host.onPeerClosed(C);
      if (restarts) {
        group.tablet(C).restart();
      } else {
        group.tablet(C).host.onPeerClosed(A);
      }
      group.live(300);
      group.heal();
      group.live(600);
      assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
      long sent = group.tablet(A).host.transfers().snapshotBytes();
      // Four pieces at most were on their way when the connection broke.
      assertThat(sent).as("restarts %s", restarts).isBetween(whole, whole + 4 * 40);
    }
  }

  /** Single pieces and answers that are lost are made up for. */
  @Test
  void lostPiecesAreSentAgain() {
    ReplicaGroup group = withAnEmptyC(40);
    group.advise(A, 1, true, C);
    Random random = new Random(7);
    group.lost =
        envelope ->
            (envelope.message() instanceof SnapshotChunk
                    || envelope.message() instanceof SnapshotOffer
                    || envelope.message() instanceof SnapshotProgress)
                && random.nextInt(7) == 0;
    group.live(30_000);
    assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
  }

  /**
   * A snapshot whose bytes are not those of its manifest is read by its owner, given up, and made
   * anew from the state in memory; nobody has to write anything for that.
   */
  @Test
  void aDamagedSnapshotIsReplaced() {
    ReplicaGroup group = withAnEmptyC(40);
    SnapshotManifest damaged = group.tablet(A).store().snapshots.newest();
    group.tablet(A).store().snapshots.damagesWhatItReads = true;
    group.heal();
    group.advise(A, 1, true, C);
    group.live(5_000);
    assertThat(offsets(group.tablet(C).store())).isEmpty();

    assertThat(group.tablet(A).store().snapshots.checked).contains(damaged);

    group.tablet(A).store().snapshots.damagesWhatItReads = false;
    group.live(5_000);
    assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
  }

  /**
   * A disk that owes an answer for ever, on either side, holds up a transfer but does not end it.
   */
  @Test
  void anAnswerThatNeverComesIsNotWaitedForForEver() {
    for (NodeId forgetful : List.of(A, C)) {
      ReplicaGroup group = withAnEmptyC(40);
      group.heal();
      group.advise(A, 1, true, C);
      FakeSnapshots snapshots = group.tablet(forgetful).store().snapshots;
      for (int i = 0; snapshots.owed.isEmpty(); i++) {
        assertThat(i).isLessThan(1_000);
        group.pass(1);
        group.deliver();
        if (snapshots.owed.isEmpty()) {
          group.sync(A);
          group.sync(C);
        }
      }
      snapshots.owed.clear();
      group.live(5_000);
      assertThat(offsets(group.tablet(C).store())).isEmpty();
      group.live(20_000);
      assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
    }
  }

  /** What a look at a snapshot finds costs nothing but another one; the log stays until then. */
  @Test
  void aSnapshotThatIsFoundDamagedIsMadeAnewAtOnce() {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    write(group, 10);
    SnapshotManifest first = make(group, A);
    write(group, 10);
    SnapshotManifest second = make(group, A);
    FakeSnapshots snapshots = group.tablet(A).store().snapshots;
    group.live(100);
    List<Long> trims = List.copyOf(snapshots.trims);
    group.tablet(A).host.onSnapshotDamaged(PARTITION, second, group.now);
    assertThat(snapshots.newest()).isEqualTo(first);
    assertThat(snapshots.previous()).isNull();
    // Once more, late, changes nothing.
    group.tablet(A).host.onSnapshotDamaged(PARTITION, second, group.now);
    assertThat(snapshots.newest()).isEqualTo(first);
    group.live(100);
    assertThat(snapshots.newest()).isEqualTo(second);
    assertThat(snapshots.previous()).isEqualTo(first);

    // The only ones that are left go, too, if they must; the state is in memory.
    group.tablet(A).host.onSnapshotDamaged(PARTITION, first, group.now);
    group.tablet(A).host.onSnapshotDamaged(PARTITION, second, group.now);
    assertThat(snapshots.newest()).isNull();
    group.live(100);
    assertThat(snapshots.newest()).isEqualTo(second);
    assertThat(snapshots.trims).isEqualTo(trims);
  }

  /** With no snapshot at hand one is made first. */
  @Test
  void aSnapshotIsMadeWhenThereIsNone() {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    write(group, 20);
    // A's log begins late although it has lost its snapshots.
    group.tablet(A).store().trim(15);
    group.leaveLog(C, List.of());
    group.live(2_000);
    assertThat(group.tablet(A).store().snapshots.newest().offset()).isEqualTo(21);
    assertThat(group.tablet(C).store().snapshots.newest().offset()).isEqualTo(21);
  }

  // ---- what is never done

  /** A snapshot of what a replica has is refused, whoever offers it and whatever it forgot. */
  @Test
  void whatIsKnownIsNotTakenOver() {
    ReplicaGroup group = group(every(1_000_000, 1 << 30));
    write(group, 20);
    SnapshotManifest manifest = make(group, A);
    write(group, 5);
    group.live(50);
    for (boolean restarts : new boolean[] {false, true}) {
      if (restarts) {
        group.tablet(C).restart();
        assertThat(group.tablet(C).view().commit()).isZero();
      }
      group.onTheWay.clear();
      group.tablet(C).host.onMessage(A, new SnapshotOffer(PARTITION, 1, 77, manifest, false), 0);
      assertThat(group.onTheWay)
          .filteredOn(envelope -> envelope.message() instanceof SnapshotProgress)
          .extracting(envelope -> ((SnapshotProgress) envelope.message()).stage())
          .containsExactly(Stage.UNWANTED);
      group.live(50);
      assertThat(group.tablet(C).store().log).hasSize(26);
    }
  }

  /**
   * A log that differs from what is committed gives way to the snapshot, and nothing of it stays.
   */
  @Test
  void anotherTermsLogGivesWay() {
    ReplicaGroup group = withAnEmptyC(40);
    write(group, 3);
    group.elect(A, 3, A, B);
    group.settle();
    // C led term 2 once, over a log that nobody else has seen.
    group.leaveLog(C, ReplicaGroup.records(2, 2, 2, 2, 2));
    group.heal();
    group.advise(A, 3, true, C);
    group.live(1_000);
    assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
    assertThat(group.tablet(C).view().history().termAt(42)).isEqualTo(1);
    assertThat(group.tablet(C).view().history().lastTerm()).isEqualTo(3);
  }

  /**
   * A copy whose snapshot holds what its leader never had, or has not any more, acknowledges
   * nothing.
   */
  @Test
  void aSnapshotOfAnotherTruthIsFoundOut() {
    for (int shorter : new int[] {3, 30}) {
      ReplicaGroup group = group(every(1_000_000, 1 << 30));
      write(group, 20);
      group.live(50);
      make(group, C);
      write(group, 2);
      group.live(50);
      make(group, C);
      group.tablet(C).restart();
      // An operator goes on without C, whose writes are lost, and others take their place.
      long[] terms = new long[shorter];
      Arrays.fill(terms, 1);
      terms[shorter - 1] = 2;
      group.leaveLog(A, ReplicaGroup.records(terms));
      group.leaveLog(B, ReplicaGroup.records(terms));
      group.cutOff(C);
      group.elect(A, 3, A, B);
      group.live(50);
      group.heal();
      group.advise(A, 3, true, C);
      group.live(1_000);
      boolean same = shorter > 23;
      if (same) {
        // The other truth begins behind C's snapshot.
        assertThat(group.tablet(C).faults).isEmpty();
        assertThat(group.tablet(C).view().durable()).isEqualTo(shorter + 1);
      } else {
        assertThat(group.tablet(C).faults).hasSize(1).first().isInstanceOf(DivergedException.class);
        assertThat(group.tablet(A).view().followerOffsets()).containsEntry(C, 0L);
      }
    }
  }

  /** Pieces of another attempt are not mixed in. */
  @Test
  void piecesOfAnotherAttemptAreIgnored() {
    ReplicaGroup group = withAnEmptyC(40);
    SnapshotManifest manifest = group.tablet(A).store().snapshots.newest();
    group.tablet(C).host.onMessage(A, new SnapshotOffer(PARTITION, 1, 2, manifest, true), 0);
    group
        .tablet(C)
        .host
        .onMessage(A, new SnapshotChunk(PARTITION, 1, 1, 0, new byte[] {1}, true), 0);
    assertThat(group.tablet(C).store().snapshots.owed).isEmpty();
    group
        .tablet(C)
        .host
        .onMessage(A, new SnapshotChunk(PARTITION, 1, 2, 0, new byte[] {1}, true), 0);
    assertThat(group.tablet(C).store().snapshots.owed).hasSize(1);
  }

  /** While a snapshot becomes the state, a replica says nothing about its log to nameservers. */
  @Test
  void noElectionIsAnsweredWhileASnapshotIsInstalled() {
    ReplicaGroup group = withAnEmptyC(40);
    group.heal();
    group.advise(A, 1, true, C);
    for (int i = 0; !isInstalling(group); i++) {
      assertThat(i).isLessThan(1_000);
      group.pass(1);
      group.deliver();
      group.sync(A);
      FakeSnapshots snapshots = group.tablet(C).store().snapshots;
      if (!snapshots.owed.isEmpty() && !isInstalling(group)) {
        snapshots.owed.removeFirst().report(group.tablet(C).host, PARTITION, group.now);
      }
    }
    assertThat(group.fence(C, 2)).isNull();
    assertThat(group.tablet(C).view().term()).isEqualTo(2);
    group.sync(C);
    assertThat(group.tablet(C).view().durable()).isEqualTo(41);
    assertThat(group.fence(C, 2).lastOffset()).isEqualTo(41);
  }

  private static boolean isInstalling(ReplicaGroup group) {
    return group.onTheWay.stream()
        .anyMatch(
            envelope ->
                envelope.message() instanceof SnapshotProgress progress
                    && progress.stage() == Stage.INSTALLING);
  }

  /** Records that come while a snapshot becomes the state would end up in the log it replaces. */
  @Test
  void recordsAreNotTakenWhileASnapshotIsInstalled() {
    ReplicaGroup group = withAnEmptyC(40);
    SnapshotManifest manifest = group.tablet(A).store().snapshots.newest();
    ReplicaGroup.Tablet c = group.tablet(C);
    c.host.onMessage(A, new SnapshotOffer(PARTITION, 1, 1, manifest, true), 0);
    for (long at = 0; at < manifest.bytes(); at += 100) {
      // The bytes do not matter here.
      int length = (int) Math.min(100, manifest.bytes() - at);
      c.host.onMessage(A, new SnapshotChunk(PARTITION, 1, 1, at, new byte[length], true), 0);
      c.store().snapshots.owed.removeFirst().report(c.host, PARTITION, 0);
    }
    assertThat(c.store().snapshots.owed).hasSize(1);
    c.host.onMessage(A, new Append(PARTITION, 1, 0, 0, ReplicaGroup.records(1), 0, true), 0);
    assertThat(c.store().log).isEmpty();
    c.store().snapshots.owed.removeFirst().report(c.host, PARTITION, 0);
    c.host.onMessage(A, new Append(PARTITION, 1, 0, 0, ReplicaGroup.records(1), 0, true), 0);
    assertThat(c.store().log).hasSize(1);
  }

  // ---- leading with a log that begins late

  /** Who took a snapshot over may lead, and brings others up to date from there. */
  @Test
  void aLeaderWhoseLogBeginsBehindASnapshot() {
    ReplicaGroup group = withAnEmptyC(40);
    write(group, 3);
    group.heal();
    group.advise(A, 1, true, C);
    group.live(600);
    group.grant(A);
    group.live(100);

    // B stays away long enough to lack what C's log begins with, or has nothing at all.
    group.leaveLog(B, ReplicaGroup.records(1, 1, 1));
    group.elect(C, 2, A, C);
    group.advise(C, 2, true, B);
    group.live(1_000);
    assertThat(group.tablet(C).view().isActive()).isTrue();
    assertThat(group.tablet(A).view().durable()).isEqualTo(group.tablet(C).view().durable());
    assertThat(group.tablet(B).view().durable()).isEqualTo(group.tablet(C).view().durable());
    assertThat(offsets(group.tablet(B).store())).isEqualTo(offsets(group.tablet(C).store()));
    assertThat(group.tablet(A).faults).isEmpty();
    assertThat(group.tablet(B).faults).isEmpty();
  }

  /** A replica that restarts goes on from its snapshot: nothing before it is applied again. */
  @Test
  void aRestartGoesOnFromTheSnapshot() {
    ReplicaGroup group = group(every(10, 1 << 30));
    writeOn(group, 35);
    long snapshot = group.tablet(C).view().snapshotOffset();
    group.tablet(C).restart();
    assertThat(group.tablet(C).view().applied()).isEqualTo(snapshot);
    assertThat(group.tablet(C).view().commit()).isEqualTo(snapshot);
    group.live(200);
    assertThat(offsets(group.tablet(C).store())).isEqualTo(offsets(group.tablet(A).store()));
  }
}
