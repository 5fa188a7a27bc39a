package io.holdfast.nameserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Setting;
import io.holdfast.common.config.Settings;
import io.holdfast.nameserver.control.ControllerSettings;
import io.holdfast.nameserver.system.SystemTables;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and defaults of the settings are part of what operators rely on. */
final class NameServerConfigTest {
  private static Settings<NameServerConfig> load(String... args) {
    return Settings.load(null, List.of(args), NameServerConfig::new);
  }

  @Test
  void namesAndDefaults() {
    Settings<NameServerConfig> settings =
        load("--endpoint=127.0.0.1:6527", "--zk_cluster=127.0.0.1:2181");
    assertThat(settings.all())
        .extracting(Setting::name, Setting::defaultValue)
        .extracting(Object::toString)
        .containsExactly(
            "(\"endpoint\", null)",
            "(\"zk_cluster\", null)",
            "(\"zk_root_path\", \"/openmldb\")",
            "(\"zk_session_timeout_millis\", \"3000\")",
            "(\"tablet_suspect_millis\", \"1000\")",
            "(\"leader_silence_millis\", \"300\")",
            "(\"election_grace_millis\", \"50\")",
            "(\"election_late_answer_millis\", \"500\")",
            "(\"all_down_grace_millis\", \"3000\")",
            "(\"leader_hold_millis\", \"10000\")",
            "(\"order_resend_millis\", \"100\")",
            "(\"leader_advice_millis\", \"500\")",
            "(\"create_table_timeout_millis\", \"15000\")",
            "(\"transfer_leader_timeout_millis\", \"5000\")",
            "(\"strict_tail\", \"false\")",
            "(\"mass_failure_window_millis\", \"5000\")",
            "(\"mass_failure_freeze_millis\", \"30000\")",
            "(\"shrink_arbitration_millis\", \"500\")",
            "(\"accept_loss_wait_millis\", \"5000\")",
            "(\"op_change_leader_timeout_millis\", \"5000\")",
            "(\"op_timeout_millis\", \"7200000\")",
            "(\"op_retry_millis\", \"500\")",
            "(\"op_retry_max_millis\", \"30000\")",
            "(\"op_coalesce_millis\", \"60000\")",
            "(\"index_grace_millis\", \"3000\")",
            "(\"max_op_num\", \"1000\")",
            "(\"system_table_replica_num\", \"3\")");
    assertThat(settings.config().controller())
        .usingRecursiveComparison()
        .ignoringFields("systemTables")
        .isEqualTo(ControllerSettings.DEFAULTS);
    assertThat(settings.config().controller().systemTables())
        .isEqualTo(SystemTables.all(3))
        .hasSize(3);
    assertThat(settings.config().host()).isEqualTo("127.0.0.1");
    assertThat(settings.config().port()).isEqualTo(6527);
  }

  @Test
  void slipOfTheFingerIsAnsweredWithTheNearestName() {
    assertThatThrownBy(() -> load("--endpont=127.0.0.1:6527", "--zk_cluster=127.0.0.1:2181"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean \"endpoint\"");
  }
}
