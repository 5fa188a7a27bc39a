package io.holdfast.protocol.rpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The baidu_std frame: header, meta, body, attachment. See docs/formats/wire.md. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class StdFrame {
  /** {@code PRPC}. */
  static final int MAGIC = 0x50525043;

  /** Magic, size of everything behind the header, size of the meta. */
  static final int HEADER_BYTES = 12;

  /**
   * Largest meta. It holds two names, an error text and a credential; a larger one is an attack or
   * noise, and it must fit in memory before the frame can be refused with an answer.
   */
  static final int MAX_META_BYTES = 64 << 10;

  private StdFrame() {}

  /**
   * Bytes of a frame with this content. A long, because only then it can be compared to a bound.
   */
  static long frameBytes(RpcMeta meta, Message body, int attachmentBytes) {
    return (long) HEADER_BYTES
        + meta.getSerializedSize()
        + (body == null ? 0 : body.getSerializedSize())
        + attachmentBytes;
  }

  /**
   * Queues a frame on a channel; the caller flushes. On the channel's event loop only, so that the
   * two parts of a frame with an attachment stay together.
   *
   * @param body null for none
   * @return done when the last byte has been handed to the kernel
   */
  static ChannelFuture write(Channel channel, RpcMeta meta, Message body, ByteBuffer attachment) {
    assert channel.eventLoop().inEventLoop();
    int attachmentBytes = attachment.remaining();
    ByteBuf head = encode(channel, meta, body, attachmentBytes);
    if (attachmentBytes == 0) {
      return channel.write(head);
    }
    // The attachment is wrapped, not copied: it may be megabytes of rows.
    channel.write(head, channel.voidPromise());
    return channel.write(Unpooled.wrappedBuffer(attachment.slice()));
  }

  private static ByteBuf encode(Channel channel, RpcMeta meta, Message body, int attachmentBytes) {
    int metaBytes = meta.getSerializedSize();
    int bodyBytes = body == null ? 0 : body.getSerializedSize();
    int size = metaBytes + bodyBytes;
    ByteBuf buffer = channel.alloc().ioBuffer(HEADER_BYTES + size);
    try {
      buffer.writeInt(MAGIC).writeInt(size + attachmentBytes).writeInt(metaBytes);
      var out = CodedOutputStream.newInstance(buffer.nioBuffer(HEADER_BYTES, size));
      meta.writeTo(out);
      if (body != null) {
        body.writeTo(out);
      }
      out.checkNoSpaceLeft();
      buffer.writerIndex(HEADER_BYTES + size);
      return buffer;
    } catch (IOException | RuntimeException e) {
      buffer.release();
      throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
    }
  }

  /** Parses a message from bytes of a buffer, which is not consumed and not kept. */
  static <M extends Message> M parse(M prototype, ByteBuf buffer, int index, int length)
      throws IOException {
    @SuppressWarnings("unchecked") // a message's parser makes messages of its own type
    M message =
        (M)
            prototype
                .getParserForType()
                .parseFrom(CodedInputStream.newInstance(buffer.nioBuffer(index, length)));
    return message;
  }

  /** A copy, because a handler may keep it longer than the read buffer lives. */
  static ByteBuffer copy(ByteBuf buffer, int index, int length) {
    if (length == 0) {
      return ByteBuffer.allocate(0).asReadOnlyBuffer();
    }
    byte[] bytes = new byte[length];
    buffer.getBytes(index, bytes);
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }
}
