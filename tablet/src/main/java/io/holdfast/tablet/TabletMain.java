package io.holdfast.tablet;

import io.holdfast.common.config.ConfigException;
import io.holdfast.common.config.Settings;
import io.holdfast.common.time.SystemClock;
import io.holdfast.tablet.directories.DataDirectories;
import io.holdfast.tablet.session.LiveRecord;
import io.holdfast.tablet.session.ZkSession;
import io.holdfast.tablet.session.ZkSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a tablet and keeps it running until the process is told to end.
 *
 * <p>What an operator can mend ends the process with one message on standard error and without a
 * stack trace: a wrong setting with exit code 2, a port in use or a directory in use or of another
 * cluster with 1.
 */
public final class TabletMain {
  private static final Logger LOG = LoggerFactory.getLogger(TabletMain.class);

  private static final int CANNOT_START = 1;
  private static final int USAGE = 2;

  /** As a shell says it of a process that was ended by Ctrl-C. */
  private static final int ENDED_AT_ONCE = 130;

  private final TabletConfig config;
  private final ZkSession session;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicInteger interrupts = new AtomicInteger();
  private final AtomicBoolean terminated = new AtomicBoolean();
  private Tablet tablet;

  private TabletMain(TabletConfig config) {
    this.config = config;
    this.session =
        new ZkSession(
            new ZkSettings(config.zkCluster, config.zkRootPath, config.zkSessionTimeoutMillis));
  }

  public static void main(String[] args) {
    Settings<TabletConfig> settings;
    try {
      settings = Settings.ofServer("tablet", args, TabletConfig::new);
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE);
      return;
    }
    if (settings.isHelpWanted()) {
      System.out.println("Settings of a tablet:\n" + settings.help());
      return;
    }
    if (!settings.words().isEmpty()) {
      System.err.println("a tablet takes settings only, not: " + settings.words());
      System.exit(USAGE);
    }
    settings.notes().forEach(LOG::warn);
    LOG.info("settings:\n{}", settings.describe());
    new TabletMain(settings.config()).run();
  }

  private void run() {
    try {
      session.start();
      String clusterId = awaitClusterId();
      tablet =
          Tablet.start(
              config, clusterId, session::nameservers, session::isRegistered, session.tables());
      // Only now: the directory's lock and the port prove that nobody else is this tablet.
      announce(clusterId);
      Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "shutdown"));
      ProcessSignals.on("TERM", this::onTerminate);
      ProcessSignals.on("INT", this::onInterrupt);
      LOG.info(
          "tablet {} serves, incarnation {}",
          config.endpoint,
          Long.toHexString(tablet.incarnation()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("cannot start", e);
      fail("cannot start: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted while starting");
    }
  }

  /**
   * The cluster's id: ZooKeeper's, which must then be the data directory's; or, when ZooKeeper is
   * away, the data directory's. A replica that has only been restarted can follow its leader, and
   * so let writes go on, without ZooKeeper.
   */
  private String awaitClusterId() throws IOException, InterruptedException {
    Optional<String> own = idOfDirectory();
    Optional<String> cluster = session.awaitClusterId(config.zkStartWaitMillis);
    if (cluster.isEmpty() && own.isPresent()) {
      LOG.warn("ZooKeeper is away; starting as a tablet of cluster {}", own.get());
      return own.get();
    }
    while (cluster.isEmpty()) {
      LOG.warn("ZooKeeper at {} is away; waiting for it", config.zkCluster);
      cluster = session.awaitClusterId(Math.max(1_000, config.zkStartWaitMillis));
    }
    if (own.isPresent() && !own.get().equals(cluster.get())) {
      throw new IOException(foreign(own.get(), cluster.get()));
    }
    return cluster.get();
  }

  private Optional<String> idOfDirectory() throws IOException {
    return DataDirectories.clusterId(config.directories);
  }

  private String foreign(String own, String cluster) {
    return "data directory "
        + String.join(",", config.directories.all())
        + " belongs to cluster "
        + own
        + ", but ZooKeeper at "
        + config.zkCluster
        + config.zkRootPath
        + " is of cluster "
        + cluster
        + ". Nothing was changed. Give this tablet another db_root_path, or the right zk_cluster"
        + " and zk_root_path.";
  }

  private void announce(String own) {
    LiveRecord record = new LiveRecord(config.endpoint, tablet.incarnation(), build());
    var unused =
        session
            .clusterId()
            .thenAccept(
                cluster -> {
                  if (cluster.equals(own)) {
                    session.register(record);
                  } else {
                    // Known late, because ZooKeeper was away at the start.
                    fail(foreign(own, cluster));
                  }
                });
  }

  private static String build() {
    String version = TabletMain.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static void fail(String message) {
    System.err.println(message);
    LOG.error(message);
    // From a thread of its own: the one that calls may be one that a shutdown hook waits for.
    new Thread(() -> System.exit(CANNOT_START), "exit").start();
  }

  /** How the process says goodbye. */
  private interface Goodbye {
    void say(GracefulEnd end) throws InterruptedException;
  }

  /** Ctrl-C means that the tablet leaves; once more, that it is not to take its time. */
  private void onInterrupt() {
    if (interrupts.getAndIncrement() > 0) {
      LOG.warn("SIGINT once more: ends at once");
      Runtime.getRuntime().halt(ENDED_AT_ONCE);
    }
    end("SIGINT", GracefulEnd::leave);
  }

  /** Whoever stops services may say so several times; it is only meant once. */
  private void onTerminate() {
    if (terminated.compareAndSet(false, true)) {
      end("SIGTERM", this::handOver);
    }
  }

  private void end(String signal, Goodbye goodbye) {
    Runnable ending =
        () -> {
          LOG.info("{}: tablet {} is about to end", signal, config.endpoint);
          try {
            goodbye.say(
                new GracefulEnd(tablet.partitions(), session::nameservers, SystemClock.INSTANCE));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.warn("ends without having taken leave", e);
          }
          System.exit(0);
        };
    new Thread(ending, "goodbye").start();
  }

  private void handOver(GracefulEnd end) throws InterruptedException {
    if (config.stopHandOverMillis > 0) {
      end.handOver(config.stopHandOverMillis);
    }
  }

  private void stop() {
    if (stopped.compareAndSet(false, true)) {
      LOG.info("tablet {} stops", config.endpoint);
      tablet.close();
      // Last: as long as the session lives nobody takes this tablet for gone, and what is under way
      // ends in peace.
      session.close();
      LOG.info("tablet {} has stopped", config.endpoint);
    }
  }
}
