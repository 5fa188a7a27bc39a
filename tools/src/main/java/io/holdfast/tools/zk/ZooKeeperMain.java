package io.holdfast.tools.zk;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code --role=zookeeper}: a ZooKeeper server, for trying Holdfast out and for tests. A production
 * cluster brings its own ensemble.
 */
public final class ZooKeeperMain {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperMain.class);

  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private ZooKeeperMain() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] args) throws InterruptedException {
    Settings<ZooKeeperConfig> settings;
    try {
      settings = Settings.ofServer("zookeeper", args, ZooKeeperConfig::new);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> System.err.println("zookeeper: " + problem));
      System.err.println("See --role=zookeeper --help for every setting.");
      System.exit(EXIT_USAGE);
      return;
    }
    if (settings.isHelpWanted()) {
      printHelp(settings, System.out);
      return;
    }
    LOG.info("settings\n{}", settings.describe());
    try {
      serve(settings.config());
    } catch (IOException e) {
      LOG.debug("start failed", e);
      System.err.println("zookeeper: " + e.getMessage());
      System.exit(EXIT_FAILED);
    }
  }

  private static void serve(ZooKeeperConfig config) throws IOException, InterruptedException {
    ZooKeeperServer server = ZooKeeperServer.start(config);
    CountDownLatch stopped = new CountDownLatch(1);
    // SIGTERM and SIGINT both end in the shutdown hooks, and the process lives until they are done.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "shutdown"));
    System.out.println(
        "zookeeper ready on "
            + server.connectString()
            + ", data in "
            + config.dataDirectory().toAbsolutePath());
    stopped.await();
  }

  private static void printHelp(Settings<?> settings, PrintStream out) {
    out.println("openmldb --role=zookeeper [--name=value ...]");
    out.println();
    out.println("A ZooKeeper server, alone or of an ensemble, for trying Holdfast out.");
    out.println();
    out.print(settings.help());
  }
}
