package io.holdfast.testkit.sim;

import io.holdfast.client.Bookmark;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Decision;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.client.retry.RetryState;
import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.tablet.replication.WriteOutcome;
import io.holdfast.testkit.check.RegisterOp;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that writes and reads registers, one operation at a time, with the real {@link
 * RetryPolicy}, and keeps the history of what it saw.
 */
final class SimClient {
  private static final long BUDGET_MILLIS = 8_000;
  private static final RetryPolicy POLICY =
      new RetryPolicy(new RetrySettings(5, 200, 1_000, 100, 2));

  /** One register: a key of a partition. */
  record Register(PartitionId partition, int key) {}

  /** An operation of the history. */
  record Recorded(Register register, RegisterOp op) {}

  private final class Operation {
    final Register register;
    final boolean write;
    final boolean quorumRead;
    final long value;
    final long invokedAt = world.now();
    RetryState state;
    int attempt;

    Operation(Register register, boolean write, boolean quorumRead, long value) {
      this.register = register;
      this.write = write;
      this.quorumRead = quorumRead;
      this.value = value;
      this.state = RetryState.start(write ? OperationKind.WRITE : OperationKind.READ);
    }

    long elapsedMillis() {
      return (world.now() - invokedAt) / World.MILLI;
    }
  }

  private final Cluster cluster;
  private final World world;
  private final NodeId id;
  private final List<NodeId> tablets;
  private final List<Register> registers;
  private final List<Recorded> history = new ArrayList<>();
  private final long valueBase;
  private final long pauseNanos;
  private final SimReads reads;
  private final Bookmark bookmark = new Bookmark();
  private NodeId guess;
  private Operation current;
  private long values;
  private boolean stopping;
  private boolean succeeded;
  private int finished;

