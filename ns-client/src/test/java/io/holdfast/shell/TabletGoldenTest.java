package io.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.tablet.AddReplicaResponse;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleRequest;
import io.holdfast.protocol.openmldb.tablet.ChangeRoleResponse;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.DropTableResponse;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableStatusResponse;
import io.holdfast.protocol.openmldb.tablet.LoadTableRequest;
import io.holdfast.protocol.openmldb.tablet.TableMeta;
import io.holdfast.protocol.openmldb.tablet.TableMode;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLRequest;
import io.holdfast.protocol.openmldb.tablet.UpdateTTLResponse;
import io.holdfast.protocol.openmldb.type.TTLType;
import io.holdfast.protocol.rpc.RpcException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tablet shell says word for word what scripts look for, and its exit codes say the rest. */
class TabletGoldenTest {
  private final FakeCluster cluster = new FakeCluster();

  private static Arguments command(
      String command, String method, Message answerType, String done, String failed) {
    return Arguments.of(command, method, answerType, done, failed);
  }

  static Stream<Arguments> commands() {
    GeneralResponse general = GeneralResponse.getDefaultInstance();
    return Stream.of(
        command(
            "loadtable t 1 0 144000 8",
            "LoadTable",
            general,
            "LoadTable ok",
            "Fail to LoadTable: ReturnCode[1240]why"),
        command(
            "makesnapshot 1 0", "MakeSnapshot", general, "MakeSnapshot ok", "Fail to MakeSnapshot"),
        command(
            "pausesnapshot 1 0",
            "PauseSnapshot",
            general,
            "PauseSnapshot ok",
            "Fail to PauseSnapshot"),
        command(
            "recoversnapshot 1 0",
            "RecoverSnapshot",
            general,
            "RecoverSnapshot ok",
            "Fail to RecoverSnapshot"),
        command(
            "sendsnapshot 1 0 b:1",
            "SendSnapshot",
            general,
            "SendSnapshot ok",
            "Fail to SendSnapshot"),
        command(
            "addreplica 1 0 b:1",
            "AddReplica",
            AddReplicaResponse.getDefaultInstance(),
            "AddReplica ok",
            "Fail to Add Replica"),
        command(
            "delreplica 1 0 b:1", "DelReplica", general, "DelReplica ok", "Fail to Del Replica"),
        command(
            "drop 1 0",
            "DropTable",
            DropTableResponse.getDefaultInstance(),
            "Drop table ok",
            "Fail to drop table"),
        command(
            "changerole 1 0 leader",
            "ChangeRole",
            ChangeRoleResponse.getDefaultInstance(),
            "ChangeRole ok",
            "Fail to change leader"),
        command(
            "changerole 1 0 follower 7",
            "ChangeRole",
            ChangeRoleResponse.getDefaultInstance(),
            "ChangeRole ok",
            "Fail to change follower"),
        command("setexpire 1 0 true", "SetExpire", general, "setexpire ok", "Fail to setexpire"),
        command(
            "setttl 1 0 absolute 10",
            "UpdateTTL",
            UpdateTTLResponse.getDefaultInstance(),
            "Set ttl ok !",
            "Set ttl failed! "),
        command(
            "deleteindex 1 0 idx",
            "DeleteIndex",
            general,
            "delete index ok",
            "Fail to delete index. error msg: why"),
        command("delete 1 0 k", "Delete", general, "Delete ok", "Delete failed"),
        command("connectzk", "ConnectZK", general, "connect zk ok", "Fail to connect zk"),
        command(
            "disconnectzk", "DisConnectZK", general, "disconnect zk ok", "Fail to disconnect zk"));
  }

  private static Message answer(Message type, int code, String words) {
    Message.Builder answer = type.newBuilderForType();
    answer.setField(answer.getDescriptorForType().findFieldByName("code"), code);
    return answer.setField(answer.getDescriptorForType().findFieldByName("msg"), words).build();
  }

