package io.holdfast.tools.onebox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** Stands in for a nameserver or tablet: a process that answers {@code /readiness}. */
public final class FakeNode {
  private FakeNode() {}

  public static void main(String[] args) throws IOException {
    List<String> flags = Arrays.asList(args);
    System.out.println("started with " + flags);
    if (flags.contains("--fail")) {
      System.out.println("the disk is missing");
      System.exit(3);
    }
    String endpoint = value(flags, "--endpoint=");
    int port = Integer.parseInt(endpoint.substring(endpoint.indexOf(':') + 1));
    int status = flags.contains("--never_ready") ? 503 : 200;
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 10);
    server.createContext(
        "/readiness",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  private static String value(List<String> flags, String prefix) {
    return flags.stream()
        .filter(flag -> flag.startsWith(prefix))
        .findFirst()
        .orElseThrow()
        .substring(prefix.length());
  }
}
