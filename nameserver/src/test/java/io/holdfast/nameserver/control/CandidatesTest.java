package io.holdfast.nameserver.control;

import static io.holdfast.nameserver.control.ControlRoom.A;
import static io.holdfast.nameserver.control.ControlRoom.B;
import static io.holdfast.nameserver.control.ControlRoom.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaFlags.Flag;
import io.holdfast.protocol.model.ReplicaUid;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever cannot lead next is named, with the reason. */
class CandidatesTest {
  private static final NodeId D = new NodeId("d:1");

  /** A leads with B and C in sync. */
  private final ControlRoom room = ControlRoom.ledByA(AckMode.ALL);

  private AdminResult switchover(NodeId target) {
    return room.submit(new AdminCommand.ChangeLeader("db", "t", 0, target, true)).result;
  }

  @Test
  void eachThatIsDownOrOutOfServiceIsNamed() {
    room.dies(B);
    room.submit(new AdminCommand.OfflineEndpoint(C));
    room.pass(500);
    AdminResult refused = switchover(null);
    assertThat(refused.code()).isEqualTo(AdminResult.NO_ALIVE_FOLLOWER);
    assertThat(refused.message())
        .isEqualTo(
            "no alive follower: b:1 is down or out of reach; c:1 was taken out of service"
                + " (recoverendpoint)");
    assertThat(refused.reasons())
        .containsExactly(
            "b:1 is down or out of reach", "c:1 was taken out of service (recoverendpoint)");
  }

  @Test
  void whoIsAboutToEndIsNamed() {
    room.tablets.get(B).departure = Departure.STOPPING;
    room.tablets.get(C).departure = Departure.LEAVING;
    room.pass(100);
    assertThat(switchover(null).message())
        .isEqualTo("no alive follower: b:1 is about to stop; c:1 is about to leave");
    AdminResult named = switchover(B);
    assertThat(named.message()).isEqualTo("b:1 is about to stop; in sync are [a:1, b:1, c:1]");
    assertThat(named.reasons()).containsExactly("b:1 is about to stop");
  }

  @Test
  void aCopyThatIsNotWellIsNamed() {
    room.flags(B, ReplicaFlags.of(Flag.AMNESIAC));
    room.pass(100);
    assertThat(switchover(B).message())
        .startsWith("the copy on b:1 is not to be relied on: amnesiac; in sync are");
  }

  @Test
  void aWitnessIsNamedForWhatItIs() {
    PartitionRecord was = room.record();
    room.overwrite(
        new PartitionRecord(
            was.id(),
            was.term(),
            was.version(),
            was.phase(),
            was.leader(),
            was.leaderIncarnation(),
            was.members(),
            was.learners(),
            was.waitMillis(),
            was.lossTerm(),
            was.wishes(),
            List.of(C)));
    room.storedEpoch = 2;
    room.controller.activate(2, room.now);
    room.pass(100);
    assertThat(switchover(C).message())
        .startsWith("c:1 is a witness: it keeps the log only, has no rows and never leads");
    room.dies(B);
    assertThat(switchover(null).message())
        .startsWith("no alive follower: ")
        .contains("b:1 is down or out of reach")
        .contains("c:1 is a witness");
  }

  /** First it is being removed, then it has nothing. */
  @Test
  void whoIsRemovedIsNamed() {
    room.submit(new AdminCommand.DelReplica("db", "t", List.of(0), C));
    assertThat(switchover(C).message()).startsWith("c:1 is being removed");
    room.requests(A, 1, room.record().version(), A, B);
    room.tablets.get(C).replicas.clear();
    room.pass(500);
    assertThat(room.record().involves(C)).isFalse();
    assertThat(switchover(C).message()).startsWith("c:1 has no replica of partition 1_0");
  }

  /** What counted is not on the disk that is there now. */
  @Test
  void aReplacedDiskIsNamed() {
    room.hasUid(B, new ReplicaUid(7, 7));
    room.pass(100);
    assertThat(room.record().members().contains(B)).isTrue();
    assertThat(switchover(B).message())
        .startsWith("b:1 holds another copy than the one that was in sync: its disk was replaced");
    assertThat(switchover(null)).as("it goes to c:1").isNull();
  }

  @Test
  void learnersAreNamedForWhatTheyAre() {
    room.tablets.put(D, new ControlRoom.Tablet());
    room.pass(100);
    assertThat(switchover(D).message()).startsWith("d:1 has no replica of partition 1_0");
    room.submit(new AdminCommand.AddReplica("db", "t", List.of(0), D, true));
    room.pass(100);
    assertThat(switchover(D).message())
        .startsWith("d:1 is a learner that is to stay one (promote)");
    room.requests(A, 1, 2, A, B);
    room.pass(100);
    assertThat(switchover(C).message())
        .startsWith("not in sync: c:1 is about to be in sync, offset 1 of 1, 0 records behind");
  }

  @Test
  void oneThatIsAloneIsTold() {
    room.requests(A, 1, 2, A);
    room.pass(100);
    room.dies(B);
    AdminResult refused = switchover(null);
    assertThat(refused.code()).isEqualTo(AdminResult.NO_FOLLOWER);
    assertThat(refused.message())
        .startsWith("no follower: a:1 holds the only copy of partition 1_0 that is in sync; ")
        .contains("b:1 is down or out of reach")
        .contains("not in sync: c:1 ");
    assertThat(refused.reasons()).hasSize(2).contains("b:1 is down or out of reach");
  }
}
