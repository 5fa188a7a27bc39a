package io.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusResponse;
import org.junit.jupiter.api.Test;

class FollowedTest {
  private static final String MIGRATE = "migrate t:1 flow 0 t:2";

  private final FakeCluster cluster = new FakeCluster();

  private static GeneralResponse begun(int code, String words) {
    return GeneralResponse.newBuilder().setCode(code).setMsg(words).addOpIds(7).build();
  }

  private static ShowOPStatusResponse ops(String status, String progress, String error) {
    OPStatus.Builder op =
        OPStatus.newBuilder()
            .setOpId(7)
            .setOpType("kMigrateOP")
            .setName("flow")
            .setPid(0)
            .setStatus(status)
            .setProgress(progress)
            .setError(error);
    OPStatus other = op.clone().setOpId(6).setStatus("kDoing").build();
    return ShowOPStatusResponse.newBuilder().setCode(0).addOpStatus(other).addOpStatus(op).build();
  }

  /** Without the flag nothing is asked, and the words are OpenMLDB's. */
  @Test
  void nothingIsFollowedUnasked() {
    cluster.on("Migrate", begun(0, "ok"));
    ShellRun run = ShellRun.command(cluster, MIGRATE);
    assertThat(run.out()).isEqualTo("partition migrate ok\n");
    assertThat(cluster.methods()).doesNotContain("ShowOPStatus");
    run = ShellRun.command(cluster, MIGRATE, "-o", "json");
    assertThat(run.out())
        .isEqualTo("{\"result\":\"ok\",\"message\":\"partition migrate ok\",\"ops\":[7]}\n");
  }

  /** Each step is told once, and the command ends when the operation is done. */
  @Test
  void anOperationIsFollowedToItsEnd() {
    cluster.on("Migrate", begun(0, "ok"));
    cluster.on(
        "ShowOPStatus",
        ops("kInited", "", ""),
        ops("kDoing", "t:2 catches up", ""),
        ops("kDoing", "t:2 catches up", ""),
        ops("kDone", "t:1 has no part in it any more", ""));
    ShellRun run = ShellRun.command(cluster, MIGRATE + " --wait");
    assertThat(run.out().lines())
        .containsExactly(
            "op 7 kMigrateOP of flow 0: kInited",
            "op 7 kMigrateOP of flow 0: kDoing, t:2 catches up",
            "op 7 kMigrateOP of flow 0: kDone, t:1 has no part in it any more",
            "partition migrate ok");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
  }

  /** One that fails fails the command, with its own reason. */
  @Test
  void aFailedOperationFailsTheCommand() {
    cluster.on("Migrate", begun(0, "ok"));
    cluster.on("ShowOPStatus", ops("kFailed", "", "the deadline is over"));
    ShellRun run = ShellRun.command(cluster, MIGRATE + " --wait", "-o", "json");
    assertThat(run.out())
        .contains("\"message\":\"op 7 kMigrateOP of flow 0: kFailed, the deadline is over\"");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
  }

  /** Nothing is claimed of one that was removed from the list. */
  @Test
  void whatIsNotListedIsNotCalledDone() {
    cluster.on("Migrate", begun(0, "ok"));
    cluster.on("ShowOPStatus", ShowOPStatusResponse.newBuilder().setCode(0).build());
    ShellRun run = ShellRun.command(cluster, MIGRATE + " --wait");
    assertThat(run.out()).startsWith("op 7 is not in the list any more");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
  }

  /** The operation outlives the patience of who follows it. */
  @Test
  void patienceEnds() {
    cluster.on("Migrate", begun(0, "ok"));
    cluster.on("ShowOPStatus", ops("kDoing", "t:2 catches up", ""));
    ShellRun run = ShellRun.command(cluster, MIGRATE + " --wait --timeout=1");
    assertThat(run.out()).contains("kDoing, t:2 catches up; it goes on\n");
    assertThat(run.err()).contains("cancelop OP_ID");
    assertThat(run.code()).isEqualTo(ExitCode.TIMED_OUT);
  }

  /** What the nameserver itself has waited for in vain goes on, and is followed. */
  @Test
  void whatTheServerGaveUpWaitingForIsFollowed() {
    cluster.on("DelReplicaNS", begun(305, "it takes longer and is gone on with as op 7"));
    cluster.on("ShowOPStatus", ops("kDoing", "", ""), ops("kDone", "", ""));
    ShellRun run = ShellRun.command(cluster, "delreplica flow 0 t:1 --wait");
    assertThat(run.out()).endsWith("kDone\ndelreplica ok, after a while\n");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    cluster.on("ShowOPStatus", ops("kFailed", "", ""));
    run = ShellRun.command(cluster, "delreplica flow 0 t:1 --wait");
    assertThat(run.out()).contains("it takes longer");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void wrongWordsAreRefused() {
    assertThat(ShellRun.command(cluster, MIGRATE + " --timeout=5").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(ShellRun.command(cluster, MIGRATE + " --wait --timeout=soon").out())
        .isEqualTo("--timeout takes whole seconds from 1 to 9999999, not soon\n");
    assertThat(ShellRun.command(cluster, MIGRATE + " --wait --timeout").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(cluster.methods()).isEmpty();
  }
}
