package io.holdfast.tablet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Free ports of this machine. They lie below those that systems give to outgoing connections, so
 * that none is taken while a server that has it is started again, and each of the JVMs that a build
 * runs tests in has its own.
 */
public final class Ports {
  private static final int FIRST = 10_000;
  private static final int EACH = 3_000;
  private static final int FORK = fork();

  /** Not from the beginning: other builds may be going on beside this one. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 37 % EACH));

  private Ports() {}

  private static int fork() {
    int forks = Integer.getInteger("test.forks", 1);
    int fork = Integer.getInteger("test.fork", 0);
    if (forks > 2 || (forks == 2 && fork == 0)) {
      throw new IllegalStateException("JVM " + fork + " of " + forks + " has no ports of its own");
    }
    return Math.max(0, fork - 1);
  }

  /** An endpoint on a port that was free a moment ago, and is not given out again for long. */
  public static String freeEndpoint() {
    for (int i = 0; i < EACH; i++) {
      int port = FIRST + FORK % 2 * EACH + Math.floorMod(NEXT.getAndIncrement(), EACH);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
        return "127.0.0.1:" + socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it.
      }
    }
    throw new IllegalStateException("no port is free from " + FIRST + " on");
  }
}
