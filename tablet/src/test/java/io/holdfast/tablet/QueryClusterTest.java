package io.holdfast.tablet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SELECT at tablets that lead nothing, or something, whatever happens to those that lead. */
class QueryClusterTest {
  private static final int KEYS = 60;

  @TempDir Path directory;
  private QueryCluster table;

  /** Leads nothing and has no replica. */
  private NodeId bystander;

  @BeforeEach
  void begin() throws Exception {
    table =
        new QueryCluster(
            directory, "--sql_max_result_rows=500", "--sql_timeout_millis=20000", "--loops=1");
    bystander = table.tablet(2);
    for (int i = 0; i < KEYS; i++) {
      for (int version = 1; version <= 3; version++) {
        table.put("k" + i, (long) i, 1000 * version + i, i / 2.0, 5000 + version);
      }
    }
  }

  @AfterEach
  void end() throws Exception {
    table.close();
  }

  private static List<Object> row(Object... values) {
    return Arrays.asList(values);
  }

  @Test
  void aKeyIsFoundFromEverywhere() throws Exception {
    for (NodeId tablet : table.cluster.tablets) {
      for (int i = 0; i < KEYS; i += 7) {
        assertThat(table.rows(tablet, "SELECT k, v, d FROM t WHERE k = 'k" + i + "' LIMIT 1"))
            .containsExactly(row("k" + i, (long) i, i / 2.0));
        // Newest first.
        assertThat(table.rows(tablet, "SELECT ts FROM t WHERE k = ?", "k" + i))
            .containsExactly(row(3000L + i), row(2000L + i), row(1000L + i));
        assertThat(table.rows(tablet, "SELECT k FROM t WHERE v = ? LIMIT 1", (long) i))
            .containsExactly(row("k" + i));
      }
    }
  }

  @Test
  void aRangeOfTimesIsOneOfTheIndex() throws Exception {
    assertThat(
            table.rows(
                bystander,
                "SELECT ts FROM t WHERE k = 'k5' AND ts > timestamp(1005) AND ts <="
                    + " timestamp(3005)"))
        .containsExactly(row(3005L), row(2005L));
  }

  @Test
  void theWholeTableIsReadOnce() throws Exception {
    for (NodeId tablet : table.cluster.tablets) {
      List<String> expected =
          IntStream.range(0, KEYS)
              .boxed()
              .flatMap(i -> IntStream.rangeClosed(1, 3).mapToObj(v -> i + "/" + (1000 * v + i)))
              .sorted()
              .toList();
      List<String> found =
          table.rows(tablet, "SELECT v, ts FROM t").stream()
              .map(row -> row.get(0) + "/" + row.get(1))
              .sorted()
              .collect(Collectors.toList());
      assertThat(found).isEqualTo(expected);
      assertThat(table.rows(tablet, "SELECT count(*), min(v), max(v), sum(v) FROM t"))
          .containsExactly(row(3L * KEYS, 0L, KEYS - 1L, 3L * KEYS * (KEYS - 1) / 2));
      assertThat(table.rows(tablet, "SELECT k FROM t WHERE d >= 29.0 AND ts < timestamp(2000)"))
          .containsExactlyInAnyOrder(row("k58"), row("k59"));
    }
  }

