package io.holdfast.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.holdfast.protocol.openmldb.common.StorageMode;
import io.holdfast.protocol.openmldb.nameserver.CreateTableRequest;
import io.holdfast.protocol.openmldb.nameserver.ShowTabletResponse;
import io.holdfast.protocol.rpc.RpcException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExitCodeTest {
  private final FakeCluster cluster = new FakeCluster();

  static Stream<Arguments> endings() {
    return Stream.of(
        ending("confset a b", "ConfSet", Answers.ok(), ExitCode.DONE, "set a ok"),
        ending(
            "confset a b",
            "ConfSet",
            Answers.refusal(307, "invalid parameter"),
            ExitCode.FAILED,
            "failed to set a. error msg: invalid parameter"),
        ending("createdb d", "CreateDatabase", Answers.ok(), ExitCode.DONE, "Create database d ok"),
        ending("dropdb d", "DropDatabase", Answers.ok(), ExitCode.DONE, "Drop database d ok"),
        ending(
            "dropdb d",
            "DropDatabase",
            Answers.refusal(803, "database not empty"),
            ExitCode.REFUSED,
            "Drop database failed. error msg: database not empty"),
        ending(
            "dropdb d",
            "DropDatabase",
            Answers.refusal(802, "database not found"),
            ExitCode.NOT_FOUND,
            "Drop database failed. error msg: database not found"),
        ending(
            "use d",
            "UseDatabase",
            Answers.refusal(802, "database not found"),
            ExitCode.NOT_FOUND,
            "Use database failed. error msg: database not found"),
        ending("use d", "UseDatabase", Answers.ok(), ExitCode.DONE, "Use database: d"),
        ending("use", "UseDatabase", Answers.ok(), ExitCode.DONE, "Use default database"),
        ending("drop t", "DropTable", Answers.ok(), ExitCode.DONE, "drop ok"),
        ending(
            "drop t",
            "DropTable",
            Answers.refusal(100, "table does not exist"),
            ExitCode.NOT_FOUND,
            "failed to drop. error msg: table does not exist"),
        ending(
            "showtablet",
            "ShowTablet",
            ShowTabletResponse.newBuilder().setCode(300).setMsg("nameserver is not leader").build(),
            ExitCode.FAILED,
            "Fail to show tablets. error msg: nameserver is not leader"),
        ending(
            "put t 1 2",
            "ShowTable",
            Answers.tables(),
            ExitCode.NOT_FOUND,
            "put failed! table t does not exist"),
        ending(
            "showschema t",
            "ShowTable",
            Answers.tables(),
            ExitCode.NOT_FOUND,
            "table t does not exist"),
        ending(
            "create t 0 8 3 c:string:index",
            "CreateTable",
            Answers.refusal(101, "table already exists"),
            ExitCode.FAILED,
            "Fail to create table. error msg: table already exists"));
  }

  /** Shows the line and the code with which commands end. */
  @ParameterizedTest
  @MethodSource("endings")
  void endsWith(String command, String method, Message answer, ExitCode code, String line) {
    ShellRun run = ShellRun.command(cluster.on(method, answer), command);
    assertThat(run.out()).isEqualTo(line + "\n");
    assertThat(run.code()).isEqualTo(code);
  }

  /** Shows what wrong words are answered with, before anybody is asked. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense | unsupported cmd",
        "confset a | Bad format",
        "drop | Bad format",
        "dropdb | dropdb format error. eg: dropdb database_name",
        "info | info format error. eg: info tablename",
        "showschema | showschema format error. eg: showschema tablename",
        "preview t 1001 | preview error. limit is greater than the max num 1000",
        "preview t 0 | preview error. limit must be greater than zero",
        "showns | Show nameserver failed. zk_cluster is empty",
        "create t 1 2 | create format error! ex: create table_meta_file | create name ttl"
            + " partition_num replica_num [name:type:index ...]",
        "create /no/such/file | can not open file /no/such/file",
        "create t soon:1 8 3 | invalid ttl type",
        "create t 1 0 3 | partition_num should be large than zero",
        "create t 1 8 0 | replica_num should be large than zero",
        "create t 1 x 3 | Invalid args. pid should be uint32_t",
        "create t 1 8 3 c | create failed! schema format is illegal",
        "create t 1 8 3 c:string:idx | create failed! schema format is illegal",
        "create t 1 8 3 c:string c:int | Duplicated column c",
        "create t 1 8 3 c:text | type c is invalid",
        "create t 1 8 3 c:double:index | float or double column can not be index",
        "create t 1 8 3 c:double | create failed! schema has no index",
        "help nonsense | unsupported cmd nonsense",
        "get t k | Bad format",
      })
  void wrongWords(String row) {
    String[] parts = row.split(" \\| ", 2);
    String expected = parts[1].replace("type c is invalid", "type text is invalid");
    ShellRun run = ShellRun.command(cluster, parts[0].strip());
    assertThat(run.out()).isEqualTo(expected.strip() + "\n");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(cluster.methods()).isEmpty();
  }

  /** Shows that a cluster that is away is told from one that said no. */
  @Test
  void nobodyThere() {
    ShellRun run = ShellRun.command(cluster, "showtable");
    assertThat(run.out()).startsWith("failed to showtable. error msg: ShowTable failed. 1 attempt");
    assertThat(run.err()).startsWith("hint: ");
    assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE);
  }

  /** Shows that a change without an answer is not called failed. */
  @Test
  void silence() {
    ShellRun run =
        ShellRun.command(cluster.otherwise(RpcException.Kind.OUTCOME_UNKNOWN), "createdb d");
    assertThat(run.code()).isEqualTo(ExitCode.TIMED_OUT);
    assertThat(run.out()).contains("outcome unknown");
    assertThat(cluster.methods()).hasSize(1);
  }

  /** Shows that an error is one JSON document, too. */
  @Test
  void errorsAsJson() {
    ShellRun run =
        ShellRun.command(
            cluster.on("DropTable", Answers.refusal(100, "table does not exist")),
            "drop t",
            "-o",
            "json");
    assertThat(run.out())
        .startsWith(
            "{\"error\":{\"reason\":\"not_found\",\"code\":100,"
                + "\"message\":\"failed to drop. error msg: table does not exist\",\"hint\":");
    assertThat(run.err()).isEmpty();
  }

  /** Shows that wrong flags end with 2 and an advice on standard error. */
  @Test
  void wrongFlags() {
    ShellRun run = ShellRun.with(cluster, "", "--rol=ns_client");
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("did you mean --role?");
    assertThat(run.out()).isEmpty();
    assertThat(ShellRun.with(cluster, "").out())
        .endsWith("Start failed! not set endpoint or zk_cluster\n");
    assertThat(ShellRun.with(cluster, "", "--endpoint=nowhere", "--cmd=showdb").out())
        .isEqualTo("client init failed\n");
    assertThat(ShellRun.with(cluster, "", "--role=king").out()).isEqualTo("Invalid role: king\n");
  }

  /** Shows that the help lists every exit code and command. */
  @Test
  void help() {
    ShellRun run = ShellRun.with(cluster, "", "--help");
    assertThat(run.code()).isEqualTo(ExitCode.DONE);
    for (ExitCode code : ExitCode.values()) {
      assertThat(run.out()).contains(code.number() + "  " + code.meaning());
    }
    assertThat(run.out()).contains("showtablet", "--zk_cluster", "examples:");
    assertThat(ShellRun.command(cluster, "help drop").out())
        .isEqualTo(
            "desc: drop a table with all its rows\n"
                + "usage: drop table_name [--dry-run]\n"
                + "example: drop table1\n");
  }

  /** Shows that without ZooKeeper the shell says so, soon. */
  @Test
  void zooKeeperAway() {
    ShellRun run =
        ShellRun.with(
            cluster,
            "",
            "--zk_cluster=127.0.0.1:1",
            "--zk_session_timeout=200",
            "--interactive=false",
            "--cmd=showns");
    assertThat(run.out()).isEqualTo("zk client init failed\n");
    assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE);
  }

  /** Shows that a file is checked here before it is sent, and goes into the current database. */
  @Test
  void createFromFile(@TempDir Path directory) throws Exception {
    cluster.on("CreateTable", Answers.ok()).on("UseDatabase", Answers.ok());
    String column = "column_desc { name: \"c\" data_type: kString }\n";
    String key = "column_key { index_name: \"c\" ttl { lat_ttl: 1 } }\n";
    assertThat(create(directory, "name: ")).isEqualTo("table meta file format error\n");
    assertThat(create(directory, column)).isEqualTo("no index\n");
    assertThat(create(directory, column + column + key))
        .isEqualTo("check column_desc name failed. name is c\n");
    assertThat(create(directory, column + key + key)).isEqualTo("duplicate index_name c\n");
    assertThat(create(directory, column + "column_key { col_name: \"c\" }"))
        .isEqualTo("not set index_name in column_key\n");
    assertThat(create(directory, column + "column_key { index_name: \"i\" }"))
        .isEqualTo("column :i is not member of columns\n");
    assertThat(create(directory, column + "column_key { index_name: \"c\" ts_name: \"t\" }"))
        .isEqualTo("invalid ts_name t\n");
    assertThat(create(directory, column + "column_key { index_name: \"c\" ts_name: \"c\" }"))
        .isEqualTo("invalid ts type ts_name c\n");
    assertThat(create(directory, "key_entry_max_height: 13\n" + column + key))
        .isEqualTo(
            "Fail to create table. key_entry_max_height 13 is greater than the max heght 12\n");
    assertThat(create(directory, "name: \"t\"\n" + column + key)).isEqualTo("Create table ok\n");
    CreateTableRequest sent = cluster.request("CreateTable");
    assertThat(sent.getTableInfo().getDb()).isEqualTo("db1");
    assertThat(create(directory, "name: \"d\" storage_mode: kSSD\n" + column + key))
        .isEqualTo("Create table ok\n");
    CreateTableRequest onDisk = cluster.request("CreateTable");
    assertThat(onDisk.getTableInfo().getStorageMode()).isEqualTo(StorageMode.kSSD);
    assertThat(create(directory, "name: \"d\" storage_mode: kTape\n" + column + key))
        .isEqualTo("table meta file format error\n");
  }

  private String create(Path directory, String text) throws Exception {
    Path file = directory.resolve("t.txt");
    Files.writeString(file, text);
    return ShellRun.command(cluster, "create " + file, "--database=db1").out();
  }

  private static Arguments ending(
      String command, String method, Message answer, ExitCode code, String line) {
    return Arguments.of(command, method, answer, code, line);
  }
}
