package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.client.ScriptedRpc.Made;
import io.holdfast.client.retry.RetrySettings;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.GetRequest;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.TraverseResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Reads that any replica may answer: in turn, never back in time, and never stuck. */
class ReadAnywhereTest {
  private static final List<String> REPLICAS = List.of("a:1", "b:1", "c:1");

  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final HoldfastClient client = client();
  private final TableClient table = client.table("db", "t");
  private final TableClient session = table.withReads(ReadOptions.session());

  private HoldfastClient client() {
    return HoldfastClient.builder()
        .nameservers("ns:1")
        .requestTimeout(Duration.ofSeconds(5))
        .retry(new RetrySettings(20, 1_000, 3_000, 100, 2))
        .rpc(rpc)
        .environment(time, time, () -> 0)
        .build();
  }

  /** One partition on a, b and c; the leader is a. */
  private void cluster(String readMode) {
    cluster(readMode, REPLICAS);
  }

  private void cluster(String readMode, List<String> replicas) {
    TablePartition.Builder partition = TablePartition.newBuilder().setPid(0);
    for (String replica : replicas) {
      partition.addPartitionMeta(
          PartitionMeta.newBuilder().setEndpoint(replica).setIsLeader(replica.equals("a:1")));
    }
    partition.addPartitionMeta(
        PartitionMeta.newBuilder().setEndpoint("dead:1").setIsLeader(false).setIsAlive(false));
    TableInfo.Builder info =
        TableInfo.newBuilder()
            .setDb("db")
            .setName("t")
            .setTid(9)
            .setPartitionNum(1)
            .setReadMode(readMode)
            .addColumnDesc(ColumnDesc.newBuilder().setName("k").setDataType(DataType.kString))
            .addColumnDesc(ColumnDesc.newBuilder().setName("v").setDataType(DataType.kDouble))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k"))
            .addTablePartition(partition);
    rpc.answer(
        "ns:1", "ShowTable", ShowTableResponse.newBuilder().setCode(0).addTableInfo(info).build());
  }

  private void answers(String endpoint, long version) {
    rpc.answer(endpoint, "Get", found(version));
  }

  private static GetResponse found(long version) {
    return GetResponse.newBuilder()
        .setCode(0)
        .setTs(1)
        .setValue(ByteString.copyFromUtf8("v"))
        .setVersion(version)
        .build();
  }

  private static GetResponse behind(long version) {
    return GetResponse.newBuilder().setCode(1210).setMsg("behind").setVersion(version).build();
  }

  private List<GetRequest> gets() {
    return rpc.calls().stream()
        .filter(made -> made.method().equals("Get"))
        .map(made -> (GetRequest) made.request())
        .toList();
  }

