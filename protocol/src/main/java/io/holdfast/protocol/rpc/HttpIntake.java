package io.holdfast.protocol.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpContentException;
import io.netty.util.ReferenceCountUtil;

/** What HTTP requests pass before they are complete. */
final class HttpIntake {
  private HttpIntake() {}

  /** Tells the connection that a request has begun, and how much of it is kept. */
  static final class Clock extends ChannelInboundHandlerAdapter {
    /** Requests up to this size get an answer even when memory is short. */
    private static final int SPARED_BYTES = 64 << 10;

    private final ServerConnection connection;

    Clock(ServerConnection connection) {
      this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      connection.received(false, true);
      connection.buffered(connection.buffered() + ((ByteBuf) message).readableBytes());
      if (connection.server().isOverloaded() && connection.buffered() > SPARED_BYTES) {
        ReferenceCountUtil.release(message);
        connection.drop("sends a large request to a server that holds too much already");
        return;
      }
      ctx.fireChannelRead(message);
    }
  }

  /**
   * Gathers a request with its body. One that is too large takes its place in the queue as a
   * request that cannot be read; answering it here would overtake the requests before it.
   */
  static final class BodyLimit extends HttpObjectAggregator {
    BodyLimit(int maxBodyBytes) {
      super(maxBodyBytes);
    }

    @Override
    protected Object newContinueResponse(
        HttpMessage start, int maxContentLength, ChannelPipeline pipeline) {
      boolean tooLong = HttpUtil.getContentLength(start, -1L) > maxContentLength;
      return tooLong ? null : super.newContinueResponse(start, maxContentLength, pipeline);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
      HttpRequest request = (HttpRequest) oversized;
      var stub =
          new DefaultFullHttpRequest(request.protocolVersion(), request.method(), request.uri());
      String text = "a body may have at most " + maxContentLength() + " bytes";
      stub.setDecoderResult(DecoderResult.failure(new TooLongHttpContentException(text)));
      ctx.fireChannelRead(stub);
    }
  }
}
