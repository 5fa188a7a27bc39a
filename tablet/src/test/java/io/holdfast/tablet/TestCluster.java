package io.holdfast.tablet;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import io.holdfast.common.config.Settings;
import io.holdfast.protocol.message.ControlMessage.BecomeLeader;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.message.ControlMessage.NewTerm;
import io.holdfast.protocol.message.ReportMessage.Fenced;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.ReplicaStatus;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Tablets in this process on loopback, and a nameserver that does what the test says. */
final class TestCluster implements AutoCloseable {
  static final String CLUSTER = "test-cluster";
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ServiceDescriptor SERVICE =
      io.holdfast.protocol.openmldb.tablet.Tablet.getDescriptor().findServiceByName("TabletServer");

  private final Path directory;
  private final Map<NodeId, Tablet> running = new TreeMap<>();
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults());
  final List<NodeId> tablets = new ArrayList<>();
  final TestNameserver nameserver;

  /** Of every tablet that is started, besides the usual ones. */
  List<String> flags;

  /** What queries know of tables. */
  final TestTables tables = new TestTables();

  /** The table of replicas that are made, and how many partitions they think it has. */
  TableInfo definition = TestTable.info();

  int partitions = 8;

  /** Where replicas that are made have their rows. */
  StorageMode storageMode = StorageMode.kMemory;

  /**
   * @param flags of every tablet, besides the usual ones
   */
  TestCluster(Path directory, int tabletCount, String... flags) throws IOException {
    this.directory = directory;
    this.flags = List.of(flags);
    this.nameserver = new TestNameserver(CLUSTER);
    for (int i = 0; i < tabletCount; i++) {
      NodeId tablet = new NodeId(Ports.freeEndpoint());
      tablets.add(tablet);
      start(tablet);
    }
  }

  void start(NodeId tablet) throws IOException {
    running.put(
        tablet,
        Tablet.start(
            config(tablet.endpoint(), dataDirectory(tablet), flags),
            CLUSTER,
            () -> List.of(nameserver.self),
            () -> true,
            tables));
  }

  static TabletConfig config(String endpoint, Path dataDirectory) {
    return config(endpoint, dataDirectory, List.of());
  }

  private static TabletConfig config(String endpoint, Path dataDirectory, List<String> more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "--endpoint=" + endpoint,
                "--zk_cluster=127.0.0.1:1",
                "--db_root_path=" + dataDirectory,
                "--loops=2",
                "--disk_reserve_bytes=0"));
    flags.addAll(more);
    return Settings.load(null, flags, TabletConfig::new).config();
  }

  Path dataDirectory(NodeId tablet) {
    return directory.resolve("tablet-" + tablets.indexOf(tablet));
  }

  Tablet tablet(NodeId tablet) {
    return running.get(tablet);
  }

  void stop(NodeId tablet) {
    running.remove(tablet).close();
  }

  /** Reads a replica's whole log from its disk. */
  void readLog(NodeId tablet, PartitionId partition) throws Exception {
    var unused =
        running.get(tablet).scrubber().scrub(partition).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  // ---- what a nameserver would do

  void createReplicas(int pid, TableOptions options) {
    createReplicas(pid, options, tablets, List.of());
  }

  /**
   * @param witnesses which of them keep the log only
   */
  void createReplicas(int pid, TableOptions options, List<NodeId> holders, List<NodeId> witnesses) {
    PartitionId partition = partition(pid);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              for (NodeId tablet : holders) {
                if (nameserver.status(tablet, partition) == null) {
                  boolean witness = witnesses.contains(tablet);
                  TableInfo info = definition.toBuilder().setStorageMode(storageMode).build();
                  TableSpec table =
                      new TableSpec(
                          info.getTid(),
                          "db",
                          info.getName(),
                          partitions,
                          options,
                          info.toByteArray());
                  nameserver.send(tablet, new CreateReplica(1, partition, table, witness));
                }
              }
              return holders.stream().allMatch(t -> nameserver.status(t, partition) != null);
            });
  }

  /** Fences these tablets in a term and has the first of them lead the others. */
  void elect(int pid, long term, TableOptions options, List<NodeId> members) {
    elect(pid, term, options, members, List.of());
  }

  /**
   * @param witnesses which of them keep the log only
   */
  void elect(
      int pid, long term, TableOptions options, List<NodeId> members, List<NodeId> witnesses) {
    PartitionId partition = partition(pid);
    List<Member> inSync = new ArrayList<>();
    for (NodeId tablet : members) {
      Fenced answer = fence(tablet, partition, term);
      inSync.add(new Member(tablet, answer.uid()));
    }
    lead(partition, term, options, new MemberSet(inSync), members.get(0), witnesses);
  }

  /** Has a tablet that was fenced in a term lead these members. */
  void lead(
      PartitionId partition,
      long term,
      TableOptions options,
      MemberSet members,
      NodeId leader,
      List<NodeId> witnesses) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              nameserver.send(
                  leader,
                  new BecomeLeader(
                      1,
                      partition,
                      term,
                      term,
                      nameserver.fenced(leader, partition).incarnation(),
                      members,
                      List.of(),
                      0,
                      options,
                      true,
                      false,
                      witnesses));
              ReplicaStatus status = nameserver.status(leader, partition);
              return status != null && status.term() == term && status.active();
            });
  }

  Fenced fence(NodeId tablet, PartitionId partition, long term) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              nameserver.send(tablet, new NewTerm(1, partition, term));
              Fenced answer = nameserver.fenced(tablet, partition);
              return answer != null && answer.term() == term;
            });
    return nameserver.fenced(tablet, partition);
  }

  static PartitionId partition(int pid) {
    return new PartitionId(TestTable.TID, pid);
  }

  // ---- what a client would do

  <R extends Message> RpcReply<R> callForReply(
      NodeId tablet, String method, Message request, R answer) {
    return callForReply(tablet, method, request, ByteBuffer.allocate(0), answer);
  }

  <R extends Message> RpcReply<R> callForReply(
      NodeId tablet, String method, Message request, ByteBuffer attachment, R answer) {
    return callForReply(tablet, SERVICE.findMethodByName(method), request, attachment, answer);
  }

  private <R extends Message> RpcReply<R> callForReply(
      NodeId tablet, MethodDescriptor method, Message request, ByteBuffer attachment, R answer) {
    try {
      return client
          .callWithAttachment(tablet.endpoint(), method, request, attachment, answer, PATIENCE)
          .get(PATIENCE.toSeconds() + 5, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(method.getName() + " at " + tablet, e);
    }
  }

  <R extends Message> R call(NodeId tablet, MethodDescriptor method, Message request, R answer) {
    return callForReply(tablet, method, request, ByteBuffer.allocate(0), answer).message();
  }

  <R extends Message> R call(NodeId tablet, String method, Message request, R answer) {
    return callForReply(tablet, method, request, answer).message();
  }

  PutResponse put(NodeId tablet, int pid, String key, long value) {
    return call(
        tablet,
        "Put",
        TestTable.put(pid, key, value, System.currentTimeMillis()),
        PutResponse.getDefaultInstance());
  }

  @Override
  public void close() {
    running.values().forEach(Tablet::close);
    nameserver.close();
    client.close();
  }
}
