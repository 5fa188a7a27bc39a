package io.holdfast.client.discovery;

import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Opens sessions with ZooKeeper that do not wait longer than they were told. */
public final class ZooKeeperSession {
  private static final int CLOSE_TIMEOUT_MILLIS = 200;

  private ZooKeeperSession() {}

  /** How to reach ZooKeeper. The authentication may be null: none. */
  public record Options(
      String connectString,
      Duration connectTimeout,
      Duration sessionTimeout,
      String authScheme,
      String authText) {
    public static Options of(String connectString) {
      return new Options(connectString, Duration.ofSeconds(5), Duration.ofSeconds(10), null, null);
    }
  }

  /**
   * A connected session.
   *
   * @param events sees the session's later changes of state
   * @throws DiscoveryException at stage CONNECT, after the connect time-out at the latest
   */
  public static ZooKeeper open(Options options, Watcher events)
      throws DiscoveryException, InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    Watcher watcher =
        event -> {
          if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            connected.countDown();
          }
          events.process(event);
        };
    ZooKeeper zooKeeper = create(options, watcher);
    if (options.authText() != null && !options.authText().isEmpty()) {
      zooKeeper.addAuthInfo(
          options.authScheme(),
          options.authText().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    if (!connected.await(options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
      close(zooKeeper);
      throw new DiscoveryException(
          Stage.CONNECT,
          "no answer from ZooKeeper at "
              + options.connectString()
              + " within "
              + options.connectTimeout().toMillis()
              + " ms",
          null);
    }
    return zooKeeper;
  }

  /** Ends the session; returns soon even when ZooKeeper is away. */
  public static void close(ZooKeeper zooKeeper) {
    // The ZooKeeper client's own close waits for an answer that may never come.
    Thread closer =
        new Thread(
            () -> {
              try {
                zooKeeper.close(CLOSE_TIMEOUT_MILLIS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "holdfast-zookeeper-close");
    closer.setDaemon(true);
    closer.start();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_TIMEOUT_MILLIS);
    try {
      // When ZooKeeper has ended the session there is nothing to wait for; but its client rests for
      // a tenth of a second then, which is much for a shell's command.
      while (closer.isAlive()
          && zooKeeper.getState() != ZooKeeper.States.CLOSED
          && System.nanoTime() - deadline < 0) {
        closer.join(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ZooKeeper create(Options options, Watcher watcher) throws DiscoveryException {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(
        ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT,
        Long.toString(options.connectTimeout().toMillis()));
    if (System.getProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY) == null
        && System.getProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY) == null) {
      // Looking for a login configuration takes time at start, and there is none.
      config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    }
    try {
      return new ZooKeeper(
          options.connectString(),
          (int) options.sessionTimeout().toMillis(),
          watcher,
          false,
          config);
    } catch (IOException | IllegalArgumentException e) {
      throw new DiscoveryException(
          Stage.CONNECT,
          "cannot use ZooKeeper at " + options.connectString() + ": " + e.getMessage(),
          e);
    }
  }
}
