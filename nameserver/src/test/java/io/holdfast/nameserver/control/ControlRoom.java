package io.holdfast.nameserver.control;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.LossReport;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.message.ReportMessage.Grant;
import io.holdfast.protocol.message.ReportMessage.ReachReport;
import io.holdfast.protocol.message.ReportMessage.Reached;
import io.holdfast.protocol.message.ReportMessage.Silence;
import io.holdfast.protocol.message.ReportMessage.SilenceReport;
import io.holdfast.protocol.message.ReportMessage.TabletReport;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A controller with a store that the test can hold or make fail, and three tablets that report what
 * the test says. Time stands still unless told to pass.
 */
final class ControlRoom implements MetaStore, ClusterListener {
  static final NodeId A = new NodeId("a:1");
  static final NodeId B = new NodeId("b:1");
  static final NodeId C = new NodeId("c:1");
  static final PartitionId PARTITION = new PartitionId(1, 0);
  static final long MILLI = 1_000_000L;

  /** An order that was sent. */
  record Order(NodeId to, ControlMessage message) {}

  /** One tablet as it describes itself. */
  static final class Tablet {
    boolean up = true;
    long incarnation = 1;
    long epoch;
    long reports;
    Departure departure = Departure.NONE;
    final Map<PartitionId, ReplicaStatus> replicas = new TreeMap<>();
  }

  /** How a command ended. */
  static final class Answer {
    AdminResult result;
    int times;

    int code() {
      return result.code();
    }
  }

  private record Stored(PartitionRecord record, int version) {}

  /** Conditions that were told, each once. */
  final List<String> told = new ArrayList<>();

  final List<Order> orders = new ArrayList<>();
  final List<MetaTransaction> written = new ArrayList<>();
  final Map<NodeId, Tablet> tablets = new TreeMap<>();
  final Controller controller;
  CommitResult result = CommitResult.DONE;
  boolean lostAfterWriting;
  boolean held;
  long storedEpoch = 1;
  long now = 1_000 * MILLI;
  int loads;

  private final Map<PartitionId, Stored> partitions = new HashMap<>();
  final Map<Integer, TableSpec> tables = new TreeMap<>();
  private final Map<Integer, Integer> tableVersions = new TreeMap<>();
  private final List<String> databases = new ArrayList<>();
  private final Map<PartitionId, LossReport> losses = new TreeMap<>();
  private final List<NodeId> offline = new ArrayList<>();
  private final List<Integer> dropped = new ArrayList<>();
  private final Map<String, String> config = new TreeMap<>();
  private final Map<Long, OpRecord> ops = new TreeMap<>();
  private long lastOpId;
  private int alterations;
  private int filled;
  private MetaTransaction pending;
  private long ticket;
  private boolean loading;

  ControlRoom() {
    this(ControllerSettings.DEFAULTS);
  }

  private ControlRoom(ControllerSettings settings) {
    controller =
        new Controller(
            settings,
            Mutants.NONE,
            this,
            (tablet, message) -> orders.add(new Order(tablet, message)),
            this);
    for (NodeId id : List.of(A, B, C)) {
      tablets.put(id, new Tablet());
    }
  }

  /** One partition that A leads in term 1, with B and C in sync. */
  static ControlRoom ledByA(AckMode acks) {
    return ledByA(acks, 3);
  }

  /** As above, with further tablets that have nothing. */
  static ControlRoom ledByA(AckMode acks, NodeId... spares) {
    ControlRoom room = ledByA(acks, 3);
    for (NodeId spare : spares) {
      room.tablets.put(spare, new Tablet());
    }
    room.pass(100);
    return room;
  }

  /** As above, of a table that is to have more replicas than there are tablets now. */
  static ControlRoom ledByA(AckMode acks, int replicas) {
    return ledByA(acks, replicas, ControllerSettings.DEFAULTS);
  }

  /** As above, where a copy whose log's end was cut off needs an operator's word to count. */
  static ControlRoom strictAboutTails() {
    ControllerSettings usual = ControllerSettings.DEFAULTS;
    return ledByA(
        AckMode.ALL,
        3,
        new ControllerSettings(
            usual.suspectNanos(),
            usual.silenceNanos(),
            usual.electionGraceNanos(),
            usual.lateAnswerNanos(),
            usual.allDownGraceNanos(),
            usual.holdNanos(),
            usual.resendNanos(),
            usual.adviceNanos(),
            usual.createNanos(),
            usual.transferNanos(),
            true,
            usual.safety(),
            usual.ops(),
            List.of()));
  }

