package io.holdfast.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.AddedIndex;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation survives the death of its nameserver, wherever that comes: each is run once to
 * count its writes, and then again for each of them, with the active nameserver killed right before
 * and right after it. Another one takes over and brings the operation to its end.
 */
class KilledBetweenStepsTest {
  private static final int NEVER = Integer.MAX_VALUE;
  private static final long PATIENCE = 60 * World.SECOND;
  private static final PartitionId PARTITION = new PartitionId(1, 0);
  private static final List<String> TABLE = new ArrayList<>();
  private static long seed;

  /** A cluster in which one operation is wanted, and somebody may be killed at a write. */
  private static final class Room implements SimZooKeeper.CommitHook {
    final Simulation simulation =
        Simulation.atRest(
            new SimulationOptions(seed, Mutants.NONE, AckMode.ALL, Plot.STUCK_DISK, 1));
    final TableSpec table = simulation.zooKeeper().table(1);
    private int fatal = NEVER;
    private boolean afterIt;
    private int writes;
    boolean killed;

    /** From now on writes are counted, and one of them is the last of its nameserver. */
    void arm(int number, boolean after) {
      fatal = number;
      afterIt = after;
      simulation.zooKeeper().hook(this);
    }

    int writes() {
      return writes;
    }

    @Override
    public boolean before(MetaTransaction transaction) {
      if (active() == null) {
        // Late, from one that is not in office any more.
        return true;
      }
      writes++;
      if (writes == fatal && !afterIt) {
        kill();
        return false;
      }
      return true;
    }

    @Override
    public void after(MetaTransaction transaction) {
      if (writes == fatal && afterIt) {
        kill();
      }
    }

    private SimNameserver active() {
      return simulation.nameservers().stream()
          .filter(SimNameserver::isActive)
          .findFirst()
          .orElse(null);
    }

    private void kill() {
      SimNameserver victim = active();
      if (victim != null) {
        victim.kill();
        killed = true;
      }
    }

    void submit(AdminCommand command) {
      active().submit(command, result -> {});
    }

    ClusterState state() {
      return simulation.zooKeeper().read();
    }

    PartitionRecord record() {
      return simulation.zooKeeper().partition(PARTITION);
    }

    NodeId leader() {
      return record().leader();
    }

    NodeId follower() {
      return record().members().tablets().stream()
          .filter(tablet -> !tablet.equals(leader()))
          .findFirst()
          .orElseThrow();
    }

    NodeId spare() {
      return simulation.tablets().stream()
          .map(tablet -> tablet.id)
          .filter(tablet -> !record().involves(tablet))
          .findFirst()
          .orElseThrow();
    }

    /** Lets time pass until every operation is over and every partition is led. */
    void settle() {
      long deadline = simulation.world().now() + PATIENCE;
      long quietSince = simulation.world().now();
      while (simulation.world().now() - quietSince < 2 * World.SECOND) {
        simulation.advance(10 * World.MILLI);
        boolean over = simulation.zooKeeper().ops().stream().allMatch(OpRecord::isOver);
        boolean someone = simulation.nameservers().stream().anyMatch(SimNameserver::isActive);
        if (!over || !someone || record().phase() != Phase.LEAD) {
          quietSince = simulation.world().now();
        }
        assertThat(simulation.world().now())
            .as("it does not come to rest: %s", simulation.describe())
            .isLessThan(deadline);
      }
    }
  }

  /** What is wanted, and how to see that it was reached. */
  private record Plain(Consumer<Room> begin, Predicate<Room> reached) {
    Plain(AdminCommand wanted, Predicate<Room> reached) {
      this(room -> room.submit(wanted), reached);
    }
  }

  /** One kind of operation; it may need something done first. */
  private interface Made {
    Plain make(Room room);
  }

  @BeforeAll
  static void findAClusterWithASpareTablet() {
    for (seed = 1; seed < 500; seed++) {
      Room room = new Room();
      if (room.table.options().replicas() == 3
          && room.table.options().minInsync() == 1
          && room.table.partitions() == 2
          && room.simulation.tablets().size() == 4) {
        return;
      }
    }
    throw new AssertionError("no seed makes such a cluster");
  }

  @AfterAll
  static void print() {
    System.out.println("operation             writes  killed  reached  undone  never begun");
    TABLE.forEach(System.out::println);
  }

