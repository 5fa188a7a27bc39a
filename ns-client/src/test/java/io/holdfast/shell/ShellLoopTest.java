package io.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.tablet.FollowerInfo;
import io.holdfast.protocol.openmldb.tablet.GetTableFollowerResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import org.junit.jupiter.api.Test;

class ShellLoopTest {
  private final FakeCluster cluster =
      new FakeCluster().on("UseDatabase", Answers.ok()).on("DropTable", Answers.ok());

  /** Shows that piped lines run one after the other, and that blank and slash lines are skipped. */
  @Test
  void pipedLines() {
    ShellRun run =
        ShellRun.with(cluster, "use db1\n\n/path\nnonsense\nquit\nuse\n", "--endpoint=ns:1");
    assertThat(run.out().lines().skip(1))
        .containsExactly("Use database: db1", "unsupported cmd", "bye");
    assertThat(run.out()).startsWith("Welcome to openmldb with version ");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
  }

  /** Shows that dropping asks when somebody may be there, and that yes means yes. */
  @Test
  void droppingAsks() {
    String[] flags = {"--endpoint=ns:1", "--cmd=drop t"};
    ShellRun no = ShellRun.with(cluster, "no\n", flags);
    assertThat(no.out()).isEqualTo("'drop t' cmd is canceled!\n");
    assertThat(no.err()).startsWith("Drop table t");
    assertThat(cluster.methods()).isEmpty();
    assertThat(ShellRun.with(cluster, "", flags).out()).isEqualTo("'drop t' cmd is canceled!\n");
    assertThat(ShellRun.with(cluster, "YES\n", flags).out()).isEqualTo("drop ok\n");
    assertThat(ShellRun.with(cluster, "", "--endpoint=ns:1", "--cmd=drop t", "--yes").out())
        .isEqualTo("drop ok\n");
  }

  /** Shows that without --interactive and --cmd the first line of the input runs, alone. */
  @Test
  void oneLineOnly() {
    ShellRun run =
        ShellRun.with(cluster, "use db1\nuse db2\n", "--endpoint=ns:1", "--interactive=false");
    assertThat(run.out().lines().skip(1)).containsExactly("Use database: db1");
  }

  /** Shows that a missing database stops a command, but not the operations script of 0.9. */
  @Test
  void missingDatabase() {
    FakeCluster empty =
        new FakeCluster()
            .on("UseDatabase", Answers.refusal(802, "database not found"))
            .on("ShowTable", Answers.tables());
    ShellRun stopped = ShellRun.command(empty, "showtable", "--database=x");
    assertThat(stopped.out()).isEqualTo("Use database failed. error msg: database not found\n");
    assertThat(stopped.code()).isEqualTo(ExitCode.NOT_FOUND);
    ShellRun script = ShellRun.command(empty, "showtable", "--database=x", "--layout=0.9");
    assertThat(script.out()).startsWith("  name  tid");
    assertThat(script.code()).isEqualTo(ExitCode.DONE);
  }

  /** Shows that the tablet shell prints a row of defaults for a replica that is not there. */
  @Test
  void absentReplica() {
    cluster.on("GetTableStatus", GetTableStatusResponse.newBuilder().setCode(0).build());
    assertThat(ShellRun.tablet(cluster, "gettablestatus 7 1").out().lines())
        .containsExactly(
            "  tid  pid  offset  mode          state            enable_expire  ttl   ttl_offset"
                + "  memused  compress_type  skiplist_height",
            "-".repeat(125),
            "  0    0    0       kTableLeader  kTableUndefined  false          0min  0s        "
                + "  0.000    kNoCompress    0              ");
    assertThat(ShellRun.tablet(cluster, "gettablestatus  ").out().lines()).hasSize(2);
    assertThat(ShellRun.tablet(cluster, "gettablestatus x 1").out())
        .isEqualTo("Invalid args, tid should be uint32_t\n");
  }

  /** Shows the followers of a partition, counted from 0. */
  @Test
  void followers() {
    cluster.on(
        "GetTableFollower",
        GetTableFollowerResponse.newBuilder()
            .setCode(0)
            .setOffset(12)
            .addFollowerInfo(FollowerInfo.newBuilder().setEndpoint("b:1").setOffset(11))
            .build());
    assertThat(ShellRun.tablet(cluster, "getfollower 4 0").out().lines())
        .containsExactly(
            "  #  tid  pid  leader_offset  follower  offset",
            "------------------------------------------------",
            "  0  4    0    12             b:1       11    ");
    assertThat(ShellRun.with(cluster, "", "--role=client", "--cmd=exit").out())
        .isEqualTo("Start failed! not set endpoint\n");
  }
}
