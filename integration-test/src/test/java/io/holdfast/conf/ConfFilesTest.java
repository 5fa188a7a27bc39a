package io.holdfast.conf;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.common.config.Settings;
import io.holdfast.common.config.SettingsReader;
import io.holdfast.nameserver.NameServerConfig;
import io.holdfast.tablet.TabletConfig;
import io.holdfast.tools.zk.ZooKeeperConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The files in conf/ say what the code does: each ends with exactly the settings that its class
 * declares. Run with {@code -Dconf.rewrite=true} to bring the files up to date.
 */
class ConfFilesTest {
  /** Every server with a configuration class, one entry each. */
  private static final Map<String, Function<SettingsReader, ?>> SERVERS =
      Map.of(
          "zookeeper", ZooKeeperConfig::new,
          "nameserver", NameServerConfig::new,
          "tablet", TabletConfig::new);

  @TestFactory
  Stream<DynamicTest> everyFileListsItsSettings() {
    return SERVERS.entrySet().stream()
        .map(
            server ->
                DynamicTest.dynamicTest(
                    server.getKey(), () -> compare(server.getKey(), server.getValue())));
  }

  private static void compare(String role, Function<SettingsReader, ?> declaration)
      throws IOException {
    // Help is wanted, so that settings somebody must set may be missing.
    String wanted =
        "# Settings of --role="
            + role
            + ". A line that is not commented out, or --name=value on the command\n"
            + "# line, replaces the default; the command line wins.\n"
            + Settings.fileTemplate(Settings.load(null, List.of("--help"), declaration).all());
    Path file = Path.of(System.getProperty("conf.dir"), role + ".properties");
    if (Boolean.getBoolean("conf.rewrite")) {
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file)).isEqualTo(wanted);
  }
}
