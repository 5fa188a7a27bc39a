package io.holdfast.client.discovery;

/** Checks of {@code host:port} texts. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * The text itself.
   *
   * @throws IllegalArgumentException unless it is a host, a colon and a port from 1 to 65535
   */
  public static String checked(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    if (colon < 1 || !isPort(endpoint.substring(colon + 1))) {
      throw new IllegalArgumentException("not a host:port: " + endpoint);
    }
    return endpoint;
  }

  private static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 65_535;
  }
}
