package io.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.openmldb.nameserver.ConfGetResponse;
import io.holdfast.protocol.openmldb.nameserver.DeleteOPRequest;
import io.holdfast.protocol.openmldb.nameserver.GeneralResponse;
import io.holdfast.protocol.openmldb.nameserver.MigrateRequest;
import io.holdfast.protocol.openmldb.nameserver.OPStatus;
import io.holdfast.protocol.openmldb.nameserver.Pair;
import io.holdfast.protocol.openmldb.nameserver.PartitionRecovery;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataRequest;
import io.holdfast.protocol.openmldb.nameserver.RecoverDataResponse;
import io.holdfast.protocol.openmldb.nameserver.RecoveryCopy;
import io.holdfast.protocol.openmldb.nameserver.ShowDatabaseResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowOPStatusResponse;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.openmldb.nameserver.TabletStatus;
import io.holdfast.protocol.openmldb.nameserver.UpdateTableAliveRequest;
import io.holdfast.protocol.openmldb.tablet.CountRequest;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.Test;

class NsGoldenTest {
  private final FakeCluster cluster = new FakeCluster();

  /** Shows the handbook's columns, which are the default. */
  @Test
  void showTableInTheHandbooksLayout() {
    cluster.on("ShowTable", Answers.tables(Answers.flow()));
    assertThat(ShellRun.command(cluster, "showtable").out().lines())
        .containsExactly(
            "  name  tid  pid  endpoint       role      ttl       is_alive  compress_type  offset "
                + " record_cnt  memused",
            "-----------------------------------------------------------------------------------------------------------",
            "  flow  4    0    10.0.0.1:8541  leader    60min&&5  yes       kNoCompress    12     "
                + " 3           9.128 K",
            "  flow  4    0    10.0.0.2:8541  follower  60min&&5  no        kNoCompress    -      "
                + " -           -      ");
  }

  /** Shows the columns that the operations script of 0.9 reads by position. */
  @Test
  void showTableInTheLaterLayout() {
    cluster.on("ShowTable", Answers.tables(Answers.flow()));
    assertThat(ShellRun.command(cluster, "showtable", "--layout=0.9").out().lines())
        .containsExactly(
            "  name  tid  pid  endpoint       role      is_alive  offset  record_cnt  memused "
                + " diskused",
            "--------------------------------------------------------------------------------------------",
            "  flow  4    0    10.0.0.1:8541  leader    yes       12      3           9.128 K "
                + " 498.000 ",
            "  flow  4    0    10.0.0.2:8541  follower  no        -       -           -       "
                + " 0.000   ");
  }

  /** Shows that every field of a row is there in JSON, and that numbers are numbers. */
  @Test
  void showTableAsJson() {
    cluster.on("ShowTable", Answers.tables(Answers.flow()));
    ShellRun run = ShellRun.command(cluster, "showtable", "-o", "json");
    assertThat(run.out())
        .isEqualTo(
            "[{\"db\":\"\",\"name\":\"flow\",\"tid\":4,\"pid\":0,\"endpoint\":\"10.0.0.1:8541\",\"role\":\"leader\",\"ttl\":\"60min&&5\",\"is_alive\":true,\"compress_type\":\"kNoCompress\",\"storage_mode\":\"kMemory\",\"offset\":12,\"record_cnt\":3,\"memused\":9347,\"diskused\":498,\"condition\":null,\"condition_text\":null,\"waits_for\":[],\"data_loss_acknowledged\":null},{\"db\":\"\",\"name\":\"flow\",\"tid\":4,\"pid\":0,\"endpoint\":\"10.0.0.2:8541\",\"role\":\"follower\",\"ttl\":\"60min&&5\",\"is_alive\":false,\"compress_type\":\"kNoCompress\",\"storage_mode\":\"kMemory\",\"offset\":null,\"record_cnt\":null,\"memused\":null,\"diskused\":0,\"condition\":null,\"condition_text\":null,\"waits_for\":[],\"data_loss_acknowledged\":null}]\n");
    assertThat(run.err()).isEmpty();
  }