  private static void enumerate(String name, Made made) {
    Room whole = new Room();
    Plain plain = made.make(whole);
    whole.arm(NEVER, false);
    plain.begin().accept(whole);
    whole.settle();
    assertThat(plain.reached()).as("%s without any kill", name).accepts(whole);
    int writes = whole.writes();
    assertThat(writes).as("writes of %s", name).isPositive();
    int killed = 0;
    int reached = 0;
    int undone = 0;
    int neverBegun = 0;
    for (int at = 1; at <= writes; at++) {
      for (boolean after : new boolean[] {false, true}) {
        Room room = new Room();
        Plain wanted = made.make(room);
        long before = byOperators(room);
        PartitionWishes wishesBefore = room.record().wishes();
        room.arm(at, after);
        wanted.begin().accept(room);
        room.settle();
        killed += room.killed ? 1 : 0;
        String where = name + " killed " + (after ? "after" : "before") + " write " + at;
        assertThat(room.killed).as(where).isTrue();
        if (wanted.reached().test(room)) {
          reached++;
        } else if (at == 1 && !after) {
          assertThat(byOperators(room)).as(where).isEqualTo(before);
          assertThat(room.record().wishes()).as(where).isIn(wishesBefore, PartitionWishes.NONE);
          neverBegun++;
        } else {
          List<OpRecord> ops = room.simulation.zooKeeper().ops();
          OpRecord last = ops.get(ops.size() - 1);
          assertThat(last.state()).as("%s: %s", where, ops).isEqualTo(OpState.FAILED);
          assertThat(last.course().error()).as(where).isNotEmpty();
          assertThat(room.record().wishes().isNone()).as(where).isTrue();
          undone++;
        }
      }
    }
    TABLE.add(
        String.format(
            java.util.Locale.ROOT,
            "%-20s  %6d  %6d  %7d  %6d  %11d",
            name,
            writes,
            killed,
            reached,
            undone,
            neverBegun));
    // All but the one that may never have begun.
    assertThat(reached)
        .as("%s is gone on with in most cases", name)
        .isGreaterThanOrEqualTo(Math.min(writes + 1, 2 * writes - 1));
  }

  private static AdminCommand add(Room room, NodeId tablet, boolean learner) {
    return new AdminCommand.AddReplica("db", "t", List.of(0), tablet, learner);
  }

  @Test
  void changeLeader() {
    enumerate(
        "changeleader",
        room -> {
          NodeId target = room.follower();
          return new Plain(
              new AdminCommand.ChangeLeader("db", "t", 0, target, true),
              now -> target.equals(now.leader()));
        });
  }

  @Test
  void addReplica() {
    enumerate(
        "addreplica",
        room -> {
          NodeId spare = room.spare();
          return new Plain(add(room, spare, false), now -> now.record().members().contains(spare));
        });
  }

  @Test
  void addLearner() {
    enumerate(
        "addreplica learner",
        room -> {
          NodeId spare = room.spare();
          return new Plain(
              add(room, spare, true), now -> now.record().wishes().lasting().contains(spare));
        });
  }

  @Test
  void promote() {
    enumerate(
        "promote",
        room -> {
          NodeId spare = room.spare();
          room.submit(add(room, spare, true));
          room.settle();
          return new Plain(
              new AdminCommand.Promote("db", "t", List.of(0), spare),
              now -> now.record().members().contains(spare));
        });
  }

  @Test
  void removeReplica() {
    enumerate(
        "delreplica",
        room -> {
          NodeId follower = room.follower();
          return new Plain(
              new AdminCommand.DelReplica("db", "t", List.of(0), follower),
              now -> !now.record().involves(follower) && now.record().wishes().isNone());
        });
  }

  private static Plain migrate(NodeId source, NodeId target) {
    return new Plain(
        new AdminCommand.Migrate("db", "t", List.of(0), source, target),
        now -> now.record().members().contains(target) && !now.record().involves(source));
  }

  @Test
  void migrateFollower() {
    enumerate("migrate", room -> migrate(room.follower(), room.spare()));
  }

  @Test
  void migrateLeader() {
    enumerate("migrate the leader", room -> migrate(room.leader(), room.spare()));
  }

  private static boolean isOut(Room room, NodeId tablet) {
    for (PartitionId id : room.simulation.zooKeeper().partitionIds()) {
      if (room.simulation.zooKeeper().partition(id).members().contains(tablet)) {
        return false;
      }
    }
    return room.state().isOffline(tablet);
  }

  @Test
  void offlineEndpoint() {
    enumerate(
        "offlineendpoint",
        room -> {
          NodeId leader = room.leader();
          return new Plain(new AdminCommand.OfflineEndpoint(leader), now -> isOut(now, leader));
        });
  }

