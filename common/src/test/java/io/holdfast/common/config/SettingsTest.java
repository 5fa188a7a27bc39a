package io.holdfast.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators may write, and what they are told when they err. */
class SettingsTest {
  enum Mode {
    ALL,
    MAJORITY
  }

  /** A small server's settings, one of each kind. */
  static final class SampleConfig {
    final String endpoint;
    final int port;
    final long leaseMillis;
    final boolean isTracing;
    final Mode mode;

    SampleConfig(SettingsReader in) {
      endpoint =
          in.requiredText(
              "endpoint", Checks::isEndpoint, Checks.ENDPOINT, "Address that others reach.");
      port = in.integer("port", 10921, 1, 65535, Unit.NONE, "Port to serve on.");
      leaseMillis =
          in.number("lease_millis", 2000, 100, 60_000, Unit.MILLIS, "How long reads are safe.");
      isTracing = in.flag("trace", false, "Logs every request.");
      mode = in.choice("acks", Mode.ALL, "Who must hold a write.");
      in.acceptWithoutEffect("enable_status_service", "the status page is always on");
      in.require(leaseMillis != port, "lease_millis must differ from port");
    }
  }

  @TempDir Path directory;

  private static final String ENDPOINT = "--endpoint=127.0.0.1:10921";

  private static Settings<SampleConfig> load(String... args) {
    return Settings.load(null, List.of(args), SampleConfig::new);
  }

  private static void assertProblem(String problem, String... args) {
    assertThatThrownBy(() -> load(args))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void defaultsHoldForWhatNobodySets() {
    SampleConfig config = load(ENDPOINT).config();
    assertThat(config.port).isEqualTo(10921);
    assertThat(config.leaseMillis).isEqualTo(2000);
    assertThat(config.isTracing).isFalse();
    assertThat(config.mode).isEqualTo(Mode.ALL);
  }

  @Test
  void everyFormOfAFlagIsUnderstood() {
    assertThat(load(ENDPOINT, "--port=1").config().port).isEqualTo(1);
    assertThat(load(ENDPOINT, "--port", "2").config().port).isEqualTo(2);
    assertThat(load(ENDPOINT, "-port=3").config().port).isEqualTo(3);
    assertThat(load(ENDPOINT, "-port", "4").config().port).isEqualTo(4);
    assertThat(load(ENDPOINT, "--trace").config().isTracing).isTrue();
    assertThat(load(ENDPOINT, "--trace=true").config().isTracing).isTrue();
    assertThat(load(ENDPOINT, "--trace", "--notrace").config().isTracing).isFalse();
    assertThat(load(ENDPOINT, "--acks=majority").config().mode).isEqualTo(Mode.MAJORITY);
  }

  @Test
  void aBareFlagDoesNotSwallowTheNextWord() {
    Settings<SampleConfig> settings = load(ENDPOINT, "--trace", "now", "--", "--port=9");
    assertThat(settings.config().isTracing).isTrue();
    assertThat(settings.words()).containsExactly("now", "--port=9");
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheLastFlagWins() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("sample.properties"),
            "endpoint=10.0.0.1:1\nport=5\nlease_millis = 900 \n# port=6\n");
    SampleConfig config =
        Settings.load(file, List.of("--port=7", "--port=8"), SampleConfig::new).config();
    assertThat(config.endpoint).isEqualTo("10.0.0.1:1");
    assertThat(config.port).isEqualTo(8);
    assertThat(config.leaseMillis).isEqualTo(900);
  }