  /** A dry run shows what there is, and what would be chosen; nothing is asked to change. */
  @Test
  void recoverDataDryRun() {
    cluster.on("RecoverData", recovery());
    assertThat(ShellRun.command(cluster, "recoverdata --dry-run").out().lines())
        .containsExactly(
            "t1 7_3: WAITS_FOR_MEMBERS: waits for 10.0.0.1:8541 (uid 0a, down), the last in-sync"
                + " member",
            "  10.0.0.1:8541: down, in sync as uid 0a, no copy is known of",
            "  10.0.0.2:8541: up, not in sync, its copy is uid 0b, last offset 41 of term 2,"
                + " committed as far as it knows 40",
            "  --accept-loss would choose 10.0.0.2:8541 (the best log of those that answer then);"
                + " committed offset known: 60");
    RecoverDataRequest sent = cluster.request("RecoverData");
    assertThat(sent.getAcceptLoss()).isFalse();
  }

  /** The sentence behind --reason reaches the nameserver, with the operator's word. */
  @Test
  void recoverDataWithLoss() {
    cluster.on("RecoverData", recovery());
    ShellRun run =
        ShellRun.command(
            cluster,
            "recoverdata --table=t1 --partition=3 --accept-loss --reason disk is lost"
                + " --bypassed-are-stopped");
    assertThat(run.out().lines()).containsExactly("recover data ok: done");
    RecoverDataRequest sent = cluster.request("RecoverData");
    assertThat(sent.getReason()).isEqualTo("disk is lost");
    assertThat(sent.getBypassedAreStopped()).isTrue();
    assertThat(sent.getName()).isEqualTo("t1");
    assertThat(sent.getPid()).isEqualTo(3);
    assertThat(ShellRun.command(cluster, "recoverdata --accept-loss").out())
        .contains("--table=NAME");
  }

  private static RecoverDataResponse recovery() {
    return RecoverDataResponse.newBuilder()
        .setCode(0)
        .setMsg("done")
        .addPartitions(
            PartitionRecovery.newBuilder()
                .setName("t1")
                .setTid(7)
                .setPid(3)
                .setCondition("WAITS_FOR_MEMBERS")
                .setConditionText("waits for 10.0.0.1:8541 (uid 0a, down), the last in-sync member")
                .addCopies(
                    RecoveryCopy.newBuilder()
                        .setEndpoint("10.0.0.1:8541")
                        .setInSync(true)
                        .setMemberUid("0a"))
                .addCopies(
                    RecoveryCopy.newBuilder()
                        .setEndpoint("10.0.0.2:8541")
                        .setIsAlive(true)
                        .setUid("0b")
                        .setLastTerm(2)
                        .setLastOffset(41)
                        .setCommit(40))
                .setLossAcceptable(true)
                .setWouldChoose("10.0.0.2:8541")
                .setKnownCommit(60))
        .build();
  }

  /** Shows operations in the columns that scripts read by position, and all of them in JSON. */
  @Test
  void showOpStatus() {
    OPStatus.Builder added =
        OPStatus.newBuilder()
            .setOpId(12)
            .setOpType("kAddReplicaOP")
            .setName("t1")
            .setPid(3)
            .setStatus("kDone")
            .setStartTime(1_000)
            .setEndTime(1_009)
            .setForReplicaCluster(0)
            .setDb("db1")
            .setReason("operator command addreplica")
            .setTarget("10.0.0.3:8541")
            .setAttempts(1);
    OPStatus.Builder whole =
        OPStatus.newBuilder()
            .setOpId(9)
            .setOpType("kOfflineEndpointOP")
            .setStatus("kInited")
            .setForReplicaCluster(0);
    cluster.on(
        "ShowOPStatus",
        ShowOPStatusResponse.newBuilder().setCode(0).addOpStatus(added).addOpStatus(whole).build());
    DateTimeFormatter time = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
    String start = time.format(Instant.ofEpochSecond(1_000).atZone(ZoneId.systemDefault()));
    String end = time.format(Instant.ofEpochSecond(1_009).atZone(ZoneId.systemDefault()));
    assertThat(ShellRun.command(cluster, "showopstatus t1 3").out().lines())
        .containsExactly(
            "  op_id  op_type             name  pid  status   start_time      execute_time "
                + " end_time        cur_task",
            "-".repeat(105),
            "  9      kOfflineEndpointOP  -     -    kInited  -               -             -      "
                + "         -       ",
            "  12     kAddReplicaOP       t1    3    kDone    "
                + start
                + "  9s            "
                + end
                + "  -       ");
    assertThat(ShellRun.command(cluster, "showopstatus t1 3", "--layout=0.9").out().lines())
        .containsExactly(
            "  op_id  op_type             name  pid  status   start_time      execute_time "
                + " end_time        cur_task  for_replica_cluster",
            "-".repeat(126),
            "  9      kOfflineEndpointOP  -     -    kInited  -               -             -      "
                + "         -         no                 ",
            "  12     kAddReplicaOP       t1    3    kDone    "
                + start
                + "  9s            "
                + end
                + "  -         no                 ");
    ShowOPStatusRequest sent = cluster.request("ShowOPStatus");
    assertThat(sent.getName()).isEqualTo("t1");
    assertThat(sent.getPid()).isEqualTo(3);
    assertThat(ShellRun.command(cluster, "showopstatus", "-o", "json").out())
        .contains("\"reason\":\"operator command addreplica\"")
        .contains("\"target\":\"10.0.0.3:8541\"");
    assertThat(ShellRun.command(cluster, "showopstatus t1 x").out())
        .isEqualTo("Invalid args. pid should be uint32_t\n");
  }

