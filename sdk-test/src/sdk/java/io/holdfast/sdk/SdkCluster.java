package io.holdfast.sdk;

import com._4paradigm.openmldb.sdk.SdkOption;
import com._4paradigm.openmldb.sdk.SqlException;
import com._4paradigm.openmldb.sdk.impl.SqlClusterExecutor;
import io.holdfast.tools.onebox.Node;
import io.holdfast.tools.onebox.NodeRole;
import io.holdfast.tools.onebox.PortInUseException;
import io.holdfast.tools.onebox.ProcessCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A cluster of real processes, and OpenMLDB's SDK to it. */
final class SdkCluster implements AutoCloseable {
  static final String DB = "d1";
  static final int SYSTEM_TABLES = 3;

  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final int PORT_TRIES = 20;

  private final ProcessCluster processes;
  private SqlClusterExecutor sdk;

  /** Something that the SDK may refuse. */
  interface Attempt {
    void run() throws Exception;
  }

  private SdkCluster(ProcessCluster processes) {
    this.processes = processes;
  }

  /**
   * Starts a cluster that does not replace leaders because a busy machine let them stand still for
   * a second, connects, makes a database and uses it.
   */
  static SdkCluster start(Path directory) throws Exception {
    return start(
        directory,
        builder ->
            builder
                .flags(NodeRole.NAMESERVER, "--tablet_suspect_millis=5000")
                .flags(
                    NodeRole.TABLET,
                    "--lease_millis=6000",
                    "--evict_after_millis=6000",
                    "--slow_millis=10000"));
  }

  /** The same with the times that ship, in which a leader that dies is replaced soon. */
  static SdkCluster startSwift(Path directory) throws Exception {
    return start(directory, UnaryOperator.identity());
  }

  private static SdkCluster start(Path directory, UnaryOperator<ProcessCluster.Builder> flags)
      throws Exception {
    SdkCluster cluster = new SdkCluster(startProcesses(directory, flags));
    try {
      cluster.sdk = cluster.connect(true);
      cluster.await(
          "the system tables",
          () -> {
            if (cluster.query("SHOW TABLE STATUS LIKE '%'").size() < SYSTEM_TABLES) {
              throw new IllegalStateException("not all there");
            }
          });
      cluster.execute("CREATE DATABASE " + DB);
      cluster.execute("USE " + DB);
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  /** On whatever ports are free: other runs may be going on beside this one. */
  private static ProcessCluster startProcesses(
      Path directory, UnaryOperator<ProcessCluster.Builder> flags) throws IOException {
    Random random = new Random();
    for (int i = 0; ; i++) {
      ProcessCluster.Builder builder =
          ProcessCluster.of(Path.of(System.getProperty("holdfast.distribution")), directory)
              .portBase(18_000 + 50 * random.nextInt(250))
              .fresh()
              .environment("HOLDFAST_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
      ProcessCluster cluster = flags.apply(builder).build();
      try {
        cluster.start();
        return cluster;
      } catch (PortInUseException e) {
        if (i == PORT_TRIES) {
          throw e;
        }
      }
    }
  }

  /**
   * One more executor.
   *
   * @param light without the SDK's second ZooKeeper connection, which is Java's
   */
  SqlClusterExecutor connect(boolean light) throws SqlException {
    SdkOption option = new SdkOption();
    option.setZkCluster(processes.zkCluster());
    option.setZkPath(processes.zkRootPath());
    option.setSessionTimeout(10_000);
    option.setGlogLevel(2);
    option.setLight(light);
    return new SqlClusterExecutor(option);
  }

  ProcessCluster processes() {
    return processes;
  }

  SqlClusterExecutor sdk() {
    return sdk;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = sdk.getStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows of an answer, their values as texts. */
  List<List<String>> query(String sql) throws SQLException {
    try (Statement statement = sdk.getStatement()) {
      statement.execute(sql);
      return Rows.texts(statement.getResultSet());
    }
  }

  /** The first column of an answer. */
  List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    query(sql).forEach(row -> values.add(row.get(0)));
    return values;
  }

  /** The names of an answer's columns. */
  List<String> names(String sql) throws SQLException {
    try (Statement statement = sdk.getStatement()) {
      statement.execute(sql);
      ResultSet rows = statement.getResultSet();
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        names.add(rows.getMetaData().getColumnName(i));
      }
      return names;
    }
  }

  /** Tries until it succeeds. */
  void await(String what, Attempt attempt) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        attempt.run();
        return;
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() - deadline >= 0) {
          throw new AssertionError("gave up waiting for " + what, e);
        }
      }
      LockSupport.parkNanos(50_000_000L);
    }
  }

  /** The tablet with this endpoint. */
  Node tablet(String endpoint) {
    return processes.nodes(NodeRole.TABLET).stream()
        .filter(node -> node.endpoint().equals(endpoint))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() throws IOException {
    if (sdk != null) {
      sdk.close();
    }
    processes.close();
  }
}