  /** Nothing but these tablets, for a nameserver that keeps these system tables. */
  static ControlRoom keeping(List<TableSpec> systemTables, NodeId... up) {
    ControllerSettings usual = ControllerSettings.DEFAULTS;
    ControlRoom room =
        new ControlRoom(
            new ControllerSettings(
                usual.suspectNanos(),
                usual.silenceNanos(),
                usual.electionGraceNanos(),
                usual.lateAnswerNanos(),
                usual.allDownGraceNanos(),
                usual.holdNanos(),
                usual.resendNanos(),
                usual.adviceNanos(),
                usual.createNanos(),
                usual.transferNanos(),
                usual.strictTail(),
                usual.safety(),
                usual.ops(),
                systemTables));
    room.tablets.keySet().retainAll(List.of(up));
    return room.activated();
  }

  private static ControlRoom ledByA(AckMode acks, int replicas, ControllerSettings settings) {
    ControlRoom room = new ControlRoom(settings);
    room.tables.put(1, table(1, "t", 1, new TableOptions(replicas, acks, 1, ReadMode.LEADER)));
    room.databases.add("db");
    room.partitions.put(
        PARTITION,
        new Stored(
            new PartitionRecord(
                PARTITION, 1, 2, Phase.LEAD, A, 1, members(A, B, C), List.of(), 0, 0),
            0));
    room.replicates(A, Role.LEADER, 1);
    room.replicates(B, Role.FOLLOWER, 1);
    room.replicates(C, Role.FOLLOWER, 1);
    return room.activated();
  }

  /**
   * Two partitions that A leads, with B and C in sync, which have not said so yet of the second.
   */
  static ControlRoom twoLedByA() {
    ControlRoom room = new ControlRoom(ControllerSettings.DEFAULTS);
    room.tables.put(1, table(1, "t", 2, new TableOptions(3, AckMode.ALL, 1, ReadMode.LEADER)));
    room.databases.add("db");
    for (int pid = 0; pid < 2; pid++) {
      PartitionId id = new PartitionId(1, pid);
      room.partitions.put(
          id,
          new Stored(
              new PartitionRecord(id, 1, 2, Phase.LEAD, A, 1, members(A, B, C), List.of(), 0, 0),
              0));
      room.replicates(A, id, Role.LEADER, 1, false);
    }
    return room.activated();
  }

  static ControlRoom empty() {
    ControlRoom room = new ControlRoom();
    room.databases.add("db");
    return room.activated();
  }

  private ControlRoom activated() {
    reportAll();
    controller.activate(1, now);
    turn();
    return this;
  }

  static TableSpec table(int tid, String name, int partitions, TableOptions options) {
    return new TableSpec(tid, "db", name, partitions, options, new byte[0]);
  }

  static ReplicaUid uid(NodeId tablet) {
    return new ReplicaUid(1, tablet.hashCode());
  }

  static MemberSet members(NodeId... ids) {
    return new MemberSet(Arrays.stream(ids).map(id -> new Member(id, uid(id))).toList());
  }

  PartitionRecord record() {
    return record(PARTITION);
  }

  PartitionRecord record(PartitionId partition) {
    return partitions.get(partition).record();
  }

  // ---- tablets

  /** Which alterations the copies have that are told of from now on. */
  void have(int version) {
    alterations = version;
  }

  /** Which version's indexes the leaders have filled that are told of from now on. */
  void haveFilled(int version) {
    filled = version;
  }

  void replicates(NodeId id, Role role, long term) {
    replicates(id, PARTITION, role, term, false);
  }

  void replicates(NodeId id, PartitionId partition, Role role, long term, boolean steppedDown) {
    tablets
        .get(id)
        .replicas
        .put(
            partition,
            new ReplicaStatus(
                partition,
                uid(id),
                role,
                term,
                1,
                role == Role.LEADER,
                steppedDown,
                ReplicaFlags.NONE,
                1,
                1,
                1,
                0,
                0,
                CatchUp.NONE,
                0,
                0,
                alterations,
                filled));
  }

  /** A tablet leads under a version that the room never gave it. */
  void leadsUnder(NodeId id, long version) {
    ReplicaStatus was = tablets.get(id).replicas.get(PARTITION);
    tablets
        .get(id)
        .replicas
        .put(
            PARTITION,
            new ReplicaStatus(
                PARTITION,
                was.uid(),
                Role.LEADER,
                was.term(),
                version,
                true,
                false,
                was.flags(),
                was.lastOffset(),
                was.commit(),
                was.applied(),
                0,
                0,
                CatchUp.NONE,
                0,
                0,
                alterations,
                filled));
  }