  /** What the commands about operations send, and the words that scripts look for. */
  @Test
  void commandsAboutOperations() {
    GeneralResponse ok = GeneralResponse.newBuilder().setCode(0).build();
    for (String method :
        List.of(
            "MakeSnapshotNS",
            "Migrate",
            "RecoverTable",
            "UpdateTableAliveStatus",
            "DeleteOP",
            "RetryOP")) {
      cluster.on(method, ok);
    }
    assertThat(ShellRun.command(cluster, "makesnapshot t1 0").out()).isEqualTo("MakeSnapshot ok\n");
    assertThat(ShellRun.command(cluster, "migrate a:1 t1 1-3 b:1").out())
        .isEqualTo("partition migrate ok\n");
    MigrateRequest moved = cluster.request("Migrate");
    assertThat(moved.getPidList()).containsExactly(1, 2, 3);
    assertThat(moved.getDesEndpoint()).isEqualTo("b:1");
    assertThat(ShellRun.command(cluster, "migrate a:1 t1 1 a:1").out())
        .isEqualTo("migrate error. src_endpoint is same as des_endpoint\n");
    assertThat(ShellRun.command(cluster, "recovertable t1 0 a:1").out())
        .isEqualTo("recover table ok\n");
    assertThat(ShellRun.command(cluster, "updatetablealive t1 * a:1 no").out())
        .isEqualTo("update ok\n");
    UpdateTableAliveRequest updated = cluster.request("UpdateTableAliveStatus");
    assertThat(updated.hasPid()).isFalse();
    assertThat(ShellRun.command(cluster, "updatetablealive t1 0 a:1 maybe").out())
        .isEqualTo("is_alive should be yes or no\n");
    assertThat(ShellRun.command(cluster, "deleteop failed").out()).isEqualTo("Delete op ok\n");
    DeleteOPRequest deleted = cluster.request("DeleteOP");
    assertThat(deleted.getOpStatus()).isEqualTo("kFailed");
    assertThat(ShellRun.command(cluster, "deleteop doing").out()).isEqualTo("invalid args\n");
    assertThat(ShellRun.command(cluster, "retryop 7").out()).isEqualTo("Retry op ok\n");
    assertThat(ShellRun.command(cluster, "cancelop x").out())
        .isEqualTo("Invalid args. op_id should be uint64_t\n");
    cluster.on(
        "CancelOP",
        GeneralResponse.newBuilder()
            .setCode(312)
            .setMsg("op status is not kDoing or kInited")
            .build());
    assertThat(ShellRun.command(cluster, "cancelop 7").out())
        .isEqualTo(
            "Cancel op failed, error msg: ReturnCode[312]op status is not kDoing or kInited\n");
  }

