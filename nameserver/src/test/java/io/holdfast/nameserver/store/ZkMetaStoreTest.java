package io.holdfast.nameserver.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.common.time.SystemClock;
import io.holdfast.nameserver.TestZooKeeper;
import io.holdfast.nameserver.state.ClusterSettings;
import io.holdfast.nameserver.state.ClusterState;
import io.holdfast.nameserver.state.MetaChange;
import io.holdfast.nameserver.state.MetaStore.CommitResult;
import io.holdfast.nameserver.state.MetaTransaction;
import io.holdfast.nameserver.state.OpCourse;
import io.holdfast.nameserver.state.OpGoal;
import io.holdfast.nameserver.state.OpRecord;
import io.holdfast.nameserver.state.OpState;
import io.holdfast.nameserver.state.OpType;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.PartitionRecord;
import io.holdfast.protocol.model.PartitionRecord.Phase;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The truth in a real ZooKeeper: all or nothing, and only by whoever holds the epoch. */
final class ZkMetaStoreTest {
  private static final String ROOT = "/openmldb";
  private static final long PATIENCE_SECONDS = 60;
  private static final NodeId T1 = new NodeId("127.0.0.1:11");
  private static final NodeId T2 = new NodeId("127.0.0.1:12");

  private record Loaded(long epoch, ClusterState state) {}

  /** One nameserver's way to the truth. */
  private final class Writer implements AutoCloseable {
    private final ZkSession session = new ZkSession(zooKeeper.address(), 3000);
    private final FenceHolder fences = new FenceHolder();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final BlockingQueue<CommitResult> results = new LinkedBlockingQueue<>();
    private final BlockingQueue<Loaded> loads = new LinkedBlockingQueue<>();
    private final String endpoint;
    private final ZkMetaStore store;
    private long epoch;
    private long tickets;

    Writer(String endpoint) throws Exception {
      this.endpoint = endpoint;
      this.store =
          new ZkMetaStore(
              session,
              ROOT,
              fences,
              SystemClock.INSTANCE,
              thread,
              Runnable::run,
              new ZkMetaStore.Outcomes() {
                @Override
                public void committed(MetaTransaction transaction, CommitResult result) {
                  results.add(result);
                }

                @Override
                public void loaded(long ticket, long epoch, ClusterState state) {
                  loads.add(new Loaded(epoch, state));
                }
              });
      session.start();
      await().atMost(Duration.ofSeconds(PATIENCE_SECONDS)).until(session::isConnected);
      for (String path : new ZkPaths(ROOT).directories()) {
        ZkSession.makeDirectory(session.handle(), path);
      }
      opened.add(this);
    }

    Writer takeEpoch() throws Exception {
      Fence fence = new EpochClaim(new ZkPaths(ROOT), endpoint).take(session.handle());
      fences.raise(fence);
      epoch = fence.epoch();
      return this;
    }

    CommitResult commit(MetaChange... changes) throws Exception {
      store.commit(new MetaTransaction(epoch, List.of(changes)));
      return results.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    Loaded load() throws Exception {
      store.load(++tickets);
      return loads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.shutdownNow();
      session.close();
    }
  }

  @TempDir private Path directory;
  private final List<Writer> opened = new ArrayList<>();
  private TestZooKeeper zooKeeper;

  @BeforeEach
  void setUp() throws Exception {
    zooKeeper = new TestZooKeeper(directory);
  }

  @AfterEach
  void tearDown() {
    opened.forEach(Writer::close);
    zooKeeper.close();
  }

  /** Everything that was committed is read again, with the versions that the next change needs. */
  @Test
  void whatIsCommittedIsReadAgain() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    TableSpec table = table(1);
    PartitionRecord created = created(1, 0);
    assertThat(
            writer.commit(
                new MetaChange.DatabaseCreated("d1"),
                new MetaChange.TableCreated(table),
                new MetaChange.PartitionCreated(created),
                new MetaChange.PartitionCreated(created(1, 1)),
                new MetaChange.ConfigSet(ClusterSettings.AUTO_FAILOVER, "false")))
        .isEqualTo(CommitResult.DONE);
    PartitionRecord led = led(created, T1);
    assertThat(
            writer.commit(
                new MetaChange.PartitionChanged(led, 0),
                new MetaChange.ConfigSet(ClusterSettings.AUTO_FAILOVER, "true")))
        .isEqualTo(CommitResult.DONE);