  /** What is wrong with a tablet's copy, by its own account. */
  void flags(NodeId id, ReplicaFlags flags) {
    ReplicaStatus was = tablets.get(id).replicas.get(PARTITION);
    tablets
        .get(id)
        .replicas
        .put(
            PARTITION,
            new ReplicaStatus(
                PARTITION,
                was.uid(),
                Role.FENCED,
                was.term(),
                0,
                false,
                false,
                flags,
                was.lastOffset(),
                was.commit(),
                was.applied(),
                0,
                0,
                CatchUp.NONE,
                0,
                0,
                alterations,
                filled));
  }

  /** A tablet has another copy than it had. */
  void hasUid(NodeId id, ReplicaUid uid) {
    ReplicaStatus was = tablets.get(id).replicas.get(PARTITION);
    tablets
        .get(id)
        .replicas
        .put(
            PARTITION,
            new ReplicaStatus(
                PARTITION,
                uid,
                was.role(),
                was.term(),
                was.version(),
                was.active(),
                was.steppedDown(),
                was.flags(),
                was.lastOffset(),
                was.commit(),
                was.applied(),
                0,
                0,
                CatchUp.NONE,
                0,
                0,
                alterations,
                filled));
  }

  /** A tablet has a snapshot of its copy. */
  void hasSnapshot(NodeId id, long offset) {
    ReplicaStatus was = tablets.get(id).replicas.get(PARTITION);
    tablets
        .get(id)
        .replicas
        .put(
            PARTITION,
            new ReplicaStatus(
                PARTITION,
                was.uid(),
                was.role(),
                was.term(),
                was.version(),
                was.active(),
                was.steppedDown(),
                was.flags(),
                was.lastOffset(),
                was.commit(),
                was.applied(),
                0,
                0,
                CatchUp.NONE,
                offset,
                0,
                alterations,
                filled));
  }

  void says(NodeId id, Message message) {
    controller.onMessage(id, message, now);
  }

  void report(NodeId id) {
    Tablet tablet = tablets.get(id);
    says(
        id,
        new TabletReport(
            tablet.incarnation,
            0,
            1,
            tablet.epoch,
            List.copyOf(tablet.replicas.values()),
            tablet.departure,
            ++tablet.reports));
  }

  void reportAll() {
    tablets.forEach(
        (id, tablet) -> {
          if (tablet.up) {
            report(id);
          }
        });
  }

  void dies(NodeId id) {
    tablets.get(id).up = false;
    controller.onTabletClosed(id, now);
    turn();
  }

  void answersTo(long term, NodeId id, long lastTerm, long lastOffset) {
    answersTo(term, id, lastTerm, lastOffset, ReplicaFlags.NONE);
  }

  void answersTo(long term, NodeId id, long lastTerm, long lastOffset, ReplicaFlags flags) {
    says(
        id,
        new Fenced(
            PARTITION,
            term,
            uid(id),
            tablets.get(id).incarnation,
            lastTerm,
            lastOffset,
            0,
            flags,
            List.<Grant>of()));
    turn();
  }

  void silent(NodeId voter, long term, long millis, boolean closed) {
    says(voter, new SilenceReport(List.of(new Silence(PARTITION, term, millis * MILLI, closed))));
    turn();
  }

  /** A tablet says which others have answered it just now. */
  void reaches(NodeId tablet, NodeId... peers) {
    says(
        tablet,
        new ReachReport(
            PARTITION, Arrays.stream(peers).map(peer -> new Reached(peer, 0)).toList()));
    turn();
  }

  void requests(NodeId leader, long term, long version, NodeId... members) {
    says(leader, new ChangeMembers(PARTITION, term, version, members(members)));
    turn();
  }

  // ---- commands

  Answer submit(AdminCommand command) {
    Answer answer = new Answer();
    controller.submit(
        command,
        end -> {
          answer.result = end;
          answer.times++;
        });
    turn();
    return answer;
  }

  // ---- orders

