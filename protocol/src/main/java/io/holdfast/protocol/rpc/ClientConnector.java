package io.holdfast.protocol.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the connections of one link. On the link's event loop. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
final class ClientConnector {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnector.class);

  private final String endpoint;
  private final RpcClientSettings settings;
  private final EventLoop loop;

  ClientConnector(String endpoint, RpcClientSettings settings, EventLoop loop) {
    this.endpoint = endpoint;
    this.settings = settings;
    this.loop = loop;
  }

  /** Whether a failed attempt says nothing about who listens there. */
  static boolean isTimeout(Throwable cause) {
    return cause instanceof ConnectTimeoutException;
  }

  /** Tries once. Exactly one of the two is called, on the event loop, perhaps at once. */
  void connect(StdFrameDecoder.Sink sink, Consumer<Channel> connected, Consumer<Throwable> failed) {
    InetSocketAddress address;
    try {
      address = Endpoints.parse(endpoint);
    } catch (IllegalArgumentException e) {
      failed.accept(e);
      return;
    }
    long beginNanos = System.nanoTime();
    NameLookup.resolve(address)
        .orTimeout(settings.connectMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (resolved, failure) ->
                onLoop(
                    () -> {
                      if (failure != null) {
                        failed.accept(new IOException("no address for the name: " + failure));
                      } else {
                        open(resolved, beginNanos, sink, connected, failed);
                      }
                    }));
  }

  private void onLoop(Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }

  private void open(
      InetSocketAddress address,
      long beginNanos,
      StdFrameDecoder.Sink sink,
      Consumer<Channel> connected,
      Consumer<Throwable> failed) {
    long spent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
    int left = (int) Math.max(1, Math.min(Integer.MAX_VALUE, settings.connectMillis() - spent));
    ChannelFuture attempt =
        new Bootstrap()
            .group(loop)
            .channel(RpcEventLoops.socketType())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, left)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(new FlushConsolidationHandler(256, true))
                        .addLast(new StallGuard(settings.stallMillis()))
                        .addLast(new StdFrameDecoder(settings.maxFrameBytes(), sink))
                        .addLast(new Tail());
                  }
                })
            .connect(address);
    attempt.addListener(
        done -> {
          if (attempt.isSuccess()) {
            connected.accept(attempt.channel());
          } else {
            failed.accept(attempt.cause());
          }
        });
  }

  /** Whatever goes wrong ends the connection. */
  private final class Tail extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof IOException) {
        LOG.debug("{}: the connection broke: {}", endpoint, cause.toString());
      } else {
        LOG.warn("{}: closing the connection", endpoint, cause);
      }
      ctx.close();
    }
  }
}
