package io.holdfast.nameserver.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.ElectionPlanner.Basis;
import io.holdfast.nameserver.control.ElectionPlanner.Preference;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** The answers of fenced replicas name one leader, one set, and how long to wait. */
class ElectionPlannerTest {
  private static final NodeId A = new NodeId("a:1");
  private static final NodeId B = new NodeId("b:1");
  private static final NodeId C = new NodeId("c:1");
  private static final NodeId D = new NodeId("d:1");
  private static final PartitionId PARTITION = new PartitionId(1, 0);
  private static final long MILLI = 1_000_000L;

  private final ElectionPlanner planner = new ElectionPlanner(Mutants.NONE, false);
  private final Map<NodeId, Fenced> answers = new TreeMap<>();

  private static ReplicaUid uid(NodeId tablet) {
    return new ReplicaUid(1, tablet.hashCode());
  }

  private static Member member(NodeId tablet) {
    return new Member(tablet, uid(tablet));
  }

  private static PartitionRecord electing(NodeId learner, Member... members) {
    List<NodeId> learners = learner == null ? List.of() : List.of(learner);
    MemberSet set = new MemberSet(List.of(members));
    return new PartitionRecord(PARTITION, 5, 9, Phase.ELECT, null, 0, set, learners, 0, 0);
  }

  private static PartitionRecord electing() {
    return electing(null, member(A), member(B), member(C));
  }

  private static TableOptions options(AckMode acks) {
    return new TableOptions(3, acks, 1, ReadMode.LEADER);
  }

  private void answer(NodeId tablet, long lastTerm, long lastOffset, Grant... grants) {
    answer(tablet, uid(tablet), ReplicaFlags.NONE, lastTerm, lastOffset, grants);
  }

  private void answer(
      NodeId tablet,
      ReplicaUid uid,
      ReplicaFlags flags,
      long lastTerm,
      long lastOffset,
      Grant... grants) {
    answers.put(
        tablet, new Fenced(PARTITION, 5, uid, 77, lastTerm, lastOffset, 0, flags, List.of(grants)));
  }

  private PartitionRecord concluded(PartitionRecord record, AckMode acks) {
    return planner.concluded(record, options(acks), answers, null, preference(null, tablet -> 0));
  }

  /** The next term keeps the members and has no leader. */
  @Test
  void theNextTermIsOpened() {
    PartitionRecord opened =
        ElectionPlanner.opened(
            new PartitionRecord(
                PARTITION,
                4,
                8,
                Phase.LEAD,
                A,
                1,
                new MemberSet(List.of(member(A), member(B))),
                List.of(C),
                7,
                0));
    assertThat(opened).isEqualTo(electing(C, member(A), member(B)));
  }

  /** A higher last term beats any length; among equal terms the longest log wins. */
  @Test
  void theBestLogLeads() {
    answer(A, 3, 100);
    answer(B, 4, 10);
    answer(C, 4, 11);
    PartitionRecord record = concluded(electing(), AckMode.MAJORITY);
    assertThat(record.leader()).isEqualTo(C);
    assertThat(record.leaderIncarnation()).isEqualTo(77);
    assertThat(record.phase()).isEqualTo(Phase.LEAD);
    assertThat(record.term()).isEqualTo(5);
    assertThat(record.version()).isEqualTo(10);
  }

  /** Among equal logs, the tablet that leads least. */
  @Test
  void amongEqualsTheLeastBusyLeads() {
    answer(A, 4, 10);
    answer(B, 4, 10);
    answer(C, 4, 9);
    PartitionRecord record =
        planner.concluded(
            electing(),
            options(AckMode.ALL),
            answers,
            null,
            preference(null, tablet -> tablet.equals(A) ? 3 : 1));
    assertThat(record.leader()).isEqualTo(B);
  }

