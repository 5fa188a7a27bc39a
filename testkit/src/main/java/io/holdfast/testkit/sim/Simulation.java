package io.holdfast.testkit.sim;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage.Heartbeat;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.tablet.replication.ReplicaView;
import io.holdfast.testkit.check.LinearizabilityChecker;
import io.holdfast.testkit.check.LinearizabilityChecker.Verdict;
import io.holdfast.testkit.check.RegisterOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * One history of a whole cluster on one thread: the real replica, controller and retry classes over
 * a fake network, disk, ZooKeeper and clock. Faults first; then everything is made whole, and all
 * must come back: a leader everywhere, every copy in sync, every client answered.
 */
public final class Simulation implements Cluster {
  private static final long BUSY_RETAIN_BYTES = 1 << 20;
  private static final long HEALING = 40 * World.SECOND;
  private static final int CHECK_BUDGET = 200_000;

  private final SimulationOptions options;
  private final World world;
  private final Tempo tempo;
  private final SimNetwork network;
  private final SimZooKeeper zooKeeper;
  private final Invariants invariants;
  private final Nemesis nemesis;
  private final PlannedOps plans;
  private final Plot plot;
  private final PlotDirector director;
  private final Map<NodeId, SimTablet> tablets = new LinkedHashMap<>();
  private final Map<NodeId, SimNameserver> nameservers = new LinkedHashMap<>();
  private final List<SimClient> clients = new ArrayList<>();
  private final List<SimReader> readers = new ArrayList<>();
  private final List<SimClient.Register> registers = new ArrayList<>();
  private final TableSpec table;

  private Simulation(SimulationOptions options) {
    this.options = options;
    this.world = new World(options.seed());
    Plot[] plots = Plot.drawn();
    Plot chosen = world.chance(0.25) ? plots[world.below(plots.length)] : Plot.NONE;
    this.plot = options.plot() == null ? chosen : options.plot();
    this.tempo = Tempo.ofSomeKind(world, plot);
    long slowest = tempo.paced(300 * World.MILLI);
    this.network = network(slowest);
    this.zooKeeper = new SimZooKeeper(this);
    this.invariants = new Invariants(this);
    this.table = table();
    makeServers();
    makeClients();
    this.nemesis =
        new Nemesis(this, List.copyOf(tablets.values()), List.copyOf(nameservers.values()));
    this.plans =
        new PlannedOps(
            this, List.copyOf(tablets.values()), List.copyOf(nameservers.values()), habits());
    this.director =
        new PlotDirector(this, List.copyOf(tablets.values()), List.copyOf(nameservers.values()));
  }

  /** Runs the history that these options make. */
  public static SimulationResult run(SimulationOptions options) {
    Simulation simulation = new Simulation(options);
    Violation violation = null;
    try {
      simulation.run();
    } catch (Violation broken) {
      violation = broken;
    } catch (RuntimeException broken) {
      violation = new Violation("production assertion", broken.toString(), broken);
    }
    return simulation.result(violation);
  }

  // ---- making

  private TableSpec table() {
    AckMode[] modes = {
      AckMode.ALL, AckMode.ALL, AckMode.MAJORITY, AckMode.MAJORITY, AckMode.LEADER
    };
    AckMode acks = options.acks() == null ? modes[world.below(modes.length)] : options.acks();
    int[] sizes = {2, 3, 3, 3, 5};
    int drawn = sizes[world.below(sizes.length)];
    int replicas = plot == Plot.ISOLATED_LEADER_OF_FIVE ? 5 : drawn;
    int minInsync = world.chance(0.2) ? 2 : 1;
    int partitions = 1 + world.below(2);
    Durability durability =
        plot == Plot.NONE && world.chance(0.2) ? Durability.OS : Durability.FSYNC;
    TableOptions chosen = new TableOptions(replicas, acks, minInsync, ReadMode.LEADER, durability);
    if (hasWitness()) {
      // Two copies and a witness above all; seldom four, where more can happen to their set.
      int copies = drawn == 5 ? 4 : 2;
      chosen =
          new TableOptions(copies, acks, minInsync, ReadMode.LEADER, durability).withWitnesses(1);
    }
    return new TableSpec(1, "db", "t", partitions, chosen, new byte[0]);
  }

  /**
   * Decided by the seed itself and not by a draw, so that the histories of the seeds without a
   * witness are what they were before there were any. A plot that somebody asked for has the
   * members that it was made for.
   */
  private boolean hasWitness() {
    return plot.isAboutWitness()
        || (options.plot() == null
            && plot != Plot.ISOLATED_LEADER_OF_FIVE
            && options.seed() % 6 == 5);
  }

  private Set<OperatorHabit> habits() {
    return plot == Plot.NONE ? OperatorHabit.of(options.seed()) : Set.of();
  }

