package io.holdfast.tablet.directories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import io.holdfast.tablet.directories.DirectoryRoll.Found;
import io.holdfast.tablet.directories.DirectoryRoll.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

/** With which data directories a tablet starts, and with which it does not. */
class DirectoryRollTest {
  private static final ReplicaKey ONE = new ReplicaKey(1, 0);
  private static final ReplicaKey TWO = new ReplicaKey(1, 1);

  /** What is on the disks, by path. */
  private final Map<String, Found> disks = new LinkedHashMap<>();

  private long drawn;

  private UUID draw() {
    return new UUID(0, ++drawn);
  }

  private Found at(String path) {
    return disks.getOrDefault(path, new Found(path, null, null, Set.of()));
  }

  private void put(String path, DirectoryMark mark, ReplicaKey... replicas) {
    disks.put(path, new Found(path, "c1", mark, Set.of(replicas)));
  }

  private void hold(String path, ReplicaKey... replicas) {
    put(path, at(path).mark(), replicas);
  }

  /** A disk is mounted somewhere else. */
  private void move(String from, String to) {
    Found found = disks.remove(from);
    put(to, found.mark(), found.replicas().toArray(new ReplicaKey[0]));
  }

  /** What a start would decide. */
  private Verdict judge(String... paths) throws DirectoryException {
    List<Found> listed = new ArrayList<>();
    for (String path : paths) {
      listed.add(at(path));
    }
    List<Found> elsewhere = new ArrayList<>(disks.values());
    elsewhere.removeAll(listed);
    return DirectoryRoll.judge("c1", listed, elsewhere, this::draw);
  }

  /** A start that succeeds. */
  private Verdict start(String... paths) throws DirectoryException {
    Verdict verdict = judge(paths);
    for (int i = 0; i < verdict.marks().size(); i++) {
      put(paths[i], verdict.marks().get(i), at(paths[i]).replicas().toArray(new ReplicaKey[0]));
    }
    return verdict;
  }

  private AbstractStringAssert<?> assertRefused(String... paths) {
    DirectoryException refusal = catchThrowableOfType(DirectoryException.class, () -> judge(paths));
    assertThat(refusal).as("the refusal").isNotNull();
    return assertThat(refusal.getMessage()).endsWith("Nothing was changed.");
  }

  /** As it always was: nothing is written that an older version would not know. */
  @Test
  void theOnlyOneNeedsNoMark() throws DirectoryException {
    assertThat(start("/a").marks()).isEmpty();
    put("/a", null, ONE);
    assertThat(start("/a").marks()).isEmpty();
  }

  @Test
  void severalKnowEachOther() throws DirectoryException {
    List<DirectoryMark> marks = start("/a", "/b").marks();
    assertThat(marks).extracting(DirectoryMark::tablet).containsOnly(marks.get(0).tablet());
    assertThat(marks.get(0).paths())
        .containsEntry(marks.get(0).self(), "/a")
        .containsEntry(marks.get(1).self(), "/b");
    assertThat(start("/a", "/b").marks()).as("again").isEqualTo(marks);
    assertThat(start("/b", "/a").marks())
        .as("in another order")
        .containsExactly(marks.get(1), marks.get(0));
  }

  @Test
  void theOneThereWasTakesOthersAlong() throws DirectoryException {
    put("/a", null, ONE, TWO);
    List<DirectoryMark> marks = start("/new", "/a").marks();
    assertThat(marks).hasSize(2);
    assertThat(start("/new", "/a", "/newer").marks())
        .extracting(DirectoryMark::self)
        .startsWith(marks.get(0).self(), marks.get(1).self())
        .hasSize(3);
  }

  /** Or the tablet would begin with nothing, and nobody would notice what it lacks. */
  @Test
  void aDiskThatIsNotMountedIsMissed() throws DirectoryException {
    start("/a", "/b");
    Found unmounted = disks.remove("/b");
    assertRefused("/a", "/b").contains("/b").contains("mount it").contains("take it off the list");
    assertRefused("/b", "/a").contains("data directory /b of this tablet");
    put("/b", null);
    assertRefused("/a", "/b").contains("is empty or missing");
    disks.put("/b", unmounted);
    assertThat(start("/a", "/b").givenUp()).isEmpty();
  }

