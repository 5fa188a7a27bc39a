package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.batch.BatchLimits;
import io.holdfast.protocol.batch.PutBatchRequest;
import io.holdfast.protocol.batch.PutBatchResponse;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rows that are put together: few messages, and an outcome for each of them. */
class PutAllTest {
  private static final PutResponse DONE = PutResponse.newBuilder().setCode(0).setVersion(7).build();

  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final TableClient table = LedTable.client(rpc, time).table("db", "t");

  /** One frame for each tablet, whatever the partitions, and nothing else. */
  @Test
  void rowsForOneTabletShareAFrame() {
    cluster("a:1", "b:1", "a:1");
    taking("a:1", put -> DONE);
    taking("b:1", put -> DONE);

    BatchResult result = table.putAll(rows(30));

    assertThat(result.isComplete()).isTrue();
    assertThat(result.rows()).hasSize(30);
    assertThat(result.rows().get(0).written().orElseThrow().version()).isEqualTo(7);
    assertThat(rpc.endpointsOf("PutBatch")).containsExactlyInAnyOrder("a:1", "b:1");
    assertThat(rpc.endpointsOf("Put")).isEmpty();
    assertThat(sent()).hasSize(30).allMatch(PutRequest::hasWriteName);
    assertThat(Set.copyOf(names())).hasSize(30);
  }

  /** A batch of any size: no frame holds more than tablets take. */
  @Test
  void framesAreBounded() {
    cluster("a:1");
    taking("a:1", put -> DONE);
    int count = 3 * BatchLimits.MOST_PUTS + 10;

    assertThat(table.putAll(rows(count)).orThrow().rows()).hasSize(count);

    assertThat(frames()).allMatch(frame -> frame.getPutsCount() <= BatchLimits.MOST_PUTS);
    assertThat(frames()).hasSize(4);
    assertThat(Set.copyOf(names())).hasSize(count);
  }

  @Test
  void framesAreBoundedInBytesAndALargeRowGoesAlone() {
    cluster("a:1");
    taking("a:1", put -> DONE);
    rpc.answer("a:1", "Put", DONE);
    // Sent twice: as the key, and in the row.
    String part = "x".repeat(BatchLimits.MOST_BYTES / 8);
    String large = "x".repeat(BatchLimits.MOST_BYTES / 2);
    List<Row> rows = new ArrayList<>();
    IntStream.range(0, 9).forEach(i -> rows.add(Row.of(part + i, 1.0)));
    rows.add(Row.of(large, 1.0));

    assertThat(table.putAll(rows).isComplete()).isTrue();

    assertThat(frames())
        .hasSize(3)
        .allMatch(frame -> frame.getSerializedSize() <= BatchLimits.MOST_BYTES);
    assertThat(rpc.endpointsOf("Put")).hasSize(1);
  }

  /** Each row is refused or taken for itself; a row that does not fit is not even sent. */
  @Test
  void eachRowHasItsOwnOutcome() {
    cluster("a:1");
    taking(
        "a:1",
        put ->
            put.getDimensions(0).getKey().equals("k2")
                ? PutResponse.newBuilder().setCode(1203).setMsg("too large").build()
                : DONE);
    List<Row> rows = new ArrayList<>(rows(5));
    rows.set(3, Row.of("k3", "no number"));

    BatchResult result = table.putAll(rows);

    assertThat(result.failed()).containsExactly(2, 3);
    HoldfastException refused = result.rows().get(2).failure().orElseThrow();
    assertThat(((RejectedException) refused).serverCode()).isEqualTo(1203);
    assertThat(result.rows().get(3).failure().orElseThrow().code())
        .isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(sent()).hasSize(4);
    assertThatThrownBy(result::orThrow).isSameAs(refused);
  }