  private boolean needsSpare() {
    return habits().contains(OperatorHabit.IMPATIENT) || habits().contains(OperatorHabit.TIDY);
  }

  private void makeServers() {
    boolean drifting = world.chance(0.7);
    int drawn = world.below(2);
    int count = table.options().voters() + (needsSpare() ? 1 : drawn);
    for (int i = 0; i < count; i++) {
      NodeId id = new NodeId("tablet" + i);
      tablets.put(
          id,
          new SimTablet(
              this,
              id,
              tabletRate(drifting, i),
              new SimDisk(world, world.chance(0.3) && !plot.isUnderLoad(), tempo.strictTail())));
    }
    for (int i = 0; i < 2; i++) {
      NodeId id = new NodeId("ns" + i);
      nameservers.put(id, new SimNameserver(this, id, rate(drifting)));
    }
    List<PartitionRecord> records = new ArrayList<>();
    List<NodeId> ids = List.copyOf(tablets.keySet());
    for (int pid = 0; pid < table.partitions(); pid++) {
      List<NodeId> placed = new ArrayList<>();
      for (int i = 0; i < table.options().voters(); i++) {
        placed.add(ids.get((pid + i) % ids.size()));
      }
      List<NodeId> witnesses = placed.subList(table.options().replicas(), placed.size());
      records.add(PartitionRecord.created(new PartitionId(table.tid(), pid), placed, witnesses));
    }
    zooKeeper.create(table, records);
  }

  private double tabletRate(boolean drifting, int number) {
    if (plot == Plot.LEASE_EDGE) {
      // The worst that can be: who counts on promises has a slow clock, who gave them a fast one.
      return number == 0 ? 0.9905 : 1.0095;
    }
    return rate(drifting);
  }

  private double rate(boolean drifting) {
    // As far apart as the protocol allows for, or a little less.
    double error =
        plot != Plot.NONE || world.chance(0.6)
            ? (world.chance(0.5) ? 1 : -1)
            : world.fraction() * 2 - 1;
    return drifting ? 1 + error * 0.0095 : 1;
  }

  private SimNetwork network(long slowest) {
    if (plot.isUnderLoad()) {
      return SimNetwork.inOrder(world, slowest);
    }
    return plot.needsCleanNetwork()
        ? SimNetwork.clean(world, slowest)
        : SimNetwork.ofSomeKind(world, slowest);
  }

  private void makeClients() {
    for (int pid = 0; pid < table.partitions(); pid++) {
      for (int key = 0; key < 3; key++) {
        registers.add(new SimClient.Register(new PartitionId(table.tid(), pid), key));
      }
      registers.add(
          new SimClient.Register(new PartitionId(table.tid(), pid), SimRegisters.FIRST_COUNTER));
    }
    long drawn = tempo.paced(world.between(World.MILLI, 60 * World.MILLI));
    long pause = plot.isUnderLoad() ? World.MILLI / 2 : drawn;
    List<NodeId> ids = List.copyOf(tablets.keySet());
    for (int i = 0; i < 4; i++) {
      clients.add(new SimClient(this, i, ids, registers, pause));
    }
    // What the first two have written, their readers have seen.
    for (int i = 0; i < 2; i++) {
      readers.add(new SimReader(this, i, ids, registers, pause, clients.get(i).bookmark()));
    }
  }

  // ---- running

  private void run() {
    nameservers.values().forEach(SimProcess::start);
    tablets.values().forEach(SimProcess::start);
    clients.forEach(SimClient::start);
    readers.forEach(SimReader::start);
    // Most interesting things happen to a cluster that is at work.
    if (plot == Plot.NONE) {
      world.after(tempo.paced(2 * World.SECOND), nemesis::start);
      world.after(tempo.paced(2 * World.SECOND), plans::start);
    } else {
      world.after(tempo.paced(World.SECOND), () -> director.start(plot));
    }
    runUntil(tempo.paced((2L + options.virtualSeconds()) * World.SECOND));
    director.stop();
    nemesis.stop();
    plans.stop();
    if (keepsPace()) {
      heal(this::isWhole);
    }
    clients.forEach(SimClient::stop);
    readers.forEach(SimReader::stop);
    heal(() -> isWhole() && isIdle());
    writeEverywhere();
    readEverything();
    checkHistories();
  }

  /** A cluster that is whole and has data, and to which nothing happens by itself. */
  static Simulation atRest(SimulationOptions options) {
    Simulation simulation = new Simulation(options);
    simulation.nameservers.values().forEach(SimProcess::start);
    simulation.tablets.values().forEach(SimProcess::start);
    simulation.heal(() -> simulation.isWhole() && simulation.isIdle());
    simulation.writeEverywhere();
    return simulation;
  }

  List<SimNameserver> nameservers() {
    return List.copyOf(nameservers.values());
  }

