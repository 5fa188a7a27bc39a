package io.holdfast.nameserver;

import io.holdfast.common.metrics.Metrics;
import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import io.holdfast.nameserver.api.ApiDoor;
import io.holdfast.nameserver.driver.ControllerDriver;
import io.holdfast.nameserver.driver.ServerStatus;
import io.holdfast.nameserver.rpc.NameServerService;
import io.holdfast.nameserver.rpc.StatusPages;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.store.Fence;
import io.holdfast.nameserver.store.FenceHolder;
import io.holdfast.nameserver.store.ZkLeadership;
import io.holdfast.nameserver.store.ZkMetaStore;
import io.holdfast.nameserver.store.ZkSession;
import io.holdfast.nameserver.store.ZkViewStore;
import io.holdfast.nameserver.system.GlobalVariables;
import io.holdfast.nameserver.system.SystemTables;
import io.holdfast.nameserver.view.PublishedView;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.PeerIdentity;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.protocol.rpc.HttpAnswer;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.protocol.rpc.RpcServer;
import io.holdfast.protocol.rpc.ServiceDefinition;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A nameserver, joined of its parts. It serves from the moment it is started; whether it is active
 * is between it, its peers and ZooKeeper.
 */
public final class NameServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);
  private static final long CLOSE_MILLIS = 2_000;

  private final NameServerConfig config;
  private final long incarnation = new SecureRandom().nextLong();
  private final FenceHolder fences = new FenceHolder();
  private final PeerDoor door = new PeerDoor();
  private final ScheduledThreadPoolExecutor storeThread = thread("meta-store");
  private final ScheduledThreadPoolExecutor zkThread = thread("leadership");
  private final RpcEventLoops ioLoops = RpcEventLoops.create("rpc");
  private final RpcClient client = RpcClient.create(RpcClientSettings.defaults(), ioLoops);
  private final ZkSession session;
  private final ZkMetaStore store;
  private final ZkLeadership leadership;
  private final ControllerDriver driver;
  private final RpcServer server;
  private volatile PeerTransport transport;
  private boolean closed;

  private NameServer(NameServerConfig config) {
    this.config = config;
    Clock clock = SystemClock.INSTANCE;
    String root = config.zkRootPath();
    session = new ZkSession(config.zkCluster(), config.zkSessionTimeoutMillis());
    store =
        new ZkMetaStore(session, root, fences, clock, storeThread, this::hand, new StoreOutcomes());
    PublishedView view =
        new PublishedView(
            new ZkViewStore(session, root, fences, zkThread, this::hand),
            SystemTables::isGlobalVariables);
    leadership =
        new ZkLeadership(
            session, root, config.endpoint(), zkThread, this::hand, new LeadershipEvents());
    driver = new ControllerDriver(config.controller(), clock, store, view, leadership::standDown);
    Metrics metrics = new Metrics();
    NameServerMetrics.addTo(metrics, this::status, driver::figures, this::zooKeeperTrouble);
    ServiceDefinition service =
        new NameServerService(
                driver,
                leadership::activeEndpoint,
                leadership::endpoints,
                clock::nanoTime,
                clock::currentTimeMillis)
            .definition();
    server =
        new StatusPages(this::status)
            .addTo(
                RpcServer.builder()
                    .host(config.host())
                    .port(config.port())
                    .eventLoops(ioLoops)
                    .service(service)
                    .httpApi(ApiDoor.PREFIX, new ApiDoor(service))
                    .service(PeerTransport.peerService(door))
                    .httpGet(
                        "/metrics",
                        query -> new HttpAnswer(200, Metrics.CONTENT_TYPE, metrics.text())))
            .build();
  }

  /**
   * Starts a nameserver.
   *
   * @throws IOException when its port cannot be listened on; the message says what to do
   */
  public static NameServer start(NameServerConfig config) throws IOException {
    NameServer nameServer = new NameServer(config);
    try {
      nameServer.server.start();
    } catch (IOException e) {
      nameServer.close();
      throw e;
    }
    nameServer.session.start();
    nameServer.leadership.start();
    return nameServer;
  }

  private static ScheduledThreadPoolExecutor thread(String name) {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    // What comes late, from a connection that is just ending, is of no interest any more.
    executor.setRejectedExecutionHandler(new ScheduledThreadPoolExecutor.DiscardPolicy());
    return executor;
  }

  /** The parts that are made before the driver reach its loop by way of this. */
  private void hand(Runnable task) {
    driver.hand(task);
  }

  /** Where it serves. */
  public String endpoint() {
    return config.endpoint();
  }

  /** How it is. */
  public ServerStatus status() {
    return driver.status(leadership.activeEndpoint(), zooKeeperTrouble());
  }

  private String zooKeeperTrouble() {
    String trouble = leadership.trouble();
    return trouble.isEmpty() ? store.trouble() : trouble;
  }

  /** Gives leadership up at once, so that a standby need not wait, and ends. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    PeerTransport open = transport;
    if (open != null) {
      open.close();
    }
    leadership.close();
    server.close();
    end(zkThread);
    end(storeThread);
    session.close();
    driver.close();
    client.close();
    ioLoops.close();
    LOG.info("nameserver {} has ended", config.endpoint());
  }

  private static void end(ScheduledThreadPoolExecutor thread) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private final class StoreOutcomes implements ZkMetaStore.Outcomes {
    @Override
    public void committed(MetaTransaction transaction, CommitResult result) {
      driver.onCommitted(transaction, result);
    }

    @Override
    public void loaded(long ticket, long epoch, ClusterState state) {
      driver.onLoaded(ticket, epoch, state);
    }
  }

  private final class LeadershipEvents implements ZkLeadership.Listener {
    @Override
    public void identified(String clusterId) {
      LOG.info("this is a nameserver of cluster {}", clusterId);
      PeerIdentity self = new PeerIdentity(new NodeId(config.endpoint()), incarnation, clusterId);
      PeerTransport opened = new PeerTransport(self, client);
      opened.onPeerClosed(driver::onPeerClosed);
      driver.connect(opened.newOutbox());
      driver.keep(new GlobalVariables(client, driver::hand, driver::release));
      door.open(opened.receiver((from, life, messages) -> driver.onMessages(from, messages)));
      transport = opened;
    }

    @Override
    public void won(Fence fence) {
      fences.raise(fence);
      driver.activate(fence.epoch());
    }

    @Override
    public void lost(String reason) {
      store.stopReading();
      driver.deactivate(reason);
    }
  }
}
