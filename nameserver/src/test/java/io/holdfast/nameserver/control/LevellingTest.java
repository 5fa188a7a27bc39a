package io.holdfast.nameserver.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.nameserver.state.ClusterSettings;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.PartitionWishes;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Moves of copies and leaders make things more even each time, and come to the best end. */
class LevellingTest {
  private static final int SEEDS = 400;

  /** A cluster in which copies and leaders are anywhere. */
  private static final class Cluster {
    final Random random;
    final TabletRegistry tablets = new TabletRegistry(1_000_000_000);
    final ClusterState state = new ClusterState();
    final List<NodeId> ids = new ArrayList<>();
    final Spares spares = new Spares(tablets);

    Cluster(long seed, int hosts) {
      random = new Random(seed);
      int count = 2 + random.nextInt(7);
      for (int i = 0; i < count; i++) {
        NodeId id = new NodeId("t" + i + ":1");
        ids.add(id);
        tablets.onReport(id, new TabletReport(1, 0, 1, 0, List.of(), Departure.NONE, 1), 1);
        if (hosts > 0) {
          state.loadConfig(
              ClusterSettings.HOST_LABEL + id.endpoint(), "host" + random.nextInt(hosts));
        }
      }
      int tables = 1 + random.nextInt(3);
      for (int tid = 1; tid <= tables; tid++) {
        int replicas = 1 + random.nextInt(Math.min(3, count));
        int partitions = 1 + random.nextInt(20);
        TableOptions options = new TableOptions(replicas, AckMode.ALL, 1, ReadMode.LEADER);
        state.loadTable(ControlRoom.table(tid, "t" + tid, partitions, options), 0);
        for (int pid = 0; pid < partitions; pid++) {
          List<NodeId> placed =
              new ArrayList<>(ids.subList(0, replicas + random.nextInt(count - replicas + 1)));
          Collections.shuffle(placed, random);
          state.loadPartition(led(new PartitionId(tid, pid), placed.subList(0, replicas)), 0);
        }
      }
    }

    /** The first of the tablets leads. */
    private static PartitionRecord led(PartitionId id, List<NodeId> placed) {
      MemberSet members =
          new MemberSet(placed.stream().map(t -> new Member(t, ReplicaUid.UNKNOWN)).toList());
      return new PartitionRecord(
          id,
          1,
          1,
          Phase.LEAD,
          placed.get(0),
          1,
          members,
          List.of(),
          0,
          0,
          PartitionWishes.NONE,
          List.of());
    }

    int sharing(Layout layout) {
      int sharing = 0;
      for (PartitionId id : layout.partitions()) {
        for (NodeId tablet : layout.holders(id)) {
          sharing += Spares.sharesHost(id, tablet, tablet, layout, state) ? 1 : 0;
        }
      }
      return sharing;
    }

    long squares(Layout layout) {
      return ids.stream().mapToLong(id -> (long) layout.copiesOn(id) * layout.copiesOn(id)).sum();
    }

    long squaresByTable(Layout layout) {
      long sum = 0;
      for (int tid = 1; tid <= 3; tid++) {
        for (NodeId id : ids) {
          sum += (long) layout.copiesOn(id, tid) * layout.copiesOn(id, tid);
        }
      }
      return sum;
    }

    int spread(Layout layout) {
      return ids.stream().mapToInt(layout::copiesOn).max().orElseThrow()
          - ids.stream().mapToInt(layout::copiesOn).min().orElseThrow();
    }
  }

  private static void levelled(Cluster cluster, long seed) {
    CopyLevelling levelling = new CopyLevelling(cluster.spares);
    Layout layout = Layout.of(cluster.state);
    long[] before = {
      cluster.sharing(layout), cluster.squares(layout), cluster.squaresByTable(layout)
    };
    // What has moved in thought is still where it was in the records, and not to be moved again.
    Set<PartitionId> moved = new HashSet<>();
    Move move =
        levelling.next(layout, cluster.state, id -> !moved.contains(id), CopyLevelling::isWhole);
    while (move != null) {
      assertThat(layout.holders(move.partition())).contains(move.from()).doesNotContain(move.to());
      int copies = layout.holders(move.partition()).size();
      move.applyTo(layout);
      moved.add(move.partition());
      assertThat(layout.holders(move.partition())).hasSize(copies).doesNotHaveDuplicates();
      long[] after = {
        cluster.sharing(layout), cluster.squares(layout), cluster.squaresByTable(layout)
      };
      assertThat(isBetter(after, before)).as("seed %d: %s", seed, move).isTrue();
      before = after;
      move =
          levelling.next(layout, cluster.state, id -> !moved.contains(id), CopyLevelling::isWhole);
    }
  }

  private static boolean isBetter(long[] one, long[] other) {
    for (int i = 0; i < one.length; i++) {
      if (one[i] != other[i]) {
        return one[i] < other[i];
      }
    }
    return false;
  }