  /** Shows what is printed when it is done, when the tablet refuses, and when nobody answers. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void doneRefusedAndUnreachable(
      String command, String method, Message answerType, String done, String failed) {
    cluster.on(method, answer(answerType, 0, "ok"));
    ShellRun well = ShellRun.tablet(cluster, command);
    assertThat(well.out()).isEqualTo(done + "\n");
    assertThat(well.code()).isEqualTo(ExitCode.DONE);
    assertThat(well.err()).isEmpty();

    cluster.on(method, answer(answerType, 1240, "why"));
    ShellRun refused = ShellRun.tablet(cluster, command);
    assertThat(refused.out()).isEqualTo(failed + "\n");
    assertThat(refused.code()).isEqualTo(ExitCode.REFUSED);
    if (!failed.endsWith("why")) {
      assertThat(refused.err()).isEqualTo("hint: why\n");
    }

    ShellRun nobody = ShellRun.tablet(new FakeCluster(), command);
    assertThat(nobody.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(nobody.out()).startsWith(failed.replaceAll("(ReturnCode.*)?why$", ""));
  }

  /** Shows the answer to every kind of wrong words; no tablet is asked. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "gettablestatus 1~Bad gettablestatus format",
        "gettablestatus 1 x~Invalid args, pid should be uint32_t",
        "getfollower 1~Bad getfollower format",
        "getfollower -1 0~Invalid args, tid should be uint32_t",
        "loadtable t 1 0 0~Bad LoadTable format eg loadtable <name> <tid> <pid> <ttl> <seg_cnt>"
            + " [<is_leader>]",
        "loadtable t x 0 0 8~Bad LoadTable format",
        "loadtable t 1 x 0 8~Bad LoadTable format",
        "loadtable t 1 0 x 8~Bad LoadTable format",
        "loadtable t 1 0 0 x~Bad LoadTable format",
        "loadtable t 1 0 0 8 maybe~Bad LoadTable format",
        "changerole 1 0~Bad changerole format",
        "changerole x 0 leader~Invalid args, tid should be uint32_t",
        "changerole 1 x leader~Invalid args, pid should be uint32_t",
        "changerole 1 0 boss~role must be leader or follower",
        "changerole 1 0 leader x~Invalid args, termid should be uint64_t",
        "drop 1~Bad drop command, you should input like 'drop tid pid' ",
        "drop x 0~Invalid args, tid should be uint32_t",
        "addreplica 1 0~Bad addreplica format",
        "addreplica 1 x b:1~Invalid args, pid should be uint32_t",
        "delreplica 1 0~Bad delreplica format",
        "makesnapshot 1~Bad MakeSnapshot format",
        "makesnapshot x 0~Invalid args, tid should be uint32_t",
        "pausesnapshot 1~Bad PauseSnapshot format",
        "recoversnapshot 1~Bad RecoverSnapshot format",
        "sendsnapshot 1 0~Bad SendSnapshot format",
        "setexpire 1 0~Bad format",
        "setexpire 1 0 maybe~Bad format",
        "setexpire x 0 true~Invalid args, tid should be uint32_t",
        "setttl 1 0 latest~Bad setttl format, eg setttl tid pid type ttl [index_name]",
        "setttl 1 0 forever 1~Bad setttl format, eg setttl tid pid type ttl [index_name]",
        "setttl 1 0 absandlat 1~Bad setttl format, eg setttl tid pid type ttl [index_name]",
        "setttl x 0 latest 1~Invalid args tid and pid should be uint32_t",
        "setttl 1 0 latest x~Invalid args ttl which should be uint64_t",
        "deleteindex 1 x idx~Invalid args, pid should be uint32_t",
        "showschema 1~Bad show schema format",
        "count 1 0~Bad count format",
        "count 1 x k~Invalid args, pid should be uint32_t",
        "delete 1 0~Bad delete format",
        "delete 1 x k~Invalid args, pid should be uint32_t",
        "checksum 1~Bad checksum format",
        "screate~unsupported cmd",
        "help nonsense~unsupported cmd nonsense",
      })
  void wrongWords(String command, String printed) {
    ShellRun run = ShellRun.tablet(cluster, command);
    assertThat(run.out()).isEqualTo(printed + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cluster.methods()).isEmpty();
  }

  @Test
  void deleteIndexWantsExactlyThreeWords() {
    for (String words : new String[] {"deleteindex 1 0", "deleteindex 1 0 a b"}) {
      assertThat(ShellRun.tablet(cluster, words).out())
          .isEqualTo("Bad format\nusage: deleteindex tid pid index_name\n");
    }
  }

  /** Shows that the words reach the tablet as what they mean. */
  @Test
  void requests() {
    cluster
        .on("LoadTable", GeneralResponse.getDefaultInstance())
        .on("ChangeRole", ChangeRoleResponse.getDefaultInstance())
        .on("UpdateTTL", UpdateTTLResponse.getDefaultInstance())
        .on("Delete", GeneralResponse.getDefaultInstance())
        .on("Count", CountResponse.newBuilder().setCode(0).setCount(3).build());
    ShellRun.tablet(cluster, "loadtable t 7 2 144000 8 false");
    TableMeta table = cluster.<LoadTableRequest>request("LoadTable").getTableMeta();
    assertThat(table.getName()).isEqualTo("t");
    assertThat(table.getTid()).isEqualTo(7);
    assertThat(table.getPid()).isEqualTo(2);
    assertThat(table.getMode()).isEqualTo(TableMode.kTableFollower);

    ShellRun.tablet(cluster, "changerole 7 2 leader 5");
    ChangeRoleRequest role = cluster.request("ChangeRole");
    assertThat(role.getMode()).isEqualTo(TableMode.kTableLeader);
    assertThat(role.getTerm()).isEqualTo(5);

    ShellRun.tablet(cluster, "setttl 7 2 absorlat 10 5 idx");
    UpdateTTLRequest ttl = cluster.request("UpdateTTL");
    assertThat(ttl.getTtl().getTtlType()).isEqualTo(TTLType.kAbsOrLat);
    assertThat(ttl.getTtl().getAbsTtl()).isEqualTo(10);
    assertThat(ttl.getTtl().getLatTtl()).isEqualTo(5);
    assertThat(ttl.getIndexName()).isEqualTo("idx");

    ShellRun.tablet(cluster, "delete 7 2 k idx");
    DeleteRequest delete = cluster.request("Delete");
    assertThat(delete.getKey()).isEqualTo("k");
    assertThat(delete.getIdxName()).isEqualTo("idx");

    assertThat(ShellRun.tablet(cluster, "count 7 2 k idx true").out()).isEqualTo("count: 3\n");
    CountRequest count = cluster.request("Count");
    assertThat(count.getTid()).isEqualTo(7);
    assertThat(count.getPid()).isEqualTo(2);
    assertThat(count.getFilterExpiredData()).isTrue();
  }

