package io.holdfast.protocol.peer;

import io.holdfast.protocol.message.ControlMessage;
import io.holdfast.protocol.message.Message;
import io.holdfast.protocol.message.ReplicationMessage;
import io.holdfast.protocol.message.ReportMessage;
import io.holdfast.protocol.model.AckMode;
import io.holdfast.protocol.model.AddedColumn;
import io.holdfast.protocol.model.Alterations;
import io.holdfast.protocol.model.CatchUp;
import io.holdfast.protocol.model.Departure;
import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.protocol.model.Durability;
import io.holdfast.protocol.model.EvictionReason;
import io.holdfast.protocol.model.Hindrance;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReadMode;
import io.holdfast.protocol.model.ReliefReason;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.Role;
import io.holdfast.protocol.model.SessionId;
import io.holdfast.protocol.model.SnapshotManifest;
import io.holdfast.protocol.model.Speaker;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.model.TtlPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Valid messages of every kind, drawn from a seed; extreme values are frequent. */
final class RandomMessages {
  private final Random random;
  private final Map<Class<? extends Message>, Supplier<Message>> kinds = new LinkedHashMap<>();

  RandomMessages(long seed) {
    random = new Random(seed);
    kinds.put(ReplicationMessage.Append.class, this::append);
    kinds.put(
        ReplicationMessage.AppendAck.class,
        () -> new ReplicationMessage.AppendAck(partition(), term(), speaker(), count()));
    kinds.put(
        ReplicationMessage.AppendNack.class,
        () ->
            new ReplicationMessage.AppendNack(
                partition(), term(), speaker(), count(), count(), count(), count()));
    kinds.put(
        ReplicationMessage.StaleTerm.class,
        () -> new ReplicationMessage.StaleTerm(partition(), term()));
    kinds.put(
        ReplicationMessage.Heartbeat.class,
        () ->
            new ReplicationMessage.Heartbeat(partition(), term(), any(), count(), flag(), flag()));
    kinds.put(
        ReplicationMessage.HeartbeatAck.class,
        () ->
            new ReplicationMessage.HeartbeatAck(
                partition(), term(), speaker(), any(), oneOf(DiskLevel.values())));
    kinds.put(
        ReplicationMessage.Resync.class,
        () -> new ReplicationMessage.Resync(partition(), term(), uid(), any(), count()));
    kinds.put(
        ReplicationMessage.Recall.class,
        () -> new ReplicationMessage.Recall(partition(), term(), uid(), any(), count()));
    kinds.put(
        ReplicationMessage.Relabel.class,
        () -> new ReplicationMessage.Relabel(partition(), term(), uid()));
    kinds.put(
        ReplicationMessage.Ping.class, () -> new ReplicationMessage.Ping(partition(), flag()));
    kinds.put(
        ReplicationMessage.SnapshotOffer.class,
        () ->
            new ReplicationMessage.SnapshotOffer(partition(), term(), term(), manifest(), flag()));
    kinds.put(
        ReplicationMessage.SnapshotChunk.class,
        () ->
            new ReplicationMessage.SnapshotChunk(
                partition(), term(), term(), count(), someBytes(), flag()));
    kinds.put(
        ReplicationMessage.SnapshotProgress.class,
        () ->
            new ReplicationMessage.SnapshotProgress(
                partition(),
                term(),
                speaker(),
                term(),
                count(),
                oneOf(ReplicationMessage.SnapshotProgress.Stage.values())));
    kinds.put(
        ControlMessage.CreateReplica.class,
        () -> new ControlMessage.CreateReplica(count(), partition(), table(), flag()));
    kinds.put(
        ControlMessage.DropReplica.class,
        () ->
            flag()
                ? new ControlMessage.DropReplica(count(), partition())
                : new ControlMessage.DropReplica(count(), partition(), term(), knownUid()));
    kinds.put(
        ControlMessage.AlterTable.class,
        () -> new ControlMessage.AlterTable(count(), partition(), term(), alterations()));
    kinds.put(
        ControlMessage.FillIndexes.class,
        () ->
            new ControlMessage.FillIndexes(
                count(), partition(), term(), random.nextInt(9), nodes()));
    kinds.put(
        ControlMessage.MakeSnapshot.class,
        () -> new ControlMessage.MakeSnapshot(count(), partition(), term()));
    kinds.put(
        ControlMessage.NewTerm.class,
        () -> new ControlMessage.NewTerm(count(), partition(), term()));
    kinds.put(
        ControlMessage.BecomeLeader.class,
        () ->
            new ControlMessage.BecomeLeader(
                count(),
                partition(),
                term(),
                term(),
                any(),
                members(),
                nodes(),
                count(),
                options(),
                flag(),
                flag(),
                nodes()));
    kinds.put(
        ControlMessage.FetchLog.class,
        () -> new ControlMessage.FetchLog(count(), partition(), term(), node(), term(), term()));
    kinds.put(
        ReplicationMessage.Dispensable.class,
        () ->
            new ReplicationMessage.Dispensable(
                partition(), term(), uid(), any(), term(), term(), flag(), flag()));
    kinds.put(
        ReplicationMessage.LetGo.class,
        () -> new ReplicationMessage.LetGo(partition(), term(), speaker(), count()));
    kinds.put(
        ReplicationMessage.LogRequest.class,
        () -> new ReplicationMessage.LogRequest(partition(), term(), count(), count()));
    kinds.put(ReplicationMessage.LogSuffix.class, this::suffix);
    kinds.put(
        ReplicationMessage.LogMismatch.class,
        () ->
            new ReplicationMessage.LogMismatch(
                partition(), term(), count(), count(), count(), count()));
    kinds.put(
        ControlMessage.MembersChanged.class,
        () ->
            new ControlMessage.MembersChanged(
                count(), partition(), term(), term(), members(), nodes()));
    kinds.put(
        ControlMessage.LeaderAdvice.class,
        () ->
            new ControlMessage.LeaderAdvice(
                count(),
                partition(),
                term(),
                term(),
                nodes(),
                members().members(),
                nodes(),
                flag(),
                nodes()));
    kinds.put(
        ControlMessage.TransferLeader.class,
        () -> new ControlMessage.TransferLeader(count(), partition(), term(), node()));
    kinds.put(
        ControlMessage.DepartureAnswer.class,
        () ->
            new ControlMessage.DepartureAnswer(
                count(),
                any(),
                random.nextInt(1_000),
                list(() -> new ControlMessage.Held(partition(), oneOf(Hindrance.values())))));
    kinds.put(
        ControlMessage.SilenceQuery.class,
        () -> new ControlMessage.SilenceQuery(count(), list(this::partition)));
    kinds.put(
        ControlMessage.ReachQuery.class,
        () -> new ControlMessage.ReachQuery(count(), partition(), nodes()));
    kinds.put(
        ReportMessage.ReachReport.class,
        () ->
            new ReportMessage.ReachReport(
                partition(), list(() -> new ReportMessage.Reached(node(), any()))));
    kinds.put(ReportMessage.TabletReport.class, this::report);
    kinds.put(
        ReportMessage.Fenced.class,
        () ->
            new ReportMessage.Fenced(
                partition(),
                term(),
                uid(),
                any(),
                count(),
                count(),
                count(),
                flags(),
                list(() -> new ReportMessage.Grant(flag() ? node() : null, any()))));
    kinds.put(
        ReportMessage.ChangeMembers.class,
        () -> new ReportMessage.ChangeMembers(partition(), term(), term(), members()));
    kinds.put(
        ReportMessage.TransferReady.class,
        () -> new ReportMessage.TransferReady(partition(), term(), node()));
    kinds.put(
        ReportMessage.SilenceReport.class,
        () ->
            new ReportMessage.SilenceReport(
                list(() -> new ReportMessage.Silence(partition(), count(), any(), flag()))));
    kinds.put(
        ReportMessage.MemberUnfit.class,
        () ->
            new ReportMessage.MemberUnfit(
                partition(), term(), node(), oneOf(EvictionReason.values())));
    kinds.put(
        ReportMessage.RelieveMe.class,
        () ->
            new ReportMessage.RelieveMe(partition(), term(), oneOf(ReliefReason.values()), node()));
  }

