package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.AdminClient;
import io.holdfast.client.ReplicaChecksum;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.PortInUseException;
import io.holdfast.tools.onebox.ProcessCluster;
import io.holdfast.tools.quickstart.ClientAccess;
import io.holdfast.tools.quickstart.ClusterAccess.PartitionView;
import io.holdfast.tools.quickstart.Redundancy;
import io.holdfast.tools.quickstart.TaxiTrip;
import io.holdfast.tools.quickstart.TaxiTrips;
import io.holdfast.tools.quickstart.Workload;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A cluster of real processes with a table of four partitions, three replicas each, and a writer
 * for each partition. What is done to the cluster is done while the writers run.
 */
final class RunningCluster implements AutoCloseable {
  static final int PARTITIONS = 4;
  static final int REPLICAS = 3;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ROWS = 400;
  private static final int PORT_TRIES = 20;

  private final List<String> progress = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ProcessCluster processes;
  private final ClientAccess access;
  private final Workload load;
  private final Redundancy redundancy;
  private boolean hasTable;

  /** What is done to the cluster. */
  interface Deed {
    void run() throws IOException;
  }

  private RunningCluster(Path directory, Consumer<ProcessCluster.Builder> change)
      throws IOException {
    processes = start(directory, change);
    access = ClientAccess.connect(processes.zkCluster(), processes.zkRootPath());
    load =
        new Workload(
            access,
            PARTITIONS,
            SystemClock.INSTANCE,
            LockSupport::parkNanos,
            TIMEOUT,
            progress::add);
    redundancy = new Redundancy(access, PARTITIONS, REPLICAS);
  }

  /** Starts a cluster without a table. */
  static RunningCluster empty(Path directory) throws IOException {
    return empty(directory, builder -> {});
  }

  /**
   * Starts a cluster without a table.
   *
   * @param change says what is to differ from the usual cluster: numbers of nodes, their flags
   */
  static RunningCluster empty(Path directory, Consumer<ProcessCluster.Builder> change)
      throws IOException {
    RunningCluster cluster = new RunningCluster(directory, change);
    cluster.await("the tablets to be known", cluster.redundancy::isPossible);
    return cluster;
  }

  /** Starts a cluster and loads its table. */
  static RunningCluster loaded(Path directory) throws IOException {
    return loaded(directory, builder -> {});
  }

  /** Starts a cluster that differs from the usual one, and loads its table. */
  static RunningCluster loaded(Path directory, Consumer<ProcessCluster.Builder> change)
      throws IOException {
    return loaded(directory, change, StorageMode.kMemory);
  }

  /** As above; the table has its rows somewhere else. */
  static RunningCluster loaded(
      Path directory, Consumer<ProcessCluster.Builder> change, StorageMode mode)
      throws IOException {
    RunningCluster cluster = empty(directory, change);
    cluster.access.createTable(PARTITIONS, REPLICAS, mode);
    cluster.hasTable = true;
    List<TaxiTrip> trips = TaxiTrips.read(Path.of(System.getProperty("sample.data")), ROWS);
    cluster.load.load(trips);
    return cluster;
  }