  SimClient(
      Cluster cluster,
      int number,
      List<NodeId> tablets,
      List<Register> registers,
      long pauseNanos) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.id = new NodeId("client" + number);
    this.tablets = tablets;
    this.registers = registers;
    this.valueBase = (number + 1L) << 32;
    this.pauseNanos = pauseNanos;
    this.reads = new SimReads(cluster);
    this.guess = tablets.get(0);
  }

  void start() {
    world.after(world.between(0, pauseNanos + 1), this::next);
  }

  /** Lets the operation under way end, and begins no other. */
  void stop() {
    stopping = true;
  }

  boolean isIdle() {
    return current == null;
  }

  int finished() {
    return finished;
  }

  List<Recorded> history() {
    return history;
  }

  /** What this client has written and read. */
  Bookmark bookmark() {
    return bookmark;
  }

  /** Reads one register through a quorum, whatever was asked before. */
  void read(Register register) {
    begin(new Operation(register, false, true, 0));
  }

  /** Writes one register, whatever was asked before. */
  void write(Register register) {
    begin(new Operation(register, true, false, valueBase + ++values));
  }

  /** Whether the operation that ended last was done. */
  boolean hasSucceeded() {
    return succeeded;
  }

  private void next() {
    if (stopping || current != null) {
      return;
    }
    Register register = registers.get(world.below(registers.size()));
    boolean write = world.chance(0.6);
    begin(new Operation(register, write, world.chance(0.3), write ? valueBase + ++values : 0));
  }

  private void begin(Operation operation) {
    current = operation;
    attempt(operation);
  }

  private void attempt(Operation operation) {
    int attempt = ++operation.attempt;
    NodeId target = guess;
    long timeout =
        POLICY.attemptTimeoutMillis(operation.state, operation.elapsedMillis(), BUDGET_MILLIS);
    world.after(
        cluster.tempo().paced(Math.min(timeout, 1500) * World.MILLI),
        () -> ended(operation, attempt, Outcome.unknown(), 0, 0));
    SimTablet tablet = cluster.tablet(target);
    if (!tablet.isRunning()) {
      world.after(World.MILLI, () -> ended(operation, attempt, Outcome.notConnected(), 0, 0));
      return;
    }
    cluster
        .network()
        .sendOnce(
            id,
            target,
            () -> {
              if (tablet.isRunning()) {
                tablet.run(() -> serve(tablet, operation, attempt));
              }
            });
  }

  // ---- at the tablet

  private void serve(SimTablet tablet, Operation operation, int attempt) {
    if (operation.write) {
      serveWrite(tablet, operation, attempt);
    } else {
      serveRead(tablet, operation, attempt);
    }
  }

  private void serveWrite(SimTablet tablet, Operation operation, int attempt) {
    tablet
        .host()
        .write(
            operation.register.partition(),
            new SessionId(1, id.hashCode()),
            operation.value,
            SimRegisters.payload(operation.register.key(), operation.value),
            (outcome, offset) -> {
              if (outcome == WriteOutcome.OK) {
                cluster
                    .invariants()
                    .onAcknowledged(
                        tablet, operation.register.partition(), offset, operation.value);
              }
              answer(tablet, operation, attempt, outcomeOf(tablet, operation, outcome), 0, offset);
            },
            tablet.localNow());
  }

  private Outcome outcomeOf(SimTablet tablet, Operation operation, WriteOutcome outcome) {
    return switch (outcome) {
      case OK -> Outcome.answered(AnswerCode.OK);
      case NOT_READY, HANDING_OVER, BUSY, TOO_FEW_REPLICAS, DISK_FULL ->
          Outcome.answered(AnswerCode.TABLE_LOADING, "", 10);
      case UNKNOWN -> Outcome.unknown();
      default -> notLeader(tablet, operation);
    };
  }

  private static Outcome notLeader(SimTablet tablet, Operation operation) {
    NodeId leader = tablet.host().knownLeader(operation.register.partition());
    return Outcome.answered(AnswerCode.NOT_LEADER, leader == null ? "" : leader.endpoint(), 0);
  }

  private void serveRead(SimTablet tablet, Operation operation, int attempt) {
    reads.read(
        tablet,
        operation.register,
        operation.quorumRead ? ReadMode.QUORUM : ReadMode.LEADER,
        0,
        (outcome, value, version) -> answer(tablet, operation, attempt, outcome, value, version));
  }

  private void answer(
      SimTablet tablet,
      Operation operation,
      int attempt,
      Outcome outcome,
      long value,
      long version) {
    cluster
        .network()
        .sendOnce(tablet.id, id, () -> ended(operation, attempt, outcome, value, version));
  }

  // ---- back at the client

  private void ended(Operation operation, int attempt, Outcome outcome, long value, long version) {
    if (operation != current || attempt != operation.attempt) {
      return;
    }
    Outcome believed = outcome;
    if (outcome.kind() == Outcome.Kind.UNKNOWN && cluster.mutants().has(Mutant.UNKNOWN_IS_FAILED)) {
      believed = Outcome.notSent();
    }
    Decision decision =
        POLICY.decide(
            operation.state, believed, operation.elapsedMillis(), BUDGET_MILLIS, world.fraction());
    operation.state = decision.state();
    operation.attempt++;
    if (decision.isRetry()) {
      guess =
          decision.leaderHint().isEmpty()
              ? tablets.get(world.below(tablets.size()))
              : new NodeId(decision.leaderHint());
      world.after(decision.delayMillis() * World.MILLI, () -> attempt(operation));
      return;
    }
    current = null;
    finished++;
    succeeded = decision.action() == Decision.Action.DONE;
    if (decision.action() == Decision.Action.DONE) {
      PartitionId partition = operation.register.partition();
      bookmark.seen(partition.tid(), partition.pid(), version);
    }
    record(operation, decision.action(), value);
    world.after(world.between(0, pauseNanos + 1), this::next);
  }

  private void record(Operation operation, Decision.Action action, long value) {
    switch (action) {
      case DONE -> {
        long result = operation.write ? operation.value : value;
        history.add(
            new Recorded(
                operation.register,
                new RegisterOp(operation.write, result, operation.invokedAt, world.now())));
      }
      case GIVE_UP_UNKNOWN ->
          history.add(
              new Recorded(
                  operation.register,
                  new RegisterOp(true, operation.value, operation.invokedAt, Long.MAX_VALUE)));
      default -> {
        // Certainly not done: it has no place in the history. Were it done after all, some read
        // would see a value that nobody wrote, and the checker would find no order.
      }
    }
  }
}