  /** Whoever was prepared to lead does so among equal logs, and never before a better one. */
  @Test
  void theHeirLeadsIfItsLogIsTheBest() {
    answer(A, 4, 10);
    answer(B, 4, 10);
    answer(C, 4, 9);
    for (NodeId heir : List.of(A, B)) {
      assertThat(leaderFor(preference(heir, tablet -> tablet.equals(heir) ? 9 : 1)))
          .isEqualTo(heir);
    }
    assertThat(leaderFor(preference(C, tablet -> 0))).isEqualTo(A);
  }

  /** A tablet that is about to end leads only if no other one can. */
  @Test
  void whoDepartsLeadsLast() {
    answer(A, 4, 10);
    answer(B, 4, 10);
    Preference preference = new Preference(null, tablet -> !tablet.equals(A), tablet -> 0);
    assertThat(leaderFor(preference)).isEqualTo(B);
    answer(B, 4, 9);
    assertThat(leaderFor(preference)).isEqualTo(A);
  }

  /** With a majority rule nothing is gained by waiting for the third; else it would be left out. */
  @Test
  void aPreparedElectionMayBeSettledEarly() {
    PartitionRecord record = electing();
    answer(A, 4, 10);
    answer(B, 4, 10);
    assertThat(planner.isSettled(record, options(AckMode.MAJORITY), answers, B)).isTrue();
    assertThat(planner.isSettled(record, options(AckMode.MAJORITY), answers, null)).isFalse();
    assertThat(planner.isSettled(record, options(AckMode.MAJORITY), answers, C)).isFalse();
    assertThat(planner.isSettled(record, options(AckMode.ALL), answers, B)).isFalse();
    answer(A, 4, 11);
    assertThat(planner.isSettled(record, options(AckMode.MAJORITY), answers, B)).isFalse();
    answer(A, 4, 10, new Grant(C, 1_000_000));
    assertThat(planner.isSettled(record, options(AckMode.MAJORITY), answers, B)).isFalse();
  }

  private NodeId leaderFor(Preference preference) {
    return planner
        .concluded(electing(), options(AckMode.MAJORITY), answers, null, preference)
        .leader();
  }

  private static Preference preference(NodeId heir, ToIntFunction<NodeId> leaders) {
    return new Preference(heir, tablet -> true, leaders);
  }

  /** When commit needs every member, who did not answer becomes a learner. */
  @Test
  void withAcksAllTheSilentAreLeftOut() {
    answer(B, 4, 10);
    PartitionRecord record = concluded(electing(D, member(A), member(B), member(C)), AckMode.ALL);
    assertThat(record.members().tablets()).containsExactly(B);
    assertThat(record.learners()).containsExactly(D, A, C);
    assertThat(planner.needed(electing(), options(AckMode.ALL))).isEqualTo(1);
  }

  /** With a majority the set stays: only a silent member may hold what another one holds. */
  @Test
  void aMajorityKeepsItsMembers() {
    answer(B, 4, 10);
    answer(C, 4, 10);
    PartitionRecord record = concluded(electing(), AckMode.MAJORITY);
    assertThat(record.members().tablets()).containsExactly(A, B, C);
    assertThat(record.learners()).isEmpty();
    assertThat(planner.needed(electing(), options(AckMode.MAJORITY))).isEqualTo(2);
  }

  /** A majority of two is everybody, so that the survivor of two may go on alone. */
  @Test
  void aMajorityOfTwoShrinks() {
    answer(B, 4, 10);
    PartitionRecord two = electing(null, member(A), member(B));
    assertThat(concluded(two, AckMode.MAJORITY).members().tablets()).containsExactly(B);
  }

  /** Damaged copies, copies with another uid and copies outside the set are not counted. */
  @Test
  void onlyTheNamedCopiesCount() {
    answer(A, uid(A), ReplicaFlags.of(Flag.CORRUPT), 9, 99);
    answer(B, new ReplicaUid(6, 6), ReplicaFlags.NONE, 9, 99);
    answer(C, 4, 10);
    answer(D, 9, 99);
    assertThat(
            planner.counted(
                electing(D, member(A), member(B), member(C)), answers, null, Basis.CLEAN))
        .containsOnlyKeys(C);
    assertThat(concluded(electing(), AckMode.ALL).leader()).isEqualTo(C);
  }

