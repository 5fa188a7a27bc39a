package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A playground as somebody who tries Holdfast out would use it. */
@Timeout(180)
class PlaygroundProcessTest {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("holdfast.distribution"), "bin", "openmldb");
  private static final Pattern ZOOKEEPERS = Pattern.compile("zookeeper +([0-9.:,]+), cluster at.*");

  @TempDir Path directory;
  private Process playground;

  private record Answer(int status, String text) {}

  @AfterEach
  void end() throws InterruptedException {
    if (playground != null && playground.isAlive()) {
      // Its processes end with it.
      playground.destroy();
      assertThat(playground.waitFor()).isNotNegative();
    }
  }

  /** Three ZooKeeper servers are one: one of them may die. What a tag names is there again. */
  @Test
  void nodesDieAndComeAndATagKeepsItsData() throws Exception {
    String zk = start("--tag", "mine", "--zk", "3", "--nameservers", "1", "--tablets", "2");
    assertThat(ask("--tag", "mine", "kill", "zookeeper-1").status()).isZero();
    assertThat(
            sql(
                zk,
                "CREATE DATABASE d; CREATE TABLE d.t (k string, v int, INDEX(KEY=k))"
                    + " OPTIONS(partitionnum=1, replicanum=2); INSERT INTO d.t VALUES('a', 77);"))
        .contains("SUCCEED");
    assertThat(ask("--tag", "mine", "kill", "tablet-1").status()).isZero();
    assertThat(ask("--tag", "mine", "display").text())
        .containsPattern("zookeeper-1 +zookeeper +127.0.0.1:\\d+ +- +dead")
        .containsPattern("zookeeper-2 +zookeeper +127.0.0.1:\\d+ +\\d+ +serves")
        .containsPattern("tablet-1 +tablet +127.0.0.1:\\d+ +- +dead");
    assertThat(ask("--tag", "mine", "restart", "tablet-1").status()).isZero();
    Answer more = ask("--tag", "mine", "scale-out");
    assertThat(more.status()).as(more.text()).isZero();
    assertThat(more.text()).contains("tablet-3 serves on");
    assertThat(ask("--tag", "mine", "kill", "tablet-9").text())
        .contains("there is no node tablet-9", "tablet-3");
    stop("--tag", "mine");

    String again = start("--tag", "mine", "--zk", "3", "--nameservers", "1", "--tablets", "2");
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(sql(again, "SELECT v FROM d.t;")).contains("77"));
    stop("--tag", "mine");
    assertThat(directory.resolve("mine")).isDirectory();
    Answer elsewhere = ask("--tag", "mine", "--port", "30000");
    assertThat(elsewhere.status()).isEqualTo(1);
    assertThat(elsewhere.text()).contains("belongs to the ports from");
  }

  /** Without a tag nothing is left behind; and who asks for one that is not there is told so. */
  @Test
  void oneWithoutATagLeavesNothing() throws Exception {
    start("--nameservers", "1", "--tablets", "1");
    assertThat(directory.resolve("default")).isDirectory();
    // As Ctrl-C does.
    playground.destroy();
    assertThat(playground.waitFor()).isNotZero();
    assertThat(directory.resolve("default")).doesNotExist();
    Answer none = ask("display");
    assertThat(none.status()).isEqualTo(6);
    assertThat(none.text()).contains("no playground runs here");
    assertThat(ask("--zk", "2").status()).as("usage").isEqualTo(2);
    assertThat(ask("--tag", "../x").status()).as("usage").isEqualTo(2);
  }

  /** Starts one and returns its ZooKeeper servers. */
  private String start(String... arguments) throws Exception {
    Path out = directory.resolve("out");
    Files.deleteIfExists(out);
    playground = command(arguments).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> !playground.isAlive() || Files.readString(out).contains("\nup in "));
    Matcher zooKeepers = ZOOKEEPERS.matcher(Files.readString(out));
    assertThat(zooKeepers.find()).as(Files.readString(out)).isTrue();
    return zooKeepers.group(1);
  }

  private void stop(String... tag) throws Exception {
    List<String> command = new ArrayList<>(Arrays.asList(tag));
    command.add("stop");
    assertThat(ask(command.toArray(new String[0])).status()).isZero();
    assertThat(playground.waitFor()).isZero();
  }

  private Answer ask(String... arguments) throws IOException, InterruptedException {
    return run(command(arguments));
  }

  private String sql(String zk, String statements) throws IOException, InterruptedException {
    return run(new ProcessBuilder(
            LAUNCHER.toString(),
            "--role=sql_client",
            "--zk_cluster=" + zk,
            "--zk_root_path=/openmldb",
            "--interactive=false",
            "--cmd=" + statements))
        .text();
  }

  private ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString(), "playground"));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOLDFAST_PLAYGROUND_DIR", directory.toString());
    return builder;
  }

  private static Answer run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(process.waitFor(), out);
  }
}