  /** On whatever ports are free: other runs may be going on beside this one. */
  private ProcessCluster start(Path directory, Consumer<ProcessCluster.Builder> change)
      throws IOException {
    Random random = new Random();
    for (int i = 0; ; i++) {
      // Below the ports that systems give to outgoing connections.
      int portBase = 18_000 + 50 * random.nextInt(250);
      ProcessCluster.Builder builder =
          ProcessCluster.of(Path.of(System.getProperty("holdfast.distribution")), directory)
              .portBase(portBase)
              .fresh()
              // They live for a minute or two, too short to earn back an optimizing compiler's
              // work.
              .environment("HOLDFAST_JAVA_OPTS", "-XX:TieredStopAtLevel=1")
              // What is counted here are the partitions and operations of the test's own table.
              .flags(NodeRole.NAMESERVER, "--system_table_replica_num=0")
              .progress(progress::add);
      change.accept(builder);
      ProcessCluster cluster = builder.build();
      try {
        cluster.start();
        return cluster;
      } catch (PortInUseException e) {
        if (i == PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * Until the nameserver hears every tablet. One that has just been started serves, but nothing can
   * be asked of the cluster that needs it.
   */
  void awaitHeard() throws IOException {
    int tablets = processes.nodes(NodeRole.TABLET).size();
    await("all tablets to be heard", () -> healthyTablets() == tablets);
  }

  private int healthyTablets() {
    try {
      return access.healthyTablets();
    } catch (IOException e) {
      // Nobody to ask at the moment.
      return 0;
    }
  }

  ProcessCluster processes() {
    return processes;
  }

  Workload load() {
    return load;
  }

  /** What has happened so far. */
  List<String> progress() {
    return progress;
  }

  /** Does it on another thread, and writes until it is done. */
  void whileWriting(Deed deed) throws IOException {
    whileWriting(Workload.FAST, deed);
  }

  /** As above, at a pace of its own: all rows are read back in the end. */
  void whileWriting(Duration pace, Deed deed) throws IOException {
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () -> {
              try {
                deed.run();
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
    load.writeUntil("what is done to the cluster", pace, done::isDone);
    done.join();
  }

  /** Has another replica lead a partition while rows are being written. */
  void changeLeader(int partition) throws IOException {
    CompletableFuture<Void> changed = access.changeLeader(partition, "auto");
    load.writeUntil("another leader", Workload.FAST, changed::isDone);
    changed.join();
  }

  /** Operators' commands. */
  AdminClient admin() {
    return access.admin();
  }

  /** Writes until every partition takes writes. */
  void awaitService() throws IOException {
    load.awaitService();
  }

  /** Writes until every partition of the table, if there is one, has all its replicas in sync. */
  void awaitRedundancy() throws IOException {
    if (!hasTable) {
      return;
    }
    try {
      load.writeUntil("full redundancy", Workload.SLOW, redundancy::isFull);
    } catch (IOException e) {
      throw new IOException(e.getMessage() + "; the partitions are " + describePartitions(), e);
    }
  }

  /** For a message about something else, which must not be lost when nobody answers. */
  private String describePartitions() {
    try {
      return access.partitions().toString();
    } catch (IOException e) {
      return "not known: " + e.getMessage();
    }
  }

  /** Every acknowledged row is there once, and there were such rows. */
  void assertNothingLost() throws IOException {
    long before = load.acknowledged();
    assertThat(load.compare()).isGreaterThan(0).isGreaterThanOrEqualTo(before);
    assertThat(load.lost()).as("rows lost; %s", progress).isZero();
    assertThat(load.duplicates()).as("rows there twice; %s", progress).isZero();
  }

  /** Once nothing is written, the replicas of each partition come to one version and one state. */
  void assertReplicasAgree() throws IOException {
    await("the replicas to come to one version", this::replicasHaveOneVersion);
    assertThat(checksums()).allSatisfy(replicas -> assertThat(Set.copyOf(replicas)).hasSize(1));
  }

  private boolean replicasHaveOneVersion() {
    return checksums().stream()
        .allMatch(
            replicas ->
                replicas.size() == REPLICAS
                    && replicas.stream().map(ReplicaChecksum::version).distinct().count() == 1);
  }

  /** What the tablets say of each partition. */
  private List<List<ReplicaChecksum>> checksums() {
    List<List<ReplicaChecksum>> all = new ArrayList<>();
    for (int pid = 0; pid < PARTITIONS; pid++) {
      List<ReplicaChecksum> replicas = new ArrayList<>();
      for (Node tablet : processes.nodes(NodeRole.TABLET)) {
        replicas.add(access.checksum(pid, tablet.endpoint()));
      }
      all.add(replicas);
    }
    return all;
  }

  /** How many partitions each tablet leads; also those that lead none. */
  Map<Node, Integer> leaderCounts() throws IOException {
    Map<Node, Integer> counts = new HashMap<>();
    processes.nodes(NodeRole.TABLET).forEach(tablet -> counts.put(tablet, 0));
    for (PartitionView partition : access.partitions().values()) {
      if (partition.hasLeader()) {
        counts.merge(processes.nodeAt(partition.leader()), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** The nameserver that says that it is the active one. */
  Node activeNameServer() throws IOException, InterruptedException {
    for (Node node : processes.nodes(NodeRole.NAMESERVER)) {
      if (readiness(node).contains("\"role\":\"active\"")) {
        return node;
      }
    }
    throw new IOException("no nameserver is active");
  }

  /** What a server says about its readiness. */
  String readiness(Node node) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + node.endpoint() + "/readiness")).build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  /** Waits until something is true. */
  void await(String what, BooleanSupplier condition) throws IOException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException("gave up waiting for " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  @Override
  public void close() throws IOException {
    access.close();
    processes.close();
  }
}
