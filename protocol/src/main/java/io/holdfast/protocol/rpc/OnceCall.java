package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a call that both protocols share: one answer, given on the event loop. */
abstract class OnceCall implements RpcCall {
  private static final Logger LOG = LoggerFactory.getLogger(OnceCall.class);

  final ServerConnection connection;
  private final AtomicBoolean answered = new AtomicBoolean();

  OnceCall(ServerConnection connection) {
    this.connection = connection;
  }

  /** Writes the answer. On the event loop. */
  abstract void writeReply(Message response, ByteBuffer attachment);

  /** Writes the failure. On the event loop. */
  abstract void writeFailure(int code, String text);

  @Override
  public final void reply(Message response, ByteBuffer attachment) {
    if (response == null || attachment == null) {
      throw new NullPointerException("an answer has a message and an attachment");
    }
    if (first()) {
      connection.run(() -> writeReply(response, attachment));
    }
  }

  @Override
  public final void fail(int code, String text) {
    if (code == 0) {
      throw new IllegalArgumentException("0 is the code of success");
    }
    if (first()) {
      connection.run(() -> writeFailure(code, text));
    }
  }

  private boolean first() {
    if (answered.compareAndSet(false, true)) {
      return true;
    }
    LOG.warn("a call from {} was answered again; ignored", connection, new IllegalStateException());
    return false;
  }

  @Override
  public String remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public RpcConnection connection() {
    return connection;
  }
}
