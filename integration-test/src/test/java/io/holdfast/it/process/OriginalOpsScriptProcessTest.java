package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.it.process.OriginalOpsScript.Copy;
import io.holdfast.it.process.OriginalOpsScript.ScriptException;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operations script of OpenMLDB 0.9 finds all that it needs; rows are checked after each run.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OriginalOpsScriptProcessTest extends ClusterProcessTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("holdfast.distribution"), "bin", "openmldb");
  private static final String DATABASE = "demo";

  private OriginalOpsScript script;

  @Override
  RunningCluster start(Path directory) throws IOException {
    // The script asks one nameserver from beginning to end, and fails when another one takes over.
    return RunningCluster.loaded(
        directory,
        builder ->
            builder.tablets(4).flags(NodeRole.NAMESERVER, "--zk_session_timeout_millis=10000"));
  }

  @BeforeAll
  void makeScript(@TempDir Path workDirectory) {
    script =
        new OriginalOpsScript(
            LAUNCHER,
            processes.zkCluster(),
            processes.zkRootPath(),
            workDirectory.resolve(".stat"));
  }

  private List<Copy> copies() throws Exception {
    return script.copies(DATABASE, "trips");
  }

  private long held(Node tablet) throws Exception {
    return copies().stream().filter(copy -> copy.endpoint().equals(tablet.endpoint())).count();
  }

  @Test
  @Order(1)
  void questions() throws Exception {
    script.connect();
    assertThat(script.databases()).containsExactly(DATABASE);
    assertThat(copies()).hasSize(12).allMatch(Copy::alive);
    assertThat(copies().stream().filter(Copy::leads)).hasSize(4);
    for (String db : List.of("__INTERNAL_DB", "__PRE_AGG_DB", "INFORMATION_SCHEMA")) {
      assertThat(script.copies(db, "")).as(db).isEmpty();
      assertThat(script.ops(db, "", "")).as(db).isEmpty();
    }
    assertThat(script.ops(DATABASE, "trips", "0")).isNotNull();
  }

  @Test
  @Order(2)
  void recoverDataFindsNothingToDo() throws Exception {
    script.manage(script::recoverData);
    assertThat(script.did()).isEmpty();
    assertThat(shell.ns("", "confget").rows().get(0)).containsExactly("auto_failover", "true");
  }

  /** Everything was killed, and nothing comes back by itself. */
  @Test
  @Order(3)
  void recoverDataAfterEverythingWasKilled() throws Exception {
    cluster.load().drain();
    assertThat(shell.ns("", "confset auto_failover false").status()).isZero();
    processes.kill9All();
    processes.restartMissing();
    script.manage(script::recoverData);
    assertThat(script.did()).contains("POST /NameServer/ShowTable");
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
    assertThat(shell.ns("", "confset auto_failover true").status()).isZero();
  }

  @Test
  @Order(4)
  void copiesMove() throws Exception {
    Node leaving = busiest();
    assertThatThrownBy(() -> script.manage(() -> script.scaleIn("127.0.0.1:1")))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("is not alive");
    script.manage(() -> script.scaleIn(leaving.endpoint()));
    assertThat(held(leaving)).isZero();
    cluster.awaitRedundancy();
    cluster.assertNothingLost();

    script.manage(script::scaleOut);
    for (Node tablet : processes.nodes(NodeRole.TABLET)) {
      assertThat(held(tablet)).as(tablet.endpoint()).isEqualTo(3);
    }
    cluster.awaitRedundancy();
    cluster.assertNothingLost();
  }

  @Test
  @Order(5)
  void aTabletIsUpgraded() throws Exception {
    Node tablet = busiest();
    Set<String> led =
        copies().stream()
            .filter(copy -> copy.leads() && copy.endpoint().equals(tablet.endpoint()))
            .map(Copy::key)
            .collect(Collectors.toSet());
    script.manage(() -> script.preUpgrade(tablet.endpoint()));
    assertThat(cluster.leaderCounts().get(tablet)).isZero();
    processes.terminate(tablet);
    processes.restart(tablet);
    cluster.awaitRedundancy();
    script.manage(() -> script.postUpgrade(tablet.endpoint()));
    assertThat(copies().stream().filter(copy -> copy.endpoint().equals(tablet.endpoint())))
        .filteredOn(Copy::leads)
        .extracting(Copy::key)
        .containsAll(led);
    cluster.assertNothingLost();
  }
}
