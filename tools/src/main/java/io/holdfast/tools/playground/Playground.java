package io.holdfast.tools.playground;

import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.PortInUseException;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A running playground: a cluster of processes that ends with this one, and what can be done to it.
 * What changes it is done one at a time.
 */
final class Playground implements AutoCloseable {
  private static final int FIRST_PORT = 17000;
  private static final int PORT_STEP = 100;
  private static final int LAST_PORT = 19000;
  private static final int STOP_SECONDS = 30;

  private final ProcessCluster cluster;
  private final Path distribution;
  private final PlaygroundDirectory directory;
  private final CountDownLatch stopWanted = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** Of whoever changes the cluster. */
  private final ReentrantLock turn = new ReentrantLock();

  private ControlServer control;

  /**
   * What a playground is to be like.
   *
   * @param port the first of its ports; 0 for the first that are free
   */
  record Plan(int zooKeepers, int nameservers, int tablets, int port, String heap) {}

  private Playground(ProcessCluster cluster, Path distribution, PlaygroundDirectory directory) {
    this.cluster = cluster;
    this.distribution = distribution;
    this.directory = directory;
  }

  /**
   * Starts a playground and returns when all of it serves.
   *
   * @throws IOException if it cannot be started; nothing runs then
   */
  static Playground start(
      Path distribution, PlaygroundDirectory directory, Plan plan, Consumer<String> say)
      throws IOException {
    int fixed = fixedPort(directory, plan);
    int port = fixed == 0 ? FIRST_PORT : fixed;
    while (true) {
      ProcessCluster cluster = cluster(distribution, directory, plan, port, say);
      try {
        cluster.start();
        directory.rememberPort(port);
        Playground playground = new Playground(cluster, distribution, directory);
        playground.listen();
        return playground;
      } catch (PortInUseException e) {
        port += PORT_STEP;
        if (fixed != 0 || port > LAST_PORT) {
          throw new IOException(
              "port " + e.port() + " is in use by another process; stop it" + choice(directory), e);
        }
      }
    }
  }

  private static int fixedPort(PlaygroundDirectory directory, Plan plan) throws IOException {
    int before = directory.port();
    if (before != 0 && plan.port() != 0 && plan.port() != before) {
      throw new IOException(
          "what is in "
              + directory.path()
              + " belongs to the ports from "
              + before
              + " on; leave --port out, or choose another tag");
    }
    return before == 0 ? plan.port() : before;
  }

  /** What else than to free a port there is to do. */
  private static String choice(PlaygroundDirectory directory) throws IOException {
    return directory.port() == 0 ? ", or choose others with --port" : ", or take another --tag";
  }

  private static ProcessCluster cluster(
      Path distribution, PlaygroundDirectory directory, Plan plan, int port, Consumer<String> say) {
    ProcessCluster.Builder builder =
        ProcessCluster.of(distribution, directory.path())
            .zooKeepers(plan.zooKeepers())
            .nameServers(plan.nameservers())
            .tablets(plan.tablets())
            .portBase(port)
            .heap(plan.heap())
            .progress(say);
    return (directory.kept() ? builder : builder.fresh()).build();
  }

