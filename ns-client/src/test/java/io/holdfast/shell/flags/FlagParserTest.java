package io.holdfast.shell.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagParserTest {
  /** Shows that the original's spellings of a flag mean the same. */
  @Test
  void spellings() throws Exception {
    for (List<String> form :
        List.of(
            List.of("--zk_cluster=z:1", "--nointeractive", "--cmd=showtable t"),
            List.of("-zk_cluster=z:1", "--interactive=false", "-cmd", "showtable t"),
            List.of("--zk_cluster", "z:1", "--interactive", "false", "--cmd", "showtable t"),
            List.of("--zk-cluster=z:1", "-nointeractive", "--cmd=showtable t"))) {
      ShellFlags flags = parse(form);
      assertThat(flags.zkCluster()).isEqualTo("z:1");
      assertThat(flags.interactive()).isFalse();
      assertThat(flags.command()).isEqualTo("showtable t");
      assertThat(flags.role()).isEqualTo("ns_client");
      assertThat(flags.zkRootPath()).isEqualTo("/openmldb");
    }
  }

  /** Shows that flags may stand in a file, and that a later flag wins. */
  @Test
  void flagFile(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("x.flags");
    Files.writeString(file, "# comment\n--endpoint=a:1\n--request_timeout_ms=5\n");
    ShellFlags flags = parse(List.of("--flagfile=" + file, "--endpoint=b:1"));
    assertThat(flags.endpoint()).isEqualTo("b:1");
    assertThat(flags.requestTimeoutMillis()).isEqualTo(5);
  }

  /** Shows that the environment is asked and that flags win over it. */
  @Test
  void environment() throws Exception {
    FlagParser parser =
        new FlagParser(Map.of("OPENMLDB_LAYOUT", "0.9", "OPENMLDB_ZK_CLUSTER", "e:1"));
    assertThat(parser.parse(List.of()).layout()).isEqualTo(Layout.V0_9);
    assertThat(parser.parse(List.of("--layout=O")).layout()).isEqualTo(Layout.HANDBOOK);
    assertThat(parser.parse(List.of()).zkCluster()).isEqualTo("e:1");
    assertThat(parse(List.of("-o", "json")).json()).isTrue();
    assertThat(parse(List.of("--output=json")).json()).isTrue();
  }

  /** Shows that a mistyped flag is named together with the nearest one. */
  @Test
  void unknownFlags() {
    assertThatThrownBy(() -> parse(List.of("--zk_clustre=z:1")))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown command line flag 'zk_clustre', did you mean --zk_cluster?");
    assertThatThrownBy(() -> parse(List.of("showtable")))
        .hasMessageContaining("unexpected word 'showtable'");
    assertThatThrownBy(() -> parse(List.of("--layout=2"))).hasMessageContaining("O or 0.9");
    assertThatThrownBy(() -> parse(List.of("--request_timeout_ms=soon")))
        .isInstanceOf(UsageException.class);
  }

  private static ShellFlags parse(List<String> arguments) throws UsageException {
    return new FlagParser(Map.of()).parse(arguments);
  }
}
