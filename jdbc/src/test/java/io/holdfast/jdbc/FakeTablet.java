package io.holdfast.jdbc;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.openmldb.tablet.DeleteRequest;
import io.holdfast.protocol.openmldb.tablet.GeneralResponse;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaRequest;
import io.holdfast.protocol.openmldb.tablet.GetTableSchemaResponse;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.tablet.QueryRequest;
import io.holdfast.protocol.openmldb.tablet.QueryResponse;
import io.holdfast.protocol.openmldb.tablet.Tablet;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcServer;
import io.holdfast.protocol.rpc.RpcServerSettings;
import io.holdfast.protocol.rpc.ServiceDefinition;
import io.holdfast.sql.query.Parameters;
import io.holdfast.sql.query.QueryResult;
import io.holdfast.sql.query.ResultColumn;
import io.holdfast.sql.query.ResultEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** A tablet that speaks the wire: it keeps what it is told, and answers as the test wants it. */
final class FakeTablet implements AutoCloseable {
  /** What was asked. */
  record Asked(QueryRequest request, Parameters parameters) {}

  /** An answer; null stands for none at all. */
  record Reply(int code, String message, QueryResult result) {
    static Reply refusal(int code, String message) {
      return new Reply(code, message, null);
    }
  }

  /** Does not answer. */
  static final Function<Asked, Reply> SILENT = asked -> null;

  /** What a write is answered with when it is not to be answered. */
  static final int NO_ANSWER = -1;

  final List<Asked> queries = new CopyOnWriteArrayList<>();
  final List<PutRequest> puts = new CopyOnWriteArrayList<>();
  final List<DeleteRequest> deletes = new CopyOnWriteArrayList<>();
  private final RpcServer server;
  private volatile Function<Asked, Reply> answers =
      asked -> Reply.refusal(1000, "nothing was prepared");
  private volatile ToIntFunction<PutRequest> putCodes = put -> 0;

  FakeTablet() {
    try {
      server =
          RpcServer.builder()
              .settings(RpcServerSettings.defaults().withCloseGraceMillis(0))
              .service(
                  ServiceDefinition.builder(
                          Tablet.getDescriptor().findServiceByName("TabletServer"))
                      .unary("Query", QueryRequest.getDefaultInstance(), this::query)
                      .unary("Put", PutRequest.getDefaultInstance(), this::put)
                      .unary("Delete", DeleteRequest.getDefaultInstance(), this::delete)
                      .unary(
                          "GetTableSchema",
                          GetTableSchemaRequest.getDefaultInstance(),
                          (request, call) ->
                              call.reply(
                                  GetTableSchemaResponse.newBuilder()
                                      .setCode(100)
                                      .setMsg("table does not exist")
                                      .build()))
                      .build())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String endpoint() {
    return "127.0.0.1:" + server.port();
  }

  /** From now on queries are answered so. */
  void answer(Function<Asked, Reply> how) {
    answers = how;
  }

  /** From now on queries are answered with these rows. */
  void answer(List<ResultColumn> columns, List<List<Object>> rows) {
    Reply reply = new Reply(0, "", result(columns, rows));
    answers = asked -> reply;
  }

  /** From now on puts are answered with these codes, or {@link #NO_ANSWER}. */
  void answerPuts(ToIntFunction<PutRequest> codes) {
    putCodes = codes;
  }

  static QueryResult result(List<ResultColumn> columns, List<List<Object>> rows) {
    try {
      RowEncoder encoder = new RowEncoder(ResultEncoder.tableSchema(columns));
      List<byte[]> encoded = new ArrayList<>();
      long bytes = 0;
      for (List<Object> row : rows) {
        byte[] one = encoder.encode(row);
        encoded.add(one);
        bytes += one.length;
      }
      return new QueryResult(columns, encoded, bytes);
    } catch (RowFormatException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void query(QueryRequest request, RpcCall call) {
    Asked asked = new Asked(request, parameters(request, call.attachment()));
    queries.add(asked);
    Reply reply = answers.apply(asked);
    if (reply == null) {
      return;
    }
    QueryResponse.Builder response =
        QueryResponse.newBuilder().setCode(reply.code()).setMsg(reply.message());
    if (reply.result() == null) {
      call.reply(response.build());
      return;
    }
    QueryResult result = reply.result();
    response
        .setCount(result.rows().size())
        .setByteSize((int) result.byteSize())
        .setSchema(ByteString.copyFrom(ResultEncoder.schema(result.columns())))
        .setRowSlices(1);
    call.reply(response.build(), ByteBuffer.wrap(ResultEncoder.rows(result)));
  }

  private static Parameters parameters(QueryRequest request, ByteBuffer attachment) {
    byte[] row = new byte[attachment.remaining()];
    attachment.get(row);
    List<ColumnType> types =
        request.getParameterTypesList().stream()
            .map(type -> ColumnType.of(type).orElseThrow())
            .toList();
    try {
      if (!types.isEmpty() && request.getParameterRowSize() != row.length) {
        throw new IllegalStateException("the size of the parameters is not what was said");
      }
      return Parameters.decode(types, row);
    } catch (io.holdfast.sql.SqlException e) {
      throw new IllegalStateException(e);
    }
  }

  private void put(PutRequest request, RpcCall call) {
    puts.add(request);
    int code = putCodes.applyAsInt(request);
    if (code != NO_ANSWER) {
      call.reply(PutResponse.newBuilder().setCode(code).setMsg("as the test wants it").build());
    }
  }

  private void delete(DeleteRequest request, RpcCall call) {
    deletes.add(request);
    call.reply(GeneralResponse.newBuilder().setCode(0).setMsg("ok").build());
  }

  @Override
  public void close() {
    server.close();
  }
}
