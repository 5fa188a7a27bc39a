package io.holdfast.client.discovery;

import io.holdfast.client.discovery.DiscoveryException.Stage;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Finds the active nameserver in ZooKeeper and hears of changes to the tables there.
 *
 * <p>Thread-safe. One thread of its own talks to ZooKeeper and owns the session; it starts with the
 * first question. An expired session is replaced at the next question or at once when somebody
 * listens for changes.
 */
public final class ZooKeeperNameServers implements NameServerLocator {
  private final ZooKeeperSession.Options options;
  private final String root;
  private final ExecutorService owner;

  private volatile String known;
  private volatile Map<String, String> addresses = Map.of();
  private volatile Runnable onTableChange;

  // Touched by the owner thread only.
  private ZooKeeper session;

  public ZooKeeperNameServers(ZooKeeperSession.Options options, String root) {
    this.options = options;
    this.root = root;
    this.owner =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread thread = new Thread(work, "holdfast-client-discovery");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public CompletableFuture<String> active(boolean refresh) {
    String current = known;
    return current != null && !refresh
        ? CompletableFuture.completedFuture(current)
        : submit(this::look);
  }

  @Override
  public String dialled(String endpoint) {
    return addresses.getOrDefault(endpoint, endpoint);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The next question tries again.
  public void onTableChange(Runnable action) {
    onTableChange = action;
    submit(this::watch);
  }

  @Override
  public void close() {
    try {
      owner.execute(
          () -> {
            if (session != null) {
              ZooKeeperSession.close(session);
              session = null;
            }
          });
    } catch (RejectedExecutionException alreadyClosed) {
      return;
    }
    owner.shutdown();
  }

  private String look() throws DiscoveryException, InterruptedException {
    ClusterTree tree = new ClusterTree(session(), root);
    String endpoint = tree.leaderEndpoint();
    addresses = tree.realEndpoints();
    known = dialled(endpoint);
    return known;
  }

  private Void watch() throws DiscoveryException, InterruptedException {
    session();
    return null;
  }

  private ZooKeeper session() throws DiscoveryException, InterruptedException {
    if (session != null && session.getState().isAlive()) {
      return session;
    }
    session = ZooKeeperSession.open(options, this::sessionChanged);
    if (onTableChange != null) {
      // Changes made while no session watched are unknown, so say that there may be some.
      armNotify();
      onTableChange.run();
    }
    return session;
  }

  private void armNotify() throws DiscoveryException, InterruptedException {
    new ClusterTree(session, root).watchNotify(this::notifyChanged);
  }

  @SuppressWarnings(
      "FutureReturnValueIgnored") // A session that is gone arms the watch when renewed.
  private void notifyChanged(WatchedEvent event) {
    if (event.getType() == Watcher.Event.EventType.None) {
      return;
    }
    // Armed before the action runs: a change in between then leads to one more action.
    submit(
        () -> {
          session();
          armNotify();
          onTableChange.run();
          return null;
        });
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The next question opens a session, too.
  private void sessionChanged(WatchedEvent event) {
    if (event.getState() == Watcher.Event.KeeperState.Expired && onTableChange != null) {
      submit(this::watch);
    }
  }

  private <T> CompletableFuture<T> submit(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      owner.execute(
          () -> {
            try {
              result.complete(work.call());
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              result.completeExceptionally(new DiscoveryException(Stage.CONNECT, "interrupted", e));
            } catch (DiscoveryException e) {
              result.completeExceptionally(e);
            } catch (Exception e) {
              result.completeExceptionally(
                  new DiscoveryException(Stage.CONNECT, "error in discovery: " + e, e));
            }
          });
    } catch (RejectedExecutionException closed) {
      result.completeExceptionally(
          new DiscoveryException(Stage.CONNECT, "the client is closed", closed));
    }
    return result;
  }
}