  /** The first election of a majority waits for all, so that all identities are recorded. */
  @Test
  void theFirstElectionOfAMajorityAsksAll() {
    PartitionRecord created = PartitionRecord.created(PARTITION, List.of(A, B, C));
    assertThat(planner.needed(created, options(AckMode.MAJORITY))).isEqualTo(3);
    assertThat(planner.needed(created, options(AckMode.LEADER))).isEqualTo(3);
    assertThat(planner.needed(created, options(AckMode.ALL))).isEqualTo(1);

    answer(A, 0, 0);
    answer(B, 0, 0);
    answer(C, 0, 0);
    PartitionRecord record = concluded(created, AckMode.MAJORITY);
    assertThat(record.members().members()).containsExactly(member(A), member(B), member(C));
    assertThat(record.leader()).as("the first place leads").isEqualTo(A);
  }

  /** The longest promise is waited for, a little longer than it says: clocks differ. */
  @Test
  void theLongestPromiseIsWaitedFor() {
    answer(B, 4, 10, new Grant(A, 300 * MILLI), new Grant(D, 100 * MILLI));
    answer(C, 4, 10, new Grant(A, 400 * MILLI));
    long waited = concluded(electing(), AckMode.ALL).waitMillis();
    assertThat(waited).isBetween(405L, 410L);
  }

  /** A promise to one who has answered is void: he is fenced himself. */
  @Test
  void promisesToThoseWhoAnsweredAreVoid() {
    answer(A, 4, 10);
    answer(B, 4, 10, new Grant(A, 300 * MILLI));
    answer(C, 4, 10, new Grant(A, 400 * MILLI));
    assertThat(concluded(electing(), AckMode.ALL).waitMillis()).isZero();
  }

  /** A promise that a restart made a replica forget is waited for whoever has answered. */
  @Test
  void forgottenPromisesAreNeverVoid() {
    answer(A, 4, 10);
    answer(B, 4, 10, new Grant(null, 200 * MILLI));
    answer(C, 4, 10);
    assertThat(concluded(electing(), AckMode.ALL).waitMillis()).isBetween(200L, 205L);
  }

  // ---- copies that may have lost records

  private void flagged(NodeId tablet, long lastOffset, Flag... flags) {
    answer(tablet, uid(tablet), ReplicaFlags.of(flags), 4, lastOffset);
  }

  private Basis basis(AckMode acks, Durability durability) {
    TableOptions options = new TableOptions(3, acks, 1, ReadMode.LEADER, durability);
    return planner.basis(electing(), options, answers, null);
  }

  /** A copy that may have lost records neither counts nor leads, however long its log is. */
  @Test
  void anAmnesiacIsNotAsked() {
    flagged(A, 99, Flag.AMNESIAC);
    assertThat(basis(AckMode.ALL, Durability.FSYNC)).isEqualTo(Basis.NONE);
    answer(B, 4, 7);
    assertThat(basis(AckMode.ALL, Durability.FSYNC)).isEqualTo(Basis.CLEAN);
    assertThat(basis(AckMode.MAJORITY, Durability.FSYNC)).isEqualTo(Basis.NONE);
    PartitionRecord record = concluded(electing(), AckMode.ALL);
    assertThat(record.leader()).isEqualTo(B);
    assertThat(record.members().tablets()).containsExactly(B);
    assertThat(record.learners()).contains(A, C);
    assertThat(record.lossTerm()).isZero();
  }

  /** With enough clean answers, suspect ones decide nothing; without, they do. */
  @Test
  void aSuspectTailIsAskedLast() {
    flagged(A, 12, Flag.TAIL_SUSPECT);
    answer(B, 4, 10);
    assertThat(basis(AckMode.ALL, Durability.FSYNC)).isEqualTo(Basis.CLEAN);
    assertThat(concluded(electing(), AckMode.ALL).leader()).isEqualTo(B);
    assertThat(basis(AckMode.MAJORITY, Durability.FSYNC)).isEqualTo(Basis.SUSPECT);
    assertThat(concluded(electing(), AckMode.MAJORITY).leader()).isEqualTo(A);
    flagged(A, 10, Flag.TAIL_SUSPECT);
    assertThat(concluded(electing(), AckMode.MAJORITY).leader()).isEqualTo(B);
    ElectionPlanner strict = new ElectionPlanner(Mutants.NONE, true);
    assertThat(strict.basis(electing(), options(AckMode.MAJORITY), answers, null))
        .isEqualTo(Basis.NONE);
  }

