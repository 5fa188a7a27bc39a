package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastException;
import io.holdfast.common.io.DurableFiles;
import io.holdfast.it.process.Shell.Answer;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The last copy that is in sync is gone, and an operator goes on without it: told beforehand what
 * would be chosen and afterwards what was given up. When the lost tablet is back it has a copy like
 * the others, whatever was on its disk.
 */
class LossProcessTest extends ClusterProcessTest {
  private static final int NOT_FOUND = 6;
  private static final Pattern REPORT =
      Pattern.compile("with its records up to (\\d+); known to have been committed: (\\d+)");

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  @BeforeAll
  void createDatabase() throws Exception {
    assertThat(shell.ns("", "createdb shop").status()).isZero();
  }

  private Answer ns(String command) throws Exception {
    return shell.ns("shop", command);
  }

  // ---- the table

  private void create(String table) throws Exception {
    Answer made = ns("create " + table + " 0 1 3 card:string:index amount:double");
    assertThat(made.status()).as(made.text()).isZero();
    awaitInSync(table, 3);
  }

  private void put(String table, String card) throws Exception {
    Answer put = ns("put " + table + " 1000 " + card + " 1.5");
    assertThat(put.lines()).contains("Put ok");
  }

  private boolean has(String table, String card) throws Exception {
    int status = ns("get " + table + " " + card + " 0").status();
    assertThat(status).isIn(0, NOT_FOUND);
    return status == 0;
  }

  private TableInfo describe(String table) {
    return cluster.admin().showTable("shop", table).get(0);
  }

  private List<PartitionMeta> inSync(String table) {
    return describe(table).getTablePartition(0).getPartitionMetaList().stream()
        .filter(PartitionMeta::getIsAlive)
        .toList();
  }

  private void awaitInSync(String table, int replicas) throws IOException {
    cluster.await(
        replicas + " replicas in sync",
        () -> {
          try {
            List<PartitionMeta> inSync = inSync(table);
            return inSync.size() == replicas
                && inSync.stream().anyMatch(PartitionMeta::getIsLeader);
          } catch (HoldfastException e) {
            return false;
          }
        });
  }

  private Node leader(String table) {
    PartitionMeta leader =
        inSync(table).stream().filter(PartitionMeta::getIsLeader).findAny().orElseThrow();
    return processes.nodeAt(leader.getEndpoint());
  }

  // ---- disks

  private static Path data(Node tablet) {
    return tablet.directory().resolve("db");
  }

