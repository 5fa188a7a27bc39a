package io.holdfast.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the assembled distribution answers, refuses and starts as operators expect. */
@Timeout(120)
class LauncherProcessTest {
  private static final Path DISTRIBUTION = Path.of(System.getProperty("holdfast.distribution"));

  @TempDir Path directory;

  private record Answer(int status, String out, String err) {}

  private Answer run(Path launcher, Consumer<ProcessBuilder> change, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    change.accept(builder);
    int status = builder.start().waitFor();
    return new Answer(status, Files.readString(out), Files.readString(err));
  }

  private Answer openmldb(String... args) throws IOException, InterruptedException {
    return run(DISTRIBUTION.resolve("bin/openmldb"), builder -> {}, args);
  }

  @Test
  void versionAndHelpNeedNoJava() throws Exception {
    Path launcher = DISTRIBUTION.resolve("bin/openmldb");
    Consumer<ProcessBuilder> noJava = builder -> builder.environment().put("JAVA_HOME", "/nowhere");
    Answer version = run(launcher, noJava, "--version");
    assertThat(version.out()).matches("openmldb version \\d+\\.\\d+\\.\\d+-\\w+\n");
    assertThat(version.status()).isZero();
    Answer help = run(launcher, noJava, "--help");
    assertThat(help.out()).contains("--role=nameserver", "--role=ns_client", "exit status");
    assertThat(help.status()).isZero();
    Answer tablet = run(launcher, noJava, "--role=tablet");
    assertThat(tablet.err()).contains("JAVA_HOME is /nowhere");
    assertThat(tablet.status()).isEqualTo(1);
  }

  @Test
  void withoutARoleHelpGoesToStandardError() throws Exception {
    Answer answer = openmldb();
    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.out()).isEmpty();
    assertThat(answer.err()).contains("usage: openmldb --role=ROLE");
  }

  @Test
  void anUnknownRoleIsNamedTogetherWithTheKnownOnes() throws Exception {
    Answer answer = openmldb("--role=broker");
    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.out()).isEqualTo("Invalid role: broker\n");
    assertThat(answer.err()).contains("zookeeper nameserver tablet ns_client client");
  }

  @Test
  void anOldJavaIsRefused() throws Exception {
    Path java = Files.createDirectories(directory.resolve("jdk/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Answer answer =
        run(
            DISTRIBUTION.resolve("bin/openmldb"),
            builder -> builder.environment().put("JAVA_HOME", directory.resolve("jdk").toString()),
            "--role=zookeeper");
    assertThat(answer.status()).isEqualTo(1);
    assertThat(answer.err()).contains("Java 11.0.2; Java 17 or newer is needed");
  }

  @Test
  void theLauncherFindsItsHomeThroughLinksAndUnderItsOtherName() throws Exception {
    Path link = directory.resolve("hf");
    Files.createSymbolicLink(link, DISTRIBUTION.resolve("bin/holdfast"));
    Answer answer = run(link, builder -> {}, "--role=zookeeper", "--help");
    assertThat(answer.status()).isZero();
    assertThat(answer.out()).contains("--tick_millis");
  }

  @Test
  void aMistypedSettingIsRefused() throws Exception {
    Answer answer = openmldb("--role=zookeeper", "--prot=1");
    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.err()).contains("unknown setting \"prot\"; did you mean \"port\"?");
  }

  /**
   * From where the system keeps them, if it does: the JDK tells them only up to the size of a page,
   * and the class path alone is longer.
   */
  private static List<String> argumentsOf(Process process) throws IOException {
    Path arguments = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    assumeTrue(Files.exists(arguments));
    return List.of(Files.readString(arguments).split("\0"));
  }

  @Test
  void theJvmTakesTheLaunchersPlaceAndStopsOnSigterm() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            DISTRIBUTION.resolve("bin/openmldb").toString(),
            "--role",
            "zookeeper",
            "--heap=64m",
            "--port=0",
            "--data_dir=" + directory.resolve("data"));
    builder.redirectError(directory.resolve("err").toFile());
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.lines().filter(line -> line.startsWith("zookeeper ready on ")).findFirst())
          .isPresent();
      assertThat(process.info().command().orElseThrow()).endsWith("java");
      assertThat(argumentsOf(process)).contains("-Xmx64m");
      process.destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
