package io.holdfast.testkit.sim;

import io.holdfast.client.Bookmark;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Decision;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.ReadPlan;
import io.holdfast.client.retry.ReplicaChooser;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.client.retry.RetryState;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.ReadMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that reads at any replica: most of the time in a session, whose {@link Bookmark} it
 * shares with a client that writes, and sometimes without. Replicas are chosen by the real {@link
 * ReplicaChooser}, and who is asked next follows from the real {@link RetryPolicy} and {@link
 * ReadPlan}.
 */
final class SimReader {
  private static final long BUDGET_MILLIS = 4_000;
  private static final RetryPolicy POLICY =
      new RetryPolicy(new RetrySettings(5, 200, 1_000, 100, 2));

  private final class Operation {
    final SimClient.Register register;
    final ReadMode mode;
    final long seen;
    final long invokedAt = world.now();
    RetryState state = RetryState.start(OperationKind.READ);
    String replica = "";
    boolean atLeader;
    int attempt;

    Operation(SimClient.Register register, ReadMode mode) {
      this.register = register;
      this.mode = mode;
      PartitionId partition = register.partition();
      this.seen = mode == ReadMode.STALE ? 0 : bookmark.version(partition.tid(), partition.pid());
    }

    long elapsedMillis() {
      return (world.now() - invokedAt) / World.MILLI;
    }
  }

  private final Cluster cluster;
  private final World world;
  private final NodeId id;
  private final List<NodeId> tablets;
  private final List<SimClient.Register> registers;
  private final long pauseNanos;
  private final SimReads service;
  private final ReplicaChooser chooser = new ReplicaChooser();
  private Bookmark bookmark;
  private NodeId leader;
  private Operation current;
  private boolean stopping;
  private int finished;

  /**
   * @param bookmark what somebody has seen who reads through this
   */
  SimReader(
      Cluster cluster,
      int number,
      List<NodeId> tablets,
      List<SimClient.Register> registers,
      long pauseNanos,
      Bookmark bookmark) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.id = new NodeId("reader" + number);
    this.tablets = tablets;
    this.registers = registers;
    this.pauseNanos = pauseNanos;
    this.service = new SimReads(cluster);
    this.bookmark = bookmark;
    this.leader = tablets.get(0);
  }

  void start() {
    world.after(world.between(0, pauseNanos + 1), this::next);
  }

  void stop() {
    stopping = true;
  }

  boolean isIdle() {
    return current == null;
  }

  int finished() {
    return finished;
  }

  private void next() {
    if (stopping) {
      return;
    }
    SimClient.Register register = registers.get(world.below(registers.size()));
    current = new Operation(register, world.chance(0.7) ? ReadMode.SESSION : ReadMode.STALE);
    attempt(current);
  }

  private void attempt(Operation operation) {
    int attempt = ++operation.attempt;
    NodeId target = leader;
    if (!operation.atLeader) {
      operation.replica = choose(operation.register.partition());
      target = new NodeId(operation.replica);
    }
    long timeout =
        POLICY.attemptTimeoutMillis(operation.state, operation.elapsedMillis(), BUDGET_MILLIS);
    world.after(
        cluster.tempo().paced(Math.min(timeout, 400) * World.MILLI),
        () -> ended(operation, attempt, Outcome.unknown(), 0));
    SimTablet tablet = cluster.tablet(target);
    if (!tablet.isRunning()) {
      world.after(World.MILLI, () -> ended(operation, attempt, Outcome.notConnected(), 0));
      return;
    }
    cluster.network().sendOnce(id, target, () -> arrive(tablet, operation, attempt));
  }

  /** Members and learners as published; now and then somebody whom only an old route names. */
  private String choose(PartitionId partition) {
    PartitionRecord record = cluster.zooKeeper().partition(partition);
    List<String> replicas = new ArrayList<>();
    record.members().tablets().forEach(tablet -> replicas.add(tablet.endpoint()));
    record.learners().forEach(tablet -> replicas.add(tablet.endpoint()));
    return replicas.isEmpty() || world.chance(0.05)
        ? tablets.get(world.below(tablets.size())).endpoint()
        : chooser.choose(partition.pid(), replicas, world.now() / World.MILLI);
  }

  private void arrive(SimTablet tablet, Operation operation, int attempt) {
    if (!tablet.isRunning()) {
      return;
    }
    ReadMode mode = operation.atLeader ? ReadMode.LEADER : operation.mode;
    tablet.run(
        () ->
            service.read(
                tablet,
                operation.register,
                mode,
                operation.seen,
                (outcome, value, version) ->
                    cluster
                        .network()
                        .sendOnce(
                            tablet.id, id, () -> ended(operation, attempt, outcome, version))));
  }

  private void ended(Operation operation, int attempt, Outcome outcome, long version) {
    if (operation != current || attempt != operation.attempt) {
      return;
    }
    operation.attempt++;
    note(operation, outcome);
    Decision decision =
        POLICY.decide(
            operation.state, outcome, operation.elapsedMillis(), BUDGET_MILLIS, world.fraction());
    operation.state = decision.state();
    if (decision.isRetry()) {
      boolean hinted = operation.atLeader && !decision.leaderHint().isEmpty();
      leader =
          hinted ? new NodeId(decision.leaderHint()) : published(operation.register.partition());
      operation.atLeader = ReadPlan.nextAsksLeader(operation.atLeader, outcome);
      world.after(decision.delayMillis() * World.MILLI, () -> attempt(operation));
      return;
    }
    current = null;
    finished++;
    if (decision.action() == Decision.Action.DONE) {
      conclude(operation, outcome, version);
    }
    world.after(world.between(0, pauseNanos + 1), this::next);
  }

  private void note(Operation operation, Outcome outcome) {
    if (operation.atLeader) {
      return;
    }
    if (outcome.kind() == Outcome.Kind.ANSWERED) {
      chooser.answered(operation.replica);
    } else {
      chooser.failed(operation.replica, world.now() / World.MILLI);
    }
  }

  private NodeId published(PartitionId partition) {
    NodeId known = cluster.zooKeeper().partition(partition).leader();
    return known == null ? tablets.get(world.below(tablets.size())) : known;
  }

  private void conclude(Operation operation, Outcome outcome, long version) {
    PartitionId partition = operation.register.partition();
    if (outcome.code() == AnswerCode.OK && cluster.invariants().givenUp() > 0) {
      // What the session has seen may be gone, and its offsets may be others by now.
      bookmark = new Bookmark();
    } else if (outcome.code() == AnswerCode.OK) {
      ReadTruth.onSessionAnswer(partition, operation.seen, version);
      bookmark.seen(partition.tid(), partition.pid(), version);
    } else if (outcome.code() == AnswerCode.VERSION_LOST) {
      // What acks=leader acknowledged and lost: the session cannot go on, a new one can.
      bookmark = new Bookmark();
    }
  }
}
