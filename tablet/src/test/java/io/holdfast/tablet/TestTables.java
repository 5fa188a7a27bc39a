package io.holdfast.tablet;

import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.openmldb.nameserver.PartitionMeta;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.nameserver.TablePartition;
import io.holdfast.tablet.query.TableSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What tablets are told of tables, as the test says. */
public final class TestTables implements TableSource {
  private final Map<Integer, TableInfo> tables = new TreeMap<>();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private volatile boolean away;

  @Override
  public CompletionStage<List<TableInfo>> read() {
    reads.incrementAndGet();
    if (away) {
      return CompletableFuture.failedStage(new IllegalStateException("the source is away"));
    }
    synchronized (tables) {
      return CompletableFuture.completedStage(List.copyOf(tables.values()));
    }
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** From now on there is this table, led by these tablets in the order of its partitions. */
  public void publish(TableInfo definition, List<NodeId> leaders) {
    publishSilently(definition, leaders);
    listeners.forEach(Runnable::run);
  }

  /** The same, but nobody is told. */
  public void publishSilently(TableInfo definition, List<NodeId> leaders) {
    TableInfo.Builder info = definition.toBuilder().setPartitionNum(leaders.size());
    List<TablePartition> partitions = new ArrayList<>();
    for (NodeId leader : leaders) {
      PartitionMeta.Builder replica =
          PartitionMeta.newBuilder().setEndpoint(leader.endpoint()).setIsLeader(true);
      partitions.add(
          TablePartition.newBuilder().setPid(partitions.size()).addPartitionMeta(replica).build());
    }
    synchronized (tables) {
      tables.put(definition.getTid(), info.addAllTablePartition(partitions).build());
    }
  }

  /** There is no such table any more; nobody is told. */
  public void dropSilently(int tid) {
    synchronized (tables) {
      tables.remove(tid);
    }
  }

  /** Whether the tables can be read. */
  public void setAway(boolean isAway) {
    away = isAway;
  }

  /** How often they were read. */
  public int reads() {
    return reads.get();
  }
}
