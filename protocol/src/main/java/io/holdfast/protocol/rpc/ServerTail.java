package io.holdfast.protocol.rpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** End of every accepted connection's pipeline: writability and whatever went wrong. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class ServerTail extends ChannelInboundHandlerAdapter {
  static final String NAME = "tail";

  private static final Logger LOG = LoggerFactory.getLogger(ServerTail.class);

  private final ServerConnection connection;

  ServerTail(ServerConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    connection.updateReading();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException || cause instanceof CodecException) {
      // A reset by the peer, garbled HTTP and the like: everyday, and nothing of ours is wrong.
      LOG.debug("closing the connection from {}: {}", connection, cause.toString());
    } else {
      LOG.warn("closing the connection from {}", connection, cause);
    }
    ctx.close();
  }
}
