package io.holdfast.protocol.rpc;

import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.holdfast.protocol.rpc.meta.RpcResponseMeta;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that came in a baidu_std frame. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class StdCall extends OnceCall {
  private static final Logger LOG = LoggerFactory.getLogger(StdCall.class);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final RpcResponseMeta SUCCESS = RpcResponseMeta.getDefaultInstance();

  /** Longest error text. It travels in the meta, whose size is bounded on the other side. */
  private static final int MAX_TEXT_CHARS = 4096;

  private final long correlationId;
  private final long requestBytes;
  private final ByteBuffer attachment;

  StdCall(
      ServerConnection connection, long correlationId, long requestBytes, ByteBuffer attachment) {
    super(connection);
    this.correlationId = correlationId;
    this.requestBytes = requestBytes;
    this.attachment = attachment;
  }

  @Override
  public ByteBuffer attachment() {
    return attachment.duplicate();
  }

  @Override
  public long correlationId() {
    return correlationId;
  }

  @Override
  void writeReply(Message response, ByteBuffer replyAttachment) {
    var meta = RpcMeta.newBuilder().setResponse(SUCCESS).setCorrelationId(correlationId);
    int attachmentBytes = replyAttachment.remaining();
    if (attachmentBytes > 0) {
      meta.setAttachmentSize(attachmentBytes);
    }
    RpcMeta built = meta.build();
    long bytes = StdFrame.frameBytes(built, response, attachmentBytes);
    int most = connection.server().settings.maxFrameBytes();
    if (bytes > most) {
      writeFailure(
          RpcErrorCode.BAD_RESPONSE, "an answer of " + bytes + " bytes; at most " + most + " fit");
      return;
    }
    write(built, response, replyAttachment, bytes);
  }

  @Override
  void writeFailure(int code, String text) {
    String shown = text == null ? "" : text;
    if (shown.length() > MAX_TEXT_CHARS) {
      shown = shown.substring(0, MAX_TEXT_CHARS) + "...";
    }
    var failure = RpcResponseMeta.newBuilder().setErrorCode(code).setErrorText(shown);
    RpcMeta meta =
        RpcMeta.newBuilder().setResponse(failure).setCorrelationId(correlationId).build();
    write(meta, null, NOTHING, StdFrame.frameBytes(meta, null, 0));
  }

  private void write(RpcMeta meta, Message body, ByteBuffer replyAttachment, long bytes) {
    Channel channel = connection.channel();
    connection.replace(requestBytes, bytes);
    if (!channel.isActive()) {
      connection.finish(bytes);
      return;
    }
    try {
      connection.finishAfter(StdFrame.write(channel, meta, body, replyAttachment), bytes);
      channel.flush();
    } catch (RuntimeException e) {
      LOG.warn("an answer to {} cannot be written; closing the connection", connection, e);
      connection.finish(bytes);
      channel.close();
    }
  }
}
