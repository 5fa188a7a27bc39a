package io.holdfast.common.config;

import java.util.regex.Pattern;

/** Rules that settings of several servers share, each beside its words. */
public final class Checks {
  /** In words, what {@link #isEndpoint} takes. */
  public static final String ENDPOINT = "host:port";

  /** In words, what {@link #isEndpointList} takes. */
  public static final String ENDPOINT_LIST = "host:port, or several of them with commas between";

  /** In words, what {@link #isZkPath} takes. */
  public static final String ZK_PATH = "an absolute ZooKeeper path, such as /openmldb";

  private static final Pattern HOST_AND_PORT = Pattern.compile("[^:,/\\s]+:(\\d{1,5})");
  private static final Pattern PATH = Pattern.compile("(/[^/\\s]+)+");

  private Checks() {}

  /** A host and a port from 1 to 65535. */
  public static boolean isEndpoint(String value) {
    var matcher = HOST_AND_PORT.matcher(value);
    if (!matcher.matches()) {
      return false;
    }
    int port = Integer.parseInt(matcher.group(1));
    return port >= 1 && port <= 65535;
  }

  /** One endpoint or more, with commas and nothing else between them. */
  public static boolean isEndpointList(String value) {
    for (String part : value.split(",", -1)) {
      if (!isEndpoint(part)) {
        return false;
      }
    }
    return true;
  }

  /** A ZooKeeper path that is not the root itself. */
  public static boolean isZkPath(String value) {
    return PATH.matcher(value).matches();
  }
}