  <T extends ControlMessage> List<T> sent(NodeId to, Class<T> kind) {
    return orders.stream()
        .filter(order -> order.to().equals(to))
        .map(Order::message)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  // ---- time

  /** Time passes in steps of 50 ms; tablets that are up report. */
  void pass(long millis) {
    for (long i = 0; i < millis; i += 50) {
      now += 50 * MILLI;
      reportAll();
      turn();
    }
  }

  long wallMillis() {
    return 1_790_000_000_000L + now / MILLI;
  }

  /** The operations that stand in the store. */
  List<OpRecord> ops() {
    return List.copyOf(ops.values());
  }

  /** Decides until nothing more comes of it. */
  void turn() {
    controller.endOfTurn(now, wallMillis());
    while (answerStore()) {
      controller.endOfTurn(now, wallMillis());
    }
  }

  // ---- the store

  private boolean answerStore() {
    if (held) {
      return false;
    }
    if (loading) {
      loading = false;
      controller.onLoaded(ticket, storedEpoch, truth(), now);
      return true;
    }
    if (pending != null) {
      MetaTransaction transaction = pending;
      pending = null;
      finish(transaction);
      return true;
    }
    return false;
  }

  private void finish(MetaTransaction transaction) {
    CommitResult ended = transaction.epoch() == storedEpoch ? result : CommitResult.CONFLICT;
    if (ended == CommitResult.DONE || (ended == CommitResult.UNKNOWN && lostAfterWriting)) {
      transaction.changes().forEach(this::write);
    }
    if (ended != CommitResult.DONE && !stubborn) {
      result = CommitResult.DONE;
    }
    controller.onCommitted(transaction, ended, now);
  }

  /** Whether the store fails every time, not only once. */
  boolean stubborn;

  private void write(MetaChange change) {
    if (change instanceof MetaChange.PartitionCreated created) {
      partitions.put(created.record().id(), new Stored(created.record(), 0));
    } else if (change instanceof MetaChange.PartitionChanged changed) {
      partitions.put(changed.record().id(), new Stored(changed.record(), changed.basedOn() + 1));
    } else if (change instanceof MetaChange.TableCreated created) {
      tables.put(created.table().tid(), created.table());
      tableVersions.put(created.table().tid(), 0);
    } else if (change instanceof MetaChange.TableChanged changed) {
      tables.put(changed.table().tid(), changed.table());
      tableVersions.put(changed.table().tid(), changed.basedOn() + 1);
    } else if (change instanceof MetaChange.TableDropped drop) {
      tables.remove(drop.table().tid());
      partitions.keySet().removeIf(id -> id.tid() == drop.table().tid());
      dropped.add(drop.table().tid());
    } else if (change instanceof MetaChange.DatabaseCreated created) {
      databases.add(created.name());
    } else if (change instanceof MetaChange.DatabaseDropped drop) {
      databases.remove(drop.name());
    } else if (change instanceof MetaChange.LossReported reported) {
      losses.put(reported.report().partition(), reported.report());
    } else if (change instanceof MetaChange.TabletSwitched switched) {
      if (switched.offline()) {
        offline.add(switched.tablet());
      } else {
        offline.remove(switched.tablet());
      }
    } else if (change instanceof MetaChange.ConfigSet set) {
      config.put(set.key(), set.value());
    } else if (change instanceof MetaChange.OpCreated created) {
      ops.put(created.op().id(), created.op());
    } else if (change instanceof MetaChange.OpIdsUsed used) {
      lastOpId = used.lastId();
    } else if (change instanceof MetaChange.OpChanged changed) {
      ops.put(changed.op().id(), changed.op());
    } else if (change instanceof MetaChange.OpDeleted deleted) {
      ops.remove(deleted.id());
    }
  }

  /** Another nameserver, or a late transaction, changes the record behind the controller's back. */
  void overwrite(PartitionRecord record) {
    partitions.put(record.id(), new Stored(record, partitions.get(record.id()).version() + 1));
  }

  private ClusterState truth() {
    ClusterState state = new ClusterState();
    tables
        .values()
        .forEach(table -> state.loadTable(table, tableVersions.getOrDefault(table.tid(), 0)));
    partitions.values().forEach(stored -> state.loadPartition(stored.record(), stored.version()));
    databases.forEach(state::loadDatabase);
    losses.values().forEach(state::loadLoss);
    dropped.forEach(state::loadDropped);
    offline.forEach(state::loadOffline);
    config.forEach(state::loadConfig);
    ops.values().forEach(op -> state.loadOp(op, 0));
    state.loadLastOpId(lastOpId, 0);
    return state;
  }

  @Override
  public void commit(MetaTransaction transaction) {
    written.add(transaction);
    pending = transaction;
  }

  @Override
  public void load(long newTicket) {
    loads++;
    ticket = newTicket;
    loading = true;
    pending = null;
  }

  @Override
  public void onLoaded(ClusterState state) {}

  @Override
  public void onChanged(MetaChange change) {}

  @Override
  public void onTabletChanged(TabletHealth tablet) {}

  @Override
  public void onCondition(PartitionId partition, PartitionCondition condition) {
    told.add(condition.code() + " " + condition.text());
  }
}