  private static List<String> names(Path directory) {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void makeSnapshot(Node tablet, int tid) throws Exception {
    Answer ordered = shell.tablet(tablet, "makesnapshot " + tid + " 0");
    assertThat(ordered.status()).as(ordered.text()).isZero();
    Path snapshots = data(tablet).resolve(tid + "_0/snapshots");
    cluster.await(
        "a snapshot", () -> names(snapshots).stream().anyMatch(name -> name.matches("\\d{20}")));
  }

  // ---- the stories

  /**
   * One tablet goes on alone, takes a write that nobody else has, and dies; the others are back.
   */
  private Node loseTheLastInSync(String table, boolean withSnapshot) throws Exception {
    put(table, "kept");
    Node last = leader(table);
    List<Node> others = new ArrayList<>(processes.nodes(NodeRole.TABLET));
    others.remove(last);
    for (Node other : others) {
      processes.kill9(other);
    }
    awaitInSync(table, 1);
    put(table, "lost1");
    put(table, "lost2");
    if (withSnapshot) {
      makeSnapshot(last, describe(table).getTid());
    }
    awaitReported(table, last);
    processes.kill9(last);
    for (Node other : others) {
      processes.restart(other);
    }
    return last;
  }

  /** The nameserver has heard how much is committed: of more it cannot say that it was lost. */
  private void awaitReported(String table, Node last) throws Exception {
    int tid = describe(table).getTid();
    String offset = shell.tablet(last, "gettablestatus " + tid + " 0").rows().get(0).get(2);
    String known = last.endpoint() + ": up, in sync .*committed as far as it knows " + offset;
    Pattern report = Pattern.compile(known);
    String look;
    int looks = 0;
    do {
      look = ns("recoverdata --table=" + table + " --partition=0 --dry-run").text();
      looks++;
      assertThat(looks).as(look).isLessThan(50);
    } while (!report.matcher(look).find());
  }

  private void acceptLoss(String table, Node last) throws Exception {
    String recover = "recoverdata --table=" + table + " --partition=0";
    Answer[] look = {null};
    for (int i = 0; look[0] == null || !look[0].text().contains("would choose"); i++) {
      assertThat(i).as(() -> look[0].text()).isLessThan(20);
      look[0] = ns(recover + " --dry-run");
    }
    assertThat(look[0].status()).isZero();
    assertThat(look[0].text())
        .contains("WAITS_FOR_MEMBERS", last.endpoint() + ": down, in sync")
        .containsPattern("--accept-loss would choose 127\\.0\\.0\\.1:\\d+")
        .doesNotContain("would choose " + last.endpoint());

    String accept = recover + " --accept-loss --reason the last disk is lost";
    assertThat(ns(accept).status()).as("not without the word that it is stopped").isNotZero();
    assertThat(ns(recover + " --dry-run").text()).contains("WAITS_FOR_MEMBERS");

    Answer accepted = ns(accept + " --bypassed-are-stopped");
    assertThat(accepted.status()).as(accepted.text()).isZero();
    Matcher report = REPORT.matcher(accepted.text());
    assertThat(report.find()).as(accepted.text()).isTrue();
    assertThat(Long.parseLong(report.group(2)) - Long.parseLong(report.group(1)))
        .as("two acknowledged writes are given up")
        .isGreaterThanOrEqualTo(2);
    assertThat(ns(recover + " --dry-run").text())
        .contains("DATA_LOSS_ACKNOWLEDGED: ", "the last disk is lost");
    assertHolds(table);
  }

  private void assertHolds(String table) throws Exception {
    assertThat(has(table, "kept")).isTrue();
    assertThat(has(table, "lost1")).isFalse();
    assertThat(has(table, "lost2")).isFalse();
  }

  /** All three replicas come to one state, in which the given up writes are not. */
  private void assertIsWholeAgain(String table) throws Exception {
    awaitInSync(table, 3);
    Answer sums;
    do {
      sums = ns("checksum " + table);
      assertThat(sums.status()).as(sums.text()).isZero();
    } while (distinct(sums, 2) > 1);
    assertThat(sums.rows()).hasSize(3);
    assertThat(distinct(sums, 3)).as(sums.text()).isEqualTo(1);
    assertHolds(table);
    assertThat(has(table, "after")).isTrue();
  }

  private static int distinct(Answer listing, int column) {
    Set<String> cells = new HashSet<>();
    listing.rows().forEach(row -> cells.add(row.get(column)));
    return cells.size();
  }

  /** Its snapshot holds what was given up, so its copy is put aside, and kept. */
  @Test
  void aBypassedMemberThatReturnsIsMadeAnew() throws Exception {
    create("cards");
    Node last = loseTheLastInSync("cards", true);
    acceptLoss("cards", last);
    put("cards", "after");
    processes.restart(last);
    assertIsWholeAgain("cards");
    int tid = describe("cards").getTid();
    assertThat(names(data(last).resolve("recycle")))
        .filteredOn(name -> name.startsWith(tid + "_0_"))
        .hasSize(1);

    assertThat(ns("recoverdata --table=cards --partition=0 --clear").status()).isZero();
    assertThat(ns("recoverdata --dry-run").text()).doesNotContain("DATA_LOSS_ACKNOWLEDGED");
    assertThat(ns("drop cards").status()).isZero();
  }

  @Test
  void aMemberWhoseDiskIsGoneGetsACopyLikeTheOthers() throws Exception {
    create("tickets");
    Node last = loseTheLastInSync("tickets", false);
    DurableFiles.deleteTree(data(last));
    acceptLoss("tickets", last);
    put("tickets", "after");
    processes.restart(last);
    assertIsWholeAgain("tickets");
    assertThat(ns("drop tickets").status()).isZero();
  }
}
