package io.holdfast.client.discovery;

import java.util.ArrayList;
import java.util.List;

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

  /**
   * The parts of a list with commas.
   *
   * @throws IllegalArgumentException when one of them is no endpoint, or there is none
   */
  public static List<String> list(String text) {
    List<String> result = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String endpoint = part.strip();
      if (!endpoint.isEmpty()) {
        result.add(checked(endpoint));
      }
    }
    if (result.isEmpty()) {
      throw new IllegalArgumentException("no host:port given");
    }
    return List.copyOf(result);
  }

  private static boolean isPort(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    int port = Integer.parseInt(text);
    return port >= 1 && port <= 65_535;
  }
}
