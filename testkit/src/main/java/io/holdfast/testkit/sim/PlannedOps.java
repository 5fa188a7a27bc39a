package io.holdfast.testkit.sim;

import io.holdfast.nameserver.control.AdminCommand;
import io.holdfast.nameserver.state.ClusterSettings;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.message.ControlMessage.DepartureAnswer;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import io.holdfast.protocol.row.AlterationsCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What operators do beside the faults: change leaders, take tablets out of service and back, stop
 * them gracefully, have them leave, add and remove replicas. Some histories have none of it, others
 * a lot, and whatever the answers are, nothing may be lost and all must become whole again.
 */
final class PlannedOps {
  private static final long MILLI = World.MILLI;
  private static final int MAX_INDEXES = 20;
  private static final long IMPATIENT_MILLIS = 1_000;

  private final Cluster cluster;
  private final World world;
  private final List<SimTablet> tablets;
  private final List<SimNameserver> nameservers;
  private final List<Runnable> deeds = new ArrayList<>();
  private final Set<SimTablet> departing = new HashSet<>();
  private final TableSpec table;
  private final long pace;
  private final Set<OperatorHabit> habits;
  private boolean stopped;
  private long made;

  PlannedOps(
      Cluster cluster,
      List<SimTablet> tablets,
      List<SimNameserver> nameservers,
      Set<OperatorHabit> habits) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.tablets = tablets;
    this.nameservers = nameservers;
    this.table = cluster.zooKeeper().table(1);
    this.pace = paced(world.between(60, 2_000));
    this.habits = habits;
    if (world.chance(0.6)) {
      add(0.8, this::changeLeader);
      add(0.6, this::takeOutOfService);
      add(0.6, () -> depart(Departure.STOPPING));
      add(0.5, () -> depart(Departure.LEAVING));
      add(0.5, this::addReplica);
      add(0.5, this::removeReplica);
      add(0.3, this::promote);
      add(0.5, this::migrate);
      add(0.4, this::recoverTable);
      add(0.3, this::makeSnapshot);
      add(0.4, this::endSomeOp);
    }
    if (habits.contains(OperatorHabit.TIDY)) {
      deeds.add(this::empty);
      deeds.add(this::spread);
      deeds.add(this::resize);
      deeds.add(this::alter);
      deeds.add(this::addIndex);
    }
    if (habits.contains(OperatorHabit.MANUAL)) {
      deeds.add(this::switchAutoFailoverOff);
    }
  }

  private void add(double likelihood, Runnable deed) {
    if (world.chance(likelihood)) {
      deeds.add(deed);
    }
  }

  /** How much was asked for so far. */
  long made() {
    return made;
  }

  String describe() {
    return deeds.isEmpty()
        ? ""
        : ", " + deeds.size() + " kinds of plans every " + pace / MILLI + " ms";
  }

  void start() {
    if (!deeds.isEmpty()) {
      world.after(world.between(pace, 2 * pace), this::act);
    }
    if (habits.contains(OperatorHabit.IMPATIENT)) {
      beImpatient();
      later(world.between(paced(300), paced(3_000)), this::stayAway);
    }
  }

  /** Said again until it stands written: commands get lost. */
  private void beImpatient() {
    if (cluster.zooKeeper().read().nodeRemoveMillis() != IMPATIENT_MILLIS) {
      submit(
          new AdminCommand.SetConfig(
              ClusterSettings.NODE_REMOVE_MILLIS, Long.toString(IMPATIENT_MILLIS)));
      world.after(paced(200), this::beImpatient);
    }
  }

  private void act() {
    if (!stopped) {
      made++;
      deeds.get(world.below(deeds.size())).run();
      world.after(world.between(pace / 2, pace * 3 / 2), this::act);
    }
  }

  /** From now on only what is needed to have every copy back in its place. */
  void stop() {
    stopped = true;
    departing.clear();
    mend();
  }

  // ---- what operators do

  private void changeLeader() {
    PartitionRecord record = anyRecord();
    List<NodeId> members = record.members().tablets();
    NodeId target = world.chance(0.2) ? null : members.get(world.below(members.size()));
    submit(
        new AdminCommand.ChangeLeader(
            table.db(), table.name(), record.id().pid(), target, world.chance(0.9)));
  }

  private void takeOutOfService() {
    SimTablet tablet = anyTablet();
    cluster.invariants().onPlanned(tablet.id);
    submit(new AdminCommand.OfflineEndpoint(tablet.id));
    boolean restarts = world.chance(0.3);
    later(
        world.between(paced(100), paced(3_000)),
        () -> {
          if (restarts) {
            tablet.kill();
            later(world.between(MILLI, paced(500)), tablet::start);
          }
        });
    later(
        world.between(paced(300), paced(4_000)),
        () -> submit(new AdminCommand.RecoverEndpoint(tablet.id)));
  }

  /** As the signal handlers of a tablet's process do it. */
  private void depart(Departure departure) {
    SimTablet tablet = anyTablet();
    if (!tablet.isRunning() || !departing.add(tablet)) {
      return;
    }
    cluster.invariants().onPlanned(tablet.id);
    tablet.depart(departure);
    long patience = world.now() + world.between(paced(500), paced(10_000));
    await(tablet, tablet.life(), departure, patience);
  }

  private void await(SimTablet tablet, int life, Departure departure, long patience) {
    if (!tablet.isRunning() || tablet.life() != life) {
      departing.remove(tablet);
      return;
    }
    DepartureAnswer answer = tablet.host().departureAnswer();
    boolean done =
        answer != null
            && answer.left() == 0
            && (departure == Departure.LEAVING || tablet.host().leaderships() == 0);
    if (!done && world.now() < patience) {
      later(paced(10), () -> await(tablet, life, departure, patience));
      return;
    }
    departing.remove(tablet);
    if (!done && world.chance(0.3)) {
      tablet.depart(Departure.NONE);
      return;
    }
    tablet.kill();
    later(world.between(MILLI, paced(1_500)), tablet::start);
  }

  private void addReplica() {
    PartitionRecord record = anyRecord();
    SimTablet tablet = anyTablet();
    boolean learner = world.chance(0.6);
    boolean witness = table.options().witnesses() > 0 && world.chance(0.3);
    submit(
        new AdminCommand.AddReplica(
            table.db(),
            table.name(),
            List.of(record.id().pid()),
            tablet.id,
            learner && !witness,
            witness));
  }

  private void removeReplica() {
    PartitionRecord record = anyRecord();
    NodeId tablet = anyTablet().id;
    cluster.invariants().onPlanned(tablet);
    submit(
        new AdminCommand.DelReplica(table.db(), table.name(), List.of(record.id().pid()), tablet));
  }

  private void promote() {
    PartitionRecord record = anyRecord();
    submit(
        new AdminCommand.Promote(
            table.db(), table.name(), List.of(record.id().pid()), anyTablet().id));
  }

  private void migrate() {
    PartitionRecord record = anyRecord();
    List<NodeId> holders = record.holders();
    NodeId source = holders.get(world.below(holders.size()));
    cluster.invariants().onPlanned(source);
    List<Integer> pid = List.of(record.id().pid());
    submit(new AdminCommand.Migrate(table.db(), table.name(), pid, source, anyTablet().id));
  }

  /** It is put back into service at some time, whether it is empty by then or not. */
  private void empty() {
    SimTablet tablet = anyTablet();
    cluster.invariants().onPlanned(tablet.id);
    if (world.chance(0.5)) {
      // What somebody has asked for before waits behind something else, and is overtaken.
      int pid = anyRecord().id().pid();
      submit(new AdminCommand.MakeSnapshot(table.db(), table.name(), pid));
      submit(
          new AdminCommand.AddReplica(
              table.db(), table.name(), List.of(pid), tablet.id, world.chance(0.5)));
    }
    submit(new AdminCommand.DrainEndpoint(tablet.id));
    later(
        world.between(paced(300), paced(8_000)),
        () -> submit(new AdminCommand.RecoverEndpoint(tablet.id)));
  }

  private void spread() {
    tablets.forEach(tablet -> cluster.invariants().onPlanned(tablet.id));
    boolean copies = world.chance(0.7);
    submit(new AdminCommand.Rebalance(copies, !copies || world.chance(0.7)));
  }

  private void resize() {
    tablets.forEach(tablet -> cluster.invariants().onPlanned(tablet.id));
    submit(
        new AdminCommand.SetReplicaNum(table.db(), table.name(), 1 + world.below(tablets.size())));
  }

  /** What is altered counts for nothing here, only that every replica comes to know of it. */
  private void alter() {
    long drawn = world.below(1000);
    if (drawn % 3 == 0) {
      int version = cluster.zooKeeper().table(1).alterations().columns().size() + 2;
      AddedColumn column = new AddedColumn("c" + version, 8);
      submit(new AdminCommand.AddColumn(table.db(), table.name(), table.tid(), version, column));
      return;
    }
    if (drawn % 7 == 0) {
      submit(new AdminCommand.TruncateTable(table.db(), table.name()));
      return;
    }
    TtlPolicy ttl = new TtlPolicy(TtlPolicy.Kind.LATEST, 0, drawn);
    submit(new AdminCommand.SetTtl(table.db(), table.name(), table.tid(), List.of(0), ttl));
  }

  /** Some of them are given up: by {@link #endSomeOp}, or because the index is not wanted. */
  private void addIndex() {
    Alterations before = cluster.zooKeeper().table(1).alterations();
    int number = before.indexes().size();
    if (number > 0 && world.chance(0.2)) {
      submit(
          new AdminCommand.DeleteIndex(
              table.db(), table.name(), table.tid(), indexPosition(world.below(number))));
    } else if (number < MAX_INDEXES) {
      submit(
          new AdminCommand.AddIndex(
              table.db(),
              table.name(),
              table.tid(),
              before.version(),
              "i" + number,
              indexPosition(number),
              List.of(number),
              -1,
              TtlPolicy.NONE));
    }
  }

  private int indexPosition(int number) {
    return AlterationsCodec.altered(table, Alterations.NONE).getColumnKeyCount() + number;
  }

  private void recoverTable() {
    PartitionRecord record = anyRecord();
    submit(
        new AdminCommand.RecoverTable(table.db(), table.name(), record.id().pid(), anyTablet().id));
  }

  private void makeSnapshot() {
    submit(new AdminCommand.MakeSnapshot(table.db(), table.name(), anyRecord().id().pid()));
  }

  private void switchAutoFailoverOff() {
    autoFailover(false);
    later(world.between(paced(300), paced(6_000)), () -> autoFailover(true));
  }

  /** For longer than anybody waits, or about as long. */
  private void stayAway() {
    SimTablet tablet = anyTablet();
    if (tablets.stream().filter(other -> !other.isRunning()).findAny().isEmpty()) {
      tablet.kill();
      long millis = world.between(IMPATIENT_MILLIS, 4 * IMPATIENT_MILLIS);
      world.after(millis * MILLI, tablet::start);
    }
    later(world.between(IMPATIENT_MILLIS, 4 * IMPATIENT_MILLIS) * MILLI, this::stayAway);
  }

  private void autoFailover(boolean on) {
    submit(new AdminCommand.SetConfig("auto_failover", Boolean.toString(on)));
  }

  private void endSomeOp() {
    List<OpRecord> ops = cluster.zooKeeper().ops();
    if (!ops.isEmpty()) {
      long id = ops.get(world.below(ops.size())).id();
      submit(world.chance(0.7) ? new AdminCommand.CancelOp(id) : new AdminCommand.RetryOp(id));
    }
  }

  // ---- making everything whole

  private void mend() {
    // More than once: a process that stood still may get to hear of its departure only now.
    tablets.forEach(tablet -> tablet.depart(Departure.NONE));
    ClusterState state = cluster.zooKeeper().read();
    if (!state.isAutoFailover()) {
      autoFailover(true);
    }
    for (SimTablet tablet : tablets) {
      if (state.isOffline(tablet.id) || state.isDrained(tablet.id)) {
        submit(new AdminCommand.RecoverEndpoint(tablet.id));
      }
    }
    if (!cluster.zooKeeper().table(1).options().equals(table.options())) {
      int replicas = table.options().replicas();
      submit(new AdminCommand.SetReplicaNum(table.db(), table.name(), replicas));
    }
    for (PartitionId id : cluster.zooKeeper().partitionIds()) {
      mend(cluster.zooKeeper().partition(id));
    }
    // A command may have been on its way until now, so that this is never the last look.
    world.after(paced(500), this::mend);
  }

  private void mend(PartitionRecord record) {
    List<Integer> pid = List.of(record.id().pid());
    int wanted = table.options().replicas();
    int future = 0;
    boolean witnessed = table.options().witnesses() == 0;
    for (NodeId tablet : record.holders()) {
      boolean stays =
          !record.wishes().isLeaving(tablet) && !record.wishes().lasting().contains(tablet);
      witnessed |= stays && record.isWitness(tablet);
      future += stays && !record.isWitness(tablet) ? 1 : 0;
    }
    if (!witnessed) {
      mendWitness(record, future > wanted);
    }
    if (future < wanted && !record.wishes().lasting().isEmpty()) {
      NodeId learner = record.wishes().lasting().get(0);
      submit(new AdminCommand.Promote(table.db(), table.name(), pid, learner));
    } else if (future < wanted) {
      tablets.stream()
          .filter(tablet -> !record.involves(tablet.id))
          .filter(tablet -> !record.wishes().isLeaving(tablet.id))
          .findFirst()
          .ifPresent(
              tablet ->
                  submit(
                      new AdminCommand.AddReplica(
                          table.db(), table.name(), pid, tablet.id, false)));
    }
  }

  /**
   * One that was to stay a learner is to stay that no more. A new one needs a tablet of its own. If
   * there is none, a learner, or a replica too many, goes first; the next look finds its place.
   */
  private void mendWitness(PartitionRecord record, boolean tooMany) {
    List<Integer> pid = List.of(record.id().pid());
    for (NodeId tablet : record.wishes().lasting()) {
      if (record.isWitness(tablet)) {
        submit(new AdminCommand.Promote(table.db(), table.name(), pid, tablet));
        return;
      }
    }
    for (SimTablet tablet : tablets) {
      if (!record.involves(tablet.id) && !record.wishes().isLeaving(tablet.id)) {
        submit(new AdminCommand.AddReplica(table.db(), table.name(), pid, tablet.id, false, true));
        return;
      }
    }
    // Learners first: a member may be one that min_insync does not let go.
    List<NodeId> holders = new ArrayList<>(record.learners());
    holders.addAll(record.members().tablets());
    for (NodeId tablet : holders) {
      boolean spare = tooMany || record.wishes().lasting().contains(tablet);
      if (spare && !tablet.equals(record.leader())) {
        submit(new AdminCommand.DelReplica(table.db(), table.name(), pid, tablet));
        return;
      }
    }
  }

  // ---- helpers

  private void submit(AdminCommand command) {
    for (SimNameserver nameserver : nameservers) {
      if (nameserver.isActive()) {
        nameserver.submit(command, result -> {});
      }
    }
  }

  private PartitionRecord anyRecord() {
    List<PartitionRecord> records = new ArrayList<>();
    cluster
        .zooKeeper()
        .partitionIds()
        .forEach(id -> records.add(cluster.zooKeeper().partition(id)));
    return records.get(world.below(records.size()));
  }

  private SimTablet anyTablet() {
    if (world.chance(0.5)) {
      PartitionRecord record = anyRecord();
      if (record.leader() != null) {
        return cluster.tablet(record.leader());
      }
    }
    return tablets.get(world.below(tablets.size()));
  }

  private void later(long nanos, Runnable action) {
    world.after(
        nanos,
        () -> {
          if (!stopped) {
            action.run();
          }
        });
  }

  private long paced(long millis) {
    return cluster.tempo().paced(millis * MILLI);
  }
}
