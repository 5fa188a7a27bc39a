package io.holdfast.testkit.sim;

import io.holdfast.client.Bookmark;
import io.holdfast.client.retry.AnswerCode;
import io.holdfast.client.retry.Decision;
import io.holdfast.client.retry.OperationKind;
import io.holdfast.client.retry.Outcome;
import io.holdfast.client.retry.PartitionSessions;
import io.holdfast.client.retry.RetryPolicy;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.client.retry.RetryState;
import io.holdfast.common.mutant.Mutant;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.WriteId;
import io.holdfast.tablet.replication.WriteOutcome;
import io.holdfast.testkit.check.RegisterOp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A client that writes and reads registers, one operation at a time, with the real {@link
 * RetryPolicy}, and keeps the history of what it saw.
 */
final class SimClient {
  private static final long BUDGET_MILLIS = 8_000;
  private static final RetryPolicy POLICY =
      new RetryPolicy(new RetrySettings(5, 200, 1_000, 100, 2));

  /** One register or counter: a key of a partition. */
  record Register(PartitionId partition, int key) {
    boolean isCounter() {
      return key >= SimRegisters.FIRST_COUNTER;
    }
  }

  /** What this client knows of the writes that it sent to a counter. */
  static final class Count {
    int acknowledged;
    int unknown;
  }

  /** An operation of the history. */
  record Recorded(Register register, RegisterOp op) {}

  private final class Operation {
    final Register register;
    final boolean write;
    final boolean quorumRead;
    final long value;
    final long invokedAt = world.now();
    RetryState state;
    PartitionSessions.Ticket ticket;
    int attempt;

    Operation(Register register, boolean write, boolean quorumRead, long value) {
      this.register = register;
      this.write = write;
      this.quorumRead = quorumRead;
      this.value = value;
      OperationKind writing = named ? OperationKind.NAMED_WRITE : OperationKind.WRITE;
      this.state = RetryState.start(write ? writing : OperationKind.READ);
    }

    WriteId id() {
      return ticket == null ? WriteId.NONE : ticket.id();
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
  private final Map<Register, Count> counts = new HashMap<>();
  private final Map<PartitionId, PartitionSessions> sessions = new HashMap<>();
  private final boolean named;
  private final long patienceMillis;
  private final long valueBase;
  private final long pauseNanos;
  private final SimReads reads;
  private final Bookmark bookmark = new Bookmark();
  private NodeId guess;
  private Operation current;
  private long values;
  private long drawn;
  private long lastRead;
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
    this.named = world.chance(0.6);
    // One that waits for a short time repeats writes that are still under way.
    this.patienceMillis = named && world.chance(0.5) ? world.between(10, 300) : 1500;
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

  /** Writes to a counter that were acknowledged, and those of which nobody can say. */
  Count count(Register counter) {
    return counts.computeIfAbsent(counter, key -> new Count());
  }

  /** What the last read of this client was answered. */
  long lastRead() {
    return lastRead;
  }

  private void next() {
    if (stopping || current != null) {
      return;
    }
    Register register = registers.get(world.below(registers.size()));
    boolean write = register.isCounter() || world.chance(0.6);
    if (world.chance(0.02)) {
      // The program was started anew: what its last life has sent, nobody repeats.
      sessions.clear();
    }
    begin(new Operation(register, write, world.chance(0.3), write ? valueBase + ++values : 0));
  }

  private void begin(Operation operation) {
    current = operation;
    name(operation);
    attempt(operation);
  }

  private void name(Operation operation) {
    if (named && operation.write) {
      operation.ticket = sessions(operation).begin(world.now() / World.MILLI);
    }
  }

  private PartitionSessions sessions(Operation operation) {
    return sessions.computeIfAbsent(
        operation.register.partition(),
        partition -> new PartitionSessions(() -> new SessionId(valueBase, ++drawn)));
  }

  private void attempt(Operation operation) {
    int attempt = ++operation.attempt;
    NodeId target = guess;
    long timeout =
        POLICY.attemptTimeoutMillis(operation.state, operation.elapsedMillis(), BUDGET_MILLIS);
    world.after(
        cluster.tempo().paced(Math.min(timeout, patienceMillis) * World.MILLI),
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
    PartitionId partition = operation.register.partition();
    WriteId writeId = operation.id();
    tablet
        .host()
        .write(
            partition,
            writeId,
            SimRegisters.payload(operation.register.key(), operation.value, tablet.wallMillis()),
            (outcome, offset, result) -> {
              if (outcome == WriteOutcome.OK) {
                cluster
                    .invariants()
                    .onAcknowledged(tablet, partition, writeId, offset, result, operation.value);
              }
              answer(
                  tablet,
                  operation,
                  attempt,
                  outcomeOf(tablet, operation, outcome),
                  offset,
                  offset);
            },
            tablet.localNow());
  }

  private Outcome outcomeOf(SimTablet tablet, Operation operation, WriteOutcome outcome) {
    return switch (outcome) {
      case OK -> Outcome.answered(AnswerCode.OK);
      case NOT_READY, HANDING_OVER, BUSY, TOO_FEW_REPLICAS, DISK_FULL, MEMORY_FULL ->
          Outcome.answered(AnswerCode.TABLE_LOADING, "", 10);
      case UNKNOWN -> Outcome.unknown();
      case SEQ_TOO_OLD -> Outcome.answered(AnswerCode.SEQ_TOO_OLD);
      case SESSION_FORGOTTEN -> Outcome.answered(AnswerCode.SESSION_FORGOTTEN);
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
    if (decision.action() == Decision.Action.NEW_SESSION_AND_RETRY) {
      sessions(operation).forgotten(operation.ticket, value);
      name(operation);
      world.after(decision.delayMillis() * World.MILLI, () -> attempt(operation));
      return;
    }
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
    lastRead = value;
    if (operation.ticket != null) {
      sessions(operation).end(operation.ticket, world.now() / World.MILLI);
    }
    record(operation, decision.action(), value);
    world.after(world.between(0, pauseNanos + 1), this::next);
  }

  private void record(Operation operation, Decision.Action action, long value) {
    if (operation.register.isCounter()) {
      // What certainly failed counts for nothing: were it done after all, the sum would show it.
      Count count = count(operation.register);
      count.acknowledged += operation.write && action == Decision.Action.DONE ? 1 : 0;
      count.unknown += action == Decision.Action.GIVE_UP_UNKNOWN ? 1 : 0;
      return;
    }
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
