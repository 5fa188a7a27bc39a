package io.holdfast.protocol.rpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port that speaks baidu_std and HTTP/1.1 with JSON, told apart by the first bytes. See
 * docs/formats/wire.md. Thread-safe.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // what fails here ends the connection, which is noticed
public final class RpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);

  private static final int BACKLOG = 1024;

  /** Answers that may wait for a peer before its connection is no longer read. */
  private static final WriteBufferWaterMark WRITE_MARKS =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  private final String host;
  private final int wantedPort;
  private final ServerContext context;
  private final RpcEventLoops loops;
  private final boolean ownsLoops;
  private volatile Channel listener;
  private boolean closed;

  private RpcServer(Builder builder) {
    host = builder.host;
    wantedPort = builder.port;
    context =
        new ServerContext(
            new ServiceRegistry(builder.services, builder.pages, builder.apis), builder.settings);
    ownsLoops = builder.loops == null;
    loops = ownsLoops ? RpcEventLoops.create("rpc-server") : builder.loops;
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins to listen.
   *
   * @return this
   * @throws IOException when the address cannot be listened on; its message names the address and
   *     says what to do
   */
  public synchronized RpcServer start() throws IOException {
    if (closed || listener != null) {
      throw new IllegalStateException("a server is started once");
    }
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(RpcEventLoops.serverSocketType())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_MARKS)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(new InetSocketAddress(host, wantedPort))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          "cannot listen on "
              + Endpoints.format(host, wantedPort)
              + ": "
              + bound.cause()
              + ". Stop the process that uses this port, or configure another host or port.",
          bound.cause());
    }
    listener = bound.channel();
    LOG.info("listening on {}", Endpoints.format(host, port()));
    return this;
  }

  /** The port that is listened on; of use when port 0 was asked for. */
  public int port() {
    Channel channel = listener;
    if (channel == null) {
      throw new IllegalStateException("the server has not been started");
    }
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  private void accept(SocketChannel channel) {
    if (context.isClosing() || !context.admitConnection()) {
      LOG.debug(
          "refusing a connection from {}: {} are open",
          channel.remoteAddress(),
          context.settings.maxConnections());
      channel.close();
      return;
    }
    channel.closeFuture().addListener(gone -> context.connectionGone());
    var connection = new ServerConnection(context, channel);
    channel
        .pipeline()
        .addLast(new FlushConsolidationHandler(256, true))
        .addLast(new ReadGate(connection))
        .addLast(new StallGuard(context.settings.stallMillis()))
        .addLast(new ProtocolSniffer(connection))
        .addLast(ServerTail.NAME, new ServerTail(connection));
    connection.start();
  }

  /**
   * Stops accepting, lets requests in flight finish up to the grace of the settings, and closes.
   * Requests that arrive meanwhile are refused. Blocks that long, unless called on an I/O thread:
   * then connections are closed without a grace. May be called again.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    context.beginClosing();
    boolean mayWait = !loops.isIoThread();
    if (listener != null) {
      ChannelFuture stopped = listener.close();
      if (mayWait) {
        stopped.awaitUninterruptibly();
      }
    }
    if (mayWait) {
      context.connections.forEach(ServerConnection::end);
      awaitConnections();
    }
    context.connections.forEach(ServerConnection::close);
    if (ownsLoops) {
      loops.close();
    }
  }

  private void awaitConnections() {
    long deadline =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(context.settings.closeGraceMillis());
    for (ServerConnection connection : context.connections) {
      connection
          .channel()
          .closeFuture()
          .awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
  }

  /** What is shared by the connections, for tests. */
  ServerContext context() {
    return context;
  }

  /** Collects what a server needs. */
  public static final class Builder {
    private final List<ServiceDefinition> services = new ArrayList<>();
    private final Map<String, HttpGetHandler> pages = new HashMap<>();
    private final Map<String, HttpApi> apis = new TreeMap<>();
    private RpcServerSettings settings = RpcServerSettings.defaults();
    private RpcEventLoops loops;
    private String host = "127.0.0.1";
    private int port;

    private Builder() {}

    /** The name or address to listen on; by default only this machine is served. */
    public Builder host(String value) {
      host = value;
      return this;
    }

    /** The port to listen on; 0, the default, takes a free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Serves a service, too. */
    public Builder service(ServiceDefinition value) {
      services.add(value);
      return this;
    }

    /**
     * Serves a plain page, too.
     *
     * @param path for example {@code /metrics}
     */
    public Builder httpGet(String path, HttpGetHandler handler) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("a path begins with /: " + path);
      }
      if (pages.putIfAbsent(path, handler) != null) {
        throw new IllegalArgumentException(path + " has a handler already");
      }
      return this;
    }

    /**
     * Serves everything below a path, too, whatever the method.
     *
     * @param prefix for example {@code /api/v1}
     */
    public Builder httpApi(String prefix, HttpApi api) {
      if (!prefix.startsWith("/") || prefix.endsWith("/")) {
        throw new IllegalArgumentException("a prefix begins with / and does not end so: " + prefix);
      }
      if (apis.putIfAbsent(prefix, api) != null) {
        throw new IllegalArgumentException(prefix + " has a handler already");
      }
      return this;
    }

    public Builder settings(RpcServerSettings value) {
      settings = value;
      return this;
    }

    /** Uses these threads, which stay the caller's; by default the server has its own. */
    public Builder eventLoops(RpcEventLoops value) {
      loops = value;
      return this;
    }

    public RpcServer build() {
      return new RpcServer(this);
    }
  }
}
