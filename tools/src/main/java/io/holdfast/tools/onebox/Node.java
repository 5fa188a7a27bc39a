package io.holdfast.tools.onebox;

import java.nio.file.Path;

/**
 * A place for one process of the cluster. It stays the same when the process dies and another takes
 * its place.
 *
 * @param name unique within the cluster, such as {@code tablet-2}
 * @param role what runs here
 * @param port the one port it serves on, on the loopback address
 * @param directory its log and pid file, and its data unless that is elsewhere
 */
public record Node(String name, NodeRole role, int port, Path directory) {
  /** The loopback address; a cluster on one machine is nobody else's business. */
  public static final String HOST = "127.0.0.1";

  /** As {@code host:port}. */
  public String endpoint() {
    return HOST + ":" + port;
  }

  /** What the process prints, both streams together, over all its lives. */
  public Path logFile() {
    return directory.resolve(name + ".log");
  }

  Path pidFile() {
    return directory.resolve("pid");
  }
}
