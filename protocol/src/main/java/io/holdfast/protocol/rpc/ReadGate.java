package io.holdfast.protocol.rpc;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Holds back reads while a connection is paused. Turning automatic reading off is not enough: a
 * decoder that has decoded nothing asks for more bytes by itself, and a paused one decodes nothing.
 * So a peer that never reads its answers could fill the decoder without a bound.
 */
final class ReadGate extends ChannelOutboundHandlerAdapter {
  private final ServerConnection connection;

  ReadGate(ServerConnection connection) {
    this.connection = connection;
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (connection.mayDecode()) {
      ctx.read();
    }
  }
}