  @Test
  void recoverEndpoint() {
    enumerate(
        "recoverendpoint",
        room -> {
          NodeId follower = room.follower();
          room.submit(new AdminCommand.OfflineEndpoint(follower));
          room.settle();
          return new Plain(
              new AdminCommand.RecoverEndpoint(follower),
              now -> now.record().members().contains(follower) && !now.state().isOffline(follower));
        });
  }

  @Test
  void recoverTable() {
    enumerate(
        "recovertable",
        room -> {
          NodeId spare = room.spare();
          NodeId follower = room.follower();
          return new Plain(
              new AdminCommand.RecoverTable("db", "t", 0, follower),
              now -> now.record().members().contains(follower) && !now.record().involves(spare));
        });
  }

  @Test
  void makeSnapshot() {
    enumerate(
        "makesnapshot",
        room ->
            new Plain(
                new AdminCommand.MakeSnapshot("db", "t", 0),
                now ->
                    now.simulation.zooKeeper().ops().stream()
                        .anyMatch(op -> op.state() == OpState.DONE && !op.automatic())));
  }

  private static long byOperators(Room room) {
    return room.simulation.zooKeeper().ops().stream().filter(op -> !op.automatic()).count();
  }

  /** Whether the last operation that an operator wanted ended like this. */
  private static boolean ended(Room room, OpState state) {
    return room.simulation.zooKeeper().ops().stream()
        .filter(op -> !op.automatic())
        .reduce((first, second) -> second)
        .filter(op -> op.state() == state && !op.course().error().isEmpty())
        .isPresent();
  }

  /** What never comes true is given up, and what it wished for taken back. */
  @Test
  void givenUp() {
    enumerate(
        "addreplica in vain",
        room -> {
          NodeId spare = room.spare();
          return new Plain(
              now -> {
                now.submit(add(now, spare, false));
                now.simulation.tablet(spare).kill();
              },
              now -> ended(now, OpState.FAILED) && !now.record().involves(spare));
        });
  }

  @Test
  void cancelled() {
    enumerate(
        "cancelop",
        room -> {
          NodeId spare = room.spare();
          room.simulation.tablet(spare).pause(5 * World.SECOND);
          room.submit(add(room, spare, false));
          while (room.state().ops().open().isEmpty()) {
            room.simulation.advance(World.MILLI);
          }
          long id = room.state().ops().lastId();
          return new Plain(
              new AdminCommand.CancelOp(id),
              now -> ended(now, OpState.CANCELED) && !now.record().involves(spare));
        });
  }

  /** The nameserver's own operation: a leader has died. */
  @Test
  void failover() {
    enumerate(
        "failover",
        room -> {
          NodeId leader = room.leader();
          return new Plain(
              now -> now.simulation.tablet(leader).kill(),
              now ->
                  !leader.equals(now.leader())
                      && now.simulation.zooKeeper().ops().stream()
                          .anyMatch(op -> op.automatic() && op.state() == OpState.DONE));
        });
  }

  /**
   * The nameserver's own, too: a tablet stays away, and its copies are made anew on a spare one.
   */
  @Test
  void rebuildOnASpare() {
    enumerate(
        "rebuild on a spare",
        room -> {
          NodeId follower = room.follower();
          NodeId spare = room.spare();
          room.submit(new AdminCommand.SetConfig("node_remove_millis", "1000"));
          room.settle();
          return new Plain(
              now -> now.simulation.tablet(follower).kill(),
              now -> now.record().members().contains(spare) && !now.record().involves(follower));
        });
  }

  @Test
  void drain() {
    enumerate(
        "drain",
        room -> {
          NodeId leader = room.leader();
          return new Plain(
              new AdminCommand.DrainEndpoint(leader),
              now -> isEmpty(now, leader) && now.state().isDrained(leader));
        });
  }

  private static boolean isEmpty(Room room, NodeId tablet) {
    ClusterState state = room.state();
    return state.replicasOn(tablet) == 0;
  }

  /** One tablet has nothing, and the others lead everything. */
  @Test
  void rebalance() {
    enumerate(
        "rebalance",
        room -> {
          NodeId tablet = room.leader();
          room.submit(new AdminCommand.DrainEndpoint(tablet));
          room.settle();
          room.submit(new AdminCommand.RecoverEndpoint(tablet));
          room.settle();
          assertThat(isEmpty(room, tablet)).isTrue();
          return new Plain(
              new AdminCommand.Rebalance(true, true), now -> isLevel(now) && !isEmpty(now, tablet));
        });
  }

