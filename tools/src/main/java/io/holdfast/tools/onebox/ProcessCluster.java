package io.holdfast.tools.onebox;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A whole cluster on this machine, each node a process of its own that is started by the
 * distribution's launcher, as an operator would.
 *
 * <p>The processes die with this one: by {@link #close}, by a shutdown hook, or, if this process is
 * itself killed, at the start of the next run over the same work directory.
 *
 * <p>Not thread-safe, except that {@link #close} may race with the shutdown hook.
 */
public final class ProcessCluster implements AutoCloseable {
  private static final int LEAVING_FACTOR = 4;
  private static final long POLL_MILLIS = 50;
  private static final int LOG_TAIL_LINES = 20;

  private final Path launcher;
  private final Path workDirectory;

  /** Null: beside the logs. */
  private final Path dataDirectory;

  private final int portBase;
  private final String heap;
  private final String zkRootPath;
  private final boolean isFresh;
  private final Duration startTimeout;
  private final Duration stopTimeout;
  private final Map<String, String> environment;
  private final Map<NodeRole, List<String>> flags;
  private final Map<NodeRole, Readiness> readiness;
  private final Consumer<String> progress;
  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private final Map<Node, Process> processes = new ConcurrentHashMap<>();
  private final Thread shutdownHook = new Thread(this::killAll, "kill cluster");

  private WorkDirectoryLock lock;

  private ProcessCluster(Builder builder) {
    launcher = builder.distribution.resolve("bin").resolve("openmldb").toAbsolutePath();
    workDirectory = builder.workDirectory.toAbsolutePath();
    dataDirectory = builder.dataDirectory;
    portBase = builder.portBase;
    heap = builder.heap;
    zkRootPath = builder.zkRootPath;
    isFresh = builder.isFresh;
    startTimeout = builder.startTimeout;
    stopTimeout = builder.stopTimeout;
    environment = Map.copyOf(builder.environment);
    flags = new EnumMap<>(builder.flags);
    readiness = new EnumMap<>(builder.readiness);
    progress = builder.progress;
    nodes.addAll(layOut(builder.counts));
  }

  /**
   * Describes a cluster.
   *
   * @param distribution the unpacked distribution, with {@code bin/openmldb}
   * @param workDirectory for data, logs and pid files; made if it is missing
   */
  public static Builder of(Path distribution, Path workDirectory) {
    return new Builder(distribution, workDirectory);
  }

  /**
   * Removes what an earlier run left behind, checks the ports, starts every node and waits until
   * each serves. If one does not, everything is stopped again.
   *
   * @throws PortInUseException if somebody else has one of the ports
   * @throws IOException if a node does not become ready; the message ends with its last log lines
   */
  public void start() throws IOException {
    if (!Files.isExecutable(launcher)) {
      throw new IOException(launcher + " is missing or not executable; build the distribution");
    }
    lock = WorkDirectoryLock.take(workDirectory);
    Runtime.getRuntime().addShutdownHook(shutdownHook);
    try {
      for (Node node : nodes) {
        if (PidFile.killLeftover(node.pidFile())) {
          progress.accept("removed " + node.name() + " of an earlier run");
        }
      }
      Ports.requireFree(nodes, portBase);
      if (isFresh) {
        for (Node node : nodes) {
          DurableFiles.deleteTree(node.directory());
          DurableFiles.deleteTree(dataOf(node));
        }
      }
      restartMissing();
    } catch (IOException | RuntimeException e) {
      killAll();
      close();
      throw e;
    }
  }

  /** Every node, in the order of starting. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** The nodes of one role. */
  public List<Node> nodes(NodeRole role) {
    return nodes.stream().filter(node -> node.role() == role).toList();
  }

  /**
   * The node that serves at an endpoint.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Node nodeAt(String endpoint) {
    return nodes.stream()
        .filter(node -> node.endpoint().equals(endpoint))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node serves at " + endpoint));
  }

  /**
   * Another node beside those there are, started and serving.
   *
   * @throws PortInUseException if somebody else has its port
   * @throws IOException if it does not become ready; then it is not there
   * @throws IllegalArgumentException if no more nodes of the role fit, or it is ZooKeeper, whose
   *     servers have to know of each other from the beginning
   */
  public Node add(NodeRole role) throws IOException {
    if (role == NodeRole.ZOOKEEPER) {
      throw new IllegalArgumentException("a ZooKeeper server cannot be added while others run");
    }
    int index = nodes(role).size();
    String name = role.flag() + "-" + (index + 1);
    Node node = new Node(name, role, Ports.of(portBase, role, index), workDirectory.resolve(name));
    Ports.requireFree(List.of(node), portBase);
    nodes.add(node);
    try {
      launch(node);
      awaitReady(node);
    } catch (IOException e) {
      if (isAlive(node)) {
        kill9(node);
      }
      nodes.remove(node);
      throw e;
    }
    return node;
  }

  /** The process of a node, if it runs. */
  public OptionalLong pid(Node node) {
    Process process = processes.get(node);
    return process != null && process.isAlive()
        ? OptionalLong.of(process.pid())
        : OptionalLong.empty();
  }

  /** Whether a node serves, by one look. */
  public boolean isReady(Node node) {
    return isAlive(node) && readiness.get(node.role()).isReady(node);
  }

  /** For {@code --zk_cluster}. */
  public String zkCluster() {
    return nodes(NodeRole.ZOOKEEPER).stream().map(Node::endpoint).collect(Collectors.joining(","));
  }

  /** For {@code --zk_root_path}. */
  public String zkRootPath() {
    return zkRootPath;
  }

  /** Whether the node's process runs. It may not be ready. */
  public boolean isAlive(Node node) {
    Process process = processes.get(node);
    return process != null && process.isAlive();
  }

  /** Kills the process at once, as a power cut would, and returns when it is gone. */
  public void kill9(Node node) throws IOException {
    Process process = require(node);
    process.destroyForcibly();
    awaitDeath(node, process, stopTimeout);
    forget(node);
  }

  /** Asks the process to stop, waits, and kills it if it takes too long. */
  public void terminate(Node node) throws IOException {
    Process process = require(node);
    process.destroy();
    if (!diesWithin(process, stopTimeout)) {
      progress.accept(node.name() + " does not stop when asked; killing it");
      process.destroyForcibly();
      awaitDeath(node, process, stopTimeout);
    }
    forget(node);
  }

  /**
   * Presses Ctrl-C on the process and waits until it has ended.
   *
   * @return its exit status
   */
  public int interrupt(Node node) throws IOException {
    Process process = require(node);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).inheritIO().start();
    // It stays until every partition can do without it, however long the cluster takes for that.
    awaitDeath(node, process, stopTimeout.multipliedBy(LEAVING_FACTOR));
    forget(node);
    return process.exitValue();
  }

  /** Kills every running process at once, as a power cut of the whole rack would. */
  public void kill9All() throws IOException {
    List<Node> running = nodes.stream().filter(this::isAlive).toList();
    // First all signals, then the waiting: nobody shall notice that the others are gone.
    running.forEach(node -> processes.get(node).destroyForcibly());
    for (Node node : running) {
      kill9(node);
    }
  }

  /** Asks every running process to stop, all at once, and waits. */
  public void terminateAll() throws IOException {
    List<Node> running = nodes.stream().filter(this::isAlive).toList();
    running.forEach(node -> processes.get(node).destroy());
    for (Node node : running) {
      terminate(node);
    }
  }

  /** Starts the node's process again over the same data and waits until it serves. */
  public void restart(Node node) throws IOException {
    if (isAlive(node)) {
      terminate(node);
    }
    launch(node);
    awaitReady(node);
  }

  /** Starts every process that does not run over its data, and waits until all serve. */
  public void restartMissing() throws IOException {
    for (NodeRole role : NodeRole.values()) {
      List<Node> missing = nodes(role).stream().filter(node -> !isAlive(node)).toList();
      for (Node node : missing) {
        launch(node);
      }
      for (Node node : missing) {
        awaitReady(node);
      }
    }
  }

  /**
   * Waits until a node serves.
   *
   * @throws IOException if its process ends or the start time-out passes
   */
  public void awaitReady(Node node) throws IOException {
    Process process = require(node);
    Readiness probe = readiness.get(node.role());
    long deadline = System.nanoTime() + startTimeout.toNanos();
    while (!probe.isReady(node)) {
      // Waiting for its death is the pause between two looks: a process that fails is noticed at
      // once.
      if (diesWithin(process, Duration.ofMillis(POLL_MILLIS))) {
        throw new IOException(
            node.name() + " ended with status " + process.exitValue() + logTail(node));
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new IOException(
            node.name() + " is not ready after " + startTimeout.toSeconds() + " s" + logTail(node));
      }
    }
    progress.accept(node.name() + " serves on " + node.endpoint());
  }

  /** Stops everything: tablets first, ZooKeeper last, each politely. May be called twice. */
  @Override
  public void close() throws IOException {
    List<Node> lastFirst = new ArrayList<>(nodes);
    Collections.reverse(lastFirst);
    // All of a role at once: one stop takes as long as the slowest, not as long as the sum.
    for (Node node : lastFirst) {
      if (node.role() != NodeRole.ZOOKEEPER && isAlive(node)) {
        processes.get(node).destroy();
      }
    }
    for (Node node : lastFirst) {
      if (processes.containsKey(node)) {
        terminate(node);
      }
    }
    removeHook();
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  /** Lets go of everything without stopping it, as a killed process would. For tests. */
  void abandon() throws IOException {
    processes.clear();
    close();
  }

  private List<Node> layOut(Map<NodeRole, Integer> counts) {
    if (portBase < Ports.MIN_BASE || portBase > Ports.MAX_BASE) {
      throw new IllegalArgumentException(
          "the port base must be in " + Ports.MIN_BASE + " to " + Ports.MAX_BASE);
    }
    List<Node> all = new ArrayList<>();
    for (NodeRole role : NodeRole.values()) {
      int count = counts.getOrDefault(role, 0);
      for (int i = 0; i < count; i++) {
        String name = count == 1 ? role.flag() : role.flag() + "-" + (i + 1);
        all.add(new Node(name, role, Ports.of(portBase, role, i), workDirectory.resolve(name)));
      }
    }
    return all;
  }

  private void launch(Node node) throws IOException {
    Files.createDirectories(node.directory());
    ProcessBuilder builder = new ProcessBuilder(command(node));
    builder.directory(node.directory().toFile());
    builder.environment().put("HOLDFAST_HEAP", heap);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(node.logFile().toFile()));
    Process process = builder.start();
    processes.put(node, process);
    PidFile.write(node.pidFile(), process.toHandle());
  }

  private List<String> command(Node node) {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    command.add("--role=" + node.role().flag());
    switch (node.role()) {
      case ZOOKEEPER -> {
        command.add("--host=" + Node.HOST);
        command.add("--port=" + node.port());
        command.add("--data_dir=" + dataOf(node));
        int servers = nodes(NodeRole.ZOOKEEPER).size();
        if (servers > 1) {
          command.add("--servers=" + Ports.ensemble(portBase, servers));
          command.add("--server_id=" + (1 + nodes(NodeRole.ZOOKEEPER).indexOf(node)));
        }
      }
      case NAMESERVER -> addClusterFlags(command, node);
      case TABLET -> {
        addClusterFlags(command, node);
        command.add("--db_root_path=" + dataOf(node));
        // All share one disk, and none of them shall fill it.
        command.add("--disk_reserve_bytes=0");
      }
    }
    command.addAll(flags.getOrDefault(node.role(), List.of()));
    return command;
  }

  /** Where a node's data is. */
  public Path dataOf(Node node) {
    return (dataDirectory == null ? node.directory() : dataDirectory.resolve(node.name()))
        .resolve("db");
  }

  private void addClusterFlags(List<String> command, Node node) {
    command.add("--endpoint=" + node.endpoint());
    command.add("--zk_cluster=" + zkCluster());
    command.add("--zk_root_path=" + zkRootPath);
  }

  private Process require(Node node) {
    Process process = processes.get(node);
    if (process == null) {
      throw new IllegalStateException(node.name() + " is not running");
    }
    return process;
  }

  private void forget(Node node) throws IOException {
    processes.remove(node);
    Files.deleteIfExists(node.pidFile());
  }

  private void killAll() {
    processes.values().forEach(Process::destroyForcibly);
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException goingDown) {
      // This process is on its way out and the hook is running: it does the same as we.
    }
  }

  private static void awaitDeath(Node node, Process process, Duration timeout) throws IOException {
    if (!diesWithin(process, timeout)) {
      throw new IOException(node.name() + " does not die, pid " + process.pid());
    }
  }

  private static boolean diesWithin(Process process, Duration timeout) throws IOException {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for process " + process.pid());
    }
  }

  private static String logTail(Node node) {
    try {
      List<String> lines = Files.readAllLines(node.logFile());
      List<String> last = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
      return "; the end of " + node.logFile() + ":\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return "; its log " + node.logFile() + " cannot be read: " + e.getMessage();
    }
  }

  /** Collects what a cluster is made of. */
  public static final class Builder {
    private final Path distribution;
    private final Path workDirectory;
    private final Map<NodeRole, Integer> counts = new EnumMap<>(NodeRole.class);
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<NodeRole, List<String>> flags = new EnumMap<>(NodeRole.class);
    private final Map<NodeRole, Readiness> readiness = new EnumMap<>(NodeRole.class);
    private int portBase = 17000;
    private String heap = "192m";
    private String zkRootPath = "/openmldb";
    private Path dataDirectory;
    private boolean isFresh;
    private Duration startTimeout = Duration.ofSeconds(60);
    private Duration stopTimeout = Duration.ofSeconds(15);
    private Consumer<String> progress = line -> {};

    private Builder(Path distribution, Path workDirectory) {
      this.distribution = Objects.requireNonNull(distribution);
      this.workDirectory = Objects.requireNonNull(workDirectory);
      counts.put(NodeRole.ZOOKEEPER, 1);
      counts.put(NodeRole.NAMESERVER, 2);
      counts.put(NodeRole.TABLET, 3);
      readiness.put(NodeRole.ZOOKEEPER, Readiness.zooKeeper());
      readiness.put(NodeRole.NAMESERVER, Readiness.http("/readiness"));
      readiness.put(NodeRole.TABLET, Readiness.http("/readiness"));
    }

    /** How many ZooKeeper servers, which are one ensemble: 1 or 3; 1 unless told. */
    public Builder zooKeepers(int count) {
      counts.put(NodeRole.ZOOKEEPER, count);
      return this;
    }

    /** How many nameservers; 2 unless told. */
    public Builder nameServers(int count) {
      counts.put(NodeRole.NAMESERVER, count);
      return this;
    }

    /** How many tablets; 3 unless told. */
    public Builder tablets(int count) {
      counts.put(NodeRole.TABLET, count);
      return this;
    }

    /** The first of the cluster's ports; 17000 unless told. */
    public Builder portBase(int port) {
      portBase = port;
      return this;
    }

    /** Heap limit of every process, as {@code -Xmx} takes it; 192m unless told. */
    public Builder heap(String size) {
      heap = Objects.requireNonNull(size);
      return this;
    }

    /** Where the cluster lives in ZooKeeper; {@code /openmldb} unless told. */
    public Builder zkRootPath(String path) {
      zkRootPath = Objects.requireNonNull(path);
      return this;
    }

    /** Where the nodes' data is, each in a directory of its own; beside their logs unless told. */
    public Builder dataDirectory(Path directory) {
      dataDirectory = directory.toAbsolutePath();
      return this;
    }

    /**
     * Deletes the nodes' data and logs of an earlier run at the start. They are kept unless told.
     */
    public Builder fresh() {
      isFresh = true;
      return this;
    }

    /** Sets a variable in the environment of every process. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Further flags for every node of a role, behind those the cluster gives. */
    public Builder flags(NodeRole role, String... more) {
      flags.computeIfAbsent(role, any -> new ArrayList<>()).addAll(List.of(more));
      return this;
    }

    /** How it is known that a node of a role serves. */
    public Builder readiness(NodeRole role, Readiness probe) {
      readiness.put(role, Objects.requireNonNull(probe));
      return this;
    }

    /** How long a node may take to become ready; a minute unless told. */
    public Builder startTimeout(Duration timeout) {
      startTimeout = Objects.requireNonNull(timeout);
      return this;
    }

    /** How long a node may take to stop before it is killed; 15 s unless told. */
    public Builder stopTimeout(Duration timeout) {
      stopTimeout = Objects.requireNonNull(timeout);
      return this;
    }

    /** Is given one line per change of state. */
    public Builder progress(Consumer<String> line) {
      progress = Objects.requireNonNull(line);
      return this;
    }

    /** Makes the cluster; nothing is started yet. */
    public ProcessCluster build() {
      return new ProcessCluster(this);
    }
  }
}
