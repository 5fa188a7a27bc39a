package io.holdfast.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.process.Release.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of {@code sbin/}: a cluster on this machine from its hosts file to its end. */
@Timeout(400)
class DeployScriptsProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;

  private Release release;

  @BeforeEach
  void makeTheRelease() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the test looks into /proc");
    release = Release.linkedTo(directory.resolve("release"));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    if (!release.processes().isEmpty()) {
      Answer answer = release.run("sbin/stop-all.sh", "--force", "--wait=5");
      throw new AssertionError("processes were left: " + answer);
    }
  }

  private void writeHosts() throws Exception {
    release.write(
        "conf/hosts",
        "[tablet]",
        "127.0.0.1:" + Release.freePort() + " tablet-1  # the first",
        "127.0.0.1:" + Release.freePort() + " " + directory.toRealPath().resolve("tablet-2"),
        "",
        "[nameserver]",
        "127.0.0.1:" + Release.freePort(),
        "[zookeeper]",
        "127.0.0.1:" + Release.freePort());
  }

  private void succeeds(String... words) throws Exception {
    Answer answer = release.run(words);
    assertThat(answer.status()).as(answer.text()).isZero();
  }

  /** The steps are one test because each start of a cluster takes seconds. */
  @Test
  void aClusterIsDeployedStartedWatchedAndStopped() throws Exception {
    release = Release.copiedTo(directory.resolve("whole"));
    writeHosts();
    Answer deployed = release.run("sbin/deploy-all.sh");
    assertThat(deployed.status()).as(deployed.text()).isZero();
    assertThat(deployed.text()).contains("deployed 4, left 0 that run, failed 0");
    // Settings of others do not come along, those of an operator stay.
    Path flags = release.file("tablet-1/conf/tablet.flags");
    assertThat(release.file("tablet-1/conf/nameserver.flags")).doesNotExist();
    Files.writeString(flags, "--scan_max_rows=77\n" + Files.readString(flags));

    Answer started = release.run("sbin/start-all.sh", "mon");
    assertThat(started.status()).as(started.text()).isZero();
    assertThat(started.text())
        .containsSubsequence("Start zookeeper success", "Start tablet success")
        .containsSubsequence("Start nameserver success", "kTabletHealthy", "kTabletHealthy")
        .endsWith("Recovering data done\nOpenMLDB start success\n");
    assertThat(release.file("tablet-1/logs/tablet.log")).content().contains("scan_max_rows = 77");

    Answer status = release.run("sbin/status-all.sh");
    assertThat(status.status()).as(status.text()).isZero();
    assertThat(status.text().lines()).hasSize(4).allMatch(line -> line.contains(", ready, mon"));

    theSupervisorStartsATabletAgainThatWasKilled();
    aProcessOutlivesItsSupervisor();
    whatRunsIsNeitherStartedNorOverwrittenNorCleared();

    Answer stopped = release.run("sbin/stop-all.sh");
    assertThat(stopped.status()).as(stopped.text()).isZero();
    assertThat(stopped.text()).endsWith("OpenMLDB stopped\n");
    assertThat(release.processes()).isEmpty();
    Answer after = release.run("sbin/status-all.sh");
    assertThat(after.status()).isEqualTo(1);
    assertThat(after.text().lines()).hasSize(4).allMatch(line -> line.endsWith("is not running"));

    assertThat(release.run("sbin/clear-all.sh").status()).isEqualTo(2);
    assertThat(release.file("tablet-1/db")).isDirectory();
    succeeds("sbin/clear-all.sh", "--yes");
    assertThat(release.file("tablet-1/db")).doesNotExist();
    assertThat(release.file("zookeeper-data")).doesNotExist();
    assertThat(flags).exists();
  }

  private void theSupervisorStartsATabletAgainThatWasKilled() throws Exception {
    long killed = release.pid("tablet-1/bin/tablet.pid.child");
    assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              long now = release.pid("tablet-1/bin/tablet.pid.child");
              return now != 0 && now != killed;
            });
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                release.run("tablet-1/bin/start.sh", "status", "tablet", "--ready").status() == 0);
    assertThat(release.file("tablet-1/logs/tablet_mon.log"))
        .content()
        .contains("process " + killed + " has ended, by signal 9");
  }

  private void aProcessOutlivesItsSupervisor() throws Exception {
    long process = release.pid("tablet-1/bin/tablet.pid.child");
    ProcessHandle supervisor =
        ProcessHandle.of(release.pid("tablet-1/bin/tablet.pid")).orElseThrow();
    assertThat(supervisor.destroyForcibly()).isTrue();
    await().atMost(PATIENCE).until(() -> !supervisor.isAlive());
    Answer status = release.run("tablet-1/bin/start.sh", "status", "tablet", "--ready");
    assertThat(status.status()).as(status.text()).isZero();
    assertThat(status.text()).contains("process " + process + " since").doesNotContain("mon pid");
    Answer again = release.run("tablet-1/bin/start.sh", "start", "tablet", "mon");
    assertThat(again.status()).isZero();
    assertThat(again.text()).contains("tablet already running as process " + process);
  }

  private void whatRunsIsNeitherStartedNorOverwrittenNorCleared() throws Exception {
    Answer again = release.run("sbin/start-tablets.sh");
    assertThat(again.status()).isZero();
    assertThat(again.text().lines().filter(line -> line.contains("already running as process")))
        .hasSize(2);
    assertThat(release.run("sbin/deploy-all.sh").text()).contains("deployed 0, left 4 that run");
    Answer cleared = release.run("sbin/clear-all.sh", "--yes");
    assertThat(cleared.status()).isEqualTo(1);
    assertThat(cleared.text()).contains("nothing was removed");
    assertThat(release.file("tablet-1/db")).isDirectory();
  }

  @Test
  void badLinesOfTheHostsFileAreRefusedWithTheirNumbers() throws Exception {
    release.write(
        "conf/hosts",
        "127.0.0.1:1000",
        "[tablet]",
        "127.0.0.1:port a",
        "127.0.0.1:1001 ../a",
        "127.0.0.1:1002 a",
        "localhost:1002 b",
        "127.0.0.1:1003 a",
        "127.0.0.1:1004 a and more",
        "$(id):1005 c",
        "[broker]",
        "[nameserver]",
        "127.0.0.1:70000",
        "[zookeeper]",
        "127.0.0.1:1006",
        "127.0.0.1:1007:1008:3888 d",
        "127.0.0.1:1009:1010:66000 e");
    Answer answer = release.run("sbin/deploy-all.sh");
    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.text())
        .containsSubsequence(
            "hosts:1: it is in no section",
            "hosts:3: the port must be a number",
            "hosts:4: the work dir must be a path",
            "hosts:6: line 5 has this host and port already",
            "hosts:7: line 5 has a tablet in this work dir",
            "hosts:8: more than host[:port] and a work dir",
            "hosts:9: \"$(id)\" is no host name",
            "hosts:10: unknown section",
            "hosts:12: the port must be a number",
            "hosts:15: line 14 has this host and port already (1007:1008:3888)",
            "hosts:16: the port must be a number")
        .doesNotContain("hosts:5:", "hosts:14:");
    assertThat(release.file("a")).doesNotExist();
    assertThat(release.file("conf/zookeeper.flags")).doesNotExist();
  }

  @Test
  void aClusterWithoutAServerThatItNeedsIsRefused() throws Exception {
    release.write("conf/hosts", "[tablet]", "127.0.0.1", "[zookeeper]", "127.0.0.1");
    assertThat(release.run("sbin/start-all.sh"))
        .isEqualTo(
            new Answer(2, "start-all.sh: " + release.file("conf/hosts") + " has no nameserver\n"));
    release.write("conf/hosts", "[tablet]", "127.0.0.1", "[nameserver]", "127.0.0.1");
    assertThat(release.run("sbin/start-all.sh").text())
        .contains("has no zookeeper; add one, or set OPENMLDB_USE_EXISTING_ZK_CLUSTER");
  }

  @Test
  void severalZooKeeperServersAreAnEnsemble() throws Exception {
    String[] lines = {
      "[tablet]", "127.0.0.1", "[nameserver]", "127.0.0.1", "[zookeeper]", "", "", ""
    };
    StringBuilder servers = new StringBuilder();
    for (int i = 1; i <= 3; i++) {
      String peers = Release.freePort() + ":" + Release.freePort();
      lines[4 + i] = "127.0.0.1:" + Release.freePort() + ":" + peers + (i == 1 ? "" : " zk" + i);
      servers.append(i == 1 ? "" : ",").append("127.0.0.1:").append(peers);
    }
    release.write("conf/hosts", lines);
    succeeds("sbin/deploy-all.sh");
    assertThat(release.file("zk2/conf/zookeeper.flags"))
        .content()
        .contains("--servers=" + servers, "--server_id=2");

    Answer started = release.run("sbin/start-zks.sh");
    assertThat(started.status()).as(started.text()).isZero();
    succeeds("bin/start.sh", "status", "zookeeper", "--ready");
    succeeds("zk3/bin/start.sh", "status", "zookeeper", "--ready");
    succeeds("bin/start.sh", "stop", "zookeeper");
    succeeds("zk2/bin/start.sh", "status", "zookeeper", "--ready");
    succeeds("zk2/bin/start.sh", "stop", "zookeeper");
    // It waits for others, and must not be taken for one that serves.
    await()
        .atMost(PATIENCE)
        .until(
            () -> release.run("zk3/bin/start.sh", "status", "zookeeper", "--ready").status() == 1);
    succeeds("sbin/stop-zks.sh");
  }
}
