package io.holdfast.it.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.row.WireRowCodec;
import io.holdfast.it.shell.GoldenFile.Case;
import io.holdfast.it.shell.GoldenFile.Printed;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.shell.NsCommands;
import io.holdfast.shell.Shell;
import io.holdfast.shell.ShellEnvironment;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of the nameserver shell against a real cluster: what it prints when it works, for
 * wrong words, and for tables, databases and servers that do not exist. A file for each command.
 * Run with {@code -Dgolden.rewrite=true} to write down what is printed now, and read the
 * difference.
 */
@Timeout(120)
class NsCommandGoldenTest {
  private static final Path FILES =
      Path.of(System.getProperty("conf.dir")).resolveSibling("ns-client/src/test/resources/golden");

  /** Words of the shell itself, which are not commands. */
  private static final Set<String> WORDS = Set.of("help", "man", "exit", "quit");

  @TempDir static Path directory;
  private static final RpcEventLoops LOOPS = RpcEventLoops.create("golden");
  private static InProcessCluster cluster;

  /** Addresses of this run by the names that stand in the files; both are equally wide. */
  private static final Map<String, String> NAMES = new TreeMap<>();

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = new InProcessCluster(directory);
    NAMES.put("127.0.0.1:ACTIV", cluster.active());
    NAMES.put("127.0.0.1:STAND", cluster.standby());
    NAMES.put("127.0.0.1:TAB01", cluster.tablets().get(0));
    NAMES.put("127.0.0.1:TAB02", cluster.tablets().get(1));
    NAMES.put("/tmp/golden", directory.toString());
    NAMES.put("ZOOKEEPER", cluster.zooKeeper());
    InProcessCluster.await(
        "two tablets", () -> run("showtablet").out().split("kTabletHealthy", -1).length == 3);
    done(run("createdb shop"));
    done(run("--database=shop", "create cards 0 2 1 card:string:index amount:double"));
    done(run("--database=shop", "create pairs 0 1 2 card:string:index amount:double"));
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    LOOPS.close();
  }

  private static void done(Printed printed) {
    assertThat(printed.code()).as(printed.toString()).isZero();
  }

  /** The last word is the command, those before are flags. */
  private static Printed run(String... words) {
    List<String> flags = List.of(words).subList(0, words.length - 1);
    return run(new Case(flags, words[words.length - 1], ""));
  }

  private static Printed run(Case what) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--role=ns_client");
    if (what.flags().stream().noneMatch(flag -> flag.matches("--(endpoint|zk_cluster)=.*"))) {
      arguments.add("--endpoint=" + cluster.active());
    }
    if (what.flags().stream().noneMatch(flag -> flag.startsWith("--interactive"))) {
      arguments.add("--interactive=false");
    }
    what.flags().forEach(flag -> arguments.add(real(flag)));
    arguments.add("--cmd=" + real(what.command()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    try (RpcClient client = RpcClient.create(RpcClientSettings.defaults(), LOOPS)) {
      ShellEnvironment environment =
          new ShellEnvironment(
              new BufferedReader(new StringReader(what.input())),
              new PrintWriter(out),
              new PrintWriter(err),
              Map.of(),
              false,
              () -> client,
              new WireRowCodec());
      int code = new Shell(environment).run(arguments).number();
      return new Printed(code, named(out.toString()), named(err.toString()));
    }
  }

  private static String real(String text) {
    String result = text;
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      result = result.replace(name.getKey(), name.getValue());
    }
    return result;
  }

  private static String named(String text) {
    String result = text;
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      result = result.replace(name.getValue(), name.getKey());
    }
    return result;
  }

  @TestFactory
  Stream<DynamicTest> commandsPrintWhatTheFilesSay() throws Exception {
    try (Stream<Path> files = Files.list(FILES)) {
      return files.sorted().toList().stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> replay(file)));
    }
  }

  private static void replay(Path file) throws Exception {
    GoldenFile golden = new GoldenFile(file);
    String now = golden.replayed(NsCommandGoldenTest::run);
    if (Boolean.getBoolean("golden.rewrite")) {
      golden.rewrite(now);
      return;
    }
    assertThat(now).isEqualTo(golden.text());
  }

  /** A placement can be saved and brought back; another one than there is, is refused. */
  @Test
  void partitionsAreSavedAndCompared() throws Exception {
    // The command writes into the working directory, as operators know it.
    Path file = Path.of("cards_0.txt");
    try {
      assertThat(shop("gettablepartition cards 0").out()).isEqualTo("get table partition ok\n");
      String text = Files.readString(file);
      assertThat(text).startsWith("pid: 0\npartition_meta {\n  endpoint: \"127.0.0.1:");
      assertThat(shop("settablepartition cards cards_0.txt").out())
          .isEqualTo("Fail to set table partition. error msg: auto_failover is enabled\n");
      done(run("confset auto_failover false"));
      assertThat(shop("settablepartition cards cards_0.txt").out())
          .isEqualTo("set table partition ok\n");
      Files.writeString(file, text.replace("127.0.0.1", "10.0.0.1"));
      assertThat(shop("settablepartition cards cards_0.txt").out())
          .startsWith("Fail to set table partition. error msg: a placement is not written by hand");
      Files.writeString(file, text + text.substring(text.indexOf("partition_meta")));
      assertThat(shop("settablepartition cards cards_0.txt").out())
          .startsWith("has same leader 127.0.0.1:TAB0");
      Files.writeString(file, text.replace("is_leader: true", "is_leader: false"));
      assertThat(shop("settablepartition cards cards_0.txt").out()).isEqualTo("has no leader\n");
      Files.writeString(file, "pid: x");
      assertThat(shop("settablepartition cards cards_0.txt").out())
          .isEqualTo("table partition file format error\n");
    } finally {
      Files.deleteIfExists(file);
      done(run("confset auto_failover true"));
    }
  }

  /** A command is followed to the end of what it began, whatever database that is about. */
  @Test
  void operationsAreFollowed() {
    Printed printed = shop("makesnapshot cards 0 --wait --timeout=60");
    done(printed);
    assertThat(printed.out())
        .matches("(?s)(op \\d+ kMakeSnapshotOP of cards 0: .*\\R)*MakeSnapshot ok\\R")
        .contains(": kDone");
    printed = run("recoverendpoint 127.0.0.1:TAB01 --wait --timeout=60");
    done(printed);
    assertThat(printed.out()).contains(" kRecoverEndpointOP: kDone").endsWith("endpoint ok\n");
  }

  /** Clients outside find a server's address where OpenMLDB has it. */
  @Test
  void outerAddressesArePublished() throws Exception {
    String tablet = cluster.tablets().get(0);
    String path = "/openmldb/map/sdkendpoints/" + tablet;
    ZooKeeper zooKeeper = new ZooKeeper(cluster.zooKeeper(), 10_000, event -> {});
    try {
      done(run("setsdkendpoint " + tablet + " 203.0.113.7:9527"));
      InProcessCluster.await("the node", () -> zooKeeper.exists(path, false) != null);
      assertThat(new String(zooKeeper.getData(path, false, null), StandardCharsets.UTF_8))
          .isEqualTo("203.0.113.7:9527");
      done(run("setsdkendpoint " + tablet + " null"));
      InProcessCluster.await("its end", () -> zooKeeper.exists(path, false) == null);
    } finally {
      zooKeeper.close();
    }
  }

  private static Printed shop(String command) {
    return run("--layout=0.9", "--database=shop", command);
  }

  /** Whoever adds a command adds a file. */
  @Test
  void everyCommandHasAFile() throws Exception {
    Set<String> commands = new TreeSet<>(NsCommands.all().names());
    commands.removeAll(WORDS);
    try (Stream<Path> files = Files.list(FILES)) {
      Set<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString().replace(".txt", "")));
      assertThat(names).containsAll(commands);
    }
  }
}