  List<SimTablet> tablets() {
    return List.copyOf(tablets.values());
  }

  /** Lets time pass; not sped up by the tempo. */
  void advance(long nanos) {
    runUntil(world.now() + nanos);
  }

  String describe() {
    return describeState();
  }

  private void runUntil(long time) {
    while (world.now() < time && world.step()) {
      // Each step is one event.
    }
  }

  private void heal(BooleanSupplier healed) {
    long deadline = world.now() + tempo.paced(HEALING);
    while (!healed.getAsBoolean()) {
      if (world.now() > deadline) {
        throw new Violation("21 liveness", "not whole after healing: " + describeState());
      }
      runUntil(world.now() + tempo.paced(50 * World.MILLI));
    }
  }

  /**
   * Whether a copy that has missed something can catch up while the writes go on: enough of the log
   * is kept while a snapshot is on its way, appends are large and in order, so that a learner, for
   * which nobody waits, is faster than the writes, and no disk is slow for good. With a mutant
   * nobody needs to know.
   */
  private boolean keepsPace() {
    return (options.mutants().equals(Mutants.NONE) || plot.isUnderLoad())
        && tempo.snapshots().retainMaxBytes() >= BUSY_RETAIN_BYTES
        && !tempo.smallAppends()
        && network.isOrderly()
        && tablets.values().stream().allMatch(tablet -> tablet.disk().isSteady());
  }

  private boolean isWhole() {
    for (PartitionId id : zooKeeper.partitionIds()) {
      PartitionRecord record = zooKeeper.partition(id);
      if (record.phase() != Phase.LEAD
          || record.dataMembers().size() < table.options().replicas()
          || record.members().size() < table.options().voters()
          || !record.wishes().leaving().isEmpty()
          || !leads(record)
          || !isAltered(record)) {
        return false;
      }
    }
    return zooKeeper.ops().stream().allMatch(OpRecord::isOver);
  }

  private boolean isIdle() {
    return clients.stream().allMatch(SimClient::isIdle)
        && readers.stream().allMatch(SimReader::isIdle);
  }

  /** Whether the leader keeps its rows as the table says by now. */
  private boolean isAltered(PartitionRecord record) {
    int wanted = zooKeeper.table(record.id().tid()).alterations().version();
    return tablets.get(record.leader()).store(record.id()).registers().alterations() >= wanted;
  }

  private boolean leads(PartitionRecord record) {
    SimTablet tablet = tablets.get(record.leader());
    ReplicaView view = tablet.isRunning() ? tablet.host().view(record.id()) : null;
    return view != null
        && view.role() == Role.LEADER
        && view.term() == record.term()
        && view.isActive()
        && view.pending() == null;
  }

  /** Whatever was planned or broken before: a partition that is whole takes writes. */
  private void writeEverywhere() {
    SimClient writer = clients.get(0);
    for (SimClient.Register register : registers) {
      // One may be lost to a last change of leader; none is taken only if something is stuck.
      long deadline = world.now() + HEALING;
      do {
        writer.write(register);
        while (!writer.isIdle()) {
          runUntil(world.now() + World.MILLI);
        }
        if (!writer.hasSucceeded() && world.now() > deadline) {
          throw new Violation("21 liveness", "a healthy cluster takes no write to " + register);
        }
      } while (!writer.hasSucceeded());
    }
  }

  private void readEverything() {
    SimClient reader = clients.get(0);
    for (SimClient.Register register : registers) {
      reader.read(register);
      long deadline = world.now() + 10 * World.SECOND;
      while (!reader.isIdle()) {
        if (world.now() > deadline) {
          throw new Violation("21 liveness", "a read of a healthy cluster is not answered");
        }
        runUntil(world.now() + World.MILLI);
      }
      if (register.isCounter()) {
        checkCount(register, reader.lastRead());
      }
    }
  }

  /** 14, 20: each acknowledged write was done once, and what is not known at most once. */
  private void checkCount(SimClient.Register counter, long value) {
    int acknowledged = 0;
    int unknown = 0;
    for (SimClient client : clients) {
      acknowledged += client.count(counter).acknowledged;
      unknown += client.count(counter).unknown;
    }
    // What was acknowledged may be lost with acks=leader, or given up. Nothing may be there twice.
    boolean mayMiss = table.options().acks() == AckMode.LEADER || invariants.givenUp() > 0;
    boolean lost = value < acknowledged && !mayMiss;
    if (lost || value > acknowledged + unknown) {
      throw new Violation(
          "14 exactly once",
          counter
              + " is "
              + value
              + " after "
              + acknowledged
              + " acknowledged writes and "
              + unknown
              + " unknown ones");
    }
  }

