package io.holdfast.nameserver;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Settings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code --role=nameserver}. */
public final class NameServerMain {
  private static final Logger LOG = LoggerFactory.getLogger(NameServerMain.class);
  private static final String ROLE = "nameserver";
  private static final int EXIT_FAILED = 1;
  private static final int EXIT_USAGE = 2;

  private NameServerMain() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] args) throws InterruptedException {
    Settings<NameServerConfig> settings;
    try {
      settings = Settings.ofServer(ROLE, args, NameServerConfig::new);
    } catch (ConfigException e) {
      e.problems().forEach(problem -> System.err.println(ROLE + ": " + problem));
      System.err.println("See --role=" + ROLE + " --help for every setting.");
      System.exit(EXIT_USAGE);
      return;
    }
    if (settings.isHelpWanted()) {
      printHelp(settings, System.out);
      return;
    }
    if (!settings.words().isEmpty()) {
      System.err.println(
          ROLE
              + ": what is \""
              + settings.words().get(0)
              + "\"? Every setting"
              + " begins with two dashes.");
      System.exit(EXIT_USAGE);
      return;
    }
    settings.notes().forEach(LOG::warn);
    LOG.info("settings\n{}", settings.describe());
    try {
      serve(settings.config());
    } catch (IOException e) {
      LOG.debug("start failed", e);
      System.err.println(ROLE + ": " + e.getMessage());
      System.exit(EXIT_FAILED);
    }
  }

  private static void serve(NameServerConfig config) throws IOException, InterruptedException {
    NameServer server = NameServer.start(config);
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
        ROLE
            + " serves on "
            + config.endpoint()
            + ", ZooKeeper at "
            + config.zkCluster()
            + config.zkRootPath());
    stopped.await();
  }

  private static void printHelp(Settings<?> settings, PrintStream out) {
    out.println("openmldb --role=" + ROLE + " [--name=value ...]");
    out.println();
    out.println("Decides who leads each partition, and keeps the cluster's records.");
    out.println();
    out.print(settings.help());
  }
}