    Loaded loaded = writer.load();
    assertThat(loaded.epoch()).isEqualTo(1);
    ClusterState state = loaded.state();
    assertThat(state.databases()).containsExactly("d1");
    assertThat(state.tables()).containsExactly(table);
    assertThat(state.partition(led.id())).isEqualTo(led);
    assertThat(state.nodeVersion(led.id())).isEqualTo(1);
    assertThat(state.partition(new PartitionId(1, 1))).isEqualTo(created(1, 1));
    assertThat(state.isAutoFailover()).isTrue();

    assertThat(
            writer.commit(new MetaChange.TableDropped(table), new MetaChange.DatabaseDropped("d1")))
        .isEqualTo(CommitResult.DONE);
    state = writer.load().state();
    assertThat(state.tables()).isEmpty();
    assertThat(state.partitionIds()).isEmpty();
    assertThat(state.databases()).isEmpty();
    assertThat(state.isDropped(1)).isTrue();
    assertThat(state.nextTableId()).isEqualTo(2);
  }

  /** Operations are read again as they were written, and no id is given out twice. */
  @Test
  void operationsAreReadAgain() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    OpGoal goal = new OpGoal(OpType.MIGRATE, "d1", "t1", new PartitionId(1, 0), T1, T2, false, 0);
    OpRecord moving =
        new OpRecord(1, goal, 0, false, "asked for", 5, OpCourse.WAITING.begun(6, 1_006, 506));
    OpRecord whole =
        new OpRecord(
            2,
            OpGoal.ofTablet(OpType.OFFLINE_ENDPOINT, T1),
            0,
            true,
            "",
            7,
            OpCourse.WAITING.ended(OpState.FAILED, "kDelReplica", "", "in vain", 8));
    assertThat(
            writer.commit(
                new MetaChange.OpCreated(moving),
                new MetaChange.OpCreated(whole),
                new MetaChange.OpIdsUsed(2, 0)))
        .isEqualTo(CommitResult.DONE);
    assertThat(writer.load().state().ops().all()).containsExactly(moving, whole);