  /** When a leader has changed, the rows of its partition are sent again, and no others. */
  @Test
  void onlyTheRowsOfAPartitionWhoseLeaderHasChangedAreSentAgain() {
    cluster("a:1", "a:1");
    taking(
        "a:1",
        put ->
            put.getPid() == 0
                ? PutResponse.newBuilder().setCode(103).setLeader("b:1").build()
                : DONE);
    taking("b:1", put -> DONE);

    assertThat(table.putAll(rows(40)).isComplete()).isTrue();

    long moved = rows(40).stream().filter(row -> pid(row, 2) == 0).count();
    assertThat(moved).isBetween(5L, 35L);
    assertThat(sent()).hasSize(40 + (int) moved);
    // And together, though they are repeated each for itself.
    assertThat(rpc.endpointsOf("PutBatch")).containsExactly("a:1", "b:1");
    assertThat(Set.copyOf(names())).hasSize(40);
  }

  /** A frame without an answer is sent again under the same names, and each partition by itself. */
  @Test
  void aFrameWithoutAnAnswerIsSentAgainUnderItsNames() {
    cluster("a:1", "a:1");
    rpc.rule("a:1", "PutBatch", request -> silent());
    taking("a:1", put -> DONE);
    rpc.answer("a:1", "Put", DONE);

    assertThat(table.putAll(rows(20)).isComplete()).isTrue();

    assertThat(Set.copyOf(names())).hasSize(20);
    assertThat(names()).hasSize(40);
    for (PutBatchRequest frame : frames().subList(1, frames().size())) {
      assertThat(frame.getPutsList().stream().map(PutRequest::getPid).distinct()).hasSize(1);
    }
  }

  /** A partition that never answers does not take the rows of others along. */
  @Test
  void aPartitionThatDoesNotAnswerHoldsUpNoOthers() {
    cluster("a:1", "a:1");
    rpc.rule(
        "a:1",
        "PutBatch",
        request -> {
          PutBatchRequest frame = (PutBatchRequest) request;
          boolean stuck = frame.getPutsList().stream().anyMatch(put -> put.getPid() == 0);
          return stuck ? silent() : CompletableFuture.completedFuture(answers(frame, put -> DONE));
        });
    rpc.rule(
        "a:1",
        "Put",
        request ->
            ((PutRequest) request).getPid() == 0
                ? silent()
                : CompletableFuture.completedFuture(DONE));
    List<Row> rows = rows(20);

    BatchResult result = table.putAll(rows);

    for (int i = 0; i < rows.size(); i++) {
      RowOutcome row = result.rows().get(i);
      if (pid(rows.get(i), 2) == 0) {
        assertThat(row.failure().orElseThrow().outcomeUnknown()).isTrue();
      } else {
        assertThat(row.isWritten()).as("%s", row).isTrue();
      }
    }
  }

  /** A tablet that is older than frames gets single puts, and is not asked again at once. */
  @Test
  void anOldTabletGetsSinglePuts() {
    cluster("a:1");
    rpc.rule(
        "a:1",
        "PutBatch",
        request ->
            CompletableFuture.failedFuture(
                new RpcException(Kind.REFUSED, "a:1", RpcErrorCode.NO_SERVICE, "no service")));
    rpc.answer("a:1", "Put", DONE);

    assertThat(table.putAll(rows(10)).isComplete()).isTrue();
    assertThat(table.putAll(rows(10)).isComplete()).isTrue();

    assertThat(rpc.endpointsOf("PutBatch")).hasSize(1);
    assertThat(rpc.endpointsOf("Put")).hasSize(20);
    time.pass(60_000);
    assertThat(table.putAll(rows(10)).isComplete()).isTrue();
    assertThat(rpc.endpointsOf("PutBatch")).hasSize(2);
  }

  /** What a tablet says of a whole frame is what it says of each row. */
  @Test
  void aFrameThatIsRefusedAsAWholeIsRefusedRowByRow() {
    cluster("a:1");
    rpc.answer("a:1", "PutBatch", PutBatchResponse.newBuilder().setCode(1206).setMsg("no").build());

    BatchResult result = table.putAll(rows(3));

    assertThat(result.rows())
        .allSatisfy(
            row ->
                assertThat(((RejectedException) row.failure().orElseThrow()).serverCode())
                    .isEqualTo(1206));
  }

  @Test
  void oneRowIsAPutAndNoRowIsNothing() {
    cluster("a:1");
    rpc.answer("a:1", "Put", DONE);

    assertThat(table.putAll(rows(1)).isComplete()).isTrue();
    assertThat(table.putAll(List.of()).rows()).isEmpty();

    assertThat(rpc.endpointsOf("Put")).hasSize(1);
    assertThat(rpc.endpointsOf("PutBatch")).isEmpty();
  }

