package io.holdfast.tools.zk;

import io.holdfast.common.config.SettingsReader;
import io.holdfast.common.config.Unit;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Settings of {@code --role=zookeeper}. */
public final class ZooKeeperConfig {
  private static final Pattern SERVERS =
      Pattern.compile("[^:,]+:[0-9]+:[0-9]+(,[^:,]+:[0-9]+:[0-9]+)*");

  private final Path dataDirectory;
  private final String host;
  private final int port;
  private final int tickMillis;
  private final int minSessionTimeoutMillis;
  private final int maxSessionTimeoutMillis;
  private final int maxConnectionsPerHost;
  private final List<String> servers;
  private final int serverId;

  /** Declares the settings and takes their values. */
  public ZooKeeperConfig(SettingsReader in) {
    dataDirectory =
        Path.of(
            in.text(
                "data_dir",
                "zookeeper-data",
                value -> !value.isBlank(),
                "a directory",
                "Directory of transaction logs and snapshots; made if it is missing."));
    host =
        in.text(
            "host",
            "127.0.0.1",
            value -> !value.isBlank(),
            "a host name or address",
            "Address to listen on; 0.0.0.0 for every one of this machine.");
    port = in.integer("port", 2181, 0, 65535, Unit.NONE, "Port for clients; 0 takes a free one.");
    // A session can only time out on a tick. ZooKeeper's usual two seconds would make a failover
    // wait that long for nothing.
    tickMillis =
        in.integer("tick_millis", 500, 10, 60_000, Unit.MILLIS, "Length of ZooKeeper's tick.");
    minSessionTimeoutMillis =
        in.integer(
            "min_session_timeout_millis",
            1000,
            20,
            3_600_000,
            Unit.MILLIS,
            "Shortest session time-out that a client can have.");
    maxSessionTimeoutMillis =
        in.integer(
            "max_session_timeout_millis",
            60_000,
            20,
            3_600_000,
            Unit.MILLIS,
            "Longest session time-out that a client can have.");
    maxConnectionsPerHost =
        in.integer(
            "max_connections_per_host",
            1000,
            1,
            100_000,
            Unit.NONE,
            "How many connections one client machine may have.");
    String list =
        in.text(
            "servers",
            "",
            value -> value.isEmpty() || SERVERS.matcher(value).matches(),
            "host:peerport:electionport,...",
            "All servers of an ensemble, the first of which has server_id 1; empty for one server"
                + " alone.");
    servers = list.isEmpty() ? List.of() : List.of(list.split(","));
    serverId =
        in.integer("server_id", 1, 1, 255, Unit.NONE, "Which of the servers of the list this is.");
    in.require(
        servers.isEmpty() || serverId <= servers.size(),
        "server_id must not exceed the number of servers");
    in.require(servers.isEmpty() || port > 0, "a server of an ensemble needs a port");
    in.require(
        minSessionTimeoutMillis <= maxSessionTimeoutMillis,
        "min_session_timeout_millis must not exceed max_session_timeout_millis");
    in.require(
        minSessionTimeoutMillis >= 2 * tickMillis,
        "min_session_timeout_millis must be two ticks (tick_millis) at least");
  }

  Path dataDirectory() {
    return dataDirectory;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  int tickMillis() {
    return tickMillis;
  }

  int minSessionTimeoutMillis() {
    return minSessionTimeoutMillis;
  }

  int maxSessionTimeoutMillis() {
    return maxSessionTimeoutMillis;
  }

  int maxConnectionsPerHost() {
    return maxConnectionsPerHost;
  }

  /** Of an ensemble, each as {@code host:peerport:electionport}; empty for a server alone. */
  List<String> servers() {
    return servers;
  }

  /** From 1. */
  int serverId() {
    return serverId;
  }
}
