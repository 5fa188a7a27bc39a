package io.holdfast.tablet.rpc;

import com.google.protobuf.Message;
import io.holdfast.common.error.StatusCode;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.rpc.RpcCall;
import io.holdfast.protocol.rpc.RpcConnection;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * Recognises puts that brpc has sent a second time by itself, since their connection broke before
 * the answer came: OpenMLDB's clients do not name their writes, and a row that is put twice would
 * be found twice.
 *
 * <p>brpc numbers the attempts of one call one behind the other, and leaves out more numbers than
 * there are attempts between two calls. So a put is a repetition when it comes from the same host
 * over another connection, has one of the next few numbers, and is the same in every field. It has
 * the answer of the first attempt, unless nothing was written by that.
 *
 * <p>It is remembered here and not in the log, since brpc repeats at once and at the same tablet;
 * for as long as it takes to forget, there are two generations of which the older is given up when
 * the younger is full. Thread-safe.
 */
final class RepeatedPuts {
  /** Attempts of brpc beyond the first, at most. */
  private static final int MOST_REPETITIONS = 3;

  private static final int MOST_PUTS = 20_000;

  private record Number(String host, long id) {}

  private record Attempt(
      RpcConnection connection, int hash, CompletableFuture<PutResponse> answer) {}

  private volatile ConcurrentMap<Number, Attempt> young = new ConcurrentHashMap<>();
  private volatile ConcurrentMap<Number, Attempt> old = new ConcurrentHashMap<>();

  /** What serves a put. */
  @FunctionalInterface
  interface Handler {
    void put(RpcCall call);
  }

  /** Serves a put, or has it answered as its first attempt is. */
  void serve(PutRequest request, RpcCall call, Handler handler) {
    if (request.hasWriteName() || call.correlationId() == 0) {
      // Named writes are recognised by whoever leads, for a long time.
      handler.put(call);
      return;
    }
    String host = host(call.remoteAddress());
    Attempt attempt = new Attempt(call.connection(), request.hashCode(), new CompletableFuture<>());
    RpcCall remembered = new Remembered(call, attempt.answer());
    Attempt first = first(host, call.correlationId(), attempt);
    if (first == null) {
      keep(new Number(host, call.correlationId()), attempt);
      handler.put(remembered);
      return;
    }
    var unused =
        first
            .answer()
            .thenAccept(
                answer -> {
                  boolean mayBeWritten =
                      answer.getCode() == StatusCode.OK.number()
                          || answer.getCode() == StatusCode.OUTCOME_UNKNOWN.number();
                  if (mayBeWritten) {
                    call.reply(answer);
                  } else {
                    handler.put(call);
                  }
                });
  }

  private Attempt first(String host, long id, Attempt attempt) {
    for (int i = 1; i <= MOST_REPETITIONS; i++) {
      Number number = new Number(host, id - i);
      Attempt found = young.get(number);
      if (found == null) {
        found = old.get(number);
      }
      if (found != null
          && found.hash() == attempt.hash()
          && found.connection() != attempt.connection()) {
        return found;
      }
    }
    return null;
  }

  private void keep(Number number, Attempt attempt) {
    ConcurrentMap<Number, Attempt> into = young;
    into.put(number, attempt);
    if (into.size() >= MOST_PUTS) {
      turn(into);
    }
  }

  private synchronized void turn(ConcurrentMap<Number, Attempt> full) {
    if (young == full) {
      old = full;
      young = new ConcurrentHashMap<>();
    }
  }

  private static String host(String address) {
    int colon = address.lastIndexOf(':');
    return colon < 0 ? address : address.substring(0, colon);
  }

  /** A call whose answer is kept for repetitions. */
  private record Remembered(RpcCall call, CompletableFuture<PutResponse> answer)
      implements RpcCall {
    @Override
    public void reply(Message response, ByteBuffer attachment) {
      // First: the connection may be gone, and the repetition waits.
      answer.complete((PutResponse) response);
      call.reply(response, attachment);
    }

    @Override
    public void fail(int code, String text) {
      answer.complete(PutResponse.newBuilder().setCode(code).setMsg(text).build());
      call.fail(code, text);
    }

    @Override
    public void header(String name, Supplier<String> value) {
      call.header(name, value);
    }

    @Override
    public ByteBuffer attachment() {
      return call.attachment();
    }

    @Override
    public String remoteAddress() {
      return call.remoteAddress();
    }

    @Override
    public RpcConnection connection() {
      return call.connection();
    }
  }
}