  /** All leaders are on one tablet. */
  @Test
  void rebalanceLeaders() {
    enumerate(
        "rebalance leaders",
        room -> {
          PartitionRecord other = room.simulation.zooKeeper().partition(new PartitionId(1, 1));
          NodeId leader =
              room.record().members().tablets().stream()
                  .filter(other.members()::contains)
                  .findFirst()
                  .orElseThrow();
          for (int pid = 0; pid < 2; pid++) {
            room.submit(new AdminCommand.ChangeLeader("db", "t", pid, leader, true));
            room.settle();
          }
          assertThat(room.state().leadersOn(leader)).isEqualTo(2);
          return new Plain(
              new AdminCommand.Rebalance(false, true),
              now -> isLevel(now) && now.state().leadersOn(leader) == 1);
        });
  }

  private static boolean isLevel(Room room) {
    ClusterState state = room.state();
    return room.simulation.tablets().stream()
        .allMatch(
            tablet ->
                state.leadersOn(tablet.id) <= 1
                    && state.replicasOn(tablet.id) >= 1
                    && state.replicasOn(tablet.id) <= 2);
  }

  @Test
  void moreReplicas() {
    enumerate("setreplicanum, more", room -> resized(4));
  }

  @Test
  void fewerReplicas() {
    enumerate("setreplicanum, fewer", room -> resized(2));
  }

  private static Plain resized(int replicas) {
    return new Plain(
        new AdminCommand.SetReplicaNum("db", "t", replicas),
        room -> {
          ClusterState state = room.state();
          return state.table(1).options().replicas() == replicas
              && state.partitionIds().stream()
                  .map(state::partition)
                  .allMatch(
                      record ->
                          record.members().size() == replicas
                              && record.learners().isEmpty()
                              && record.wishes().isNone());
        });
  }

  @Test
  void otherAges() {
    TtlPolicy ttl = new TtlPolicy(TtlPolicy.Kind.LATEST, 0, 3);
    enumerate(
        "setttl",
        room ->
            new Plain(
                new AdminCommand.SetTtl("db", "t", 1, List.of(0), ttl),
                KilledBetweenStepsTest::isAltered));
  }

  @Test
  void oneIndexLess() {
    enumerate(
        "deleteindex",
        room ->
            new Plain(
                new AdminCommand.DeleteIndex("db", "t", 1, 1), KilledBetweenStepsTest::isAltered));
  }

  @Test
  void noRows() {
    enumerate(
        "truncate",
        room ->
            new Plain(
                new AdminCommand.TruncateTable("db", "t"), KilledBetweenStepsTest::isAltered));
  }

  @Test
  void oneColumnMore() {
    AddedColumn column = new AddedColumn("c", 8);
    enumerate(
        "addtablefield",
        room ->
            new Plain(
                new AdminCommand.AddColumn("db", "t", 1, 2, column),
                now ->
                    isAltered(now)
                        && now.state().table(1).alterations().columns().equals(List.of(column))));
  }

  @Test
  void oneIndexMore() {
    enumerate(
        "addindex",
        room ->
            new Plain(
                new AdminCommand.AddIndex(
                    "db", "t", 1, 0, "by_x", 0, List.of(0), -1, TtlPolicy.NONE),
                now -> isAltered(now, 2) && isFilled(now)));
  }

  private static boolean isFilled(Room room) {
    return room.state().table(1).alterations().indexes().stream().allMatch(AddedIndex::filled);
  }

  /** The operation is cancelled while the nameserver waits to fill it: the index goes, too. */
  @Test
  void indexGivenUp() {
    enumerate(
        "cancelop of addindex",
        room -> {
          room.submit(
              new AdminCommand.AddIndex(
                  "db", "t", 1, 0, "by_x", 0, List.of(0), -1, TtlPolicy.NONE));
          while (room.state().ops().open().isEmpty()) {
            room.simulation.advance(World.MILLI);
          }
          return new Plain(
              new AdminCommand.CancelOp(room.state().ops().lastId()),
              now ->
                  ended(now, OpState.CANCELED)
                      && isAltered(now, 2)
                      && !now.state().table(1).alterations().deleted().isEmpty());
        });
  }

  /** It stands in the table's record, and every copy has it from the log. */
  private static boolean isAltered(Room room) {
    return isAltered(room, 1);
  }

  private static boolean isAltered(Room room, int version) {
    ClusterState state = room.state();
    return state.table(1).alterations().version() == version
        && room.simulation.tablets().stream()
            .allMatch(
                tablet ->
                    state.partitionIds().stream()
                        .map(state::partition)
                        .filter(record -> record.members().contains(tablet.id))
                        .allMatch(
                            record ->
                                tablet.store(record.id()).registers().alterations() == version));
  }
}
