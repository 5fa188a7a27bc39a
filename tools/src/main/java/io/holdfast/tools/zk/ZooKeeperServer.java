package io.holdfast.tools.zk;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * One ZooKeeper server inside this process, alone or of an ensemble: the real one, through its
 * public embedding interface.
 */
public final class ZooKeeperServer implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

  private final ZooKeeperServerEmbedded server;
  private final String connectString;

  private ZooKeeperServer(ZooKeeperServerEmbedded server, String connectString) {
    this.server = server;
    this.connectString = connectString;
  }

  /**
   * Starts the server and returns once it serves.
   *
   * @throws IOException if it cannot; the message says what to do about it
   */
  public static ZooKeeperServer start(ZooKeeperConfig config) throws IOException {
    // ZooKeeper itself reports a port in use only in its log and then never becomes ready, so we
    // look first.
    requireFree(config.host(), config.port());
    Files.createDirectories(config.dataDirectory());
    if (!config.servers().isEmpty()) {
      Files.writeString(config.dataDirectory().resolve("myid"), config.serverId() + "\n");
    }
    ZooKeeperServerEmbedded server = null;
    try {
      server =
          ZooKeeperServerEmbedded.builder()
              .baseDir(config.dataDirectory().toAbsolutePath())
              .configuration(properties(config))
              .exitHandler(ExitHandler.LOG_ONLY)
              .build();
      server.start(START_TIMEOUT.toMillis());
      int port = config.port() == 0 ? portOf(server.getConnectionString()) : config.port();
      return new ZooKeeperServer(server, config.host() + ":" + port);
    } catch (Exception e) {
      if (server != null) {
        server.close();
      }
      throw new IOException(
          "ZooKeeper does not start: "
              + e
              + ". Look into the log above; data directory "
              + config.dataDirectory().toAbsolutePath(),
          e);
    }
  }

  /** Where clients connect, as {@code host:port}. */
  public String connectString() {
    return connectString;
  }

  @Override
  public void close() {
    server.close();
  }

  private static Properties properties(ZooKeeperConfig config) {
    Properties properties = new Properties();
    properties.setProperty("clientPort", Integer.toString(config.port()));
    properties.setProperty("clientPortAddress", config.host());
    properties.setProperty("dataDir", config.dataDirectory().toAbsolutePath().toString());
    properties.setProperty("tickTime", Integer.toString(config.tickMillis()));
    properties.setProperty("minSessionTimeout", Integer.toString(config.minSessionTimeoutMillis()));
    properties.setProperty("maxSessionTimeout", Integer.toString(config.maxSessionTimeoutMillis()));
    properties.setProperty("maxClientCnxns", Integer.toString(config.maxConnectionsPerHost()));
    if (!config.servers().isEmpty()) {
      properties.setProperty("initLimit", "20");
      properties.setProperty("syncLimit", "10");
      for (int i = 0; i < config.servers().size(); i++) {
        properties.setProperty("server." + (i + 1), config.servers().get(i));
      }
    }
    // The admin server needs Jetty, which we do not ship.
    properties.setProperty("admin.enableServer", "false");
    properties.setProperty("4lw.commands.whitelist", "ruok,srvr,mntr");
    properties.setProperty("autopurge.snapRetainCount", "3");
    properties.setProperty("autopurge.purgeInterval", "1");
    return properties;
  }

  private static void requireFree(String host, int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on "
              + host
              + ":"
              + port
              + " ("
              + e.getMessage()
              + "). Is another ZooKeeper running there? Stop it, or choose another port with"
              + " --port=N",
          e);
    }
  }

  private static int portOf(String connectionString) {
    return Integer.parseInt(connectionString.substring(connectionString.lastIndexOf(':') + 1));
  }
}
