package io.holdfast.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.holdfast.protocol.row.ColumnType;
import io.holdfast.sql.query.ResultColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool that most programs use takes the driver as it is. */
@Timeout(60)
class HikariTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private HikariConfig config() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(cluster.url());
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(4);
    config.setConnectionTimeout(5_000);
    config.setValidationTimeout(1_000);
    return config;
  }

  /** Eight threads share four connections; when the pool is closed, nothing is left. */
  @Test
  void aPoolOfFourServesEightThreadsAndLeavesNothing() throws Exception {
    cluster.answer(
        List.of(new ResultColumn("n", ColumnType.BIGINT)), List.of(List.of(1L), List.of(2L)));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (HikariDataSource pool = new HikariDataSource(config())) {
      List<CompletableFuture<Long>> sums = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        sums.add(CompletableFuture.supplyAsync(() -> sum(pool), threads));
      }
      for (CompletableFuture<Long> sum : sums) {
        assertThat(sum.get(30, TimeUnit.SECONDS)).isEqualTo(60);
      }
      assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isBetween(1, 4);
      assertThat(HoldfastDriver.openClusters()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(HoldfastDriver.openClusters()).isZero();
  }

  private static long sum(HikariDataSource pool) {
    long sum = 0;
    for (int i = 0; i < 20; i++) {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery("SELECT n FROM trips")) {
        while (result.next()) {
          sum += result.getLong(1);
        }
      } catch (java.sql.SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return sum;
  }

  /** Settings of a connection that a borrower changed are back for the next one. */
  @Test
  void whatABorrowerChangesIsPutBack() throws Exception {
    HikariConfig config = config();
    config.setMaximumPoolSize(1);
    config.setMinimumIdle(1);
    config.setSchema("demo");
    try (HikariDataSource pool = new HikariDataSource(config)) {
      try (Connection connection = pool.getConnection()) {
        connection.setReadOnly(true);
        connection.setSchema("other");
        connection.setNetworkTimeout(Runnable::run, 123);
      }
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getSchema()).isEqualTo("demo");
        assertThat(connection.getNetworkTimeout()).isZero();
        assertThat(connection.isValid(1)).isTrue();
      }
    }
  }
}
