package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.quickstart.Workload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The operations tool of the distribution, against a real cluster of four tablets. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpsToolProcessTest extends ClusterProcessTest {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("holdfast.distribution"));
  private static final int SAFETY = 4;
  private static final int TERMINATED = 128 + 15;

  @TempDir private Path workDirectory;

  private record Run(int status, String out, String err) {}

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.loaded(directory, builder -> builder.tablets(4));
  }

  @BeforeAll
  static void pythonIsThere() throws Exception {
    boolean there;
    try {
      there =
          new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 8))")
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      there = false;
    }
    if (!there) {
      System.out.println("SKIPPED: tools/openmldb_ops.py; python3 (3.8 or newer) is missing");
    }
    assumeTrue(there, "python3 (3.8 or newer) is missing");
  }

  /** The command line that OpenMLDB's documents give. */
  private Process begin(String cmd, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("python3");
    command.add(DISTRIBUTION.resolve("tools/openmldb_ops.py").toString());
    command.add("--openmldb_bin_path=" + DISTRIBUTION.resolve("bin/openmldb"));
    command.add("--zk_cluster=" + processes.zkCluster());
    command.add("--zk_root_path=" + processes.zkRootPath());
    command.add("--cmd=" + cmd);
    command.addAll(List.of(more));
    return new ProcessBuilder(command)
        .directory(workDirectory.toFile())
        .redirectError(workDirectory.resolve("err").toFile())
        .start();
  }

  private Run end(Process process) throws IOException {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return new Run(process.exitValue(), out, said());
  }

  private String said() throws IOException {
    return Files.readString(workDirectory.resolve("err"));
  }

  private Run tool(String cmd, String... more) throws IOException {
    return end(begin(cmd, more));
  }

  /** Runs the tool while rows are being written. */
  private Run toolUnderLoad(String cmd, String... more) throws IOException {
    Process process = begin(cmd, more);
    while (process.isAlive()) {
      // In slices: how long all of it takes depends on the machine.
      long since = System.nanoTime();
      cluster
          .load()
          .writeUntil(
              cmd,
              Workload.FAST,
              () -> !process.isAlive() || System.nanoTime() - since > 10_000_000_000L);
    }
    return end(process);
  }

  private void assertDone(Run run, String out) {
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(out);
  }

  /** What each replica of each partition holds: "checksum rows" by partition. */
  private Map<String, List<String>> contents() throws IOException, InterruptedException {
    Map<String, List<String>> contents = new TreeMap<>();
    for (List<String> row : shell.ns("demo", "checksum trips").rows()) {
      contents
          .computeIfAbsent(row.get(0), pid -> new ArrayList<>())
          .add(row.get(3) + " " + row.get(4));
    }
    return contents;
  }

  /** The same, once the replicas have come to one state. */
  private Map<String, List<String>> settledContents() throws IOException, InterruptedException {
    for (int i = 0; i < 100; i++) {
      Map<String, List<String>> contents = contents();
      boolean same =
          contents.values().stream()
              .allMatch(
                  copies ->
                      copies.size() == RunningCluster.REPLICAS
                          && new TreeSet<>(copies).size() == 1);
      if (same) {
        return contents;
      }
    }
    throw new AssertionError("the replicas do not come to one state: " + contents());
  }

  private boolean autoFailover() throws IOException, InterruptedException {
    return shell.ns("", "confget auto_failover").rows().get(0).get(1).equals("true");
  }

  private void awaitSaid(String words) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!said().contains(words)) {
      assertThat(System.nanoTime()).as("%s in %s", words, said()).isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private List<String> heldBy(Node tablet) throws IOException, InterruptedException {
    return shell.tablet(tablet, "gettablestatus").rows().stream()
        .map(row -> row.get(0) + "_" + row.get(1))
        .toList();
  }

  /** Every server is killed at once; afterwards every copy holds what it held. */
  @Test
  @Order(1)
  void everythingIsKilledAndRecovered() throws Exception {
    cluster.load().drain();
    Map<String, List<String>> before = settledContents();
    processes.kill9All();
    processes.restartMissing();
    assertDone(tool("recoverdata"), "recover data ok: 4 partitions\n");
    assertThat(settledContents()).isEqualTo(before);
    cluster.assertNothingLost();
    assertDone(tool("check"), "check ok: every partition has all its copies in sync\n");
  }

  /**
   * It finds automatic failover off and needs it on. It is told to end half way, and has put it
   * back; the next one is left to wait, loses its nameserver, and ends well.
   */
  @Test
  @Order(2)
  void aRecoveryIsInterruptedAndAnotherOneLosesItsNameserver() throws Exception {
    assertThat(shell.ns("", "confset auto_failover false").status()).isZero();
    Node leader = busiest();
    processes.kill9(leader);
    Process interrupted = begin("recoverdata");
    awaitSaid("auto_failover is true until this is done");
    assertThat(autoFailover()).isTrue();
    // Not the process object: that would close what it prints as well.
    interrupted.toHandle().destroy();
    assertThat(end(interrupted).status()).as(said()).isEqualTo(TERMINATED);
    assertThat(autoFailover()).isFalse();

    Process recovery = begin("recoverdata");
    awaitSaid("waiting for the copies that are not in sync yet");
    Node active = cluster.activeNameServer();
    processes.kill9(active);
    awaitSaid("looking for the active nameserver");
    processes.restart(leader);
    assertDone(end(recovery), "recover data ok: 4 partitions\n");
    assertThat(autoFailover()).isFalse();
    assertThat(shell.ns("", "confset auto_failover true").status()).isZero();
    processes.restart(active);
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
  }

  /** A tablet is emptied and filled again while rows are being written. */
  @Test
  @Order(3)
  void copiesMoveUnderLoad() throws Exception {
    List<Node> tablets = processes.nodes(NodeRole.TABLET);
    String both = tablets.get(0).endpoint() + "," + tablets.get(1).endpoint();
    Run refused = tool("scalein", "--endpoints=" + both);
    assertThat(refused.status()).isEqualTo(SAFETY);
    assertThat(refused.err()).contains("cannot execute scale-in", "nothing was moved");

    Node leaving = busiest();
    Run plan = tool("scalein", "--dry-run", "--endpoints=" + leaving.endpoint());
    assertThat(plan.status()).as(plan.err()).isZero();
    int held = heldBy(leaving).size();
    assertThat(plan.err().lines().filter(line -> line.contains("would remove"))).hasSize(held);
    assertDone(
        toolUnderLoad("scalein", "--endpoints=" + leaving.endpoint()),
        "execute scale-in success\n");
    assertThat(heldBy(leaving)).isEmpty();
    cluster.assertNothingLost();

    assertDone(toolUnderLoad("scaleout"), "execute scale-out success\n");
    for (Node tablet : tablets) {
      assertThat(heldBy(tablet)).as(tablet.endpoint()).hasSize(3);
    }
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
  }

  /** What a tablet leads goes to others before it is stopped, and comes back afterwards. */
  @Test
  @Order(4)
  void aTabletIsUpgraded() throws Exception {
    Node tablet = busiest();
    int led = cluster.leaderCounts().get(tablet);
    assertDone(
        toolUnderLoad("pre-upgrade", "--endpoints=" + tablet.endpoint()),
        "execute pre-upgrade success\n");
    assertThat(cluster.leaderCounts().get(tablet)).isZero();
    cluster.whileWriting(() -> processes.terminate(tablet));
    cluster.whileWriting(() -> processes.restart(tablet));
    assertDone(
        toolUnderLoad("post-upgrade", "--endpoints=" + tablet.endpoint()),
        "execute post-upgrade success\n");
    assertThat(cluster.leaderCounts().get(tablet)).isGreaterThanOrEqualTo(led);
    assertThat(workDirectory.resolve(".stat")).doesNotExist();
    cluster.assertNothingLost();
  }

  /** Servers are restarted, one at a time, while rows are being written; no write fails. */
  @Test
  @Order(5)
  void serversAreRestartedInTurn() throws Exception {
    long refusedBefore = cluster.load().refused();
    Path wish = workDirectory.resolve("wish");
    Path granted = workDirectory.resolve("granted");
    // The processes are this one's children: the command asks it to restart one, and waits.
    Path command = workDirectory.resolve("restart.sh");
    Files.writeString(
        command,
        "rm -f granted; echo $1 > making; mv making wish\n"
            + "while [ ! -e granted ]; do sleep 0.05; done\n");
    List<Node> two = processes.nodes(NodeRole.TABLET).subList(0, 2);
    Process tool =
        begin(
            "rolling-restart",
            "--with_nameservers",
            "--endpoints=" + two.get(0).endpoint() + "," + two.get(1).endpoint(),
            "--restart_command=sh " + command + " {endpoint}");
    List<String> restarted = new ArrayList<>();
    while (tool.isAlive()) {
      cluster
          .load()
          .writeUntil(
              "the next restart", Workload.FAST, () -> Files.exists(wish) || !tool.isAlive());
      if (Files.exists(wish)) {
        Node node = processes.nodeAt(Files.readString(wish).strip());
        Files.delete(wish);
        cluster.whileWriting(() -> processes.terminate(node));
        cluster.whileWriting(() -> processes.restart(node));
        restarted.add(node.endpoint());
        Files.writeString(granted, "");
      }
    }
    assertDone(end(tool), "rolling restart ok\n");
    List<String> all = new ArrayList<>();
    two.forEach(node -> all.add(node.endpoint()));
    processes.nodes(NodeRole.NAMESERVER).forEach(node -> all.add(node.endpoint()));
    assertThat(restarted).containsExactlyInAnyOrderElementsOf(all);
    cluster.awaitService();
    cluster.load().drain();
    assertThat(cluster.load().refused()).as("writes refused").isEqualTo(refusedBefore);
    cluster.assertNothingLost();
    assertThat(tool("wait-healthy").status()).as(said()).isZero();
    Run status = tool("showtablestatus", "-o", "json");
    assertThat(status.out()).contains("\"Table_name\": \"trips\"", "\"Partition_unalive\": 0");
  }
}