  @Test
  void aFlagFileStandsForItsLines() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("tablet.flags"),
            "# made by deploy\n--endpoint=10.0.0.1:1\n\n--port=5\n--trace\n");
    SampleConfig config = load("--flagfile=" + file, "--port=6").config();
    assertThat(config.endpoint).isEqualTo("10.0.0.1:1");
    assertThat(config.port).isEqualTo(6);
    assertThat(config.isTracing).isTrue();
    assertThat(load("--flagfile", file.toString()).config().port).isEqualTo(5);
  }

  @Test
  void aFlagFileThatNamesItselfEndsInAnError() throws IOException {
    Path file = directory.resolve("loop.flags");
    Files.writeString(file, "--flagfile=" + file + "\n");
    assertProblem("nested", ENDPOINT, "--flagfile=" + file);
  }

  @Test
  void aMissingFlagFileIsNamed() {
    assertProblem("nowhere.flags cannot be read", ENDPOINT, "--flagfile=nowhere.flags");
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestKnownOne() {
    assertProblem(
        "unknown setting \"lease_milis\"; did you mean \"lease_millis\"?",
        ENDPOINT,
        "--lease_milis=1");
    assertThatThrownBy(() -> load(ENDPOINT, "--colour=blue"))
        .hasMessage("unknown setting \"colour\"");
  }

  @Test
  void aBadValueIsNamedWithWhatIsAllowed() {
    assertProblem("port is \"70000\"; allowed: 1 to 65535", ENDPOINT, "--port=70000");
    assertProblem("port is \"http\"; allowed: 1 to 65535", ENDPOINT, "--port=http");
    assertProblem(
        "lease_millis is \"2s\"; allowed: 100 to 60000 ms", ENDPOINT, "--lease_millis=2s");
    assertProblem("trace is \"maybe\"; allowed: true or false", ENDPOINT, "--trace=maybe");
    assertProblem("acks is \"one\"; allowed: one of all, majority", ENDPOINT, "--acks=one");
    assertProblem("endpoint is \"here\"; allowed: host:port", "--endpoint=here");
    assertProblem("--port needs a value", ENDPOINT, "--port");
  }

  @Test
  void everyMistakeIsReportedAtOnce() {
    assertThatThrownBy(() -> load("--prot=1", "--lease_millis=1"))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "unknown setting \"prot\"; did you mean \"port\"?",
                        "endpoint is not set; it must be host:port",
                        "lease_millis is \"1\"; allowed: 100 to 60000 ms"));
  }

  @Test
  void relationsBetweenSettingsAreChecked() {
    assertProblem("must differ", ENDPOINT, "--port=2000");
  }

  @Test
  void aNameOfOpenMldbWithoutMeaningHereIsTakenWithANote() {
    assertThat(load(ENDPOINT, "--enable_status_service=true").notes())
        .containsExactly("enable_status_service has no effect: the status page is always on");
  }

  @Test
  void theLaunchersRoleIsNoSetting() {
    assertThat(load(ENDPOINT, "--role=tablet").words()).isEmpty();
  }

  @Test
  void helpIsGivenEvenWhenTheSettingsAreBroken() {
    Settings<SampleConfig> settings = load("--help", "--port=0");
    assertThat(settings.isHelpWanted()).isTrue();
    assertThat(settings.help())
        .contains("--lease_millis", "Default: 2000 ms. Allowed: 100 to 60000 ms.", "Must be set.");
  }

  @Test
  void theDescriptionShowsValuesUnitsAndWhatWasChanged() {
    assertThat(load(ENDPOINT, "--lease_millis=900").describe())
        .contains("port = 10921\n", "lease_millis = 900 ms  (default 2000)\n");
  }

  @Test
  void theFileTemplateHoldsEverySettingAsAComment() {
    assertThat(Settings.fileTemplate(load(ENDPOINT).all()))
        .contains(
            "#port=10921\n", "#endpoint=\n", "# Default: 2000 ms. Allowed: 100 to 60000 ms.\n");
  }

  @Test
  void aServersFileIsFoundByItsRole() throws IOException {
    Files.writeString(directory.resolve("sample.properties"), "endpoint=h:1\n");
    System.setProperty(Settings.CONF_DIR_PROPERTY, directory.toString());
    try {
      assertThat(Settings.ofServer("sample", new String[0], SampleConfig::new).config().endpoint)
          .isEqualTo("h:1");
    } finally {
      System.clearProperty(Settings.CONF_DIR_PROPERTY);
    }
  }

  @Test
  void aDeclarationThatContradictsItselfIsABug() {
    assertThatThrownBy(
            () ->
                Settings.load(
                    null, List.of(), in -> in.number("a_millis", 1, 1, 2, Unit.BYTES, "Odd.")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Settings.load(null, List.of(), in -> in.number("a", 5, 1, 2, Unit.NONE, "Odd.")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
