package io.holdfast.tablet;

import com.google.protobuf.ByteString;
import io.holdfast.protocol.message.ControlMessage.CreateReplica;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.model.PartitionId;
import io.holdfast.protocol.model.TableOptions;
import io.holdfast.protocol.model.TableSpec;
import io.holdfast.protocol.openmldb.common.ColumnDesc;
import io.holdfast.protocol.openmldb.common.ColumnKey;
import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import io.holdfast.protocol.openmldb.tablet.Dimension;
import io.holdfast.protocol.openmldb.tablet.PutRequest;
import io.holdfast.protocol.openmldb.tablet.PutResponse;
import io.holdfast.protocol.openmldb.type.DataType;
import io.holdfast.protocol.row.RowEncoder;
import io.holdfast.protocol.row.RowFormatException;
import io.holdfast.protocol.row.TableSchema;
import io.holdfast.tablet.partition.PartitionLoop;
import io.holdfast.tablet.replication.SnapshotStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * What making a snapshot costs those who write meanwhile, measured on a whole tablet in this
 * process, over its sockets: run it with {@code DIRECTORY ROWS VALUE_BYTES} and enough heap.
 *
 * <p>Four writers put rows of random keys one after the other, before, during and after a snapshot;
 * the time from request to answer is what counts.
 */
public final class SnapshotBench {
  private static final int LOADERS = 24;
  private static final int WRITERS = 4;
  private static final long QUIET_MILLIS = 10_000;

  private final TestCluster cluster;
  private final NodeId tablet;
  private final Path data;
  private final int rows;
  private final String filler;
  private final TableSchema schema;
  private final TableInfo table;

  private SnapshotBench(Path directory, int rows, int valueBytes) throws Exception {
    this.cluster = new TestCluster(directory, 1);
    this.tablet = cluster.tablets.get(0);
    this.data = cluster.dataDirectory(tablet);
    this.rows = rows;
    this.filler = "x".repeat(valueBytes);
    this.table =
        TableInfo.newBuilder()
            .setName("t")
            .setTid(TestTable.TID)
            .addColumnDesc(column("k", DataType.kString))
            .addColumnDesc(column("v", DataType.kString))
            .addColumnKey(ColumnKey.newBuilder().setIndexName("k").addColName("k"))
            .build();
    this.schema = TableSchema.of(table);
  }

  private static ColumnDesc column(String name, DataType type) {
    return ColumnDesc.newBuilder().setName(name).setDataType(type).build();
  }

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    SnapshotBench bench =
        new SnapshotBench(directory, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    try {
      bench.run();
    } finally {
      bench.cluster.close();
    }
  }

  private void run() throws Exception {
    PartitionId partition = TestCluster.partition(0);
    TableOptions options = TableOptions.defaults(1);
    TableSpec spec = new TableSpec(TestTable.TID, "db", "t", 8, options, table.toByteArray());
    while (cluster.nameserver.status(tablet, partition) == null) {
      cluster.nameserver.send(tablet, new CreateReplica(1, partition, spec));
      Thread.sleep(100);
    }
    cluster.elect(0, 2, options, List.of(tablet));
    load();
    PartitionLoop loop = cluster.tablet(tablet).partitions().of(partition);
    List<Measured> measured = new ArrayList<>();
    measured.add(measure("before", QUIET_MILLIS, () -> false));
    CompletableFuture<Void> begun = new CompletableFuture<>();
    boolean asked =
        loop.execute(
            () -> {
              long offset = loop.store(partition).engine().appliedOffset();
              SnapshotStore snapshots = loop.store(partition).snapshots();
              snapshots.make(2, offset, new byte[0]);
              begun.complete(null);
            });
    if (!asked) {
      throw new IllegalStateException("the loop takes nothing");
    }
    begun.get();
    measured.add(measure("during", Long.MAX_VALUE, () -> newest(loop, partition)));
    measured.add(measure("after", QUIET_MILLIS, () -> false));
    measured.forEach(m -> System.out.println(m.text()));
    System.out.printf(
        Locale.ROOT,
        "rows %d of %d bytes; log %d MB, snapshots %d MB%n",
        rows,
        filler.length(),
        bytes("binlog") >> 20,
        bytes("snapshots") >> 20);
  }

  private static boolean newest(PartitionLoop loop, PartitionId partition) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    boolean unused =
        loop.execute(
            () -> {
              SnapshotStore snapshots = loop.store(partition).snapshots();
              answer.complete(snapshots.newest() != null);
            });
    return answer.join();
  }

  private long bytes(String name) throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve(TestTable.TID + "_0").resolve(name))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private void put(String key) {
    try {
      byte[] row = new RowEncoder(schema).encode(List.of(key, filler));
      while (!put(key, row)) {
        // Too much waits already.
        Thread.sleep(5);
      }
    } catch (RowFormatException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean put(String key, byte[] row) {
    PutRequest request =
        PutRequest.newBuilder()
            .setTid(TestTable.TID)
            .setPid(0)
            .setTime(System.currentTimeMillis())
            .setValue(ByteString.copyFrom(row))
            .addDimensions(Dimension.newBuilder().setIdx(0).setKey(key))
            .build();
    return cluster.call(tablet, "Put", request, PutResponse.getDefaultInstance()).getCode() == 0;
  }

  private void load() throws InterruptedException {
    long began = System.nanoTime();
    AtomicInteger next = new AtomicInteger();
    threads(
        LOADERS,
        () -> {
          for (int i = next.getAndIncrement(); i < rows; i = next.getAndIncrement()) {
            put("k" + i);
          }
        });
    System.out.printf(
        Locale.ROOT, "loaded %d rows in %d s%n", rows, (System.nanoTime() - began) / 1_000_000_000);
  }

  private record Measured(String name, long millis, long[] nanos) {
    String text() {
      Arrays.sort(nanos);
      return String.format(
          Locale.ROOT,
          "%-7s %6d ms, %7d puts (%d/s): p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.1f ms",
          name,
          millis,
          nanos.length,
          nanos.length * 1000L / millis,
          at(0.5),
          at(0.99),
          at(0.999),
          at(1));
    }

    private double at(double share) {
      return nanos[(int) Math.min(nanos.length - 1L, (long) (share * nanos.length))] / 1e6;
    }
  }

  private Measured measure(String name, long millis, BooleanSupplier isOver) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<Long> all = new ArrayList<>();
    long began = System.nanoTime();
    Thread timer =
        new Thread(
            () -> {
              try {
                while (System.nanoTime() - began < millis * 1_000_000.0 && !isOver.getAsBoolean()) {
                  Thread.sleep(20);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              stop.set(true);
            });
    timer.start();
    AtomicInteger seed = new AtomicInteger(name.hashCode());
    threads(
        WRITERS,
        () -> {
          Random random = new Random(seed.incrementAndGet());
          List<Long> own = new ArrayList<>();
          while (!stop.get()) {
            long from = System.nanoTime();
            put("k" + random.nextInt(rows));
            own.add(System.nanoTime() - from);
          }
          synchronized (all) {
            all.addAll(own);
          }
        });
    return new Measured(
        name,
        (System.nanoTime() - began) / 1_000_000,
        all.stream().mapToLong(Long::longValue).toArray());
  }

  private static void threads(int count, Runnable work) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(work);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