  /** Shows the answers of questions that a tablet does not answer. */
  @Test
  void questionsRefused() {
    cluster
        .on(
            "GetTableStatus",
            GetTableStatusResponse.newBuilder().setCode(307).setMsg("invalid").build())
        .on(
            "GetTableSchema",
            GetTableSchemaResponse.newBuilder().setCode(100).setMsg("no table").build())
        .on("Count", CountResponse.newBuilder().setCode(108).setMsg("idx name not found").build());
    assertThat(ShellRun.tablet(cluster, "gettablestatus").out())
        .isEqualTo("gettablestatus failed, error msg: invalid\n");
    ShellRun schema = ShellRun.tablet(cluster, "showschema 1 0");
    assertThat(schema.out()).isEqualTo("ShowSchema failed\n");
    assertThat(schema.code()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(ShellRun.tablet(cluster, "count 1 0 k").out())
        .isEqualTo("Count failed. error msg: idx name not found\n");
    cluster.on("GetTableSchema", GetTableSchemaResponse.newBuilder().setCode(0).build());
    assertThat(ShellRun.tablet(cluster, "showschema 1 0").out()).isEqualTo("No schema for table\n");
  }

  /** Shows that a delete whose answer is lost is not called undone. */
  @Test
  void lostDelete() {
    cluster.otherwise(RpcException.Kind.OUTCOME_UNKNOWN);
    ShellRun run = ShellRun.tablet(cluster, "delete 1 0 k");
    assertThat(run.out()).isEqualTo("Delete failed\n");
    assertThat(run.code()).isEqualTo(ExitCode.TIMED_OUT);
  }

  @Test
  void wordsOfTheShellItself() {
    assertThat(ShellRun.tablet(cluster, "preview").out()).isEqualTo("unsupport preview\n");
    assertThat(ShellRun.tablet(cluster, "exit").out()).isEqualTo("bye\n");
    assertThat(ShellRun.tablet(cluster, "quit").out()).isEqualTo("bye\n");
    assertThat(ShellRun.tablet(cluster, "man makesnapshot").out())
        .contains("usage: makesnapshot tid pid");
    assertThat(ShellRun.tablet(cluster, "help").out())
        .contains("loadtable", "changerole", "recoversnapshot", "disconnectzk");
    assertThat(ShellRun.tablet(cluster, "help a b").out())
        .isEqualTo("help format error!\nusage: help [cmd]\nusage: man [cmd]\n");
  }
}
