package io.holdfast.tools.onebox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A distribution directory whose launcher runs classes of this build. */
final class FakeDistribution {
  private FakeDistribution() {}

  static Path makeIn(Path directory) throws IOException {
    Path launcher = Files.createDirectories(directory.resolve("bin")).resolve("openmldb");
    Files.writeString(
        launcher,
        """
        #!/bin/sh
        case $1 in
          --role=zookeeper) main=io.holdfast.tools.zk.ZooKeeperMain ;;
          *) main=io.holdfast.tools.onebox.FakeNode ;;
        esac
        exec "%s" -Xmx$HOLDFAST_HEAP -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "%s" $main "$@"
        """
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return directory;
  }

  /** A port base with everything free above it, different for test processes of different ids. */
  static int freePortBase() throws IOException {
    int first = 20_000 + (int) (ProcessHandle.current().pid() % 250) * Ports.SPAN;
    for (int base = first; base < first + 100 * Ports.SPAN; base += Ports.SPAN) {
      if (isFree(base)) {
        return base;
      }
    }
    throw new IOException("no free ports from " + first);
  }

  private static boolean isFree(int base) throws IOException {
    for (int port = base; port < base + Ports.SPAN; port++) {
      if (!Ports.isFree(port)) {
        return false;
      }
    }
    return true;
  }
}
