package io.holdfast.protocol.rpc;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The I/O threads of a process. A process makes one and hands it to its server and its client, so
 * that it has few threads; whoever makes it closes it, last. Thread-safe.
 *
 * <p>On Linux Netty's own use of epoll is taken where its library is there: fewer system calls for
 * each message than through the JDK's selector.
 */
public final class RpcEventLoops implements AutoCloseable {
  /** Threads when nothing else is asked for. */
  public static final int DEFAULT_THREADS = 2;

  private static final long CLOSE_WAIT_MILLIS = 2_000;
  private static final boolean EPOLL = Epoll.isAvailable();

  private final EventLoopGroup group;

  private RpcEventLoops(EventLoopGroup group) {
    this.group = group;
  }

  /** {@value #DEFAULT_THREADS} daemon threads, named {@code <name>-<n>-<m>}. */
  public static RpcEventLoops create(String name) {
    return create(name, DEFAULT_THREADS);
  }

  /** The given number of daemon threads, named {@code <name>-<n>-<m>}. */
  public static RpcEventLoops create(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, is " + threads);
    }
    return new RpcEventLoops(
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory(name, true),
            EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()));
  }

  /** The sockets that these threads serve. */
  static Class<? extends SocketChannel> socketType() {
    return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  static Class<? extends ServerSocketChannel> serverSocketType() {
    return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  EventLoopGroup group() {
    return group;
  }

  /** Whether the calling thread is one of these. */
  boolean isIoThread() {
    for (var executor : group) {
      if (executor.inEventLoop()) {
        return true;
      }
    }
    return false;
  }

  /** Ends the threads. Waits up to two seconds for them, unless called on one of them. */
  @Override
  public void close() {
    var ended = group.shutdownGracefully(0, CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
    if (!isIoThread()) {
      ended.awaitUninterruptibly(CLOSE_WAIT_MILLIS);
    }
  }
}
