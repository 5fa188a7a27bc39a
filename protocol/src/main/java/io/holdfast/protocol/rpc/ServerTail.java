package io.holdfast.protocol.rpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** End of every accepted connection's pipeline: writability and whatever went wrong. */
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
    if (cause instanceof IOException) {
      // A reset by the peer and the like: everyday.
      LOG.debug("closing the connection from {}: {}", connection, cause.toString());
    } else {
      LOG.warn("closing the connection from {}", connection, cause);
    }
    ctx.close();
  }
}
