package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.holdfast.client.row.EncodedRow;
import io.holdfast.client.row.IndexKey;
import io.holdfast.client.row.WireRowCodec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.ShowTableResponse;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.protocol.openmldb.tablet.CountResponse;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.ScanResponse;
import io.holdfast.protocol.openmldb.tablet.WriteName;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.rpc.RpcErrorCode;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TableClientTest {
  private final ScriptedRpc rpc = new ScriptedRpc();
  private final ManualTime time = new ManualTime();
  private final HoldfastClient client = LedTable.client(rpc, time);
  private final TableClient table = client.table("db", "t");

  /** Shows that a put goes to the leader of the key's partition and carries the row's keys. */
  @Test
  void putGoesToTheLeaderOfTheKey() {
    cluster("a:1", "b:1");
    int pid = new WireRowCodec().partition("card0", 2);
    String leader = pid == 0 ? "a:1" : "b:1";
    rpc.answer(leader, "Put", PutResponse.newBuilder().setCode(0).setVersion(42).build());

    WriteResult result = table.put(Row.of("card0", 1.5), WriteOptions.DEFAULT.at(77));

    assertThat(result.version()).isEqualTo(42);
    PutRequest sent = rpc.lastRequest("Put");
    assertThat(sent.getPid()).isEqualTo(pid);
    assertThat(sent.getTid()).isEqualTo(9);
    assertThat(sent.getTime()).isEqualTo(77);
    assertThat(sent.getDimensions(0).getKey()).isEqualTo("card0");
    assertThat(new WireRowCodec().decode(table.describe(), sent.getValue().toByteArray()))
        .containsExactly("card0", 1.5);
  }

  /** Shows that a tablet that lost the lead names the new leader, which is then asked at once. */
  @Test
  void hintOfTheOldLeaderIsFollowed() {
    cluster("a:1");
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(103).setLeader("b:1").build());
    rpc.answer("b:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(7).build());

    assertThat(table.put(Row.of("k", 1.0)).version()).isEqualTo(7);
    assertThat(table.put(Row.of("k", 1.0)).version()).isEqualTo(7);

    assertThat(rpc.endpointsOf("Put")).containsExactly("a:1", "b:1", "b:1");
    assertThat(time.nowMillis()).isZero();
  }

  /** Shows that the route is learned anew when the leader is gone. */
  @Test
  void routeIsRefreshedWhenTheLeaderIsGone() {
    rpc.answer("ns:1", "ShowTable", tables("a:1")).answer("ns:1", "ShowTable", tables("b:1"));
    rpc.answer("b:1", "Put", PutResponse.newBuilder().setCode(0).build());

    table.put(Row.of("k", 1.0));

    assertThat(rpc.endpointsOf("Put")).containsExactly("a:1", "b:1");
    assertThat(rpc.endpointsOf("ShowTable")).hasSize(2);
  }

  /** Shows that a write without an answer is sent again under the same name until it has one. */
  @Test
  void silentWriteIsSentAgainUnderItsName() {
    cluster("a:1");
    rpc.fail("a:1", "Put", Kind.OUTCOME_UNKNOWN, "timed out")
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(1201).build())
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(9).build());

    assertThat(table.put(Row.of("k", 1.0)).version()).isEqualTo(9);
    table.put(Row.of("k", 2.0));

    List<WriteName> names = namesOfPuts();
    assertThat(names).hasSize(4);
    assertThat(names.subList(0, 3)).containsOnly(names.get(0));
    assertThat(names.get(0).getSeq()).isEqualTo(1);
    assertThat(names.get(3).getSeq()).isEqualTo(2);
    assertThat(names.get(3).getSessionHigh()).isEqualTo(names.get(0).getSessionHigh());
    assertThat(names.get(3).getSessionLow()).isEqualTo(names.get(0).getSessionLow());
  }

  /** Shows that a write that never gets an answer is unknown, and only when time has run out. */
  @Test
  void writeThatStaysSilentIsUnknownAtTheDeadline() {
    cluster("a:1");
    rpc.rule("a:1", "Put", request -> silent());

    OutcomeUnknownException failure =
        catchThrowableOfType(OutcomeUnknownException.class, () -> table.put(Row.of("k", 1.0)));

    assertThat(failure.outcomeUnknown()).isTrue();
    assertThat(time.nowMillis()).isBetween(3_000L, 5_000L);
    assertThat(namesOfPuts()).hasSizeGreaterThan(3).containsOnly(namesOfPuts().get(0));
  }

  private CompletableFuture<Message> silent() {
    time.pass(rpc.calls().get(rpc.calls().size() - 1).timeout().toMillis());
    return CompletableFuture.failedFuture(
        new RpcException(Kind.OUTCOME_UNKNOWN, "a:1", "timed out"));
  }

  private List<WriteName> namesOfPuts() {
    return rpc.calls().stream()
        .filter(call -> call.method().equals("Put"))
        .map(call -> ((PutRequest) call.request()).getWriteName())
        .toList();
  }

  /** Shows that a session that a tablet does not know is replaced at once, if nothing was done. */
  @Test
  void forgottenSessionIsReplacedWhenNothingWasDone() {
    cluster("a:1");
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(1221).setSessionBegin(77).build())
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(78).build());

    assertThat(table.put(Row.of("k", 1.0)).version()).isEqualTo(78);
    table.put(Row.of("k", 2.0));

    List<WriteName> names = namesOfPuts();
    assertThat(names).hasSize(3);
    assertThat(names.get(0).getBegunAfter()).isZero();
    assertThat(names.get(1).getBegunAfter()).isEqualTo(77);
    assertThat(names.get(1).getSessionLow()).isNotEqualTo(names.get(0).getSessionLow());
    assertThat(names.get(1).getSeq()).isEqualTo(1);
    assertThat(names.get(2)).isEqualTo(names.get(1).toBuilder().setSeq(2).build());
    assertThat(time.nowMillis()).isZero();
  }

  /** Shows that a write that may be done is not sent under another name, whatever a tablet says. */
  @Test
  void writeThatMayBeDoneGetsNoOtherName() {
    cluster("a:1");
    rpc.fail("a:1", "Put", Kind.OUTCOME_UNKNOWN, "timed out")
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(1221).setSessionBegin(77).build());

    OutcomeUnknownException failure =
        catchThrowableOfType(OutcomeUnknownException.class, () -> table.put(Row.of("k", 1.0)));

    assertThat(failure).hasMessageContaining("a:1 does not know the session");
    assertThat(namesOfPuts()).hasSize(2).containsOnly(namesOfPuts().get(0));
  }

  /** Shows that without names a write without an answer is unknown and is not sent again. */
  @Test
  void silentWriteWithoutANameIsUnknownAndNotRepeated() {
    cluster("a:1");
    rpc.fail("a:1", "Put", Kind.OUTCOME_UNKNOWN, "timed out");
    TableClient nameless =
        HoldfastClient.builder()
            .nameservers("ns:1")
            .namedWrites(false)
            .rpc(rpc)
            .environment(time, time, () -> 0)
            .build()
            .table("db", "t");

    OutcomeUnknownException failure =
        catchThrowableOfType(OutcomeUnknownException.class, () -> nameless.put(Row.of("k", 1.0)));
    assertThat(((PutRequest) rpc.lastRequest("Put")).hasWriteName()).isFalse();

    assertThat(failure.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN);
    assertThat(failure.outcomeUnknown()).isTrue();
    assertThat(failure.isRetryable()).isFalse();
    assertThat(failure).hasMessageContaining("1 attempt in 0.0 s: a:1: timed out");
    assertThat(rpc.endpointsOf("Put")).hasSize(1);
  }

  /** Shows that a write that the caller calls repeatable is sent again. */
  @Test
  void repeatableWriteIsSentAgain() {
    cluster("a:1");
    rpc.fail("a:1", "Put", Kind.OUTCOME_UNKNOWN, "timed out")
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(3).build());

    assertThat(table.put(Row.of("k", 1.0), WriteOptions.DEFAULT.repeatable(true)).version())
        .isEqualTo(3);
  }

  /** Shows that giving up says what was tried, within the deadline. */
  @Test
  void givingUpSaysWhatWasTried() {
    cluster("a:1");

    UnavailableException failure =
        catchThrowableOfType(UnavailableException.class, () -> table.get("k", 0));

    assertThat(failure.isRetryable()).isTrue();
    assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(failure.getMessage())
        .matches("Get failed\\. \\d+ attempts in \\d\\.\\d s: .*a:1: refused the connection.*");
    assertThat(time.nowMillis()).isLessThan(5_000);
  }

  /** Shows that a partition without a living leader is waited for. */
  @Test
  void partitionWithoutLeaderIsWaitedFor() {
    rpc.answer("ns:1", "ShowTable", tables("")).answer("ns:1", "ShowTable", tables("a:1"));
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(5).build());

    assertThat(table.put(Row.of("k", 1.0)).version()).isEqualTo(5);
  }

  /** Shows that a write does not go into another table that took the old one's name. */
  @Test
  void writeDoesNotFollowTheNameToAnotherTable() {
    TableInfo other = table("b:1").toBuilder().setTid(10).build();
    rpc.answer("ns:1", "ShowTable", tables("a:1"))
        .answer(
            "ns:1",
            "ShowTable",
            ShowTableResponse.newBuilder().setCode(0).addTableInfo(other).build());

    RejectedException failure =
        catchThrowableOfType(RejectedException.class, () -> table.put(Row.of("k", 1.0)));

    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(rpc.endpointsOf("Put")).containsExactly("a:1");
  }

  /** Shows that a row that reached some of its partitions only is not called failed. */
  @Test
  void rowInSomeOfItsPartitionsIsUnknown() {
    cluster("a:1", "b:1");
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).build());
    rpc.answer("b:1", "Put", PutResponse.newBuilder().setCode(160).setMsg("full").build());
    EncodedRow row = new EncodedRow(List.of(key(0), key(1)), new byte[] {1, 1, 6, 0, 0, 0});

    OutcomeUnknownException failure =
        catchThrowableOfType(
            OutcomeUnknownException.class, () -> table.putEncoded(row, WriteOptions.DEFAULT));

    assertThat(failure)
        .hasMessageContaining("partitions [0] of [0, 1] only")
        .hasMessageContaining("full");
  }

  /**
   * Shows that a client who does not know of an added index learns of it, and then sends the key of
   * that and what was refused, and nothing twice.
   */
  @Test
  void anAddedIndexIsLearnedOf() {
    ColumnKey second = ColumnKey.newBuilder().setIndexName("second").addColName("second").build();
    TableInfo known =
        table("a:1", "b:1").toBuilder()
            .setColumnDesc(
                1, ColumnDesc.newBuilder().setName("second").setDataType(DataType.kString))
            .addColumnDesc(ColumnDesc.newBuilder().setName("third").setDataType(DataType.kString))
            .addColumnKey(second)
            .build();
    TableInfo altered =
        known.toBuilder()
            .addColumnKey(ColumnKey.newBuilder().setIndexName("third").addColName("third"))
            .build();
    rpc.answer("ns:1", "ShowTable", tables(known)).answer("ns:1", "ShowTable", tables(altered));
    // That another tablet leads is news, too, but not of the table.
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(103).setLeader("c:1").build());
    rpc.answer("c:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(5).build());
    List<PutRequest> taken = new ArrayList<>();
    rpc.rule(
        "b:1",
        "Put",
        request -> {
          PutRequest put = (PutRequest) request;
          boolean knows = put.getKnownIndexes() == 3;
          if (knows) {
            taken.add(put);
          }
          return CompletableFuture.completedFuture(
              PutResponse.newBuilder().setCode(knows ? 0 : 1222).setVersion(8).build());
        });

    WriteResult result = table.put(Row.of(key(0).key(), key(1).key(), key(1).key()));

    assertThat(result.versions()).containsOnly(Map.entry(0, 5L), Map.entry(1, 8L));
    assertThat(rpc.endpointsOf("Put")).filteredOn("c:1"::equals).hasSize(1);
    assertThat(taken)
        .extracting(put -> put.getDimensions(0).getIdx() + " of " + put.getDimensionsCount())
        .containsExactly("1 of 1", "2 of 1");
    assertThat(taken).allMatch(put -> put.getDimensions(0).getKey().equals(key(1).key()));
  }

  /** Shows that a row that was encoded before an index was added is found by that, too. */
  @Test
  void aRowOfBeforeAnIndexWasAddedGetsItsKey() {
    TableInfo known =
        table("a:1", "b:1").toBuilder()
            .setColumnDesc(
                1, ColumnDesc.newBuilder().setName("second").setDataType(DataType.kString))
            .build();
    TableInfo altered =
        known.toBuilder()
            .addColumnKey(ColumnKey.newBuilder().setIndexName("second").addColName("second"))
            .build();
    rpc.answer("ns:1", "ShowTable", tables(altered));
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(5).build());
    rpc.answer("b:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(8).build());
    EncodedRow row = new WireRowCodec().encode(known, List.of(key(0).key(), key(1).key()));

    WriteResult result = table.putEncoded(row, WriteOptions.DEFAULT);

    assertThat(result.versions()).containsOnly(Map.entry(0, 5L), Map.entry(1, 8L));
  }

  /** Shows that a write that may be done goes on under its name when its index is learned of. */
  @Test
  void aWriteInDoubtGoesOnWhenAnIndexIsAdded() {
    TableInfo known =
        table("a:1").toBuilder()
            .setColumnDesc(
                1, ColumnDesc.newBuilder().setName("second").setDataType(DataType.kString))
            .build();
    TableInfo altered =
        known.toBuilder()
            .addColumnKey(ColumnKey.newBuilder().setIndexName("second").addColName("second"))
            .build();
    rpc.answer("ns:1", "ShowTable", tables(known)).answer("ns:1", "ShowTable", tables(altered));
    rpc.fail("a:1", "Put", Kind.OUTCOME_UNKNOWN, "timed out")
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(1222).build())
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(9).build());

    assertThat(table.put(Row.of("k", "s")).version()).isEqualTo(9);

    List<WriteName> names = namesOfPuts();
    assertThat(names.subList(0, names.size() - 1)).containsOnly(names.get(0));
    // The key of the index that was added goes by itself.
    assertThat(names.get(names.size() - 1)).isNotEqualTo(names.get(0));
  }

  /** Shows that nobody goes round in circles for ever when the nameserver knows no more. */
  @Test
  void anIndexThatNobodyKnowsIsWaitedForInVain() {
    cluster("a:1");
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(1222).setMsg("new index").build());

    HoldfastException failure =
        catchThrowableOfType(HoldfastException.class, () -> table.put(Row.of("k", 1.0)));

    assertThat(failure.outcomeUnknown()).isFalse();
    assertThat(failure).hasMessageContaining("1222");
    assertThat(time.nowMillis()).isBetween(3_000L, 5_000L);
  }

  /** Shows what reads answer with. */
  @Test
  void readsCarryRowsAndVersions() {
    cluster("a:1");
    rpc.answer(
        "a:1",
        "Get",
        GetResponse.newBuilder()
            .setCode(0)
            .setTs(5)
            .setValue(ByteString.copyFromUtf8("v"))
            .setVersion(8)
            .build());
    rpc.answer(
        "a:1",
        "Scan",
        ScanResponse.newBuilder()
            .setCode(0)
            .setCount(1)
            .setPairs(pair(5, "v"))
            .setVersion(8)
            .build());
    rpc.answer(
        "a:1", "Count", CountResponse.newBuilder().setCode(0).setCount(3).setVersion(8).build());
    rpc.answer("a:1", "Delete", GeneralResponse.newBuilder().setCode(0).setVersion(9).build());

    GetResult got = table.get("k", 0);
    assertThat(got.found()).isTrue();
    assertThat(got.ts()).isEqualTo(5);
    assertThat(got.version()).isEqualTo(8);
    ScanResult scanned = table.scan("k", 0, 0, 0);
    assertThat(scanned.entries()).hasSize(1);
    assertThat(scanned.entries().get(0).row())
        .isEqualTo("v".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(table.count("k")).isEqualTo(new CountResult(3, 8));
    assertThat(table.delete("k").version()).isEqualTo(9);
  }

  /** Shows that a range of a key goes to its partition, and one of all keys to every partition. */
  @Test
  void aRangeIsDeletedWhereItsRowsAre() {
    cluster("a:1", "b:1");
    GeneralResponse done = GeneralResponse.newBuilder().setCode(0).setVersion(9).build();
    rpc.answer("a:1", "Delete", done).answer("b:1", "Delete", done);

    RowRange ofKey =
        new RowRange(
            Optional.of(new ReadKey("k", "by_k")), "at", OptionalLong.of(7), OptionalLong.of(3));
    assertThat(table.delete(ofKey, WriteOptions.DEFAULT).versions()).hasSize(1);
    DeleteRequest request = rpc.lastRequest("Delete");
    assertThat(request.getPid()).isEqualTo(new WireRowCodec().partition("k", 2));
    assertThat(request.getIdxName()).isEqualTo("by_k");
    assertThat(request.getTsName()).isEqualTo("at");
    assertThat(request.getTs()).isEqualTo(7);
    assertThat(request.getEndTs()).isEqualTo(3);

    RowRange ofAll = new RowRange(Optional.empty(), "", OptionalLong.empty(), OptionalLong.of(3));
    assertThat(table.delete(ofAll, WriteOptions.DEFAULT).versions())
        .isEqualTo(Map.of(0, 9L, 1, 9L));
    DeleteRequest last = rpc.lastRequest("Delete");
    assertThat(last.hasKey()).isFalse();
    assertThat(last.hasTs()).isFalse();
  }

  /** Shows that what was deleted in some partitions only is not called refused. */
  @Test
  void aDeleteThatIsDoneInPartIsUnknown() {
    cluster("a:1", "b:1");
    rpc.answer("a:1", "Delete", GeneralResponse.newBuilder().setCode(0).setVersion(9).build());
    rpc.answer("b:1", "Delete", GeneralResponse.newBuilder().setCode(307).setMsg("no").build());
    RowRange all = new RowRange(Optional.empty(), "", OptionalLong.empty(), OptionalLong.empty());
    OutcomeUnknownException failure =
        catchThrowableOfType(
            OutcomeUnknownException.class, () -> table.delete(all, WriteOptions.DEFAULT));
    assertThat(failure).hasMessageContaining("delete in t was done in partitions [0] of [0, 1]");
  }

  /** Shows that a put can leave a row alone that is there, and has its own time if it wants. */
  @Test
  void aPutMayBeForAbsentRowsOnlyAndHasItsOwnTime() {
    cluster("a:1");
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(1).build());
    table
        .withRequestTimeout(Duration.ofMillis(70))
        .put(Row.of("card0", 1.5), WriteOptions.DEFAULT.onlyIfAbsent(true));
    PutRequest request = rpc.lastRequest("Put");
    assertThat(request.getPutIfAbsent()).isTrue();
    assertThat(rpc.calls().get(rpc.calls().size() - 1).timeout()).isEqualTo(Duration.ofMillis(70));
    table.put(Row.of("card0", 1.5));
    PutRequest plain = rpc.lastRequest("Put");
    assertThat(plain.hasPutIfAbsent()).isFalse();
  }

  /** Shows that a missing key is an answer, and a missing table is an error. */
  @Test
  void missingKeyAndMissingTable() {
    cluster("a:1");
    rpc.answer("a:1", "Get", GetResponse.newBuilder().setCode(109).setMsg("key not found").build());
    assertThat(table.get("k", 0).found()).isFalse();

    RejectedException failure =
        catchThrowableOfType(
            RejectedException.class, () -> client.table("db", "absent").get("k", 0));
    assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(failure.serverCode()).isEqualTo(100);
  }

  /** Shows that values that do not fit are refused before anything is sent. */
  @Test
  void wrongValuesAreRefusedHere() {
    cluster("a:1");
    RejectedException failure =
        catchThrowableOfType(RejectedException.class, () -> table.put(Row.of("k")));
    assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    assertThat(rpc.endpointsOf("Put")).isEmpty();
  }

  /**
   * Shows that a client with the old columns goes on, and looks again when it meets the new one.
   */
  @Test
  void columnsThatWereAddedAreLearnedWhenTheyAreMet() {
    ShowTableResponse altered =
        ShowTableResponse.newBuilder().setCode(0).addTableInfo(altered()).build();
    rpc.answer("ns:1", "ShowTable", tables("a:1")).answer("ns:1", "ShowTable", altered);
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(3).build());
    byte[] oldRow = new WireRowCodec().encode(table("a:1"), List.of("k", 1.0)).bytes();
    byte[] newRow = new WireRowCodec().encode(altered(), List.of("k", 2.0, "x")).bytes();

    table.put(Row.of("k", 1.0));
    assertThat(((PutRequest) rpc.lastRequest("Put")).getValue().toByteArray()).isEqualTo(oldRow);
    assertThat(table.decode(oldRow)).containsExactly("k", 1.0);
    assertThat(rpc.endpointsOf("ShowTable")).hasSize(1);

    assertThat(table.decode(newRow)).containsExactly("k", 2.0, "x");
    assertThat(table.decode(oldRow)).containsExactly("k", 1.0, null);
    assertThat(rpc.endpointsOf("ShowTable")).hasSize(2);
    // The caller need not hear of it: its rows are those of before.
    table.put(Row.of("k", 1.0));
    assertThat(((PutRequest) rpc.lastRequest("Put")).getValue().toByteArray()).isEqualTo(oldRow);
    RejectedException failure =
        catchThrowableOfType(RejectedException.class, () -> table.put(Row.of("k")));
    assertThat(failure).hasMessageContaining("row has 1 values for 3 columns: [card, amt, note]");
  }

  /** Shows that a caller may have heard of a column before its client has, and before a leader. */
  @Test
  void aRowWithANewColumnIsRepeatedUntilTheLeaderHasIt() {
    ShowTableResponse altered =
        ShowTableResponse.newBuilder().setCode(0).addTableInfo(altered()).build();
    rpc.answer("ns:1", "ShowTable", tables("a:1")).answer("ns:1", "ShowTable", altered);
    rpc.answer("a:1", "Put", PutResponse.newBuilder().setCode(104).setMsg("soon").build())
        .answer("a:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(3).build());

    assertThat(table.put(Row.of("k", 2.0, "x")).version()).isEqualTo(3);
    assertThat(rpc.endpointsOf("Put")).hasSize(2);
    byte[] sent = ((PutRequest) rpc.lastRequest("Put")).getValue().toByteArray();
    assertThat(sent[1]).isEqualTo((byte) 2);
    RejectedException failure =
        catchThrowableOfType(RejectedException.class, () -> table.put(Row.of("k", 1.0, "x", "y")));
    assertThat(failure).hasMessageContaining("row has 4 values for 3 columns");
  }

  private static TableInfo altered() {
    return table("a:1").toBuilder()
        .addAddedColumnDesc(ColumnDesc.newBuilder().setName("note").setDataType(DataType.kVarchar))
        .build();
  }

  private static IndexKey key(int wantedPid) {
    for (int i = 0; ; i++) {
      if (new WireRowCodec().partition("k" + i, 2) == wantedPid) {
        return new IndexKey(0, "k" + i);
      }
    }
  }

  private static ByteString pair(long ts, String row) {
    ByteBuffer out = ByteBuffer.allocate(12 + row.length()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(8 + row.length())
        .putLong(ts)
        .put(row.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return ByteString.copyFrom(out.flip());
  }

  /** A server that is shutting down has done nothing, so the write goes to the next leader. */
  @Test
  void aServerThatShutsDownIsLeft() {
    rpc.answer("ns:1", "ShowTable", tables("a:1"));
    rpc.answer("ns:1", "ShowTable", tables("b:1"));
    rpc.rule(
        "a:1",
        "Put",
        request ->
            CompletableFuture.failedFuture(
                new RpcException(Kind.REFUSED, "a:1", RpcErrorCode.SHUTTING_DOWN, "stopping")));
    rpc.answer("b:1", "Put", PutResponse.newBuilder().setCode(0).setVersion(3).build());

    assertThat(table.put(Row.of("card0", 1.5), WriteOptions.DEFAULT).version()).isEqualTo(3);
    assertThat(rpc.endpointsOf("Put")).containsExactly("a:1", "b:1");
  }

  private void cluster(String... leaders) {
    rpc.answer("ns:1", "ShowTable", tables(leaders));
  }

  private static ShowTableResponse tables(String... leaders) {
    return tables(table(leaders));
  }

  private static ShowTableResponse tables(TableInfo table) {
    return ShowTableResponse.newBuilder().setCode(0).addTableInfo(table).build();
  }

  private static TableInfo table(String... leaders) {
    TableInfo.Builder table =
        TableInfo.newBuilder()
            .setDb("db")
            .setName("t")
            .setTid(9)
            .setPartitionNum(leaders.length)
            .addColumnDesc(ColumnDesc.newBuilder().setName("card").setDataType(DataType.kString))
            .addColumnDesc(ColumnDesc.newBuilder().setName("amt").setDataType(DataType.kDouble))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("card").addColName("card"));
    for (int pid = 0; pid < leaders.length; pid++) {
      TablePartition.Builder partition = TablePartition.newBuilder().setPid(pid);
      if (!leaders[pid].isEmpty()) {
        partition
            .addPartitionMeta(
                PartitionMeta.newBuilder()
                    .setEndpoint("dead:1")
                    .setIsLeader(true)
                    .setIsAlive(false))
            .addPartitionMeta(
                PartitionMeta.newBuilder().setEndpoint(leaders[pid]).setIsLeader(true));
      }
      table.addTablePartition(partition);
    }
    return table.build();
  }
}
