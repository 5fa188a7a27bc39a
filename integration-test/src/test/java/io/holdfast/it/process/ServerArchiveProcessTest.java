package io.holdfast.it.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers start with the archive of their classes that an earlier start has left. */
final class ServerArchiveProcessTest {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("holdfast.distribution"));
  private static final Path LIB = DISTRIBUTION.resolve("lib");

  @TempDir Path directory;

  @Test
  void aSecondStartUsesTheArchiveOfTheFirst() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self")), "the test looks into /proc");
    Process first = start("first");
    try {
      await().atMost(Duration.ofMinutes(2)).until(() -> archive() != null);
    } finally {
      stop(first);
    }
    Process second = start("second");
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> maps(second).contains(archive().getFileName().toString()));
    } finally {
      stop(second);
    }
  }

  /**
   * A class whose name is not right any more is loaded as slowly as before. That must not become of
   * many.
   */
  @Test
  void theListNamesClassesThatAreThere() throws Exception {
    List<String> ours =
        Files.readAllLines(LIB.resolve("server-classes.txt")).stream()
            .filter(name -> name.startsWith("io/holdfast/"))
            .toList();
    assertThat(ours).hasSizeGreaterThan(500);
    ClassLoader loader = getClass().getClassLoader();
    List<String> missing =
        ours.stream().filter(name -> loader.getResource(name + ".class") == null).toList();
    assertThat(missing)
        .as("run dist/src/class-list.sh to write the list anew")
        .hasSizeLessThan(ours.size() / 10);
  }

  private Process start(String name) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    return new ProcessBuilder(
            DISTRIBUTION.resolve("bin").resolve("openmldb").toString(),
            "--role=zookeeper",
            "--data_dir=" + directory.resolve(name),
            "--port=" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name + ".log").toFile())
        .start();
  }

  private static void stop(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor()).isNotNegative();
  }

  private static String maps(Process process) throws IOException {
    // The launcher becomes the server, so they are one process.
    return Files.readString(Path.of("/proc", Long.toString(process.pid()), "maps"));
  }

  private static Path archive() throws IOException {
    try (Stream<Path> files = Files.list(LIB)) {
      return files
          .filter(file -> file.getFileName().toString().matches("server-.*\\.jsa"))
          .findFirst()
          .orElse(null);
    }
  }
}