    OpRecord moved = moving.with(moving.course().ended(OpState.DONE, "", "moved", "", 9));
    assertThat(writer.commit(new MetaChange.OpChanged(moved, 0), new MetaChange.OpDeleted(2, 0)))
        .isEqualTo(CommitResult.DONE);
    ClusterState state = writer.load().state();
    assertThat(state.ops().all()).containsExactly(moved);
    assertThat(state.ops().open()).isEmpty();
    assertThat(state.ops().lastId()).isEqualTo(2);
    assertThat(state.ops().idsVersion()).isEqualTo(1);
    assertThat(state.ops().version(1)).isEqualTo(1);
    assertThat(writer.commit(new MetaChange.OpChanged(whole, 0))).isEqualTo(CommitResult.CONFLICT);
    assertThat(writer.commit(new MetaChange.OpChanged(moving, 0)))
        .as("what arrives late")
        .isEqualTo(CommitResult.CONFLICT);
  }

  /** A nameserver that was replaced changes nothing, not even what nobody else has touched. */
  @Test
  void deposedWriterChangesNothing() throws Exception {
    Writer old = new Writer("127.0.0.1:1").takeEpoch();
    PartitionRecord created = created(1, 0);
    old.commit(
        new MetaChange.TableCreated(table(1)),
        new MetaChange.PartitionCreated(created),
        new MetaChange.PartitionCreated(created(1, 1)));
    Writer replacement = new Writer("127.0.0.1:2").takeEpoch();

    assertThat(
            old.commit(
                new MetaChange.PartitionChanged(led(created, T1), 0),
                new MetaChange.DatabaseCreated("d1")))
        .isEqualTo(CommitResult.CONFLICT);
    assertThat(old.load().epoch()).as("it finds out").isEqualTo(2);

    ClusterState state = replacement.load().state();
    assertThat(state.partition(created.id())).isEqualTo(created);
    assertThat(state.databases()).isEmpty();
    assertThat(replacement.commit(new MetaChange.PartitionChanged(led(created, T2), 0)))
        .isEqualTo(CommitResult.DONE);
  }

  /** One change that cannot be keeps all of its transaction from happening. */
  @Test
  void transactionsAreWholeOrNothing() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    writer.commit(new MetaChange.DatabaseCreated("d1"));
    assertThat(
            writer.commit(
                new MetaChange.DatabaseCreated("d2"), new MetaChange.DatabaseCreated("d1")))
        .as("the node exists")
        .isEqualTo(CommitResult.CONFLICT);
    assertThat(
            writer.commit(
                new MetaChange.DatabaseCreated("d2"), new MetaChange.DatabaseDropped("d3")))
        .as("there is no node")
        .isEqualTo(CommitResult.CONFLICT);
    writer.commit(
        new MetaChange.TableCreated(table(1)),
        new MetaChange.PartitionCreated(created(1, 0)),
        new MetaChange.PartitionCreated(created(1, 1)));
    assertThat(
            writer.commit(
                new MetaChange.DatabaseCreated("d2"),
                new MetaChange.PartitionChanged(led(created(1, 0), T1), 5)))
        .as("the node has moved")
        .isEqualTo(CommitResult.CONFLICT);
    assertThat(writer.load().state().databases()).containsExactly("d1");
  }

  /** A table is changed only as it was seen when that was decided. */
  @Test
  void aTableIsChangedOnce() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    TableSpec before = table(1);
    writer.commit(
        new MetaChange.TableCreated(before),
        new MetaChange.PartitionCreated(created(1, 0)),
        new MetaChange.PartitionCreated(created(1, 1)));
    int seen = writer.load().state().tableVersion(1);
    TableSpec changed = before.withOptions(before.options().withReplicas(3));
    assertThat(writer.commit(new MetaChange.TableChanged(changed, seen)))
        .isEqualTo(CommitResult.DONE);
    assertThat(writer.commit(new MetaChange.TableChanged(before, seen)))
        .as("what arrives late")
        .isEqualTo(CommitResult.CONFLICT);
    ClusterState state = writer.load().state();
    assertThat(state.table(1)).isEqualTo(changed);
    assertThat(writer.commit(new MetaChange.TableChanged(before, state.tableVersion(1))))
        .isEqualTo(CommitResult.DONE);
  }

  /** Without ZooKeeper a transaction's fate is unknown; once it is back, reading tells. */
  @Test
  void outcomeIsUnknownWithoutZooKeeperAndReadAfterwards() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    writer.commit(new MetaChange.DatabaseCreated("d1"));
    zooKeeper.stop();
    assertThat(writer.commit(new MetaChange.DatabaseCreated("d2"))).isEqualTo(CommitResult.UNKNOWN);

    writer.store.load(++writer.tickets);
    await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> !writer.store.trouble().isEmpty());
    assertThat(writer.loads).isEmpty();
    zooKeeper.start();
    Loaded loaded = writer.loads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(loaded.state().databases()).contains("d1");
    assertThat(writer.store.trouble()).isEmpty();
    boolean there = loaded.state().databases().contains("d2");
    assertThat(writer.commit(new MetaChange.DatabaseCreated("d2")))
        .isEqualTo(there ? CommitResult.CONFLICT : CommitResult.DONE);
  }

  /** A record that cannot be read is named and not guessed at; repaired, it is read. */
  @Test
  void damagedRecordStopsReadingUntilItIsRepaired() throws Exception {
    Writer writer = new Writer("127.0.0.1:1").takeEpoch();
    writer.commit(new MetaChange.DatabaseCreated("d1"));
    ZooKeeper zk = writer.session.handle();
    byte[] good = zk.getData(ROOT + "/holdfast/dbs/d1", false, null);
    zk.setData(ROOT + "/holdfast/dbs/d1", "{\"format\":2,\"db\":\"d1\"}".getBytes(UTF_8), -1);

    writer.store.load(++writer.tickets);
    await()
        .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
        .until(() -> writer.store.trouble().contains("/holdfast/dbs/d1"));
    assertThat(writer.loads).isEmpty();
    zk.setData(ROOT + "/holdfast/dbs/d1", good, -1);
    assertThat(writer.loads.poll(PATIENCE_SECONDS, TimeUnit.SECONDS).state().databases())
        .containsExactly("d1");
  }

  private static TableSpec table(int tid) {
    return new TableSpec(tid, "d1", "t" + tid, 2, TableOptions.defaults(2), new byte[] {1, 2});
  }

  private static PartitionRecord created(int tid, int pid) {
    return PartitionRecord.created(new PartitionId(tid, pid), List.of(T1, T2));
  }

  private static PartitionRecord led(PartitionRecord before, NodeId leader) {
    return new PartitionRecord(
        before.id(),
        before.term(),
        before.version() + 1,
        Phase.LEAD,
        leader,
        77,
        before.members(),
        List.of(),
        0,
        0);
  }
}
