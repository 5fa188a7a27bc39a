package io.holdfast.tablet.replication;

import io.holdfast.common.mutant.Mutants;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.LeaderAdvice;
import io.holdfast.protocol.message.ControlMessage.MembersChanged;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.message.ReportMessage.ChangeMembers;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.WriteId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Three tablets with one partition, on one thread. Nothing moves unless the test says so: messages
 * wait to be delivered, disks owe their syncs, and time stands still. The test itself plays the
 * nameserver.
 */
final class ReplicaGroup {
  static final NodeId A = new NodeId("a:1");
  static final NodeId B = new NodeId("b:1");
  static final NodeId C = new NodeId("c:1");
  static final NodeId NAMESERVER = new NodeId("ns:1");
  static final PartitionId PARTITION = new PartitionId(1, 0);
  static final PartitionId OTHER = new PartitionId(1, 1);
  static final long MILLI = 1_000_000L;

  /** A message on its way. */
  record Envelope(NodeId from, NodeId to, Message message) {}

  /** How a write or a read ended. */
  static final class Answer {
    WriteOutcome outcome;
    long offset;
    int result;
    Boolean confirmed;
    int times;
  }

  /** One tablet, with whatever it sent to the nameservers. */
  final class Tablet implements ReplicaStores, Outbox {
    final NodeId id;
    final List<ReportMessage> reports = new ArrayList<>();
    final List<RuntimeException> faults = new ArrayList<>();
    final Map<PartitionId, FakeReplicaStore> stores = new TreeMap<>();
    ReplicaHost host;
    long life;
    boolean stalled;
    DiskLevel disk = DiskLevel.ROOMY;

    /** Of replicas that lie on another disk than the others. */
    final Map<PartitionId, DiskLevel> disks = new TreeMap<>();

    boolean diskHeld;
    Predicate<Message> unsendable = message -> false;

    Tablet(NodeId id) {
      this.id = id;
    }

    FakeReplicaStore store() {
      return stores.get(PARTITION);
    }

    void start() {
      life++;
      host =
          new ReplicaHost(
              id,
              life,
              0,
              1,
              settings,
              Mutants.NONE,
              this,
              this,
              (partition, cause) -> faults.add(cause),
              now);
      stores.forEach((partition, store) -> host.open(partition, store, now));
    }

    /** The process dies and comes back with what its disk had. */
    void restart() {
      stores.replaceAll((partition, store) -> store.reopened());
      start();
    }

    ReplicaView view() {
      return host.view(PARTITION);
    }

    /** The newest report of a kind; null when there is none. */
    <T extends ReportMessage> T last(Class<T> kind) {
      T last = null;
      for (ReportMessage report : reports) {
        last = kind.isInstance(report) ? kind.cast(report) : last;
      }
      return last;
    }

    @Override
    public void send(NodeId to, Message message) {
      if (unsendable.test(message)) {
        throw new IllegalStateException("cannot be sent: " + message);
      }
      if (to.equals(NAMESERVER)) {
        reports.add((ReportMessage) message);
      } else {
        onTheWay.add(new Envelope(id, to, message));
      }
    }

    @Override
    public void report(ReportMessage message) {
      reports.add(message);
    }

    @Override
    public ReplicaStore create(PartitionId partition, TableSpec table, boolean witness) {
      FakeReplicaStore store = new FakeReplicaStore(newUid(), table, witness);
      stores.put(partition, store);
      return store;
    }

    @Override
    public void retireFailed(PartitionId partition) {
      stores.remove(partition);
    }

    @Override
    public void retire(PartitionId partition, ReplicaStore store) {
      stores.remove(partition);
    }

    @Override
    public boolean isStalled(long at) {
      return stalled;
    }

    @Override
    public DiskLevel diskLevel(PartitionId partition) {
      return disks.getOrDefault(partition, disk);
    }
  }

  final TableOptions options;
  final ReplicationSettings settings;
  final TableSpec table;
  final Map<NodeId, Tablet> tablets = new TreeMap<>();
  final List<Envelope> onTheWay = new ArrayList<>();
  Predicate<Envelope> lost = envelope -> false;
  long now = 1_000 * MILLI;
  private long uids;

  ReplicaGroup(TableOptions options, ReplicationSettings settings) {
    this.options = options;
    this.settings = settings;
    this.table = new TableSpec(1, "db", "t", 2, options, new byte[0]);
    for (NodeId id : List.of(A, B, C)) {
      Tablet tablet = new Tablet(id);
      tablet.create(PARTITION, table, witnesses().contains(id));
      tablets.put(id, tablet);
      tablet.start();
    }
  }

  static ReplicaGroup of(AckMode acks) {
    return new ReplicaGroup(
        new TableOptions(3, acks, 1, ReadMode.LEADER), ReplicationSettings.DEFAULTS);
  }

