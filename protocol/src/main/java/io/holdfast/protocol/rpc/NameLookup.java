package io.holdfast.protocol.rpc;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks host names up away from the I/O threads: the JDK's lookup blocks, for seconds when a name
 * server is down. Thread-safe.
 */
final class NameLookup {
  private static final int QUEUE = 1024;

  private static final ThreadPoolExecutor THREAD = thread();

  private NameLookup() {}

  private static ThreadPoolExecutor thread() {
    var pool =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE),
            task -> {
              var thread = new Thread(task, "rpc-name-lookup");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Completes at once for a numeric address, else on the lookup thread. */
  static CompletableFuture<InetSocketAddress> resolve(InetSocketAddress unresolved) {
    String host = unresolved.getHostString();
    int port = unresolved.getPort();
    byte[] numeric = NetUtil.createByteArrayFromIpAddressString(host);
    var result = new CompletableFuture<InetSocketAddress>();
    if (numeric != null) {
      try {
        result.complete(new InetSocketAddress(InetAddress.getByAddress(numeric), port));
      } catch (UnknownHostException e) {
        result.completeExceptionally(e);
      }
      return result;
    }
    try {
      THREAD.execute(
          () -> {
            try {
              result.complete(new InetSocketAddress(InetAddress.getByName(host), port));
            } catch (UnknownHostException | RuntimeException e) {
              result.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(new UnknownHostException("too many names wait to be looked up"));
    }
    return result;
  }
}
