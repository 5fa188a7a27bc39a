package io.holdfast.tablet.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.tablet.query.TableSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real ZooKeeper: what is published is read, and changes of it are heard of. */
class PublishedTablesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TABLES = "/openmldb/table/db_table_data";
  private static final String COUNTER = "/openmldb/table/notify";

  @TempDir Path directory;
  private TestZooKeeper zookeeper;
  private CuratorFramework nameserver;
  private ZkSession session;
  private TableSource tables;
  private final AtomicInteger changes = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    zookeeper = new TestZooKeeper(directory);
    nameserver = CuratorFrameworkFactory.newClient(zookeeper.address(), new RetryNTimes(100, 100));
    nameserver.start();
    session = new ZkSession(new ZkSettings(zookeeper.address(), "/openmldb", 4_000));
    session.start();
    tables = session.tables();
    tables.onChange(changes::incrementAndGet);
  }

  @AfterEach
  void stop() {
    session.close();
    nameserver.close();
    zookeeper.close();
  }

  private void publish(int tid, String name) throws Exception {
    byte[] table =
        TableInfo.newBuilder().setTid(tid).setDb("db").setName(name).build().toByteArray();
    nameserver.create().orSetData().creatingParentsIfNeeded().forPath(TABLES + "/" + tid, table);
  }

  private void raiseCounter(int value) throws Exception {
    byte[] text = Integer.toString(value).getBytes(UTF_8);
    nameserver.create().orSetData().creatingParentsIfNeeded().forPath(COUNTER, text);
  }

  private List<String> names() throws Exception {
    return tables.read().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).stream()
        .map(TableInfo::getName)
        .sorted()
        .toList();
  }

  @Test
  void thereAreNoneBeforeANameserverHasPublishedAny() throws Exception {
    assertThat(names()).isEmpty();
  }

  @Test
  void changesAreHeardOfWhenTheCounterIsRaised() throws Exception {
    publish(1, "one");
    publish(2, "two");
    raiseCounter(1);
    assertThat(names()).containsExactly("one", "two");
    int before = changes.get();
    publish(1, "other");
    nameserver.delete().forPath(TABLES + "/2");
    // The counter stands where it stood: nothing was read again.
    assertThat(names()).containsExactly("one", "two");
    raiseCounter(2);
    await().atMost(PATIENCE).until(() -> changes.get() > before);
    assertThat(names()).containsExactly("other");
  }

  @Test
  void oneThatCannotBeReadDoesNotHideTheOthers() throws Exception {
    publish(1, "one");
    nameserver.create().forPath(TABLES + "/2", new byte[] {1, 2, 3});
    raiseCounter(1);
    assertThat(names()).containsExactly("one");
  }

  @Test
  void whoeverMayHaveMissedSomethingIsTold() throws Exception {
    publish(1, "one");
    raiseCounter(1);
    assertThat(names()).containsExactly("one");
    int before = changes.get();
    zookeeper.expireSessions();
    await().atMost(PATIENCE).until(() -> changes.get() > before);
    publish(3, "three");
    raiseCounter(2);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(names()).containsExactly("one", "three"));
    int then = changes.get();
    raiseCounter(3);
    await().atMost(PATIENCE).until(() -> changes.get() > then);
  }
}
