package io.holdfast.tablet.session;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.tablet.query.TableSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ZooKeeper told that this tablet lives, and learns who the nameservers are.
 *
 * <p>One thread compares what stands in ZooKeeper with what shall stand there, and mends it: after
 * every event, and every few seconds because events get lost. So it makes no difference whether a
 * node was never made, was left by an earlier life, or went with an expired session. An expired
 * session has no other consequence: whether this tablet leads is settled by terms, not by sessions.
 *
 * <p>Thread-safe.
 */
public final class ZkSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZkSession.class);

  private static final long LOOK_MILLIS = 3_000;
  private static final long RETRY_MILLIS = 500;
  private static final int CONNECT_MILLIS = 2_000;

  private final ZkSettings settings;
  private final CuratorFramework zookeeper;
  private final ScheduledExecutorService thread;
  private final NameserverDirectory nameservers;
  private final PublishedTables tables;
  private final CompletableFuture<String> clusterId = new CompletableFuture<>();
  private final AtomicBoolean poked = new AtomicBoolean();
  private volatile List<EphemeralNode> registration = List.of();
  private volatile boolean registered;
  private volatile boolean away;
  private volatile boolean closed;

  public ZkSession(ZkSettings settings) {
    this.settings = settings;
    ZKClientConfig client = new ZKClientConfig();
    // Without it the client looks for a login configuration and warns at every start.
    client.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    this.zookeeper =
        CuratorFrameworkFactory.builder()
            .connectString(settings.servers())
            .sessionTimeoutMs(settings.sessionTimeoutMillis())
            .connectionTimeoutMs(CONNECT_MILLIS)
            // The next look is the retry.
            .retryPolicy(new RetryOneTime(100))
            .zkClientConfig(client)
            // The servers are those of the settings, whatever the ensemble says of itself.
            .ensembleTracker(false)
            .build();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "zk-session");
              made.setDaemon(true);
              return made;
            });
    this.nameservers = new NameserverDirectory(zookeeper, settings.nameservers(), event -> poke());
    this.tables = new PublishedTables(zookeeper, settings.tables(), settings.tablesCounter());
  }

  /** Begins to connect, and does not wait for it. */
  public void start() {
    zookeeper
        .getConnectionStateListenable()
        .addListener((client, state) -> onConnectionState(state));
    zookeeper.start();
    thread.scheduleWithFixedDelay(this::poke, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    poke();
  }

  private void onConnectionState(ConnectionState state) {
    switch (state) {
      case CONNECTED, RECONNECTED -> {
        LOG.info("ZooKeeper at {} is connected", settings.servers());
        // A new session has no watches.
        tables.changed();
        poke();
      }
      case SUSPENDED ->
          LOG.warn("ZooKeeper at {} does not answer; serving goes on", settings.servers());
      case LOST -> {
        registered = false;
        LOG.warn("the session with ZooKeeper has expired; serving goes on, and so do attempts");
        poke();
      }
      default -> {}
    }
  }

  private void poke() {
    if (!closed && poked.compareAndSet(false, true)) {
      try {
        thread.execute(this::look);
      } catch (RejectedExecutionException e) {
        // Closed meanwhile.
        poked.set(false);
      }
    }
  }

  private void look() {
    poked.set(false);
    if (closed) {
      return;
    }
    try {
      if (!clusterId.isDone()) {
        clusterId.complete(new ClusterIdNode(zookeeper, settings.clusterId()).get());
      }
      nameservers.refresh();
      List<EphemeralNode> wanted = registration;
      for (EphemeralNode node : wanted) {
        node.ensure();
      }
      registered = !wanted.isEmpty();
      away = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      sayAway(e);
      retry();
    }
  }

  /** Once per outage: an attempt every half second would fill the log. */
  private void sayAway(Exception cause) {
    if (!away && !closed) {
      away = true;
      LOG.warn("ZooKeeper at {}: {}; trying on", settings.servers(), cause.toString());
    }
  }

  private void retry() {
    try {
      thread.schedule(this::poke, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("closed while ZooKeeper was away");
    }
  }

  /**
   * Waits for the id of the cluster.
   *
   * @return empty when ZooKeeper does not answer in time
   */
  public Optional<String> awaitClusterId(long millis) throws InterruptedException {
    try {
      return Optional.of(clusterId.get(millis, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing completes it so", e);
    }
  }

  /** The id of the cluster, whenever it is known. */
  public CompletableFuture<String> clusterId() {
    return clusterId.copy();
  }

  /**
   * From now on the tablet is announced. To be called by the one process that holds the tablet's
   * data directory and port; see {@link EphemeralNode#ensure}.
   */
  public void register(LiveRecord record) {
    String endpoint = record.endpoint();
    registration =
        List.of(
            // First what OpenMLDB's tools look at, last what the nameserver acts on.
            new EphemeralNode(
                zookeeper,
                settings.node(endpoint),
                endpoint.getBytes(StandardCharsets.UTF_8),
                event -> poke()),
            new EphemeralNode(
                zookeeper, settings.live(endpoint), record.encode(), event -> poke()));
    poke();
  }

  /** Whether the announcement stood at the last look. */
  public boolean isRegistered() {
    return registered;
  }

  /** The nameservers, as last known; empty until the first are found. */
  public List<NodeId> nameservers() {
    return nameservers.known();
  }

  /** The tables that the nameserver publishes; to be read when somebody wants to know. */
  public TableSource tables() {
    return tables;
  }

  /** Ends the session, so that the announcement vanishes at once. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    zookeeper.close();
  }
}