  private void write(long version) {
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(version).build());
    table.put(Row.of("k", 1.0));
  }

  /** Ten thousand reads are spread evenly over the living replicas, the leader included. */
  @Test
  void theReplicasAnswerInTurn() {
    cluster("leader");
    REPLICAS.forEach(replica -> answers(replica, 5));
    TableClient any = table.withReads(ReadOptions.any());
    for (int i = 0; i < 10_000; i++) {
      any.get("k", 0);
    }
    Map<String, Long> reads =
        rpc.endpointsOf("Get").stream()
            .collect(Collectors.groupingBy(endpoint -> endpoint, Collectors.counting()));
    assertThat(reads.keySet()).containsExactlyInAnyOrderElementsOf(REPLICAS);
    assertThat(reads.values()).allMatch(count -> Math.abs(count - 10_000 / 3.0) < 10_000 / 30.0);
    assertThat(rpc.endpointsOf("Get").subList(0, 4)).containsExactly("a:1", "b:1", "c:1", "a:1");
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(10_000, 0, 0, 0, 0, 0));
  }

  /** A session's read names what the session wrote, and what it has read, wherever it goes. */
  @Test
  void aSessionCarriesWhatItHasSeen() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    answers("b:1", 43);
    answers("c:1", 50);
    for (int i = 0; i < 3; i++) {
      session.get("k", 0);
    }
    assertThat(gets()).extracting(GetRequest::getReadMode).containsOnly("session");
    assertThat(gets()).extracting(GetRequest::getMinVersion).containsExactly(42L, 42L, 43L);
    assertThat(table.bookmark().version(9, 0)).isEqualTo(50);
    assertThat(client.bookmark().export()).isEqualTo("9/0=50");
  }

  /** A replica that is behind is followed by the leader at once, for the newest there is. */
  @Test
  void theLeaderIsAskedAfterAReplicaThatIsBehind() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    rpc.answer("b:1", "Get", behind(40));
    assertThat(session.get("k", 0).version()).isEqualTo(42);
    assertThat(session.get("k", 0).version()).isEqualTo(42);

    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1", "a:1");
    assertThat(gets().get(2).getReadMode()).isEqualTo("leader");
    assertThat(gets().get(2).getMinVersion()).isEqualTo(42);
    assertThat(rpc.endpointsOf("ShowTable")).hasSize(1);
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(1, 1, 0, 1, 0, 0));
  }

  /** An answer with less than was seen is none, even if the server that gives it sees no harm. */
  @Test
  void anAnswerFromThePastIsNotTaken() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    answers("b:1", 41);
    session.get("k", 0);
    assertThat(session.get("k", 0).version()).isEqualTo(42);
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1", "a:1");
    assertThat(client.readFigures().behind()).isEqualTo(1);
  }

  /** A replica that is gone is followed by another one, and left out for a while. */
  @Test
  void aDeadReplicaIsLeftOut() {
    cluster("leader");
    answers("a:1", 5);
    answers("c:1", 5);
    for (int i = 0; i < 9; i++) {
      assertThat(session.get("k", 0).found()).isTrue();
    }
    assertThat(rpc.endpointsOf("Get")).containsOnlyOnce("b:1");
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(9, 0, 1, 0, 0, 0));
    time.pass(1_000);
    for (int i = 0; i < 3; i++) {
      session.get("k", 0);
    }
    assertThat(rpc.endpointsOf("Get").stream().filter("b:1"::equals)).hasSize(2);
  }

  /** A replica that hangs costs a second, not the whole time there is, and then another answers. */
  @Test
  void aReplicaThatHangsIsNotWaitedForLong() {
    cluster("leader");
    answers("a:1", 5);
    answers("c:1", 5);
    session.get("k", 0);
    hangs("b:1");
    long before = time.nowMillis();
    assertThat(session.get("k", 0).found()).isTrue();
    assertThat(time.nowMillis() - before).isBetween(1_000L, 1_100L);
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1", "c:1");
    assertThat(client.readFigures().unanswered()).isEqualTo(1);
  }

  private void hangs(String endpoint) {
    rpc.rule(
        endpoint,
        "Get",
        request -> {
          List<Made> calls = rpc.calls();
          time.pass(calls.get(calls.size() - 1).timeout().toMillis());
          return CompletableFuture.failedFuture(
              new RpcException(Kind.OUTCOME_UNKNOWN, endpoint, "timed out"));
        });
  }

  /** All attempts of a read share one deadline. */
  @Test
  void theDeadlineHoldsForAllAttemptsTogether() {
    cluster("leader");
    REPLICAS.forEach(this::hangs);
    UnavailableException failure =
        catchThrowableOfType(UnavailableException.class, () -> session.get("k", 0));
    assertThat(failure).isNotNull();
    assertThat(time.nowMillis()).isBetween(4_500L, 5_500L);
  }

  /** While there is no leader, the others answer who has seen no more than they have. */
  @Test
  void sessionsGoOnWithoutALeader() {
    cluster("leader");
    write(42);
    rpc.answer("b:1", "Get", behind(40));
    answers("c:1", 42);
    for (int i = 0; i < 6; i++) {
      assertThat(session.get("k", 0).version()).isEqualTo(42);
    }
    assertThat(time.nowMillis()).isLessThan(1_000);
  }

  /** What one process has seen another one can take up. */
  @Test
  void aBookmarkTravels() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    TableClient elsewhere =
        client()
            .table("db", "t")
            .withReads(ReadOptions.session())
            .withBookmark(Bookmark.of(client.bookmark().export()));
    elsewhere.get("k", 0);
    assertThat(gets().get(0).getMinVersion()).isEqualTo(42);

    Bookmark own = new Bookmark();
    session.withBookmark(own).get("k", 0);
    assertThat(own.version(9, 0)).isEqualTo(42);
  }

  /** A table may want its reads answered anywhere; who knows better says so. */
  @Test
  void theTableSaysHowItIsRead() {
    cluster("session");
    REPLICAS.forEach(replica -> answers(replica, 5));
    table.get("k", 0);
    table.get("k", 0);
    table.get(ReadKey.of("k"), 0, ReadOptions.quorum());
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1", "a:1");
    assertThat(gets())
        .extracting(GetRequest::getReadMode)
        .containsExactly("session", "session", "quorum");
  }

  /** Without a word the request is as OpenMLDB's; with one it carries no bookmark to the leader. */
  @Test
  void theLeaderNeedsNoBookmark() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    table.get("k", 0);
    table.get(ReadKey.of("k"), 0, ReadOptions.leader());
    assertThat(gets().get(0).hasReadMode()).isFalse();
    assertThat(gets().get(1).getReadMode()).isEqualTo("leader");
    assertThat(gets()).noneMatch(GetRequest::hasMinVersion);
  }

  /** What the cluster has lost does not come back by asking again; the reader is told. */
  @Test
  void lostHistoryIsAnError() {
    cluster("leader");
    write(42);
    answers("a:1", 42);
    rpc.answer("a:1", "Get", GetResponse.newBuilder().setCode(1211).setMsg("lost").build());
    rpc.answer("b:1", "Get", behind(40));
    answers("c:1", 40);
    assertThat(session.get("k", 0).version()).isEqualTo(42);
    RejectedException failure =
        catchThrowableOfType(RejectedException.class, () -> session.get("k", 0));
    assertThat(failure.serverCode()).isEqualTo(1211);

    client.bookmark().clear();
    assertThat(session.get("k", 0).version()).isEqualTo(40);
  }

  /** A reader who bears old answers may say how old; all kinds of reads can be made anywhere. */
  @Test
  void everyKindOfReadHasItsTerms() {
    cluster("leader");
    write(42);
    REPLICAS.forEach(
        replica -> {
          rpc.answer(replica, "Scan", ScanResponse.newBuilder().setCode(0).setVersion(42).build());
          rpc.answer(
              replica, "Count", CountResponse.newBuilder().setCode(0).setVersion(42).build());
          rpc.answer(
              replica, "Traverse", TraverseResponse.newBuilder().setCode(0).setVersion(42).build());
        });
    ReadOptions old = ReadOptions.any().maxAge(Duration.ofSeconds(3));
    table.scan(ReadKey.of("k"), 0, 0, 0, old);
    table.count(ReadKey.of("k"), false, old);
    table.traverse(0, TraversePage.Cursor.START, 5, ReadOptions.session());
    List<Made> reads =
        rpc.calls().stream().filter(made -> !made.method().matches("Put|ShowTable")).toList();
    assertThat(reads).extracting(Made::endpoint).containsExactly("a:1", "b:1", "c:1");
    assertThat(reads.get(0).request().toString())
        .contains("read_mode: \"stale\"", "max_age_millis: 3000")
        .doesNotContain("min_version");
    assertThat(reads.get(1).request().toString()).contains("max_age_millis: 3000");
    assertThat(reads.get(2).request().toString()).contains("min_version: 42");
  }

  // ---- second questions

  private TableClient hedged() {
    return table.withReads(ReadOptions.any().hedgeAfter(Duration.ofMillis(15)));
  }

  private CompletableFuture<Message> pending(String endpoint) {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    rpc.rule(endpoint, "Get", request -> answer);
    return answer;
  }

  /** A replica that stands still costs so much time and no more: another one is asked as well. */
  @Test
  void aSlowReplicaIsNotWaitedFor() {
    cluster("leader");
    CompletableFuture<Message> slow = pending("a:1");
    answers("b:1", 5);
    answers("c:1", 5);

    assertThat(hedged().get("k", 0).version()).isEqualTo(5);

    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1");
    assertThat(time.nowMillis()).isEqualTo(15);
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(1, 0, 0, 0, 1, 1));
    // Its answer comes late and changes nothing.
    slow.complete(found(9));
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(2, 0, 0, 0, 1, 1));
  }

  /** Second questions use up no turns: a slow replica is not asked first more often for them. */
  @Test
  void aSlowReplicaIsAskedFirstInItsTurnOnly() {
    cluster("leader", List.of("a:1", "b:1"));
    rpc.rule("a:1", "Get", request -> new CompletableFuture<>());
    answers("b:1", 5);

    for (int i = 0; i < 10; i++) {
      assertThat(hedged().get("k", 0).version()).isEqualTo(5);
    }

    assertThat(rpc.endpointsOf("Get").stream().filter("a:1"::equals)).hasSize(5);
    assertThat(client.readFigures().hedged()).isEqualTo(5);
  }

  /** When all others are out there is nobody to ask as well, and none is counted. */
  @Test
  void nobodyIsAskedTwice() {
    cluster("leader");
    answers("a:1", 5);
    answers("a:1", 5);
    CompletableFuture<Message> slow = pending("a:1");
    table.get(ReadKey.of("k"), 0, ReadOptions.any());
    table.get(ReadKey.of("k"), 0, ReadOptions.any());
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1", "c:1", "a:1");

    CompletableFuture<GetResult> read = hedged().getAsync(ReadKey.of("k"), 0);

    assertThat(rpc.endpointsOf("Get")).hasSize(5).endsWith("a:1");
    assertThat(client.readFigures().hedged()).isZero();
    slow.complete(found(7));
    assertThat(read.join().version()).isEqualTo(7);
  }

  /** The question that has lost is not asked again when it fails. */
  @Test
  void theLosingQuestionEnds() {
    cluster("leader");
    CompletableFuture<Message> slow = pending("a:1");
    answers("b:1", 5);
    answers("c:1", 5);
    assertThat(hedged().get("k", 0).version()).isEqualTo(5);

    slow.completeExceptionally(new RpcException(Kind.NOT_CONNECTED, "a:1", "is gone"));

    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1");
    assertThat(client.readFigures().unanswered()).isEqualTo(1);
  }

  @Test
  void aCancelledReadIsNotAskedAgain() {
    cluster("leader");
    CompletableFuture<Message> slow = pending("a:1");
    answers("b:1", 5);
    for (ReadOptions options : List.of(ReadOptions.any(), ReadOptions.leader())) {
      int before = rpc.calls().size();
      CompletableFuture<GetResult> read = table.getAsync(ReadKey.of("k"), 0, options);
      assertThat(read.cancel(false)).isTrue();
      assertThat(rpc.calls()).hasSizeGreaterThan(before);
    }
    int asked = rpc.calls().size();

    slow.completeExceptionally(new RpcException(Kind.NOT_CONNECTED, "a:1", "is gone"));

    assertThat(rpc.calls()).hasSize(asked);
  }

  @Test
  void theFirstAnswerCountsWhoeverGivesIt() {
    cluster("leader");
    CompletableFuture<Message> first = pending("a:1");
    CompletableFuture<Message> second = pending("b:1");
    CompletableFuture<GetResult> read = hedged().getAsync(ReadKey.of("k"), 0);
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1", "b:1");

    first.complete(found(7));
    assertThat(read.join().version()).isEqualTo(7);
    second.complete(found(8));
    assertThat(read.join().version()).isEqualTo(7);
    assertThat(client.readFigures()).isEqualTo(new ReadFigures(2, 0, 0, 0, 1, 0));
  }

  /**
   * When one of the two questions fails, the other one counts; when both do, the read has failed.
   */
  @Test
  void aReadFailsWhenBothQuestionsHave() {
    cluster("leader");
    CompletableFuture<Message> first = pending("a:1");
    CompletableFuture<Message> second = pending("b:1");
    rpc.answer("c:1", "Get", found(3));
    CompletableFuture<GetResult> read = hedged().getAsync(ReadKey.of("k"), 0);
    second.completeExceptionally(
        new RpcException(Kind.REFUSED, "b:1", RpcErrorCode.BAD_REQUEST, "cannot read it"));
    assertThat(read).isNotDone();
    first.completeExceptionally(
        new RpcException(Kind.REFUSED, "a:1", RpcErrorCode.BAD_REQUEST, "cannot read it"));
    assertThat(read).isCompletedExceptionally();
  }

  /** A read that only the leader may answer, a write, and a read with one replica: asked once. */
  @Test
  void whatOnlyOneCanAnswerIsAskedOnce() {
    cluster("leader");
    pending("a:1");
    CompletableFuture<GetResult> read =
        table.getAsync(ReadKey.of("k"), 0, ReadOptions.leader().hedgeAfter(Duration.ofMillis(1)));
    CompletableFuture<Message> put = new CompletableFuture<>();
    rpc.rule("a:1", "Put", request -> put);
    CompletableFuture<WriteResult> write =
        hedged().putAsync(Row.of("k", 1.0), WriteOptions.DEFAULT);

    assertThat(read).isNotDone();
    assertThat(write).isNotDone();
    assertThat(rpc.endpointsOf("Get")).containsExactly("a:1");
    assertThat(rpc.endpointsOf("Put")).containsExactly("a:1");
    assertThat(time.nowMillis()).isZero();
  }
}