  /** A group whose leader of term 1 is A, with everybody in sync and active. */
  static ReplicaGroup ledByA(AckMode acks) {
    ReplicaGroup group = of(acks);
    group.elect(A, 1, A, B, C);
    group.settle();
    return group;
  }

  /** Two copies of the data, A and B, of which A leads term 1, and C as a witness. */
  static ReplicaGroup withWitness(AckMode acks, int minInsync, ReplicationSettings settings) {
    ReplicaGroup group =
        new ReplicaGroup(
            new TableOptions(2, acks, minInsync, ReadMode.LEADER).withWitnesses(1), settings);
    group.elect(A, 1, A, B, C);
    group.settle();
    return group;
  }

  /** Who keeps the log only. */
  List<NodeId> witnesses() {
    return options.witnesses() == 0 ? List.of() : List.of(C);
  }

  /** Settings of which only those for snapshots are not the shipped ones. */
  static ReplicationSettings snapshots(SnapshotSettings snapshots, int promoteLag) {
    ReplicationSettings d = ReplicationSettings.DEFAULTS;
    return new ReplicationSettings(
        d.heartbeatNanos(),
        d.leaseNanos(),
        d.leaseMarginPercent(),
        d.leaseMarginNanos(),
        d.evictAfterNanos(),
        d.commitNoticeNanos(),
        d.resendNanos(),
        promoteLag,
        d.windowRecords(),
        d.windowBytes(),
        d.tailBytes(),
        d.appendBytes(),
        d.maxRecordBytes(),
        d.transferPauseNanos(),
        d.applyBytes(),
        d.sessions(),
        snapshots,
        d.health());
  }

  static ReplicationSettings window(int records, int bytes, int maxRecord) {
    ReplicationSettings d = ReplicationSettings.DEFAULTS;
    return new ReplicationSettings(
        d.heartbeatNanos(),
        d.leaseNanos(),
        d.leaseMarginPercent(),
        d.leaseMarginNanos(),
        d.evictAfterNanos(),
        d.commitNoticeNanos(),
        d.resendNanos(),
        d.promoteLag(),
        records,
        bytes,
        bytes,
        d.appendBytes(),
        maxRecord,
        d.transferPauseNanos(),
        d.applyBytes(),
        d.sessions(),
        d.snapshots(),
        d.health());
  }

