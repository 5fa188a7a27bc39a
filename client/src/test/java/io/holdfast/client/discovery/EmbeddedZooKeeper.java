package io.holdfast.client.discovery;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/** A ZooKeeper of its own for a test. */
final class EmbeddedZooKeeper implements AutoCloseable {
  private final ZooKeeperServerEmbedded server;
  private final ZooKeeper client;

  EmbeddedZooKeeper(Path directory) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("tickTime", "500");
    properties.setProperty("clientPort", Integer.toString(freePort()));
    properties.setProperty("clientPortAddress", "127.0.0.1");
    properties.setProperty("admin.enableServer", "false");
    server =
        ZooKeeperServerEmbedded.builder()
            .baseDir(directory)
            .configuration(properties)
            .exitHandler(ExitHandler.LOG_ONLY)
            .build();
    server.start(10_000);
    client = ZooKeeperSession.open(ZooKeeperSession.Options.of(connectString()), event -> {});
  }

  String connectString() throws Exception {
    return server.getConnectionString();
  }

  void put(String path, String data) throws Exception {
    String[] parts = path.substring(1).split("/");
    StringBuilder at = new StringBuilder();
    for (String part : parts) {
      at.append('/').append(part);
      if (client.exists(at.toString(), false) == null) {
        client.create(
            at.toString(), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      }
    }
    client.setData(path, data.getBytes(StandardCharsets.UTF_8), -1);
  }

  void delete(String path) throws Exception {
    client.delete(path, -1);
  }

  @Override
  public void close() throws Exception {
    client.close();
    server.close();
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