  private void checkHistories() {
    if (table.options().acks() == AckMode.LEADER || invariants.givenUp() > 0) {
      // This mode may lose what it acknowledged; it promises no more than that replicas agree.
      return;
    }
    for (SimClient.Register register : registers) {
      // Counters have no operations in the histories.
      List<RegisterOp> history = new ArrayList<>();
      for (SimClient client : clients) {
        client.history().stream()
            .filter(recorded -> recorded.register().equals(register))
            .forEach(recorded -> history.add(recorded.op()));
      }
      if (LinearizabilityChecker.check(history, CHECK_BUDGET) == Verdict.VIOLATED) {
        throw new Violation("linearizability", "no order explains the history of " + register);
      }
    }
  }

  private String describeState() {
    StringBuilder text = new StringBuilder();
    for (PartitionId id : zooKeeper.partitionIds()) {
      text.append(zooKeeper.partition(id)).append("; ");
      for (SimTablet tablet : tablets.values()) {
        if (tablet.isRunning()) {
          text.append(tablet.id).append('=').append(tablet.host().status(id)).append("; ");
        }
      }
    }
    for (SimNameserver nameserver : nameservers.values()) {
      text.append(nameserver.id).append(nameserver.isActive() ? " active; " : " standby; ");
    }
    zooKeeper.ops().stream().filter(op -> !op.isOver()).forEach(op -> text.append(op).append("; "));
    clients.forEach(client -> text.append(client.isIdle() ? "" : "a client waits; "));
    return text.toString();
  }

  private SimulationResult result(Violation violation) {
    long commits = 0;
    long elections = 0;
    for (PartitionId id : zooKeeper.partitionIds()) {
      commits += invariants.committed(id);
      elections += zooKeeper.partition(id).term();
    }
    String description =
        tablets.size()
            + " tablets, "
            + table.partitions()
            + " partitions, "
            + table.options()
            + ", "
            + tempo
            + ", "
            + network
            + (plot == Plot.NONE
                ? ", faults " + nemesis.describe() + plans.describe()
                : ", plot " + plot);
    return new SimulationResult(
        options.seed(),
        violation,
        world.executed(),
        world.fingerprint(),
        clients.stream().mapToLong(SimClient::finished).sum()
            + readers.stream().mapToLong(SimReader::finished).sum(),
        commits,
        elections,
        invariants.snapshots().makings(),
        invariants.snapshots().installs(),
        faults(),
        world.now(),
        description);
  }

  private Map<String, Long> faults() {
    Map<String, Long> faults = new TreeMap<>(nemesis.made());
    if (invariants.statesLost() > 0) {
      faults.put("lost state", invariants.statesLost());
    }
    if (director.rounds() > 0) {
      faults.put("plot " + plot, director.rounds());
      if (invariants.givenUp() > 0) {
        faults.put("accepted loss", invariants.givenUp());
      }
    }
    return faults;
  }

  // ---- what the parts know of each other

  @Override
  public World world() {
    return world;
  }

  @Override
  public Tempo tempo() {
    return tempo;
  }

  @Override
  public Mutants mutants() {
    return options.mutants();
  }

  @Override
  public Invariants invariants() {
    return invariants;
  }

  @Override
  public SimNetwork network() {
    return network;
  }

  @Override
  public SimZooKeeper zooKeeper() {
    return zooKeeper;
  }

  @Override
  public SimTablet tablet(NodeId id) {
    return tablets.get(id);
  }

  @Override
  public void send(NodeId from, NodeId to, Message message) {
    if (message instanceof Heartbeat heartbeat) {
      invariants.reads().onSent(heartbeat);
    }
    SimNameserver nameserver = nameservers.get(to);
    SimTablet tablet = tablets.get(to);
    boolean up = nameserver != null ? nameserver.isRunning() : tablet.isRunning();
    if (!up) {
      // The kernel of the machine refuses the connection.
      if (message instanceof ControlMessage && nameservers.containsKey(from)) {
        network.send(to, from, () -> nameservers.get(from).onTabletClosed(to));
      }
      return;
    }
    network.send(
        from,
        to,
        () -> {
          if (nameserver != null) {
            nameserver.onMessage(from, message);
          } else {
            tablet.onMessage(from, message);
          }
        });
  }

  @Override
  public void sendToNameservers(NodeId from, ReportMessage message) {
    nameservers.keySet().forEach(nameserver -> send(from, nameserver, message));
  }

  @Override
  public void connectionsOf(NodeId dead) {
    for (SimTablet tablet : tablets.values()) {
      network.send(dead, tablet.id, () -> tablet.onPeerClosed(dead));
    }
    if (tablets.containsKey(dead)) {
      for (SimNameserver nameserver : nameservers.values()) {
        network.send(dead, nameserver.id, () -> nameserver.onTabletClosed(dead));
      }
    }
  }
}