  /** Records of these terms at the offsets 1, 2, 3 and so on. */
  static List<LogRecord> records(long... terms) {
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      byte[] payload = (terms[i] + ":" + (i + 1)).getBytes();
      records.add(new LogRecord(terms[i], i + 1, LogRecord.Type.WRITE, SessionId.NONE, 0, payload));
    }
    return records;
  }

  Tablet tablet(NodeId id) {
    return tablets.get(id);
  }

  private ReplicaUid newUid() {
    return new ReplicaUid(7, ++uids);
  }

  /** Restarts a tablet over a log that some earlier life left. */
  void leaveLog(NodeId id, List<LogRecord> records) {
    Tablet tablet = tablet(id);
    FakeReplicaStore store = new FakeReplicaStore(newUid(), table);
    tablet.stores.put(PARTITION, store.holding(records));
    tablet.start();
  }

  // ---- the nameserver's part

  Fenced fence(NodeId id, long term) {
    Tablet tablet = tablet(id);
    int before = tablet.reports.size();
    tablet.host.onMessage(NAMESERVER, new NewTerm(1, PARTITION, term), now);
    List<ReportMessage> news = tablet.reports.subList(before, tablet.reports.size());
    return news.isEmpty() ? null : (Fenced) news.get(news.size() - 1);
  }

  MemberSet members(NodeId... ids) {
    return new MemberSet(
        Arrays.stream(ids).map(id -> new Member(id, tablet(id).store().uid())).toList());
  }

  List<NodeId> outside(MemberSet members) {
    return tablets.keySet().stream().filter(id -> !members.contains(id)).toList();
  }

  /** Fences all and names a leader; its followers hear of it with the next delivery. */
  void elect(NodeId leader, long term, NodeId... members) {
    for (NodeId id : tablets.keySet()) {
      fence(id, term);
    }
    lead(leader, term, 0, members);
  }

  void lead(NodeId leader, long term, long waitMillis, NodeId... members) {
    lead(leader, term, waitMillis, tablet(leader).life, members(members));
  }

  void lead(NodeId leader, long term, long waitMillis, long incarnation, MemberSet members) {
    tablet(leader)
        .host
        .onMessage(
            NAMESERVER,
            new BecomeLeader(
                1,
                PARTITION,
                term,
                term * 100,
                incarnation,
                members,
                outside(members),
                waitMillis,
                options,
                true,
                false,
                witnesses()),
            now);
  }

  /** The request for other members that a leader has made last; null when it made none. */
  ChangeMembers request(NodeId leader) {
    return tablet(leader).last(ChangeMembers.class);
  }

  void grant(NodeId leader, ChangeMembers request, long version) {
    tablet(leader)
        .host
        .onMessage(
            NAMESERVER,
            new MembersChanged(
                1,
                PARTITION,
                request.term(),
                version,
                request.members(),
                outside(request.members())),
            now);
  }

  void grant(NodeId leader) {
    grant(leader, request(leader), request(leader).version() + 1);
  }

  /** Grants what was asked for, and wants everybody who is left out back as a member. */
  void grantAndAdvise(NodeId leader) {
    grant(leader);
    ReplicaView view = tablet(leader).view();
    advise(leader, view.term(), true, outside(view.members()).toArray(NodeId[]::new));
  }

  /** These learners, all of them to become members once they have caught up. */
  void advise(NodeId leader, long term, boolean automatic, NodeId... learners) {
    List<Member> copies = members(learners).members();
    advise(leader, term, automatic, List.of(learners), copies, List.of());
  }

  void advise(
      NodeId leader,
      long term,
      boolean automatic,
      List<NodeId> learners,
      List<Member> promotable,
      List<NodeId> unwanted) {
    long version = Math.max(1, tablet(leader).view().version());
    tablet(leader)
        .host
        .onMessage(
            NAMESERVER,
            new LeaderAdvice(
                1,
                PARTITION,
                term,
                version,
                learners,
                promotable,
                unwanted,
                automatic,
                witnesses()),
            now);
  }

  // ---- clients

  Answer write(NodeId id) {
    return write(id, 10);
  }

  Answer write(NodeId id, int bytes) {
    return write(id, bytes, WriteId.NONE);
  }

  Answer write(NodeId id, int bytes, WriteId write) {
    Answer answer = new Answer();
    tablet(id)
        .host
        .write(
            PARTITION,
            write,
            new byte[bytes],
            (outcome, offset, result) -> {
              answer.outcome = outcome;
              answer.offset = offset;
              answer.result = result;
              answer.times++;
            },
            now);
    return answer;
  }

  Answer read(NodeId id) {
    Answer answer = new Answer();
    tablet(id)
        .host
        .confirmRead(
            PARTITION,
            confirmed -> {
              answer.confirmed = confirmed;
              answer.times++;
            },
            now);
    return answer;
  }

  boolean holdsLease(NodeId id) {
    return tablet(id).host.holdsLease(PARTITION, now);
  }

  // ---- network, disks, time

  /** Loses everything from and to a tablet. */
  void cutOff(NodeId id) {
    lost = lost.or(envelope -> envelope.from().equals(id) || envelope.to().equals(id));
  }

  void heal() {
    lost = envelope -> false;
  }

  void endTurns() {
    tablets.values().forEach(tablet -> tablet.host.endOfTurn(now));
  }

  /** Delivers what is on the way now, and nothing that comes of it. */
  int deliver() {
    endTurns();
    List<Envelope> batch = List.copyOf(onTheWay);
    onTheWay.clear();
    for (Envelope envelope : batch) {
      if (!lost.test(envelope)) {
        tablet(envelope.to()).host.onMessage(envelope.from(), envelope.message(), now);
      }
    }
    return batch.size();
  }

  /** So many of the syncs that a disk owes are done. */
  void sync(NodeId id, int count) {
    Tablet tablet = tablet(id);
    for (int i = 0; i < count && !tablet.store().owed.isEmpty(); i++) {
      FakeReplicaStore.Sync sync = tablet.store().syncOne();
      tablet.host.onSynced(PARTITION, sync.generation(), sync.offset(), now);
    }
  }

  void sync(NodeId id) {
    Tablet tablet = tablet(id);
    while (!tablet.store().owed.isEmpty()) {
      FakeReplicaStore.Sync sync = tablet.store().syncOne();
      tablet.host.onSynced(PARTITION, sync.generation(), sync.offset(), now);
    }
    FakeSnapshots snapshots = tablet.store().snapshots;
    while (!snapshots.owed.isEmpty()) {
      snapshots.owed.removeFirst().report(tablet.host, PARTITION, now);
    }
  }

  private static boolean owesWork(Tablet tablet) {
    return tablet.store() != null
        && !(tablet.store().owed.isEmpty() && tablet.store().snapshots.owed.isEmpty());
  }

  /** Delivers and syncs until nothing is left to do. */
  void settle() {
    boolean busy = true;
    for (int i = 0; busy; i++) {
      if (i > 10_000) {
        throw new AssertionError("messages without end: " + onTheWay);
      }
      busy = deliver() > 0;
      for (Tablet tablet : tablets.values()) {
        if (!tablet.diskHeld && owesWork(tablet)) {
          sync(tablet.id);
          busy = true;
        }
      }
    }
  }

  /** Time passes; everybody looks at the clock, nothing is delivered. */
  void pass(long millis) {
    now += millis * MILLI;
    tablets.values().forEach(tablet -> tablet.host.tick(now));
  }

  /** Time passes in small steps, with everything delivered. */
  void live(long millis) {
    for (long i = 0; i < millis; i += 10) {
      pass(10);
      settle();
    }
  }
}