  @Test
  void aDiskThatIsMountedElsewhereMustBeThereToo() throws DirectoryException {
    start("/a", "/b");
    move("/b", "/mnt/b");
    assertThat(start("/a", "/mnt/b").givenUp()).isEmpty();
    assertThat(at("/a").mark().paths().values()).containsExactlyInAnyOrder("/a", "/mnt/b");
    disks.remove("/mnt/b");
    assertRefused("/a", "/third")
        .contains("/mnt/b")
        .contains("/third is new")
        .contains("start without both once");
  }

  /** To take it off the list is how an operator says that a disk will not come back. */
  @Test
  void whatIsGoneAndOffTheListIsGivenUp() throws DirectoryException {
    start("/a", "/b", "/c");
    disks.remove("/b");
    assertThat(start("/a", "/c").givenUp()).singleElement().asString().startsWith("/b (");
    assertThat(start("/a", "/c").givenUp()).as("told once").isEmpty();
    assertThat(start("/a", "/c", "/b").marks()).as("a new disk at that place").hasSize(3);
  }

  /** A name that was forgotten in the list must not cost copies. */
  @Test
  void whatIsThereAndHoldsReplicasIsNotGivenUp() throws DirectoryException {
    start("/a", "/b");
    hold("/b", ONE);
    assertRefused("/a").contains("/b").contains("holds 1 replicas").contains("mv /b /b.given-up");
    hold("/b");
    assertThat(start("/a").givenUp()).as("it is empty").hasSize(1);
  }

  /** An operator who had given one up, and finds it again, gets its replicas back. */
  @Test
  void whatWasGivenUpMayComeBack() throws DirectoryException {
    start("/a", "/b");
    hold("/b", ONE);
    Found lost = disks.remove("/b");
    start("/a");
    disks.put("/b", lost);
    assertThat(start("/a", "/b").givenUp()).isEmpty();
    hold("/a", ONE);
    assertRefused("/a", "/b").contains("replica 1_0 is in two data directories: /a and /b");
  }

  @Test
  void aReplicaIsInOneDirectory() {
    put("/a", null, ONE);
    put("/b", null, TWO, ONE);
    assertRefused("/a", "/b").contains("replica 1_0").contains("/a and /b");
  }

  @Test
  void copiesOfOneAreNotTwo() throws DirectoryException {
    start("/a", "/b");
    put("/c", at("/b").mark());
    assertRefused("/a", "/b", "/c").contains("/b and /c are copies of one another");
  }

  @Test
  void anotherTabletsDirectoryIsRefused() throws DirectoryException {
    start("/a", "/b");
    start("/x", "/y");
    assertRefused("/a", "/b", "/x").contains("/a and /x belong to different tablets");
    put("/old", null, ONE);
    assertRefused("/a", "/b", "/old").contains("/old holds replicas").contains("another tablet's");
    put("/older", null, TWO);
    assertRefused("/old", "/older").contains("/old and /older").contains("of two tablets");
    disks.put("/z", new Found("/z", "c2", null, Set.of()));
    assertRefused("/a", "/z").contains("/z belongs to cluster c2, not to c1");
  }

  /** A start that ends when so many of its marks are written. */
  private void startHalfWay(int written, String... paths) throws DirectoryException {
    Verdict verdict = judge(paths);
    for (MarkWrites.Write write : verdict.writes().subList(0, written)) {
      String path = paths[write.number()];
      put(path, write.mark(), at(path).replicas().toArray(new ReplicaKey[0]));
    }
  }

  private int writes(String... paths) throws DirectoryException {
    return judge(paths).writes().size();
  }