  private void listen() throws IOException {
    // Ctrl-C kills the processes by a hook of the cluster; the directory is still to be left.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stopWanted.countDown();
                  try {
                    boolean unused = stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop playground"));
    try {
      control = ControlServer.start(directory.control(), this::run);
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** Waits until somebody wants it to stop. */
  void awaitStop() throws InterruptedException {
    stopWanted.await();
  }

  /** What is where, and what to try. */
  List<String> greeting() {
    String zk = cluster.zkCluster();
    return List.of(
        "",
        "zookeeper   " + zk + ", cluster at " + cluster.zkRootPath(),
        "nameservers " + endpoints(NodeRole.NAMESERVER),
        "tablets     " + endpoints(NodeRole.TABLET),
        "data, logs  " + directory.path() + (directory.kept() ? "" : " (removed at the end)"),
        "",
        "try, in another terminal:",
        "  bin/openmldb --role=sql_client --zk_cluster=" + zk + " --zk_root_path=/openmldb",
        "  bin/openmldb --role=ns_client --zk_cluster="
            + zk
            + " --zk_root_path=/openmldb --interactive=false --cmd=showtablet",
        "  bin/openmldb playground chaos --minutes 1" + tagText(),
        "Ctrl-C, or bin/openmldb playground stop" + tagText() + ", ends it");
  }

  private String tagText() {
    return directory.kept() ? " --tag " + directory.path().getFileName() : "";
  }

  private String endpoints(NodeRole role) {
    return String.join(", ", cluster.nodes(role).stream().map(Node::endpoint).toList());
  }

  private void run(List<String> words, Consumer<String> say)
      throws IOException, InterruptedException {
    switch (words.get(0)) {
      case "display" -> display(say);
      case "stop" -> stopWanted.countDown();
      default -> {
        if (!turn.tryLock()) {
          throw new IOException("another command is under way; try again when it is done");
        }
        try {
          change(words, say);
        } finally {
          turn.unlock();
        }
      }
    }
  }

  private void change(List<String> words, Consumer<String> say)
      throws IOException, InterruptedException {
    if (stopWanted.getCount() == 0) {
      throw new IOException("the playground is about to end");
    }
    String command = words.get(0);
    switch (command) {
      case "kill" -> kill(node(words), say);
      case "restart" -> {
        Node node = node(words);
        cluster.restart(node);
        say.accept(node.name() + " serves on " + node.endpoint());
      }
      case "scale-out" -> scaleOut(words, say);
      case "chaos" -> chaos(words, say);
      default -> throw new IllegalArgumentException("there is no command " + command);
    }
  }

  private void display(Consumer<String> say) {
    String format = "%-14s %-12s %-18s %-8s %s";
    say.accept(String.format(Locale.ROOT, format, "name", "role", "endpoint", "pid", "state"));
    for (Node node : cluster.nodes()) {
      var pid = cluster.pid(node);
      String state = cluster.isReady(node) ? "serves" : pid.isPresent() ? "not ready" : "dead";
      say.accept(
          String.format(
              Locale.ROOT,
              format,
              node.name(),
              node.role().flag(),
              node.endpoint(),
              pid.isPresent() ? Long.toString(pid.getAsLong()) : "-",
              state));
    }
  }

  private void kill(Node node, Consumer<String> say) throws IOException {
    if (!cluster.isAlive(node)) {
      throw new IllegalArgumentException(node.name() + " is dead already");
    }
    cluster.kill9(node);
    say.accept(node.name() + " on " + node.endpoint() + " is dead; its files are as they were");
  }

  private void scaleOut(List<String> words, Consumer<String> say) throws IOException {
    Node node = cluster.add(role(words.size() > 1 ? words.get(1) : NodeRole.TABLET.flag()));
    say.accept(node.name() + " serves on " + node.endpoint());
    if (node.role() == NodeRole.TABLET) {
      say.accept("it is empty: new tables use it, and migrate moves partitions there");
    }
  }

  private void chaos(List<String> words, Consumer<String> say) throws IOException {
    int minutes = words.size() > 1 ? Integer.parseInt(words.get(1)) : 1;
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    PlaygroundChaos.run(
        cluster, distribution, () -> System.nanoTime() - end < 0 && stopWanted.getCount() > 0, say);
  }

  private static NodeRole role(String flag) {
    for (NodeRole role : NodeRole.values()) {
      if (role.flag().equals(flag)) {
        return role;
      }
    }
    throw new IllegalArgumentException("there is no role " + flag);
  }

  private Node node(List<String> words) {
    if (words.size() != 2) {
      throw new IllegalArgumentException("name one node; display lists them");
    }
    return cluster.nodes().stream()
        .filter(n -> n.name().equals(words.get(1)) || n.endpoint().equals(words.get(1)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no node "
                        + words.get(1)
                        + "; there are "
                        + String.join(", ", cluster.nodes().stream().map(Node::name).toList())));
  }

  /**
   * Stops all processes politely, as soon as the command that is under way has come to an end, and
   * removes what is not kept.
   */
  @Override
  public void close() throws IOException {
    turn.lock();
    try {
      control.close();
      cluster.close();
      directory.leave();
    } finally {
      turn.unlock();
      stopped.countDown();
    }
  }
}
