package io.holdfast.nameserver.system;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.row.KeyCodec;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.RowView;
import io.holdfast.protocol.row.SchemaException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.protocol.rpc.RpcCaller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the rows into {@code GLOBAL_VARIABLES} that it begins with: a client of OpenMLDB that finds
 * the table without them takes every insert for a job of an offline cluster.
 *
 * <p>Every leadership puts them once more, with a time from before any user could have set a
 * variable. So a value that was set stays the newest, which is the only one that the table keeps.
 *
 * <p>Not thread-safe: every call comes from the controller's loop.
 */
public final class GlobalVariables {
  private static final Logger LOG = LoggerFactory.getLogger(GlobalVariables.class);
  private static final MethodDescriptor PUT =
      Tablet.getDescriptor().findServiceByName("TabletServer").findMethodByName("Put");
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long BEFORE_ALL_MILLIS = 1;

  /** Name and value of each. */
  private static final List<List<String>> ROWS =
      List.of(
          List.of("execute_mode", "online"),
          List.of("enable_trace", "false"),
          List.of("sync_job", "false"),
          List.of("job_timeout", "20000"));

  private final RpcCaller caller;
  private final Consumer<Runnable> loop;
  private final IntConsumer filled;

  private long filledEpoch;
  private int filledTid;
  private boolean asking;
  private long retryAt;

  /**
   * @param loop runs a task on the controller's loop
   * @param filled told, on the loop, the id of a table that has its rows
   */
  public GlobalVariables(RpcCaller caller, Consumer<Runnable> loop, IntConsumer filled) {
    this.caller = caller;
    this.loop = loop;
    this.filled = filled;
  }

  /**
   * Does what is missing. To be called at the end of each turn.
   *
   * @param state the truth; null while it is not known
   */
  public void endOfTurn(ClusterState state, long epoch, long now) {
    if (state == null || asking || now - retryAt < 0) {
      return;
    }
    TableSpec table =
        state.table(SystemTables.INFORMATION_SCHEMA_DB, SystemTables.GLOBAL_VARIABLES);
    if (table == null || (filledEpoch == epoch && filledTid == table.tid())) {
      return;
    }
    PartitionRecord record = state.partition(new PartitionId(table.tid(), 0));
    if (record == null || record.phase() != Phase.LEAD) {
      return;
    }
    asking = true;
    put(requests(table), record.leader().endpoint())
        .whenComplete(
            (trouble, failure) -> {
              String why = failure == null ? trouble : String.valueOf(failure.getMessage());
              loop.accept(() -> answered(table.tid(), epoch, why, now));
            });
  }

  private void answered(int tid, long epoch, String trouble, long askedAt) {
    asking = false;
    if (trouble.isEmpty()) {
      filledEpoch = epoch;
      filledTid = tid;
      filled.accept(tid);
    } else {
      retryAt = askedAt + RETRY_NANOS;
      LOG.debug("the variables are not in their table yet: {}", trouble);
    }
  }

  /** Completes with what is in the way; empty when all is done. */
  private CompletableFuture<String> put(List<PutRequest> requests, String leader) {
    CompletableFuture<String> all = CompletableFuture.completedFuture("");
    for (PutRequest request : requests) {
      CompletableFuture<PutResponse> answer =
          caller.call(leader, PUT, request, PutResponse.getDefaultInstance(), TIMEOUT);
      all =
          all.thenCombine(
              answer,
              (trouble, response) ->
                  response.getCode() == 0 ? trouble : response.getCode() + " " + response.getMsg());
    }
    return all;
  }

  private static List<PutRequest> requests(TableSpec table) {
    try {
      TableSchema schema = TableSchema.of(TableInfo.parseFrom(table.definition()));
      List<PutRequest> requests = new ArrayList<>();
      for (List<String> values : ROWS) {
        byte[] row = new RowEncoder(schema).encode(values);
        byte[] key = KeyCodec.key(schema, schema.firstIndex(), RowView.of(schema, row));
        requests.add(
            PutRequest.newBuilder()
                .setTid(table.tid())
                .setPid(0)
                .setTime(BEFORE_ALL_MILLIS)
                .setValue(ByteString.copyFrom(row))
                .setPutIfAbsent(true)
                .addDimensions(
                    Dimension.newBuilder()
                        .setKeyBytes(ByteString.copyFrom(key))
                        .setIdx(schema.firstIndex().position()))
                .build());
      }
      return requests;
    } catch (InvalidProtocolBufferException | SchemaException | RowFormatException e) {
      throw new IllegalStateException("the rows of " + table + " cannot be made", e);
    }
  }
}
