package io.holdfast.tablet.session;

import io.holdfast.tablet.Ports;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** A real ZooKeeper in this process, which can be away for a while and can end sessions. */
public final class TestZooKeeper implements AutoCloseable {
  private static final int TICK_MILLIS = 200;

  private final Path directory;
  private final String address = Ports.freeEndpoint();
  private ZooKeeperServer server;
  private ServerCnxnFactory connections;

  public TestZooKeeper(Path directory) throws Exception {
    this.directory = directory;
    start();
  }

  public String address() {
    return address;
  }

  public void start() throws Exception {
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    server =
        new ZooKeeperServer(
            directory.resolve("snapshots").toFile(),
            directory.resolve("log").toFile(),
            TICK_MILLIS);
    connections = ServerCnxnFactory.createFactory(new InetSocketAddress("127.0.0.1", port), 100);
    connections.startup(server);
  }

  public void stop() {
    connections.shutdown();
    connections = null;
  }

  /** Ends all sessions as if their clients had been silent for too long. */
  void expireSessions() {
    for (long session : List.copyOf(server.getSessionTracker().globalSessions())) {
      server.closeSession(session);
    }
  }

  @Override
  public void close() {
    if (connections != null) {
      stop();
    }
  }
}
