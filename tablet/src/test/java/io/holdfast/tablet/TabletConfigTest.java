package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Defaults, checks, and the file that shows them to operators. */
class TabletConfigTest {
  private static Settings<TabletConfig> load(String... more) {
    List<String> flags = new ArrayList<>(List.of("--endpoint=h:1", "--zk_cluster=z:2"));
    flags.addAll(List.of(more));
    return Settings.load(null, flags, TabletConfig::new);
  }

  @Test
  void onlyTheEndpointAndZooKeeperMustBeSet() {
    TabletConfig config = load().config();
    assertThat(config.directories.all()).containsExactly("./db");
    assertThat(config.zkRootPath).isEqualTo("/openmldb");
    assertThat(config.zkSessionTimeoutMillis).isEqualTo(4_000);
    assertThat(config.loops).isBetween(1, 4);
    assertThat(config.host()).isEqualTo("h");
    assertThat(config.port()).isEqualTo(1);
  }

  @Test
  void aLeaseTooShortForItsHeartbeatsIsRefusedInWords() {
    assertThatThrownBy(() -> load("--lease_millis=200"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("lease_millis must be at least three times heartbeat_millis");
  }

  @Test
  void theShippedFileShowsExactlyTheseDefaults() throws Exception {
    assertThat(Files.readString(Path.of("..", "conf", "tablet.properties")))
        .endsWith(Settings.fileTemplate(load().all()));
  }
}
