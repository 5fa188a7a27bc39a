package io.holdfast.nameserver;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** A real ZooKeeper server that can be stopped and started again with what it holds. */
public final class TestZooKeeper implements AutoCloseable {
  private static final long START_MILLIS = 60_000;
  private static final int TICK_MILLIS = 100;

  private final Path directory;
  private final int port;
  private ZooKeeperServerEmbedded server;

  public TestZooKeeper(Path directory) throws Exception {
    this.directory = directory;
    this.port = freePort();
    start();
  }

  /** A port that nobody listened on a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public void start() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("clientPort", Integer.toString(port));
    properties.setProperty("clientPortAddress", "127.0.0.1");
    properties.setProperty("dataDir", directory.toString());
    properties.setProperty("tickTime", Integer.toString(TICK_MILLIS));
    properties.setProperty("maxClientCnxns", "0");
    properties.setProperty("admin.enableServer", "false");
    server =
        ZooKeeperServerEmbedded.builder()
            .baseDir(directory)
            .configuration(properties)
            .exitHandler(ExitHandler.LOG_ONLY)
            .build();
    server.start(START_MILLIS);
  }

  public void stop() {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  /** A client to look with. */
  public ZooKeeper connect() throws IOException {
    return new ZooKeeper(address(), 10_000, event -> {});
  }

  @Override
  public void close() {
    stop();
  }
}