  Map<Class<? extends Message>, Supplier<Message>> kinds() {
    return kinds;
  }

  Message next() {
    List<Supplier<Message>> all = List.copyOf(kinds.values());
    return all.get(random.nextInt(all.size())).get();
  }

  private Message append() {
    long prevOffset = count() / 2;
    return new ReplicationMessage.Append(
        partition(), term(), prevOffset, count(), records(prevOffset), count(), flag());
  }

  private Message suffix() {
    long prevOffset = count() / 2;
    return new ReplicationMessage.LogSuffix(
        partition(), term(), prevOffset, count(), records(prevOffset));
  }

  private List<LogRecord> records(long prevOffset) {
    List<LogRecord> records = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      records.add(record(prevOffset + records.size() + 1));
    }
    return records;
  }

  private LogRecord record(long offset) {
    if (flag()) {
      return LogRecord.termStart(term(), offset);
    }
    SessionId session = flag() ? SessionId.NONE : new SessionId(any(), any());
    return new LogRecord(term(), offset, LogRecord.Type.WRITE, session, count(), bytes());
  }

  private Message report() {
    int loops = 1 + random.nextInt(16);
    return new ReportMessage.TabletReport(
        any(),
        random.nextInt(loops),
        loops,
        count(),
        list(this::status),
        oneOf(Departure.values()),
        count());
  }

  private SnapshotManifest manifest() {
    return new SnapshotManifest(
        term(),
        term(),
        list(
            () ->
                new SnapshotManifest.Part(
                    "part-" + random.nextInt(9) + ".snap", count() / 8, random.nextInt())));
  }

  private byte[] someBytes() {
    byte[] bytes = new byte[1 + random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private ReplicaStatus status() {
    return new ReplicaStatus(
        partition(),
        uid(),
        oneOf(Role.values()),
        count(),
        count(),
        flag(),
        flag(),
        flags(),
        count(),
        count(),
        count(),
        count(),
        count(),
        oneOf(CatchUp.values()),
        count(),
        count(),
        random.nextInt(9),
        random.nextInt(9));
  }

  private Speaker speaker() {
    return new Speaker(uid(), any(), flags(), flag());
  }

  private ReplicaFlags flags() {
    return new ReplicaFlags(flag() ? 0 : random.nextInt());
  }

  private Alterations alterations() {
    Alterations some = Alterations.NONE.without(1 + random.nextInt(7));
    TtlPolicy ttl =
        new TtlPolicy(oneOf(TtlPolicy.Kind.values()), count() / 2, random.nextInt(1_000));
    some = flag() ? some : some.withTtl(List.of(0, random.nextInt(9)), ttl);
    some = flag() ? some : some.with(new AddedColumn("c", random.nextInt(12)));
    List<Integer> columns = List.of(random.nextInt(9), 2);
    some =
        flag() ? some : some.withIndex("i", random.nextInt(9), columns, random.nextInt(3) - 1, ttl);
    return flag() || some.indexes().isEmpty() ? some : some.withFilled(0);
  }

  private TableSpec table() {
    return new TableSpec(
        (int) (count() & Integer.MAX_VALUE),
        "db" + random.nextInt(9),
        "täble-" + random.nextInt(9),
        1 + random.nextInt(1_000),
        options(),
        bytes());
  }

  private TableOptions options() {
    int replicas = 1 + random.nextInt(7);
    return new TableOptions(
        replicas,
        oneOf(AckMode.values()),
        1 + random.nextInt(replicas),
        oneOf(ReadMode.values()),
        oneOf(Durability.values()),
        replicas % 2 == 0 ? random.nextInt(2) : 0);
  }

  private MemberSet members() {
    List<Member> members = new ArrayList<>();
    for (NodeId node : nodes()) {
      members.add(new Member(node, uid()));
    }
    return new MemberSet(members);
  }

  private List<NodeId> nodes() {
    List<NodeId> nodes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      nodes.add(new NodeId("tablet-" + i + ".example:" + (1 + random.nextInt(65_535))));
    }
    return nodes;
  }

  private NodeId node() {
    return new NodeId("10.0.0." + random.nextInt(256) + ":10921");
  }

  private <T> List<T> list(Supplier<T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private PartitionId partition() {
    return new PartitionId((int) (count() & Integer.MAX_VALUE), random.nextInt(1_024));
  }

  private ReplicaUid knownUid() {
    return new ReplicaUid(any(), 1 + random.nextInt(1_000));
  }

  private ReplicaUid uid() {
    return flag() ? ReplicaUid.UNKNOWN : new ReplicaUid(any(), any());
  }

  /** From 0. */
  private long count() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Long.MAX_VALUE;
      default -> any() >>> (1 + random.nextInt(62));
    };
  }

  /** From 1. */
  private long term() {
    return Math.max(1, count());
  }

  private long any() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Long.MIN_VALUE;
      case 2 -> Long.MAX_VALUE;
      default -> random.nextLong();
    };
  }

  private <T> T oneOf(T[] values) {
    return List.of(values).get(random.nextInt(values.length));
  }

  private boolean flag() {
    return random.nextBoolean();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
