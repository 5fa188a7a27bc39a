package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.RpcException.Kind;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * One request of a client, from the call to the answer. After it was handed to its link it belongs
 * to the link's event loop.
 *
 * <p>It counts as in flight until the answer is there <em>and</em> its bytes have been handed to
 * the kernel. Were it to stop counting when its time is over, calls to a peer that has stopped
 * reading could pile up in the channel without a bound.
 */
final class PendingCall<R extends Message> {
  final RpcMeta.Builder meta;
  final Message request;
  final ByteBuffer attachment;
  final long bytes;

  /** Where the answer goes; null for a one-way message. */
  final CompletableFuture<RpcReply<R>> answer;

  private final String endpoint;
  private final R prototype;

  /** Ends the wait when the time is over. */
  Future<?> timer;

  /** 0 until it is written to a channel. */
  long correlationId;

  boolean isWritten;
  private boolean isWriteDone;
  private boolean isDone;

  PendingCall(
      String endpoint,
      RpcMeta.Builder meta,
      Message request,
      ByteBuffer attachment,
      long bytes,
      R prototype,
      CompletableFuture<RpcReply<R>> answer) {
    this.endpoint = endpoint;
    this.meta = meta;
    this.request = request;
    this.attachment = attachment;
    this.bytes = bytes;
    this.prototype = prototype;
    this.answer = answer;
  }

  boolean isOneWay() {
    return answer == null;
  }

  boolean isDone() {
    return isDone;
  }

  /** Its bytes are with the kernel, or will never be. Returns whether it stops counting now. */
  boolean writeDone() {
    boolean before = isWriteDone;
    isWriteDone = true;
    return !before && (isDone || isOneWay());
  }

  /** The caller gets its outcome. Returns whether it stops counting now. */
  private boolean done() {
    isDone = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return isWriteDone || !isWritten;
  }

  /** Takes the answer. Returns whether this stops counting now. */
  boolean complete(RpcMeta answerMeta, ByteBuf buffer, int index, int length) {
    boolean over = done();
    int code = answerMeta.getResponse().getErrorCode();
    if (code != 0) {
      Kind kind = RpcErrorCode.neverServed(code) ? Kind.REFUSED : Kind.OUTCOME_UNKNOWN;
      String text = answerMeta.getResponse().getErrorText();
      answer.completeExceptionally(new RpcException(kind, endpoint, code, text));
      return over;
    }
    try {
      int attachmentBytes = answerMeta.getAttachmentSize();
      if (attachmentBytes < 0 || attachmentBytes > length || answerMeta.getCompressType() != 0) {
        throw new IOException("an attachment or compression that does not fit");
      }
      int messageBytes = length - attachmentBytes;
      R message = StdFrame.parse(prototype, buffer, index, messageBytes);
      ByteBuffer extra = StdFrame.copy(buffer, index + messageBytes, attachmentBytes);
      answer.complete(new RpcReply<>(message, extra));
    } catch (IOException e) {
      answer.completeExceptionally(
          new RpcException(Kind.OUTCOME_UNKNOWN, endpoint, "an unreadable answer", e));
    }
    return over;
  }

  /** Gives up. Returns whether this stops counting now. */
  boolean fail(Kind kind, String text, Throwable cause) {
    boolean over = done();
    if (answer != null) {
      answer.completeExceptionally(new RpcException(kind, endpoint, text, cause));
    }
    return over;
  }
}