  @Test
  void itGoesOnThroughChangesOfLeadersThatNobodyTellsItOf() throws Exception {
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    int reads = table.cluster.tables.reads();
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      table.lead(pid, 1 - pid % 2);
    }
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    assertThat(table.rows(bystander, "SELECT v FROM t WHERE k = 'k9' LIMIT 1"))
        .containsExactly(row(9L));
    // Those who led have said who does.
    assertThat(table.cluster.tables.reads()).isEqualTo(reads);
  }

  @Test
  void itWaitsForTheSuccessorOfALeaderThatDies() throws Exception {
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    table.cluster.stop(table.tablet(0));
    CompletableFuture<List<List<Object>>> asked =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return table.rows(bystander, "SELECT count(*) FROM t");
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    int reads = table.cluster.tables.reads();
    await()
        .atMost(TestCluster.PATIENCE)
        .until(() -> table.cluster.tables.reads() >= reads + 3 && !asked.isDone());
    for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
      table.leadAlone(pid, 1);
    }
    table.publish();
    assertThat(asked.join()).containsExactly(row(3L * KEYS));
  }

  /** One that reads its files answers, but it is not to be waited for. */
  @Test
  void itLooksForTheSuccessorOfALeaderThatIsLoading() throws Exception {
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    NodeId loading = table.tablet(0);
    table.cluster.stop(loading);
    Path stuck = StuckFiles.get(table.cluster.dataDirectory(loading), 0);
    CompletableFuture<Void> started = CompletableFuture.runAsync(() -> start(loading));
    try {
      await()
          .atMost(TestCluster.PATIENCE)
          .ignoreExceptions()
          .until(() -> table.delete(0, DeleteRequest.newBuilder().setKey("k")).getCode() != 0);
      int reads = table.cluster.tables.reads();
      CompletableFuture<List<List<Object>>> asked =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return table.rows(bystander, "SELECT count(*) FROM t");
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              });
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> table.cluster.tables.reads() >= reads + 3 && !asked.isDone());
      for (int pid = 0; pid < QueryCluster.PARTITIONS; pid++) {
        table.leadAlone(pid, 1);
      }
      table.publish();
      assertThat(asked.join()).containsExactly(row(3L * KEYS));
      // Being asked itself it asks those who lead, too.
      assertThat(table.rows(loading, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
      assertThat(started).isNotDone();
    } finally {
      StuckFiles.release(stuck);
      started.join();
    }
  }

  private void start(NodeId tablet) {
    try {
      table.cluster.start(tablet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whenTheTablesCannotBeReadThoseKnownServeOn() throws Exception {
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    table.cluster.tables.setAway(true);
    table.lead(0, 1);
    assertThat(table.rows(bystander, "SELECT count(*) FROM t")).containsExactly(row(3L * KEYS));
    assertThat(table.refusal(bystander, "SELECT * FROM nowhere")).contains("nowhere");
  }

  @Test
  void aTableOfWhichNobodyHasToldIsFoundWhenItIsAskedFor() throws Exception {
    assertThat(table.refusal(bystander, "SELECT * FROM late")).contains("late");
    TableInfo late = QueryCluster.info().toBuilder().setName("late").build();
    table.cluster.tables.publishSilently(late, table.leaders);
    assertThat(table.rows(bystander, "SELECT count(*) FROM late")).containsExactly(row(3L * KEYS));
    // And one that has another column by now.
    table.cluster.tables.publishSilently(
        late.toBuilder()
            .addAddedColumnDesc(
                io.holdfast.protocol.openmldb.common.ColumnDesc.newBuilder()
                    .setName("more")
                    .setDataType(DataType.kInt))
            .build(),
        table.leaders);
    assertThat(table.rows(bystander, "SELECT more FROM late WHERE k = 'k1' LIMIT 1"))
        .containsExactly(row((Object) null));
    // And one that was made anew under the same name.
    table.cluster.tables.dropSilently(late.getTid());
    table.cluster.tables.publishSilently(late.toBuilder().setTid(99).build(), table.leaders);
    assertThat(table.refusal(bystander, "SELECT gone FROM late")).contains("gone");
  }

  @Test
  void aTableThatNobodyHasEndsTheQueryInTime() throws Exception {
    TableInfo ghost = QueryCluster.info().toBuilder().setName("ghost").setTid(77).build();
    try (QueryCluster impatient =
        new QueryCluster(directory.resolve("impatient"), "--sql_timeout_millis=600")) {
      impatient.cluster.tables.publish(ghost, impatient.leaders);
      assertThat(impatient.refusal(impatient.tablet(2), "SELECT * FROM ghost WHERE k = 'a'"))
          .contains("given up after 600 ms", "table does not exist");
    }
  }

  @Test
  void thereAreNoMoreAtATimeThanAllowedAndTheyEndWithTheirConnection() throws Exception {
    TableInfo ghost = QueryCluster.info().toBuilder().setName("ghost").setTid(77).build();
    try (QueryCluster narrow =
        new QueryCluster(directory.resolve("narrow"), "--sql_max_queries=2")) {
      narrow.cluster.tables.publish(ghost, narrow.leaders);
      NodeId tablet = narrow.tablet(2);
      QueryRequest select =
          QueryRequest.newBuilder()
              .setDb("db")
              .setIsBatch(true)
              .setSql("SELECT * FROM ghost WHERE k = 'a'")
              .build();
      List<CompletableFuture<QueryResponse>> asked = new ArrayList<>();
      try (RpcClient other = RpcClient.create(RpcClientSettings.defaults())) {
        for (int i = 0; i < 2; i++) {
          asked.add(
              other.call(
                  tablet.endpoint(),
                  Tablet.getDescriptor()
                      .findServiceByName("TabletServer")
                      .findMethodByName("Query"),
                  select,
                  QueryResponse.getDefaultInstance(),
                  TestCluster.PATIENCE));
        }
        await()
            .atMost(TestCluster.PATIENCE)
            .until(() -> metrics(tablet).contains("holdfast_tablet_queries_under_way 2.0"));
        assertThat(narrow.refusal(tablet, "SELECT 1")).contains("sql_max_queries");
        assertThat(asked).noneMatch(CompletableFuture::isDone);
      }
      await()
          .atMost(TestCluster.PATIENCE)
          .until(() -> metrics(tablet).contains("holdfast_tablet_queries_under_way 0.0"));
      assertThat(metrics(tablet))
          .contains("holdfast_tablet_queries_total{outcome=\"cancelled\"} 2.0")
          .contains("holdfast_tablet_queries_total{outcome=\"busy\"} 1.0");
      assertThat(narrow.rows(tablet, "SELECT 1")).containsExactly(row(1));
    }
  }

  @Test
  void boundsAreSaidAndNotOverstepped() throws Exception {
    for (int i = 0; i < 400; i++) {
      table.put("many", (long) i, 10_000 + i, i, 1);
    }
    assertThat(table.refusal(bystander, "SELECT * FROM t")).contains("500");
    assertThat(table.rows(bystander, "SELECT v FROM t LIMIT 500")).hasSize(500);
    assertThat(table.rows(bystander, "SELECT count(*) FROM t"))
        .containsExactly(row(3L * KEYS + 400));
  }

  @Test
  void longKeysAreReadInPages() throws Exception {
    for (int i = 0; i < 1200; i++) {
      // Many of a time, so that a page ends amid them.
      table.put("many", (long) i, 10_000 + i / 300, i, 1 + i);
    }
    assertThat(table.rows(bystander, "SELECT count(*), sum(v) FROM t WHERE k = 'many'"))
        .containsExactly(row(1200L, 1199L * 600));
    assertThat(
            table.rows(
                bystander, "SELECT count(v) FROM t WHERE k = 'many' AND ts <= timestamp(10001)"))
        .containsExactly(row(600L));
  }

  @Test
  void whatIsWrongIsSaidInASentence() throws Exception {
    assertThat(table.refusal(bystander, "SELECT nothing FROM t")).contains("nothing");
    assertThat(table.refusal(bystander, "SELECT FROM")).contains("line 1");
    assertThat(table.refusal(bystander, "SELECT * FROM t LAST JOIN t AS o ON t.k = o.k"))
        .isNotEmpty();
    assertThat(table.refusal(bystander, "SELECT * FROM t WHERE k = ?")).isNotEmpty();
    assertThat(table.refusal(bystander, "SELECT * FROM t WHERE k = 'a'", "a")).isNotEmpty();
    assertThat(table.refusal(bystander, "DELETE FROM t WHERE k = 'k1'")).isNotEmpty();
    assertThat(table.refusal(bystander, "SELECT * FROM t LIMIT 9223372036854775808")).isNotEmpty();
    assertThat(table.refusal(bystander, "SELECT " + "(".repeat(100_000) + "1")).isNotEmpty();
    assertThat(table.refusal(bystander, "SELECT '" + "x".repeat(1 << 20) + "'"))
        .contains("1048576");
    // None of it has cost the tablet anything that lasts.
    assertThat(table.rows(bystander, "SELECT v FROM t WHERE k = 'k1' LIMIT 1"))
        .containsExactly(row(1L));
  }

  @Test
  void requestsThatCannotBeReadAreRefused() {
    QueryRequest.Builder select =
        QueryRequest.newBuilder()
            .setDb("db")
            .setIsBatch(true)
            .setSql("SELECT * FROM t WHERE k = ?")
            .addParameterTypes(DataType.kVarchar);
    assertThat(refused(select.clone().setParameterRowSize(9), new byte[3])).contains("3 bytes");
    assertThat(refused(select.clone(), new byte[] {1, 1, 9, 0, 0, 0, 0, 9, 1}))
        .contains("parameters cannot be read");
    assertThat(refused(select.clone(), new byte[0])).contains("parameters cannot be read");
    assertThat(refused(select.clone().clearParameterTypes(), new byte[3]))
        .contains("parameter_types");
    assertThat(refused(select.clone().setIsBatch(false), new byte[0])).contains("request mode");
    assertThat(refused(select.clone().setSpName("p"), new byte[0])).contains("procedures");
    assertThat(refused(select.clone().clearSql(), new byte[0])).contains("no statement");
    assertThat(
            refused(
                select
                    .clone()
                    .setSqlBytes(ByteString.copyFrom(new byte[] {'S', (byte) 0xc3, (byte) 0x28})),
                new byte[0]))
        .contains("UTF-8");
  }

  private String refused(QueryRequest.Builder request, byte[] attachment) {
    QueryResponse answer = table.ask(bystander, request.build(), attachment).message();
    assertThat(answer.getCode()).isEqualTo(1000);
    return answer.getMsg();
  }

  @Test
  void manyAtATimeAreAnsweredAndCounted() throws Exception {
    List<CompletableFuture<List<List<Object>>>> asked = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String key = "k" + i % KEYS;
      asked.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return table.rows(bystander, "SELECT k FROM t WHERE k = ? LIMIT 1", key);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }));
    }
    for (int i = 0; i < asked.size(); i++) {
      assertThat(asked.get(i).join()).isEqualTo(Collections.singletonList(row("k" + i % KEYS)));
    }
    assertThat(table.refusal(bystander, "SELECT")).isNotEmpty();
    await()
        .atMost(TestCluster.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(metrics(bystander))
                    .contains("holdfast_tablet_queries_total{outcome=\"ok\"} 40.0")
                    .contains("holdfast_tablet_queries_total{outcome=\"refused\"} 1.0")
                    .contains("holdfast_tablet_query_rows_total 40.0")
                    .contains("holdfast_tablet_query_seconds_count 41")
                    .contains("holdfast_tablet_queries_under_way 0.0"));
  }

  private static String metrics(NodeId tablet) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + tablet.endpoint() + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