  /**
   * Only when all copies of an unsynced table have answered, and too few can be believed, does the
   * best of them lead, alone and on record.
   */
  @Test
  void whenAllMachinesStoppedTheBestOfAllLeadsAndTheRecordSaysSo() {
    flagged(A, 10, Flag.AMNESIAC);
    flagged(B, 12, Flag.AMNESIAC);
    assertThat(basis(AckMode.MAJORITY, Durability.OS)).isEqualTo(Basis.NONE);
    flagged(C, 11, Flag.AMNESIAC);
    assertThat(basis(AckMode.MAJORITY, Durability.FSYNC)).isEqualTo(Basis.NONE);
    assertThat(basis(AckMode.MAJORITY, Durability.OS)).isEqualTo(Basis.LOSS);
    TableOptions unsynced =
        new TableOptions(3, AckMode.MAJORITY, 1, ReadMode.LEADER, Durability.OS);
    PartitionRecord record =
        planner.concluded(electing(), unsynced, answers, null, preference(null, tablet -> 0));
    assertThat(record.leader()).isEqualTo(B);
    assertThat(record.members().tablets()).containsExactly(B);
    assertThat(record.learners()).contains(A, C);
    assertThat(record.lossTerm()).isEqualTo(record.term());
  }

  // ---- witnesses

  private static PartitionRecord withWitness() {
    PartitionRecord record = electing();
    return record.withLearners(List.of(), record.wishes(), List.of(C));
  }

  private NodeId candidate(PartitionRecord record, AckMode acks) {
    return planner.candidate(record, options(acks), answers, null, preference(null, t -> 0));
  }

  private ElectionPlanner.Missing missing(PartitionRecord record, AckMode acks) {
    return planner.missing(record, options(acks), answers, null, candidate(record, acks));
  }

  /** A and the witness are enough; the witness has more, so A has to get it first. */
  @Test
  void theBestLogOfAWitnessIsCopiedFirst() {
    answer(A, 4, 10);
    answer(C, 4, 12);
    assertThat(candidate(withWitness(), AckMode.MAJORITY)).isEqualTo(A);
    assertThat(missing(withWitness(), AckMode.MAJORITY))
        .isEqualTo(new ElectionPlanner.Missing(A, C, 4, 12));

    answer(A, 4, 12);
    assertThat(missing(withWitness(), AckMode.MAJORITY)).isNull();
    PartitionRecord record = concluded(withWitness(), AckMode.MAJORITY);
    assertThat(record.leader()).isEqualTo(A);
    assertThat(record.members().tablets()).containsExactly(A, B, C);
    assertThat(record.witnesses()).containsExactly(C);
  }

  /** What two of three copies do not have was not committed. */
  @Test
  void enoughCopiesOfTheDataNeedNoWitness() {
    answer(A, 4, 10);
    answer(B, 4, 11);
    answer(C, 4, 12);
    assertThat(candidate(withWitness(), AckMode.MAJORITY)).isEqualTo(B);
    assertThat(missing(withWitness(), AckMode.MAJORITY)).isNull();
  }

  /** One answer is enough when all acknowledge, but not the witness's: it has no rows. */
  @Test
  void aWitnessAloneIsNoBasis() {
    answer(C, 4, 12);
    assertThat(planner.basis(withWitness(), options(AckMode.ALL), answers, null))
        .isEqualTo(Basis.NONE);
    answer(B, 4, 11);
    assertThat(concluded(withWitness(), AckMode.ALL).leader()).isEqualTo(B);
  }
}
