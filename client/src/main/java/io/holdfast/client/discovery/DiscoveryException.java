package io.holdfast.client.discovery;

/** The active nameserver could not be found. */
public final class DiscoveryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** How far the search came. */
  public enum Stage {
    /** No session with ZooKeeper. */
    CONNECT,
    /** ZooKeeper knows no nameserver: the root is wrong, or none is running. */
    LIST,
    /** A nameserver's node went away or could not be read. */
    READ,
    /** The map from server names to addresses could not be read. */
    NAMES
  }

  private final Stage stage;

  public DiscoveryException(Stage stage, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
  }

  public Stage stage() {
    return stage;
  }
}
