package io.holdfast.tablet.query;

import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcConnection;
import io.holdfast.protocol.rpc.RpcException;
import io.holdfast.protocol.rpc.RpcException.Kind;
import io.holdfast.protocol.rpc.RpcReply;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A call of this tablet's own service, without a network in between. */
final class LocalCall<R extends Message> implements RpcCall {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final String HERE = "this tablet";

  private final R answerType;
  private final CompletableFuture<RpcReply<R>> answer = new CompletableFuture<>();

  LocalCall(R answerType) {
    this.answerType = answerType;
  }

  /** Completed on the thread that answers, which is a partition's loop: go elsewhere at once. */
  CompletableFuture<RpcReply<R>> answer() {
    return answer;
  }

  @Override
  public void reply(Message response, ByteBuffer attachment) {
    @SuppressWarnings("unchecked") // a method answers in its own type
    R typed = (R) answerType.getClass().cast(response);
    answer.complete(new RpcReply<>(typed, attachment));
  }

  @Override
  public void fail(int code, String text) {
    answer.completeExceptionally(new RpcException(Kind.OUTCOME_UNKNOWN, HERE, code, text));
  }

  @Override
  public ByteBuffer attachment() {
    return NOTHING;
  }

  @Override
  public String remoteAddress() {
    return HERE;
  }

  @Override
  public RpcConnection connection() {
    throw new UnsupportedOperationException("a call from within has no connection");
  }
}
