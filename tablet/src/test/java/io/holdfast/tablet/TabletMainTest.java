package io.holdfast.tablet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.tablet.session.TestZooKeeper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tablet as a process: how it starts, ends, and says why it does not. */
class TabletMainTest {
  @TempDir Path directory;

  private Process launch(String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TabletMain.class.getName());
    command.add("--role=tablet");
    command.addAll(List.of(flags));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output().toFile())
        .start();
  }

  private Path output() {
    return directory.resolve("output.txt");
  }

  private String said() throws IOException {
    return Files.readString(output());
  }

  private static int exitCodeOf(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void anUnknownFlagIsRefusedWithTheNameThatWasMeant() throws Exception {
    Process process = launch("--endpont=127.0.0.1:1", "--zk_cluster=127.0.0.1:2");
    assertThat(exitCodeOf(process)).isEqualTo(2);
    assertThat(said())
        .contains("unknown setting \"endpont\"; did you mean \"endpoint\"?")
        .doesNotContain("Exception");
  }

  @Test
  void aDirectoryOfAnotherClusterEndsTheStartAndIsLeftAlone() throws Exception {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.write(data.resolve("cluster-id"), "another\n".getBytes(UTF_8));
    try (TestZooKeeper zookeeper = new TestZooKeeper(directory.resolve("zk"))) {
      Process process =
          launch(
              "--endpoint=" + Ports.freeEndpoint(),
              "--zk_cluster=" + zookeeper.address(),
              "--db_root_path=" + data);
      assertThat(exitCodeOf(process)).isEqualTo(1);
      assertThat(said()).contains("belongs to cluster another").contains("Nothing was changed");
      try (Stream<Path> files = Files.list(data)) {
        assertThat(files).containsExactly(data.resolve("cluster-id"));
      }
    }
  }

  @Test
  void aTabletGetsReadyAndEndsCleanlyWhenTold() throws Exception {
    String endpoint = Ports.freeEndpoint();
    try (TestZooKeeper zookeeper = new TestZooKeeper(directory.resolve("zk"))) {
      Process process =
          launch(
              "--endpoint=" + endpoint,
              "--zk_cluster=" + zookeeper.address(),
              "--db_root_path=" + directory.resolve("data"));
      try {
        await()
            .atMost(TestCluster.PATIENCE)
            .ignoreExceptions()
            .until(() -> statusOf(endpoint, "/readiness") == 200);
        process.destroy();
        assertThat(exitCodeOf(process)).isZero();
        assertThat(directory.resolve("data/cluster-id")).exists();
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static int statusOf(String endpoint, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + endpoint + path)).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
