package io.holdfast.protocol.rpc;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The text form {@code host:port}; an IPv6 address stands in brackets. */
final class Endpoints {
  private Endpoints() {}

  /** Not resolved: {@code InetSocketAddress.createUnresolved}. */
  static InetSocketAddress parse(String endpoint) {
    int colon = endpoint.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("not a host:port");
    }
    String host = endpoint.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("not a host:port; an IPv6 address needs brackets");
    }
    int port;
    try {
      port = Integer.parseInt(endpoint.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a host:port", e);
    }
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not a host:port");
    }
    return InetSocketAddress.createUnresolved(host, port);
  }

  static String format(SocketAddress address) {
    if (!(address instanceof InetSocketAddress inet)) {
      return String.valueOf(address);
    }
    // Never getHostName: it may ask a name server, and this runs on I/O threads.
    String host =
        inet.getAddress() == null ? inet.getHostString() : inet.getAddress().getHostAddress();
    return format(host, inet.getPort());
  }

  static String format(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