  /** A move at a time, each carried out before the next is looked for. */
  private static int carryOut(Cluster cluster, long seed) {
    CopyLevelling levelling = new CopyLevelling(cluster.spares);
    int moves = 0;
    Move move =
        levelling.next(Layout.of(cluster.state), cluster.state, id -> true, CopyLevelling::isWhole);
    while (move != null) {
      assertThat(++moves).as("seed %d comes to no end", seed).isLessThan(1000);
      PartitionRecord record = cluster.state.partition(move.partition());
      List<NodeId> holders = new ArrayList<>(record.holders());
      holders.remove(move.from());
      holders.add(move.to());
      cluster.state.loadPartition(Cluster.led(move.partition(), holders), 0);
      move =
          levelling.next(
              Layout.of(cluster.state), cluster.state, id -> true, CopyLevelling::isWhole);
    }
    return moves;
  }

  @Test
  void eachMoveMakesItBetter() {
    for (long seed = 0; seed < SEEDS; seed++) {
      levelled(new Cluster(seed, 0), seed);
      levelled(new Cluster(seed, 1 + (int) (seed % 4)), seed);
    }
  }

  @Test
  void copiesAreSpreadEvenlyWithNoMoreMovesThanNeeded() {
    int moves = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Cluster cluster = new Cluster(seed, 0);
      Layout before = Layout.of(cluster.state);
      int all = cluster.ids.stream().mapToInt(before::copiesOn).sum();
      int fewest = all / cluster.ids.size();
      int tooMany =
          cluster.ids.stream().mapToInt(id -> Math.max(0, before.copiesOn(id) - fewest)).sum();
      int needed = carryOut(cluster, seed);
      Layout after = Layout.of(cluster.state);
      assertThat(cluster.spread(after)).as("seed %d", seed).isLessThanOrEqualTo(1);
      if (cluster.state.tables().size() == 1) {
        assertThat(needed).as("seed %d", seed).isLessThanOrEqualTo(tooMany);
      }
      moves += needed;
    }
    assertThat(moves).isGreaterThan(SEEDS);
  }

  @Test
  void copiesLeaveHostsTheyShareWhereverThereIsAnother() {
    int freed = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Cluster cluster = new Cluster(seed, 4);
      int before = cluster.sharing(Layout.of(cluster.state));
      carryOut(cluster, seed);
      Layout after = Layout.of(cluster.state);
      freed += before - cluster.sharing(after);
      long hosts = cluster.ids.stream().map(cluster.state::hostOf).distinct().count();
      for (PartitionId id : after.partitions()) {
        long used = after.holders(id).stream().map(cluster.state::hostOf).distinct().count();
        assertThat(used)
            .as("seed %d: hosts of %s", seed, id)
            .isEqualTo(Math.min(hosts, after.holders(id).size()));
      }
    }
    assertThat(freed).isPositive();
  }

  /** Compared with the best there is, found in another way: partitions are matched to tablets. */
  @Test
  void noArrangementOfLeadersIsMoreEven() {
    int moves = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      Cluster cluster = new Cluster(seed, 0);
      LeaderLevelling levelling = new LeaderLevelling(cluster.spares);
      List<Move> chain = next(levelling, cluster);
      while (!chain.isEmpty()) {
        for (Move move : chain) {
          List<NodeId> holders =
              new ArrayList<>(cluster.state.partition(move.partition()).holders());
          assertThat(holders.get(0)).isEqualTo(move.from());
          holders.remove(move.to());
          holders.add(0, move.to());
          cluster.state.loadPartition(Cluster.led(move.partition(), holders), 0);
        }
        moves += chain.size();
        chain = next(levelling, cluster);
      }
      int most = cluster.ids.stream().mapToInt(cluster.state::leadersOn).max().orElseThrow();
      assertThat(most == 1 || !fits(cluster, most - 1))
          .as("seed %d: nobody has to lead %d", seed, most)
          .isTrue();
    }
    assertThat(moves).isGreaterThan(SEEDS);
  }

  private static List<Move> next(LeaderLevelling levelling, Cluster cluster) {
    return levelling.next(
        Layout.of(cluster.state),
        cluster.state,
        id -> true,
        (record, tablet) -> record.members().contains(tablet));
  }

  /** Whether every partition finds a leader if each tablet may lead so many. */
  private static boolean fits(Cluster cluster, int most) {
    Map<NodeId, List<PartitionId>> led = new HashMap<>();
    for (PartitionId id : cluster.state.partitionIds()) {
      if (!place(id, cluster, most, led, new ArrayList<>())) {
        return false;
      }
    }
    return true;
  }

  private static boolean place(
      PartitionId id,
      Cluster cluster,
      int most,
      Map<NodeId, List<PartitionId>> led,
      List<NodeId> seen) {
    for (NodeId tablet : cluster.state.partition(id).holders()) {
      if (seen.contains(tablet)) {
        continue;
      }
      seen.add(tablet);
      List<PartitionId> there = led.computeIfAbsent(tablet, any -> new ArrayList<>());
      if (there.size() < most) {
        there.add(id);
        return true;
      }
      for (PartitionId other : List.copyOf(there)) {
        if (place(other, cluster, most, led, seen)) {
          there.remove(other);
          there.add(id);
          return true;
        }
      }
    }
    return false;
  }
}