  /** Shows both layouts of the tablets, sorted. */
  @Test
  void showTablet() {
    cluster.on(
        "ShowTablet",
        ShowTabletResponse.newBuilder()
            .setCode(0)
            .addTablets(tablet("10.0.0.2:8541", "kOffline", 420_000))
            .addTablets(tablet("10.0.0.1:8541", "kHealthy", 10_800_000))
            .build());
    assertThat(ShellRun.command(cluster, "showtablet").out().lines())
        .containsExactly(
            "  endpoint       state           age",
            "--------------------------------------",
            "  10.0.0.1:8541  kTabletHealthy  3h ",
            "  10.0.0.2:8541  kTabletOffline  7m ");
    assertThat(ShellRun.command(cluster, "showtablet", "--layout=0.9").out().lines())
        .containsExactly(
            "  endpoint       real_endpoint  state     age",
            "-----------------------------------------------",
            "  10.0.0.1:8541  -              kHealthy  3h ",
            "  10.0.0.2:8541  -              kOffline  7m ");
  }

  /** Which tablets no more is to be expected of is said besides, and only to people. */
  @Test
  void showTabletsThatAreNotInService() {
    cluster.on(
        "ShowTablet",
        ShowTabletResponse.newBuilder()
            .setCode(0)
            .addTablets(tablet("10.0.0.1:8541").setDuty("in_service"))
            .addTablets(tablet("10.0.0.2:8541").setDuty("draining"))
            .addTablets(tablet("10.0.0.3:8541").setDuty("offline"))
            .addTablets(
                tablet("10.0.0.4:8541")
                    .setDuty("in_service")
                    .setDownSinceMillis(1_790_000_000_000L))
            .build());
    assertThat(ShellRun.command(cluster, "showtablet").err())
        .contains("10.0.0.2:8541 is to be emptied and gets no more replicas (recoverendpoint); ")
        .contains("10.0.0.3:8541 is out of service (recoverendpoint)")
        .containsPattern("10\\.0\\.0\\.4:8541 is down since 2026-09-2[0-9] [0-9:]{8}")
        .doesNotContain("10.0.0.1");
    assertThat(ShellRun.command(cluster, "showtablet", "--layout=0.9").err()).isEmpty();
    assertThat(ShellRun.command(cluster, "showtablet", "-o", "json").out())
        .contains("\"duty\":\"draining\"")
        .containsOnlyOnce("\"down_since_millis\":1790000000000");
  }

  private static TabletStatus.Builder tablet(String endpoint) {
    return TabletStatus.newBuilder().setEndpoint(endpoint).setState("kHealthy").setAge(1);
  }

  /** Shows columns and indexes of a table. */
  @Test
  void showSchema() {
    cluster.on("ShowTable", Answers.tables(Answers.flow()));
    assertThat(
            ShellRun.command(cluster, "showschema flow").out().lines().map(String::stripTrailing))
        .containsExactly(
            " --- ------- --------- ------ ---------",
            "  #   Field   Type      Null   Default",
            " --- ------- --------- ------ ---------",
            "  1   card    Varchar   YES",
            "  2   amt     Int       NO",
            " --- ------- --------- ------ ---------",
            "",
            "#ColumnKey",
            " --- ------ ------ ---- ---------- ------------ -----------",
            "  #   name   keys   ts   ttl        ttl_type     type",
            " --- ------ ------ ---- ---------- ------------ -----------",
            "  1   idx    card   -    60min&&5   kAbsAndLat   kCovering",
            " --- ------ ------ ---- ---------- ------------ -----------");
  }

  /** Shows the figures of a table. */
  @Test
  void info() {
    cluster.on("ShowTable", Answers.tables(Answers.flow()));
    assertThat(ShellRun.command(cluster, "info flow").out().lines())
        .containsExactly(
            "  attribute      value      ",
            "------------------------------",
            "  name           flow       ",
            "  replica_num    2          ",
            "  partition_num  1          ",
            "  compress_type  kNoCompress",
            "  record_cnt     3          ",
            "  memused        9.128 K    ",
            "  diskused       0.000      ",
            "  partition_key  -          ");
  }

