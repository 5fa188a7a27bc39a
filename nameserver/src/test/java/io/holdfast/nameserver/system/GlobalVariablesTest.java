package io.holdfast.nameserver.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.Member;
import io.holdfast.protocol.model.MemberSet;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.ReplicaUid;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcCaller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The variables get into their table, whatever answers come. */
class GlobalVariablesTest {
  private static final NodeId LEADER = new NodeId("127.0.0.1:21");
  private static final long RETRY = 500_000_000L;

  private final ClusterState state = new ClusterState();
  private final List<PutRequest> puts = new ArrayList<>();
  private final List<CompletableFuture<PutResponse>> answers = new ArrayList<>();
  private final List<Integer> filled = new ArrayList<>();
  private final GlobalVariables variables =
      new GlobalVariables(new Caller(), Runnable::run, filled::add);
  private TableSpec table;

  /** Keeps what it is asked, to be answered later. */
  private final class Caller implements RpcCaller {
    @Override
    @SuppressWarnings("unchecked")
    public <R extends Message> CompletableFuture<R> call(
        String endpoint, MethodDescriptor method, Message request, R response, Duration timeout) {
      assertThat(endpoint).isEqualTo(LEADER.endpoint());
      assertThat(method.getName()).isEqualTo("Put");
      puts.add((PutRequest) request);
      CompletableFuture<PutResponse> answer = new CompletableFuture<>();
      answers.add(answer);
      return (CompletableFuture<R>) answer;
    }
  }

  @BeforeEach
  void setUp() {
    TableSpec wanted =
        SystemTables.all(1).stream().filter(SystemTables::isGlobalVariables).findFirst().get();
    table = new TableSpec(7, wanted.db(), wanted.name(), 1, wanted.options(), wanted.definition());
  }

  private void hasTable() {
    state.loadTable(table, 0);
    MemberSet members = new MemberSet(List.of(new Member(LEADER, new ReplicaUid(1, 1))));
    state.loadPartition(
        new PartitionRecord(
            new PartitionId(7, 0), 1, 2, Phase.LEAD, LEADER, 1, members, List.of(), 0, 0),
        0);
  }

  private void answer(int code) {
    List<CompletableFuture<PutResponse>> open = List.copyOf(answers);
    answers.clear();
    open.forEach(answer -> answer.complete(PutResponse.newBuilder().setCode(code).build()));
  }

  @Test
  void everyRowIsPutOnceForEachLeadership() throws Exception {
    variables.endOfTurn(null, 1, 0);
    variables.endOfTurn(state, 1, 0);
    assertThat(puts).as("no table yet").isEmpty();
    hasTable();
    variables.endOfTurn(state, 1, 0);
    variables.endOfTurn(state, 1, 1);
    assertThat(puts).hasSize(4);
    TableSchema schema = TableSchema.of(TableInfo.parseFrom(table.definition()));
    List<Object> names = new ArrayList<>();
    for (PutRequest put : puts) {
      List<Object> row = RowView.of(schema, put.getValue().toByteArray()).values();
      names.add(row.get(0));
      assertThat(put.getDimensions(0).getKey()).isEqualTo(row.get(0));
      assertThat(put.getTime()).as("older than what users set").isEqualTo(1);
      assertThat(put.getTid()).isEqualTo(7);
      assertThat(put.getPutIfAbsent()).isTrue();
    }
    assertThat(names).contains("execute_mode", "enable_trace", "sync_job", "job_timeout");
    answer(0);
    assertThat(filled).containsExactly(7);
    variables.endOfTurn(state, 1, 2);
    assertThat(puts).hasSize(4);
    variables.endOfTurn(state, 2, 3);
    assertThat(puts).as("another leadership").hasSize(8);
  }

  /** Nobody is told that a table is filled before every row was taken. */
  @Test
  void aRefusalIsFollowedByAnotherTry() {
    hasTable();
    variables.endOfTurn(state, 1, 0);
    answers.remove(0).complete(PutResponse.newBuilder().setCode(103).build());
    answer(0);
    assertThat(filled).isEmpty();
    variables.endOfTurn(state, 1, RETRY - 1);
    assertThat(puts).hasSize(4);
    variables.endOfTurn(state, 1, RETRY);
    assertThat(puts).hasSize(8);
    answers.remove(0).completeExceptionally(new IllegalStateException("cut off"));
    answer(0);
    assertThat(filled).isEmpty();
    variables.endOfTurn(state, 1, 2 * RETRY);
    answer(0);
    assertThat(filled).containsExactly(7);
  }
}
