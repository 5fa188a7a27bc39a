package io.holdfast.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.process.Release.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/start.sh} and its supervisor: what they do when things do not go well. */
@Timeout(200)
class StartScriptProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TIMED_OUT = 5;

  @TempDir Path directory;

  private Release release;

  @BeforeEach
  void copyTheRelease() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the test looks into /proc");
    release = Release.linkedTo(directory.resolve("release"));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    if (!release.processes().isEmpty()) {
      Answer answer = release.run("bin/start.sh", "stop", "zookeeper", "--force", "--wait=5");
      throw new AssertionError("processes were left: " + answer);
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }

  @Test
  void wrongWordsAreRefused() throws Exception {
    assertThat(release.run("bin/start.sh").status()).isEqualTo(2);
    assertThat(release.run("bin/start.sh", "launch", "tablet"))
        .isEqualTo(new Answer(2, "start.sh: Only support {start|stop|restart|status|run}\n"));
    Answer unknown = release.run("bin/start.sh", "start", "taskmanager");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.text()).contains("No component named taskmanager in [zookeeper nameserver");
    Answer unset = release.run("bin/start.sh", "start", "tablet2");
    assertThat(unset.status()).isEqualTo(1);
    assertThat(unset.text()).contains("there are no settings for tablet2: write", "tablet2.flags");
    assertThat(release.run("bin/start.sh", "status", "tablet2"))
        .isEqualTo(new Answer(3, "tablet2 is not running\n"));
  }

  @Test
  void aStartThatFailsShowsWhyAndSoDoesItsExitStatus() throws Exception {
    release.write("conf/zookeeper.flags", "--port=" + Release.freePort(), "--prot=1");
    for (String[] words :
        new String[][] {
          {"bin/start.sh", "start", "zookeeper"}, {"bin/start.sh", "start", "zookeeper", "mon"}
        }) {
      Answer answer = release.run(words);
      assertThat(answer.status()).as(answer.text()).isEqualTo(1);
      assertThat(answer.text())
          .contains("Start zookeeper failed! Please check log in " + release.file("logs"))
          .contains("unknown setting \"prot\"; did you mean \"port\"?");
      assertThat(release.file("bin/zookeeper.pid")).doesNotExist();
      assertThat(release.processes()).isEmpty();
    }
    assertThat(release.file("logs/zookeeper_mon.log")).content().contains("settings are wrong");
  }

  /** Two of a kind from one directory, and each sort of settings file. */
  @Test
  void oneThatDoesNotEndIsOnlyKilledByForce() throws Exception {
    int port = Release.freePort();
    release.write("conf/zookeeper2.properties", "# Another one.", "port = " + port, "data_dir=zk2");
    Answer started = release.run("bin/start.sh", "start", "zookeeper2");
    assertThat(started.status()).as(started.text()).isZero();
    long pid = release.pid("bin/zookeeper2.pid");
    assertThat(started.text())
        .isEqualTo(
            "Starting zookeeper2 ... \nprocess pid is " + pid + "\nStart zookeeper2 success\n");
    assertThat(release.run("bin/start.sh", "status", "zookeeper2").text())
        .contains("process " + pid + " since ", "endpoint 127.0.0.1:" + port + ", ready");
    assertThat(release.file("zk2")).isDirectory();

    // What has the port is another component.
    release.write("conf/zookeeper.flags", "--port=" + port);
    Answer second = release.run("bin/start.sh", "start", "zookeeper");
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.text()).contains("Another process already listens on 127.0.0.1:" + port);

    signal("STOP", pid);
    Answer waited = release.run("bin/start.sh", "stop", "zookeeper2", "--wait=1");
    assertThat(waited.status()).isEqualTo(TIMED_OUT);
    assertThat(waited.text()).contains("Process " + pid + " has not ended within 1 s");
    assertThat(release.pid("bin/zookeeper2.pid")).isEqualTo(pid);
    Answer killed = release.run("bin/start.sh", "stop", "zookeeper2", "--wait=1", "--force");
    assertThat(killed.status()).as(killed.text()).isZero();
    assertThat(killed.text()).contains("process " + pid + " was killed");
    assertThat(release.processes()).isEmpty();
  }

  @Test
  void aProcessThatHasGotThePidOfOneThatEndedIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "300").start();
    try {
      release.write("bin/tablet.pid", Long.toString(other.pid()));
      assertThat(release.run("bin/start.sh", "status", "tablet").status()).isEqualTo(3);
      Answer stopped = release.run("bin/start.sh", "stop", "tablet", "--force", "--wait=0");
      assertThat(stopped.status()).isZero();
      assertThat(stopped.text()).contains("no tablet to stop", "has ended");
      assertThat(other.isAlive()).isTrue();
      assertThat(release.file("bin/tablet.pid")).doesNotExist();
      assertThat(release.run("bin/start.sh", "stop", "tablet").text())
          .contains("no tablet to stop (could not find file " + release.file("bin/tablet.pid"));
    } finally {
      other.destroyForcibly();
    }
  }

  /** As a supervisor such as systemd has it. */
  @Test
  void aServerThatRunsInTheForegroundIsKnownToTheOtherActions() throws Exception {
    release.write("conf/zookeeper.flags", "--port=" + Release.freePort());
    Process server =
        release
            .command("bin/start.sh", "run", "zookeeper")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    await()
        .atMost(PATIENCE)
        .until(() -> release.run("bin/start.sh", "status", "zookeeper", "--ready").status() == 0);
    assertThat(release.pid("bin/zookeeper.pid")).isEqualTo(server.pid());
    assertThat(directory.resolve("out")).content().contains("zookeeper ready on 127.0.0.1:");
    Answer again = release.run("bin/start.sh", "run", "zookeeper");
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.text()).contains("already running as process " + server.pid());
    assertThat(release.run("bin/start.sh", "stop", "zookeeper").text())
        .contains("Stop zookeeper success");
    assertThat(endOf(server)).isEqualTo(143);
  }

  private Process supervise(String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "bin/mon.sh",
                "--name=thing",
                "--pid=thing.pid",
                "--child_pid=thing.pid.child",
                "--log=thing.log"));
    words.addAll(List.of(more));
    return release.command(words.toArray(String[]::new)).start();
  }

  private static int endOf(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @Test
  void theSupervisorGivesUpAfterTooManyRestarts() throws Exception {
    Process supervisor =
        supervise(
            "--pause_millis=5",
            "--longest_pause_millis=20",
            "--",
            "sh",
            "-c",
            "echo >>runs; exit 1");
    assertThat(endOf(supervisor)).isEqualTo(1);
    assertThat(Files.readAllLines(release.file("runs"))).hasSize(11);
    assertThat(Files.readString(release.file("thing.log")))
        .contains("started again in 5 ms", "started again in 10 ms", "started again in 20 ms")
        .endsWith("thing: gave up: more than 10 restarts in 60 s\n");
    assertThat(release.file("thing.pid")).doesNotExist();
    assertThat(release.file("thing.pid.child")).doesNotExist();
  }

  @Test
  void whoTellsTheSupervisorToEndEndsBoth() throws Exception {
    Interrupts.assumeTaken();
    for (String signal : List.of("TERM", "INT")) {
      Process supervisor =
          supervise(
              "--",
              "sh",
              "-c",
              "trap 'echo told >>ended; exit 0' TERM; echo >ready; while :; do sleep 0.05; done");
      await().atMost(PATIENCE).until(() -> Files.exists(release.file("ready")));
      ProcessHandle child = ProcessHandle.of(release.pid("thing.pid.child")).orElseThrow();
      assertThat(release.pid("thing.pid")).isEqualTo(supervisor.pid());
      signal(signal, supervisor.pid());
      assertThat(endOf(supervisor)).isZero();
      assertThat(child.isAlive()).isFalse();
      Files.delete(release.file("ready"));
    }
    assertThat(Files.readAllLines(release.file("ended"))).hasSize(2);
  }

  /** It waits for the next start; the signal must not have to wait for that. */
  @Test
  void theSupervisorEndsAtOnceBetweenTwoStarts() throws Exception {
    Process supervisor =
        supervise("--pause_millis=50000", "--longest_pause_millis=50000", "--", "false");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Files.exists(release.file("thing.log"))
                    && Files.readString(release.file("thing.log")).contains("again in 50000 ms"));
    signal("TERM", supervisor.pid());
    assertThat(supervisor.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(supervisor.exitValue()).isZero();
  }
}