  /** Shows settings and databases. */
  @Test
  void settingsAndDatabases() {
    cluster.on(
        "ConfGet",
        ConfGetResponse.newBuilder()
            .setCode(0)
            .addConf(Pair.newBuilder().setKey("auto_failover").setValue("false"))
            .build());
    cluster.on("ShowDatabase", ShowDatabaseResponse.newBuilder().setCode(0).addDb("db1").build());
    assertThat(ShellRun.command(cluster, "confget").out())
        .isEqualTo("  key            value\n------------------------\n  auto_failover  false\n");
    assertThat(ShellRun.command(cluster, "confget auto_failover").out())
        .isEqualTo("  key            value\n------------------------\n  auto_failover  false\n");
    assertThat(ShellRun.command(cluster, "confget nothing").out())
        .isEqualTo("failed to set nothing. error msg: cannot found key nothing\n");
    assertThat(ShellRun.command(cluster, "showdb").out())
        .isEqualTo("  #  name\n-----------\n  1  db1 \n");
  }

  /** Shows rows as they are put and read. */
  @Test
  void rows() {
    byte[] row = new WireRowCodec().encode(Answers.flow(), List.of("card0", 7)).bytes();
    ByteBuffer pairs = ByteBuffer.allocate(12 + row.length).order(ByteOrder.LITTLE_ENDIAN);
    pairs.putInt(8 + row.length).putLong(1_000).put(row).flip();
    cluster
        .on("ShowTable", Answers.tables(Answers.flow()))
        .on("Put", PutResponse.newBuilder().setCode(0).build())
        .on(
            "Get",
            GetResponse.newBuilder()
                .setCode(0)
                .setTs(1_000)
                .setValue(ByteString.copyFrom(row))
                .setVersion(17)
                .build())
        .on(
            "Scan",
            ScanResponse.newBuilder().setCode(0).setPairs(ByteString.copyFrom(pairs)).build())
        .on("Count", CountResponse.newBuilder().setCode(0).setCount(2).build());

    assertThat(ShellRun.command(cluster, "put flow 1000 card0 7").out()).isEqualTo("Put ok\n");
    PutRequest sent = cluster.request("Put");
    assertThat(sent.getTime()).isEqualTo(1_000);
    assertThat(sent.getValue().toByteArray()).isEqualTo(row);
    String table = "  #  ts    card   amt\n-----------------------\n  1  1000  card0  7  \n";
    assertThat(ShellRun.command(cluster, "get flow card0 0").out()).isEqualTo(table);
    assertThat(ShellRun.command(cluster, "scan flow card0 idx 0 0").out()).isEqualTo(table);
    assertThat(ShellRun.command(cluster, "scan table_name=flow key=card0 st=0 et=0").out())
        .isEqualTo(table);
    assertThat(ShellRun.command(cluster, "get flow card0 0", "-o", "json").out())
        .isEqualTo("[{\"ts\":1000,\"version\":17,\"row\":{\"card\":\"card0\",\"amt\":7}}]\n");
    assertThat(ShellRun.command(cluster, "count flow card0").out()).isEqualTo("count: 2\n");
  }

  /** Shows that reads are asked for in the mode of the flag, and without a word otherwise. */
  @Test
  void readMode() {
    cluster
        .on("ShowTable", Answers.tables(Answers.flow()))
        .on("Count", CountResponse.newBuilder().setCode(0).setCount(2).setVersion(17).build());
    assertThat(ShellRun.command(cluster, "count flow card0", "-o", "json").out())
        .isEqualTo("{\"count\":2,\"version\":17}\n");
    CountRequest plain = cluster.request("Count");
    assertThat(plain.hasReadMode()).isFalse();
    for (String mode : List.of("leader", "quorum", "session", "stale")) {
      ShellRun run = ShellRun.command(cluster, "count flow card0", "--read=" + mode);
      assertThat(run.out()).isEqualTo("count: 2\n");
      CountRequest asked = cluster.request("Count");
      assertThat(asked.getReadMode()).isEqualTo(mode);
    }
    ShellRun wrong = ShellRun.command(cluster, "count flow card0", "--read=nearest");
    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE);
  }

  private static TabletStatus tablet(String endpoint, String state, long age) {
    return TabletStatus.newBuilder()
        .setEndpoint(endpoint)
        .setState(state)
        .setAge(age)
        .setRealEndpoint("-")
        .build();
  }
}
