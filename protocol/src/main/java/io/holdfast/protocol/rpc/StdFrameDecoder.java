package io.holdfast.protocol.rpc;

import io.holdfast.protocol.rpc.meta.RpcMeta;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.util.List;

/**
 * Cuts a stream into frames and hands them, one at a time, to a {@link Sink}. Memory grows with the
 * bytes that have arrived and never with the size that a header declares.
 */
final class StdFrameDecoder extends ByteToMessageDecoder {
  /** Receives what the decoder finds. Called on the event loop. */
  interface Sink {
    /** False: leave what has arrived where it is until {@link StdFrameDecoder#resume()}. */
    boolean mayDecode();

    /**
     * A complete frame. The buffer belongs to the decoder and is valid during the call only.
     *
     * @param bodyIndex where body and attachment begin in the buffer
     * @param bodyBytes their size together
     * @param frameBytes size of the whole frame
     */
    void onFrame(RpcMeta meta, ByteBuf buffer, int bodyIndex, int bodyBytes, int frameBytes);

    /** False: an incomplete frame is not to be kept any longer, for want of memory. */
    default boolean mayBuffer() {
      return true;
    }

    /**
     * A frame that is larger than allowed, or not to be kept; its bytes are skipped as they come.
     */
    void onSkipped(RpcMeta meta, long frameBytes);

    /** The stream is not, or no longer, one of frames. Nothing more is decoded. */
    void onMalformed(String reason);

    /** How many bytes are kept here, because they are not decoded yet. */
    default void onBuffered(int bytes) {}

    /** After a read has been decoded: whether the beginning of another frame waits. */
    default void onDecoded(boolean frames, boolean partial) {}
  }

  private final int maxFrameBytes;
  private final Sink sink;
  private ChannelHandlerContext context;
  private long skipBytes;
  private boolean broken;
  private boolean sawFrame;

  StdFrameDecoder(int maxFrameBytes, Sink sink) {
    this.maxFrameBytes = maxFrameBytes;
    this.sink = sink;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Goes on with what waits, after {@link Sink#mayDecode()} had said no. On the event loop. */
  void resume() throws Exception {
    if (!context.isRemoved()) {
      channelRead(context, Unpooled.EMPTY_BUFFER);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    super.channelRead(ctx, message);
    boolean frames = sawFrame;
    sawFrame = false;
    sink.onBuffered(actualReadableBytes());
    sink.onDecoded(frames, !broken && (skipBytes > 0 || actualReadableBytes() > 0));
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
    } else if (skipBytes > 0) {
      skip(in);
    } else if (in.readableBytes() >= StdFrame.HEADER_BYTES && sink.mayDecode()) {
      decodeFrame(in);
    }
  }

  private void skip(ByteBuf in) {
    int now = (int) Math.min(skipBytes, in.readableBytes());
    in.skipBytes(now);
    skipBytes -= now;
  }

  private void decodeFrame(ByteBuf in) {
    int start = in.readerIndex();
    if (in.getInt(start) != StdFrame.MAGIC) {
      malformed(in, "a frame does not begin with PRPC");
      return;
    }
    long size = in.getUnsignedInt(start + 4);
    long metaBytes = in.getUnsignedInt(start + 8);
    if (metaBytes > size || metaBytes > StdFrame.MAX_META_BYTES) {
      malformed(in, "meta of " + metaBytes + " bytes in a frame of " + size);
      return;
    }
    long frameBytes = StdFrame.HEADER_BYTES + size;
    boolean incomplete = in.readableBytes() < frameBytes;
    boolean unwanted = frameBytes > maxFrameBytes || (incomplete && !sink.mayBuffer());
    // Of a frame that is not taken only the meta is awaited: it holds the id to answer to.
    long needed = unwanted ? StdFrame.HEADER_BYTES + metaBytes : frameBytes;
    if (in.readableBytes() < needed) {
      return;
    }
    RpcMeta meta;
    int metaIndex = start + StdFrame.HEADER_BYTES;
    try {
      meta = StdFrame.parse(RpcMeta.getDefaultInstance(), in, metaIndex, (int) metaBytes);
    } catch (IOException e) {
      malformed(in, "unreadable meta: " + e.getMessage());
      return;
    }
    sawFrame = true;
    if (unwanted) {
      skipBytes = frameBytes;
      skip(in);
      sink.onBuffered(in.readableBytes());
      sink.onSkipped(meta, frameBytes);
      return;
    }
    in.skipBytes((int) frameBytes);
    sink.onBuffered(in.readableBytes());
    int bodyIndex = metaIndex + (int) metaBytes;
    sink.onFrame(meta, in, bodyIndex, (int) (size - metaBytes), (int) frameBytes);
  }

  private void malformed(ByteBuf in, String reason) {
    broken = true;
    in.skipBytes(in.readableBytes());
    sink.onMalformed(reason);
  }
}
