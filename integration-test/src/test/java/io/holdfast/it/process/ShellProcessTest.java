package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.process.Shell.Answer;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators' commands against a real cluster: what they print and how they end. */
class ShellProcessTest extends ClusterProcessTest {
  private static final int NOT_FOUND = 6;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  @BeforeAll
  void createTable() throws Exception {
    assertThat(ns("", "createdb shop").status()).isZero();
    assertThat(ns("shop", "create cards 0 2 3 card:string:index amount:double").status()).isZero();
  }

  private Answer ns(String database, String command) throws IOException, InterruptedException {
    return shell.ns(database, command);
  }

  private List<String> endpoints(NodeRole role) {
    return processes.nodes(role).stream().map(Node::endpoint).toList();
  }

  @Test
  void showtableListsEveryReplica() throws Exception {
    Answer answer = ns("shop", "showtable cards");
    assertThat(answer.status()).isZero();
    assertThat(answer.lines().get(0)).startsWith("ns leader: ");
    assertThat(answer.lines().get(1).strip().split("\\s+"))
        .containsExactly(
            "name",
            "tid",
            "pid",
            "endpoint",
            "role",
            "ttl",
            "is_alive",
            "compress_type",
            "offset",
            "record_cnt",
            "memused");
    List<List<String>> rows = answer.rows();
    assertThat(rows).hasSize(6);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.get(0)).isEqualTo("cards");
              assertThat(endpoints(NodeRole.TABLET)).contains(row.get(3));
              assertThat(row.get(6)).isEqualTo("yes");
            });
    for (String pid : List.of("0", "1")) {
      assertThat(rows.stream().filter(row -> row.get(2).equals(pid)).map(row -> row.get(4)))
          .containsExactlyInAnyOrder("leader", "follower", "follower");
    }
  }

  @Test
  void showtabletAndShownsListEveryServer() throws Exception {
    Answer tablets = ns("", "showtablet");
    assertThat(tablets.status()).isZero();
    assertThat(tablets.rows()).extracting(row -> row.get(0)).isEqualTo(endpoints(NodeRole.TABLET));
    assertThat(tablets.rows()).allMatch(row -> row.get(1).equals("kTabletHealthy"));
    Answer nameServers = ns("", "showns");
    assertThat(nameServers.status()).isZero();
    assertThat(nameServers.rows())
        .extracting(row -> row.get(0))
        .containsExactlyInAnyOrderElementsOf(endpoints(NodeRole.NAMESERVER));
    assertThat(nameServers.rows())
        .extracting(row -> row.get(2))
        .containsExactlyInAnyOrder("leader", "standby");
  }

  @Test
  void confgetShowsAutomaticFailover() throws Exception {
    Answer answer = ns("", "confget auto_failover");
    assertThat(answer.status()).isZero();
    assertThat(answer.rows()).containsExactly(List.of("auto_failover", "true"));
  }

  @Test
  void rowsArePutReadCountedAndDeleted() throws Exception {
    assertThat(ns("shop", "put cards 1000 card0 1.5").lines()).contains("Put ok");
    assertThat(ns("shop", "put cards 2000 card0 2.5").lines()).contains("Put ok");
    assertThat(ns("shop", "get cards card0 0").rows())
        .containsExactly(List.of("1", "2000", "card0", "2.500000"));
    assertThat(ns("shop", "scan cards card0 0 0").rows())
        .containsExactly(
            List.of("1", "2000", "card0", "2.500000"), List.of("2", "1000", "card0", "1.500000"));
    assertThat(ns("shop", "count cards card0").lines()).contains("count: 2");
    assertThat(ns("shop", "delete cards card0").lines()).contains("delete ok");
    assertThat(ns("shop", "count cards card0").lines()).contains("count: 0");
  }

  @Test
  void whatDoesNotExistIsNotFound() throws Exception {
    assertThat(ns("shop", "put nothing 1000 card0 1.5").status()).isEqualTo(NOT_FOUND);
  }

  /**
   * Shows that after the first command, which the set-up gives, the shells load the classes of a
   * read command from an archive.
   */
  @Test
  void theClassesOfAReadComeFromAnArchive(@TempDir Path directory) throws Exception {
    Path distribution = Path.of(System.getProperty("holdfast.distribution"));
    Path lib = distribution.resolve("lib");
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!hasArchive(lib)) {
      assertThat(System.nanoTime()).as("no class archive in " + lib).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    Path log = directory.resolve("classes.log");
    ProcessBuilder showdb =
        new ProcessBuilder(
            distribution.resolve("bin/openmldb").toString(),
            "--role=ns_client",
            "--zk_cluster=" + processes.zkCluster(),
            "--zk_root_path=" + processes.zkRootPath(),
            "--interactive=false",
            "--cmd=showdb");
    showdb.environment().put("HOLDFAST_JAVA_OPTS", "-Xlog:class+load:file=" + log);
    Process process = showdb.redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readAllLines(log))
        .anyMatch(line -> line.contains("io.netty.bootstrap.Bootstrap source: shared objects"))
        .anyMatch(line -> line.contains("org.apache.zookeeper.ClientCnxn source: shared objects"));
  }

  private static boolean hasArchive(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.anyMatch(file -> file.toString().endsWith(".jsa"));
    }
  }

  @Test
  void theTabletShellShowsItsReplicas() throws Exception {
    Answer answer = shell.tablet(processes.nodes(NodeRole.TABLET).get(0), "gettablestatus");
    assertThat(answer.status()).isZero();
    assertThat(answer.lines().get(0).strip())
        .startsWith("tid")
        .contains("pid", "offset", "mode", "state");
    assertThat(answer.rows()).hasSize(2).allMatch(row -> row.get(4).equals("kTableNormal"));
  }
}