  @Test
  void aTableThatDoesNotExistFailsAsAWhole() {
    rpc.answer("ns:1", "ShowTable", ShowTableResponse.newBuilder().setCode(0).build());

    assertThatThrownBy(() -> table.putAll(rows(2)))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  /** While nobody is there a batch ends after some of its rows: the others are not even begun. */
  @Test
  void aBatchEndsWhenNobodyIsThere() {
    cluster("a:1");

    BatchResult result = table.putAll(rows(50_000));

    assertThat(result.failed()).hasSize(50_000);
    List<HoldfastException> failures =
        result.rows().stream().map(row -> row.failure().orElseThrow()).toList();
    assertThat(failures).allMatch(failure -> failure instanceof UnavailableException);
    long unsent = failures.stream().filter(f -> f.getMessage().startsWith("not sent: ")).count();
    assertThat(unsent).isBetween(40_000L, 46_000L);
    assertThat(result.rows().get(49_999).failure().orElseThrow().isRetryable()).isTrue();
  }

  /** After a cancellation no further rows are begun. */
  @Test
  void aCancelledBatchBeginsNoMoreRows() {
    cluster("a:1");
    List<CompletableFuture<Message>> pending = new ArrayList<>();
    rpc.rule(
        "a:1",
        "PutBatch",
        request -> {
          CompletableFuture<Message> answer = new CompletableFuture<>();
          pending.add(answer);
          return answer;
        });

    CompletableFuture<BatchResult> batch = table.putAllAsync(rows(20_000), WriteOptions.DEFAULT);
    assertThat(batch.cancel(false)).isTrue();
    int index = 0;
    while (index < pending.size()) {
      PutBatchRequest frame = frames().get(index);
      pending.get(index++).complete(answers(frame, put -> DONE));
    }

    assertThat(Set.copyOf(names())).hasSizeLessThan(5_000);
  }

  // ---- the cluster

  private void taking(String endpoint, Function<PutRequest, PutResponse> answer) {
    rpc.compute(endpoint, "PutBatch", request -> answers((PutBatchRequest) request, answer));
  }

  private static PutBatchResponse answers(
      PutBatchRequest request, Function<PutRequest, PutResponse> answer) {
    PutBatchResponse.Builder all = PutBatchResponse.newBuilder().setCode(0);
    request.getPutsList().forEach(put -> all.addAnswers(answer.apply(put)));
    return all.build();
  }

  private CompletableFuture<Message> silent() {
    time.pass(rpc.calls().get(rpc.calls().size() - 1).timeout().toMillis());
    return CompletableFuture.failedFuture(
        new RpcException(Kind.OUTCOME_UNKNOWN, "a:1", "timed out"));
  }

  private List<PutBatchRequest> frames() {
    return rpc.calls().stream()
        .filter(call -> call.method().equals("PutBatch"))
        .map(call -> (PutBatchRequest) call.request())
        .toList();
  }

  /** Everything that was put, in frames or alone. */
  private List<PutRequest> sent() {
    List<PutRequest> all = new ArrayList<>();
    rpc.calls()
        .forEach(
            call -> {
              if (call.request() instanceof PutBatchRequest frame) {
                all.addAll(frame.getPutsList());
              } else if (call.request() instanceof PutRequest put) {
                all.add(put);
              }
            });
    return all;
  }

  private List<WriteName> names() {
    return sent().stream().map(PutRequest::getWriteName).toList();
  }

  private static List<Row> rows(int count) {
    return IntStream.range(0, count).mapToObj(i -> Row.of("k" + i, (double) i)).toList();
  }

  private static int pid(Row row, int partitions) {
    return new WireRowCodec().partition((String) row.values().get(0), partitions);
  }

  private void cluster(String... leaders) {
    LedTable.show(
        rpc,
        LedTable.ledBy(leaders)
            .addColumnDesc(ColumnDesc.newBuilder().setName("v").setDataType(DataType.kDouble)));
  }
}