  /** A process that ends while it writes marks leaves what a next start goes on from. */
  @Test
  void aCrashBetweenTwoMarksIsMended() throws DirectoryException {
    for (String[] list : List.of(new String[] {"/old", "/new"}, new String[] {"/new", "/old"})) {
      disks.clear();
      put("/old", null, ONE);
      int writes = writes(list);
      assertThat(writes).isEqualTo(4);
      for (int written = 0; written <= writes; written++) {
        disks.clear();
        put("/old", null, ONE);
        startHalfWay(written, list);
        assertThat(judge("/old", "/new").marks()).as("%s marks", written).hasSize(2);
        assertThat(start("/new", "/old").givenUp()).as("%s marks", written).isEmpty();
        assertThat(at("/old").mark().paths()).hasSize(2).isEqualTo(at("/new").mark().paths());
        hold("/new", TWO);
        assertThat(writes("/old", "/new")).isZero();
      }
    }
  }

  @Test
  void aCrashWhileAThirdOneJoinsIsMended() throws DirectoryException {
    for (int written = 0; written <= 4; written++) {
      disks.clear();
      start("/a", "/b");
      hold("/a", ONE);
      hold("/b", TWO);
      startHalfWay(written, "/a", "/b", "/c");
      assertThat(start("/a", "/b", "/c").givenUp()).as("%s marks", written).isEmpty();
      disks.remove("/c");
      assertRefused("/a", "/b", "/c").contains("data directory /c of this tablet");
    }
  }

  /** Earlier versions gave the marks in the order of the list. */
  @Test
  void theOnlyOneIsTakenAlongAlsoIfTheNewOneHasItsMarkAlready() throws DirectoryException {
    put("/old", null, ONE);
    DirectoryMark mark = judge("/new", "/old").marks().get(0).alone();
    put("/new", mark);
    put("/older", null, TWO);
    assertRefused("/new", "/old", "/older").contains("of two tablets");
    assertThat(start("/old", "/new").marks()).extracting(DirectoryMark::self).contains(mark.self());
    assertRefused("/new", "/old", "/older").contains("another tablet's");

    put(
        "/used",
        new DirectoryMark(draw(), new UUID(1, 1), 1, Map.of(new UUID(1, 1), "/used")),
        ONE);
    assertRefused("/used", "/older").contains("another tablet's");
  }

  /** Or the tablet would begin with nothing: the disk that is there knew of no other. */
  @Test
  void aDiskThatIsNotMountedAfterACrashBetweenTwoMarksIsMissed() throws DirectoryException {
    for (String[] list : List.of(new String[] {"/old", "/new"}, new String[] {"/new", "/old"})) {
      for (int written = 3; written <= 4; written++) {
        disks.clear();
        put("/old", null, ONE);
        startHalfWay(written, list);
        disks.remove("/old");
        assertRefused("/old", "/new").contains("data directory /old of this tablet");
        assertRefused("/new", "/old").contains("mount it");
      }
    }
  }

  /**
   * The other way round nothing is lost: what joined held nothing. The path under the disk's mount
   * has replicas by the time the disk is found, and is not taken for given up.
   */
  @Test
  void aNewDiskThatIsNotMountedAfterACrashBetweenTwoMarksHidesNothing() throws DirectoryException {
    put("/old", null, ONE);
    startHalfWay(3, "/old", "/new");
    Found unmounted = disks.remove("/new");
    assertThat(unmounted.mark().isAlone()).isFalse();
    assertThat(start("/old", "/new").givenUp()).isEmpty();
    hold("/new", TWO);
    Found underneath = disks.put("/new", unmounted);
    assertRefused("/old", "/new")
        .contains("/new of this tablet (" + underneath.mark().self() + ") is not there")
        .contains(unmounted.mark().self().toString())
        .contains("start with a list without /new once");
    disks.put("/new", underneath);
    assertThat(start("/old", "/new").givenUp()).isEmpty();
    disks.put("/new", unmounted);
    assertThat(start("/old").givenUp()).as("the operator's word").hasSize(1);
    assertThat(start("/old", "/new").givenUp()).isEmpty();
  }

  /** It is there, so it is not known that its copies are not to be had any more. */
  @Test
  void whatIsThereWithoutAMarkIsNotGivenUp() throws DirectoryException {
    start("/a", "/b");
    put("/b", null, ONE, TWO);
    assertRefused("/a")
        .contains("/b is there and holds 2 replicas")
        .contains("is damaged or missing")
        .contains("mv /b /b.given-up");
    hold("/b");
    assertThat(start("/a").givenUp()).hasSize(1);
  }
}
