package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.it.process.Shell.Answer;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What OpenMLDB's documents tell operators to type, command for command, with what is printed. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TranscriptProcessTest extends ClusterProcessTest {
  private static final int LOOKS = 300;
  private static final String HEADER =
      "name tid pid endpoint role ttl is_alive compress_type offset record_cnt memused\n"
          + "------\n";

  private Node t1;
  private Node t2;
  private Node t3;
  private Transcript transcript;

  @Override
  RunningCluster start(Path directory) throws IOException {
    return RunningCluster.empty(directory);
  }

  @BeforeAll
  void createTable() throws Exception {
    List<Node> tablets = processes.nodes(NodeRole.TABLET);
    t1 = tablets.get(0);
    t2 = tablets.get(1);
    t3 = tablets.get(2);
    transcript =
        new Transcript()
            .name("T1", t1.endpoint())
            .name("T2", t2.endpoint())
            .name("T3", t3.endpoint());
    prints(ns("", "createdb db1"), "Create database db1 ok");
    prints(ns("db1", "create flow 0 2 3 card:string:index amount:double"), "Create table ok");
    for (int i = 0; i < 4; i++) {
      prints(ns("db1", "put flow 1000 card" + i + " 1.5"), "Put ok");
    }
  }

  /**
   * As in the documents, a tablet that is about to die leads one partition and follows in another.
   */
  @BeforeEach
  void t2LeadsTheFirstAndT3TheSecondPartition() throws Exception {
    ns("", "confset auto_failover true");
    awaitAllYes();
    lead(0, t2);
    lead(1, t3);
  }

  private void lead(int pid, Node tablet) throws Exception {
    String command = "changeleader flow " + pid + " " + tablet.endpoint();
    for (int i = 0; !leads(pid, tablet); i++) {
      assertThat(i).as(command).isLessThan(LOOKS);
      ns("db1", command);
    }
  }

  private boolean leads(int pid, Node tablet) throws Exception {
    return table().stream()
        .anyMatch(
            row ->
                row.get(2).equals(Integer.toString(pid))
                    && row.get(3).equals(tablet.endpoint())
                    && row.get(4).equals("leader"));
  }

  private Answer ns(String database, String command) throws IOException, InterruptedException {
    return shell.ns(database, command);
  }

  /** Everything that a command prints, below the line that names the nameserver. */
  private void prints(Answer answer, String golden) {
    assertThat(answer.lines().get(0)).startsWith("ns leader: ");
    transcript.assertPrinted(answer.lines().subList(1, answer.lines().size()), golden);
  }

  private List<List<String>> table() throws IOException, InterruptedException {
    return ns("db1", "showtable flow").rows();
  }

  private void awaitAllYes() throws Exception {
    for (int i = 0; ; i++) {
      List<List<String>> rows = table();
      if (rows.size() == 6 && rows.stream().allMatch(row -> row.get(6).equals("yes"))) {
        return;
      }
      assertThat(i).as("%s", rows).isLessThan(LOOKS);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** As the documents say: kDoing means that it is not over yet. */
  private void awaitOps() throws Exception {
    for (int i = 0; ; i++) {
      List<List<String>> rows = ns("", "showopstatus").rows();
      if (rows.stream()
          .noneMatch(row -> row.get(4).equals("kDoing") || row.get(4).equals("kInited"))) {
        return;
      }
      assertThat(i).as("%s", rows).isLessThan(LOOKS);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void awaitTablet(Node tablet, String state) throws Exception {
    for (int i = 0; ; i++) {
      List<List<String>> rows = ns("", "showtablet").rows();
      if (rows.stream()
          .anyMatch(row -> row.get(0).equals(tablet.endpoint()) && row.get(1).equals(state))) {
        return;
      }
      assertThat(i).as("%s", rows).isLessThan(LOOKS);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** What every copy holds, without the version: a new leader begins its term with a record. */
  private List<String> contents() throws Exception {
    for (int i = 0; i < LOOKS; i++) {
      List<String> contents = new ArrayList<>();
      for (List<String> row : ns("db1", "checksum flow").rows()) {
        contents.add(row.get(0) + " " + row.get(3) + " " + row.get(4));
      }
      if (contents.size() == 6 && new TreeSet<>(contents).size() == 2) {
        return contents;
      }
    }
    throw new AssertionError("the copies do not come to one state");
  }

  /** A tablet dies, is taken out of service, is started and put back into service. */
  @Test
  @Order(1)
  void offlineAndRecoverEndpoint() throws Exception {
    List<String> before = contents();
    prints(ns("", "confget"), "key value\n------\nauto_failover true");
    prints(ns("", "confset auto_failover false"), "set auto_failover ok");
    prints(ns("", "confget"), "key value\n------\nauto_failover false");
    processes.kill9(t2);
    awaitTablet(t2, "kTabletOffline");
    prints(
        ns("", "showtablet"),
        """
        endpoint state age
        ------
        T1 kTabletHealthy <age>
        T2 kTabletOffline <age>
        T3 kTabletHealthy <age>
        """);
    prints(
        ns("db1", "showtable"),
        HEADER
            + """
            flow <n> 0 T1 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 0 T2 leader 0min no kNoCompress <n> <n> <size>
            flow <n> 0 T3 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 1 T1 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 1 T2 follower 0min no kNoCompress <n> <n> <size>
            flow <n> 1 T3 leader 0min yes kNoCompress <n> <n> <size>
            """);
    prints(ns("", "offlineendpoint " + t2.endpoint()), "offline endpoint ok");
    Node newLeader = leads(0, t1) ? t1 : t3;
    prints(
        ns("db1", "showtable"),
        HEADER
            + "flow <n> 0 T1 "
            + role(newLeader, t1)
            + " 0min yes kNoCompress <n> <n> <size>\n"
            + "flow <n> 0 T2 follower 0min no kNoCompress <n> <n> <size>\n"
            + "flow <n> 0 T3 "
            + role(newLeader, t3)
            + " 0min yes kNoCompress <n> <n> <size>\n"
            + """
            flow <n> 1 T1 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 1 T2 follower 0min no kNoCompress <n> <n> <size>
            flow <n> 1 T3 leader 0min yes kNoCompress <n> <n> <size>
            """);

    processes.restart(t2);
    awaitTablet(t2, "kTabletHealthy");
    prints(
        ns("", "showtablet"),
        """
        endpoint state age
        ------
        T1 kTabletHealthy <age>
        T2 kTabletHealthy <age>
        T3 kTabletHealthy <age>
        """);
    prints(ns("", "recoverendpoint " + t2.endpoint()), "recover endpoint ok");
    awaitOps();
    Answer ops = ns("", "showopstatus");
    assertThat(ops.lines().get(1).strip().split("\\s+"))
        .containsExactly(
            "op_id",
            "op_type",
            "name",
            "pid",
            "status",
            "start_time",
            "execute_time",
            "end_time",
            "cur_task");
    assertThat(ops.lines().get(2)).matches("-{6,}");
    assertThat(ops.lines().subList(3, ops.lines().size()))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        " +[0-9]+ +k[A-Za-z]+OP +(flow|-) +[01-] +kDone +[0-9]{14} +[0-9]+s"
                            + " +[0-9]{14} +[-k].*"));
    for (String type : List.of("kOfflineEndpointOP", "kRecoverEndpointOP")) {
      assertThat(ops.text()).contains(type);
    }
    prints(
        ns("db1", "showtable"),
        HEADER
            + "flow <n> 0 T1 "
            + role(newLeader, t1)
            + " 0min yes kNoCompress <n> <n> <size>\n"
            + "flow <n> 0 T2 follower 0min yes kNoCompress <n> <n> <size>\n"
            + "flow <n> 0 T3 "
            + role(newLeader, t3)
            + " 0min yes kNoCompress <n> <n> <size>\n"
            + """
            flow <n> 1 T1 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 1 T2 follower 0min yes kNoCompress <n> <n> <size>
            flow <n> 1 T3 leader 0min yes kNoCompress <n> <n> <size>
            """);
    prints(ns("", "confset auto_failover true"), "set auto_failover ok");
    assertThat(contents()).isEqualTo(before);
  }

  /** Everything was killed; each partition is brought back by hand. */
  @Test
  @Order(2)
  void recoveryByHand() throws Exception {
    List<String> before = contents();
    prints(ns("", "confset auto_failover false"), "set auto_failover ok");
    processes.kill9All();
    processes.restartMissing();
    for (Node tablet : List.of(t1, t2, t3)) {
      awaitTablet(tablet, "kTabletHealthy");
    }
    int tid = Integer.parseInt(table().get(0).get(1));
    List<Node> leaders = List.of(t2, t3);
    for (Node tablet : List.of(t1, t2, t3)) {
      prints(ns("db1", "updatetablealive flow * " + tablet.endpoint() + " no"), "update ok");
    }
    for (int pid = 0; pid < 2; pid++) {
      Node leader = leaders.get(pid);
      transcript.assertPrinted(
          shell.tablet(leader, "loadtable flow " + tid + " " + pid + " 144000 8").lines(),
          "LoadTable ok");
      awaitNormal(leader, tid, pid);
      prints(
          ns("db1", "updatetablealive flow " + pid + " " + leader.endpoint() + " yes"),
          "update ok");
      for (Node other : List.of(t1, t2, t3)) {
        if (other != leader) {
          prints(
              ns("db1", "recovertable flow " + pid + " " + other.endpoint()), "recover table ok");
        }
      }
    }
    awaitAllYes();
    prints(ns("", "confset auto_failover true"), "set auto_failover ok");
    assertThat(contents()).isEqualTo(before);
    prints(ns("db1", "put flow 2000 card0 2.5"), "Put ok");
  }

  private void awaitNormal(Node tablet, int tid, int pid) throws Exception {
    for (int i = 0; ; i++) {
      Answer answer = shell.tablet(tablet, "gettablestatus " + tid + " " + pid);
      transcript.assertPrinted(
          answer.lines(),
          """
          tid pid offset mode state enable_expire ttl ttl_offset memused compress_type skiplist_height
          ------
          <n> <n> <n> <any> <any> <any> 0min <age> <size> kNoCompress <n>
          """);
      if (answer.rows().get(0).get(4).equals("kTableNormal")) {
        return;
      }
      assertThat(i).as("%s", answer.lines()).isLessThan(LOOKS);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String role(Node leader, Node tablet) {
    return leader == tablet ? "leader" : "follower";
  }
}
