package io.holdfast.it.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.it.shell.InProcessCluster;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.shell.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The SQL shell against a real cluster with system tables. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SqlShellClusterTest {
  private static final RpcEventLoops LOOPS = RpcEventLoops.create("sqlshell");

  @TempDir static Path directory;
  private static InProcessCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new InProcessCluster(directory, 2, 2);
    InProcessCluster.await(
        "system tables and two tablets",
        () ->
            run("csv", "SHOW JOBS").code() == ExitCode.DONE
                && run(
                            "csv",
                            "CREATE DATABASE IF NOT EXISTS shop; CREATE TABLE IF NOT EXISTS"
                                + " shop.probe (k string) OPTIONS (partitionnum=1, replicanum=2)")
                        .code()
                    == ExitCode.DONE);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    LOOPS.close();
  }

  private static SqlShellRun run(String format, String statements) throws Exception {
    return SqlShellRun.of(LOOPS, cluster.zooKeeper(), format, statements);
  }

  private static List<String> done(String statements) throws Exception {
    SqlShellRun run = run("csv", statements);
    assertThat(run.code()).as(run.toString()).isEqualTo(ExitCode.DONE);
    return run.lines();
  }

  @Test
  void componentsAreTabletsAndNameservers() throws Exception {
    List<String> lines = done("SHOW COMPONENTS");
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).isEqualTo("Endpoint,Role,Connect_time,Status,Ns_role");
    for (int i = 0; i < 2; i++) {
      assertThat(lines.get(1 + i)).matches(cluster.tablets().get(i) + ",tablet,1[0-9]{12},online,");
    }
    assertThat(lines.get(3)).matches(cluster.active() + ",nameserver,1[0-9]{12},online,master");
    assertThat(lines.get(4)).matches(cluster.standby() + ",nameserver,1[0-9]{12},online,standby");
  }

  @Test
  void jobsAreThoseOfTheSystemTable() throws Exception {
    assertThat(done("SHOW JOBS"))
        .first()
        .isEqualTo("id,job_type,state,start_time,end_time,parameter,cluster,application_id,error");
    done(
        "INSERT INTO __INTERNAL_DB.JOB_INFO VALUES (70, 'Import', 'FINISHED', 1000, 2000, 'p', 'c',"
            + " 'a', NULL)");
    assertThat(done("SHOW JOB 70")).element(1).isEqualTo("70,Import,FINISHED,1000,2000,p,c,a,");
    assertThat(done("SHOW JOBS LIKE '7%'")).hasSize(2);
    assertThat(done("SHOW JOBS LIKE '8%'")).hasSize(1);
    assertThat(done("SHOW JOBS FROM NAMESERVER")).first().asString().startsWith("Id,Job_type");
  }

  @Test
  void variablesAreThoseOfTheSessionAndOfTheCluster() throws Exception {
    assertThat(done("SET @@sync_job = true; SHOW VARIABLES"))
        .containsExactly(
            "Variable_name,Value",
            "enable_trace,false",
            "execute_mode,online",
            "job_timeout,20000",
            "sync_job,true");
    assertThat(done("SET @@global.job_timeout = 30000; SHOW GLOBAL VARIABLES"))
        .contains("Variable_name,Variable_value", "execute_mode,online", "job_timeout,30000");
    SqlShellRun unknown = run("csv", "SET @@sync_jobs = true");
    assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.err()).contains("did you mean sync_job?");
  }

  @Test
  void tableStatusCountsRows() throws Exception {
    done(
        "CREATE TABLE shop.counted (k string) OPTIONS (partitionnum=2, replicanum=2);"
            + "INSERT INTO shop.counted VALUES ('a'), ('b'), ('c')");
    InProcessCluster.await(
        "the figures of the tablets",
        () ->
            done("USE shop; SHOW TABLE STATUS").stream()
                .anyMatch(line -> line.matches("[0-9]+,counted,shop,memory,3,.*,2,0,2,,,,.*")));
    assertThat(done("SHOW TABLE STATUS LIKE '%'")).anyMatch(line -> line.contains("JOB_INFO"));
    assertThat(done("SHOW TABLE STATUS")).noneMatch(line -> line.contains("JOB_INFO"));
    assertThat(done("SHOW TABLE STATUS LIKE 'sh_p'"))
        .anyMatch(line -> line.contains(",counted,"))
        .noneMatch(line -> line.contains("JOB_INFO"));
  }

  /** What SHOW CREATE TABLE prints makes a table that is equal in all that can be asked for. */
  @Test
  void aTableIsMadeAnewFromItsText() throws Exception {
    done(
        "USE shop; CREATE TABLE original (k string NOT NULL DEFAULT 'it''s a \\\\ \"k\"', n int"
            + " DEFAULT -5, b bool DEFAULT true, `select` double, at timestamp NOT NULL, d date,"
            + " s smallint, l bigint, f float DEFAULT 1.5,"
            + " INDEX by_k (KEY=k, TS=at, TTL=(10m, 3), TTL_TYPE=absandlat),"
            + " INDEX (KEY=(k, n), TTL=7, TTL_TYPE=latest), INDEX (KEY=l, TTL=2h))"
            + " OPTIONS (partitionnum=3, replicanum=2, min_insync=1, acks='majority',"
            + " read_mode='stale', durability='fsync', compress_type='NoCompress')");
    TableInfo before = table("original");
    String text =
        String.join("\n", done("USE shop; SHOW CREATE TABLE original"))
            .replaceFirst("(?s).*original,\"(.*)\"$", "$1")
            .replace("\"\"", "\"");
    done("USE shop; DROP TABLE original; " + text);
    TableInfo after = table("original");
    assertThat(after.getColumnDescList()).isEqualTo(before.getColumnDescList());
    assertThat(after.getColumnKeyList()).isEqualTo(before.getColumnKeyList());
    assertThat(options(after)).isEqualTo(options(before));
    assertThat(before.getColumnDesc(0).getDefaultValue()).isEqualTo("it's a \\ \"k\"");
    assertThat(options(after)).containsExactly(3, 2, "majority", 1, "stale", "fsync");
  }

  /** 10,000 real trips go in, are all there, go out to a file and in again. */
  @Test
  void aFileIsLoadedAndWrittenAndLoadedAgain() throws Exception {
    String columns =
        " (id string NOT NULL, vendor_id int, pickup_datetime timestamp, dropoff_datetime"
            + " timestamp, passenger_count smallint, pickup_longitude double, pickup_latitude"
            + " double, dropoff_longitude double, dropoff_latitude double, store_and_fwd_flag"
            + " string, trip_duration int, INDEX(KEY=id, TS=pickup_datetime))"
            + " OPTIONS (partitionnum=8, replicanum=2);";
    String figures =
        "SELECT count(*), count(DISTINCT id), sum(trip_duration), max(pickup_datetime),"
            + " min(dropoff_longitude) FROM ";
    assertThat(
            done(
                "USE shop; CREATE TABLE taxi"
                    + columns
                    + "LOAD DATA INFILE '"
                    + System.getProperty("sample.data")
                    + "' INTO TABLE taxi OPTIONS (format='csv', mode='append', thread=4)"))
        .contains("Loaded_rows", "10000");
    String expected = last(done(figures + "shop.taxi"));
    assertThat(expected).startsWith("10000,10000,");
    Path file = directory.resolve("taxi.csv");
    done("SELECT * FROM shop.taxi INTO OUTFILE '" + file + "' OPTIONS (delimiter='|')");
    assertThat(
            done(
                "USE shop; CREATE TABLE again"
                    + columns
                    + "LOAD DATA INFILE 'file://"
                    + file
                    + "' INTO TABLE again OPTIONS (delimiter='|')"))
        .contains("10000");
    assertThat(last(done(figures + "shop.again"))).isEqualTo(expected);
  }

  @Test
  void aFileWithWrongLinesIsLoadedWithoutThem() throws Exception {
    Path file = directory.resolve("wrong.csv");
    Files.writeString(
        file,
        "id,n,at,day,yes\na,1,2024-01-31 12:00:00,2024-01-31,true\nb,many,,,\nc,99999999999,,,\n"
            + "d,2,null,,\nnull,3,,,\ne,4,yesterday,,\nf,5,,31.1.2024,\n");
    SqlShellRun run =
        run(
            "csv",
            "CREATE TABLE shop.wrong (id string NOT NULL, n int, at timestamp, day date, yes bool,"
                + " INDEX(KEY=id)) OPTIONS (partitionnum=2, replicanum=1); LOAD DATA INFILE '"
                + file
                + "' INTO TABLE shop.wrong");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains("2 rows of ")
        .contains("are in shop.wrong; 5 lines were refused")
        .contains("line 3: insert into shop.wrong, column n: the text 'many' cannot be read")
        .contains("line 4: ")
        .contains("line 6: ")
        .contains("line 7: ")
        .contains("line 8: ");
    assertThat(done("SELECT id, n, at IS NULL, yes FROM shop.wrong ORDER BY id"))
        .element(1)
        .isEqualTo("a,1,false,true");
    assertThat(run("csv", "LOAD DATA INFILE '" + file + "' INTO TABLE shop.gone").code())
        .isEqualTo(ExitCode.NOT_FOUND);
  }

  /**
   * A row larger than a record may be, and one larger than a frame: the lines around them go in.
   */
  @Test
  void linesThatAreTooLargeAreRefusedAlone() throws Exception {
    Path file = directory.resolve("large.csv");
    String record = "x".repeat(5 << 20);
    String frame = "x".repeat(33 << 20);
    Files.writeString(file, "id,text\na,x\nb," + record + "\nc,x\nd," + frame + "\ne,x\n");
    SqlShellRun run =
        run(
            "csv",
            "CREATE TABLE shop.large (id string NOT NULL, text string, INDEX(KEY=id)) OPTIONS"
                + " (partitionnum=1, replicanum=1); LOAD DATA INFILE '"
                + file
                + "' INTO TABLE shop.large");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains("3 rows of ")
        .contains("are in shop.large; 2 lines were refused\n  line 3: insert into shop.large: ")
        .contains("at most 4194304 fit")
        .contains("\n  line 5: a row of 34603009 characters is too large");
    assertThat(done("SELECT id FROM shop.large ORDER BY id")).containsExactly("id", "a", "c", "e");
  }

  private static String last(List<String> lines) {
    return lines.get(lines.size() - 1);
  }

  private static List<Object> options(TableInfo table) {
    return List.of(
        table.getPartitionNum(),
        table.getReplicaNum(),
        table.getAcks(),
        table.getMinInsync(),
        table.getReadMode(),
        table.getDurability());
  }

  private static TableInfo table(String name) {
    try (HoldfastClient client = HoldfastClient.builder().nameservers(cluster.active()).build()) {
      return client.admin().showTable("shop", name).get(0);
    }
  }
}
