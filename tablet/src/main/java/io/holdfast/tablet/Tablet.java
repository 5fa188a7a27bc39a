package io.holdfast.tablet;

import io.holdfast.common.metrics.Metrics;
import io.holdfast.common.time.Clock;
import io.holdfast.common.time.SystemClock;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.PeerIdentity;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.protocol.rpc.HttpAnswer;
import io.holdfast.protocol.rpc.RpcClient;
import io.holdfast.protocol.rpc.RpcClientSettings;
import io.holdfast.protocol.rpc.RpcEventLoops;
import io.holdfast.protocol.rpc.RpcServer;
import io.holdfast.tablet.binlog.BinlogSettings;
import io.holdfast.tablet.binlog.BinlogWriter;
import io.holdfast.tablet.binlog.BootMark;
import io.holdfast.tablet.binlog.DataDirectory;
import io.holdfast.tablet.binlog.DiskRoom;
import io.holdfast.tablet.binlog.DiskSpace;
import io.holdfast.tablet.binlog.Journal;
import io.holdfast.tablet.binlog.JournalOpener;
import io.holdfast.tablet.directories.DataDirectories;
import io.holdfast.tablet.partition.DataVolume;
import io.holdfast.tablet.partition.FillClient;
import io.holdfast.tablet.partition.PartitionLoops;
import io.holdfast.tablet.partition.PartitionServer;
import io.holdfast.tablet.partition.Scrubber;
import io.holdfast.tablet.partition.TabletDisk;
import io.holdfast.tablet.query.QueryService;
import io.holdfast.tablet.query.TableSource;
import io.holdfast.tablet.rpc.ClusterCalls;
import io.holdfast.tablet.rpc.DataService;
import io.holdfast.tablet.rpc.ReadSettings;
import io.holdfast.tablet.storage.ChunkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running tablet: the one place where its parts are made and joined. Knows nothing of ZooKeeper;
 * whoever starts it tells it the cluster's id and where the nameservers are.
 */
public final class Tablet implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tablet.class);

  private static final int PREALLOCATE_BYTES = 4 << 20;
  private static final int RECYCLED_CUTS = 32;

  /** The disk's queue refuses beyond this; clients are refused long before. */
  private static final int QUEUE_FACTOR = 4;

  private final TabletConfig config;
  private final long incarnation = drawIncarnation();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** What was made so far, newest first: the order in which it must be closed. */
  private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

  private PartitionLoops loops;
  private Scrubber scrubber;
  private volatile boolean serving;

  private Tablet(TabletConfig config) {
    this.config = config;
  }

  /**
   * Opens the data directories, recovers what is in them, and serves.
   *
   * @param nameservers to whom reports go at the moment
   * @param ready whether the cluster can find this tablet; asked for {@code /readiness}
   * @param tables what queries are told of tables
   * @throws IOException when a directory cannot be used or the port cannot be listened on; the
   *     message is for the operator. Nothing is left open then
   */
  public static Tablet start(
      TabletConfig config,
      String clusterId,
      Supplier<List<NodeId>> nameservers,
      BooleanSupplier ready,
      TableSource tables)
      throws IOException {
    Tablet tablet = new Tablet(config);
    try {
      tablet.open(clusterId, nameservers, ready, tables);
      return tablet;
    } catch (IOException | RuntimeException | Error e) {
      tablet.close();
      throw e;
    }
  }

  private void open(
      String clusterId,
      Supplier<List<NodeId>> nameservers,
      BooleanSupplier ready,
      TableSource tables)
      throws IOException {
    Clock clock = SystemClock.INSTANCE;
    DataDirectories directories = made(DataDirectories.open(config.directories, clusterId));
    List<DataVolume> volumes = new ArrayList<>();
    for (DataDirectories.Place place : directories.places()) {
      volumes.add(volume(place, volumes.size(), clock));
    }
    MemoryLimits limits = MemoryLimits.of(config.maxMemoryMb);
    ChunkPool memory = new ChunkPool(limits.writeLimitBytes(), limits.limitBytes());
    TabletDisk disk =
        made(
            new TabletDisk(
                volumes,
                binlogSettings(),
                config.snapshotBytesPerSecond,
                config.diskEngines,
                memory,
                clock));

    RpcEventLoops io = made(RpcEventLoops.create("rpc", config.ioThreads));
    RpcClient client = made(RpcClient.create(RpcClientSettings.defaults(), io));
    NodeId self = new NodeId(config.endpoint);
    PeerTransport transport =
        made(new PeerTransport(new PeerIdentity(self, incarnation, clusterId), client));
    loops =
        made(
            PartitionServer.make(
                new PartitionServer.Setup(
                    self,
                    incarnation,
                    config.loops,
                    config.replication,
                    config.diskStallMillis,
                    config.gcIntervalMillis),
                disk,
                transport,
                new FillClient(client),
                nameservers,
                (where, fault) -> LOG.error("{} failed", where, fault),
                clock));
    ReadSettings reads =
        new ReadSettings(config.scanMaxRows, config.scanMaxBytes, config.sessionWaitMillis);
    Metrics metrics = new Metrics();
    TabletMetrics.addTo(metrics, loops, disk, ready);
    TabletMetrics.addTo(metrics, memory);
    DataService data = new DataService(loops, reads, config.maxQueuedBytes, ready, clock);
    TabletMetrics.addTo(metrics, data.readCounters());
    QueryService queries =
        made(
            new QueryService(
                config.queries,
                self,
                data.definition(),
                client,
                tables,
                clock,
                TabletMetrics.querySeconds(metrics)));
    TabletMetrics.addTo(metrics, queries);
    made(
        RpcServer.builder()
            .host(config.listenHost.isEmpty() ? config.host() : config.listenHost)
            .port(config.port())
            .eventLoops(io)
            .service(data.definition(queries::query, queries.deleter()))
            .service(data.batchDefinition())
            .service(ClusterCalls.definition(nameservers))
            .service(transport.peerService(loops))
            .httpGet("/liveness", query -> HttpAnswer.text(200, "alive\n"))
            .httpGet("/readiness", query -> readiness(ready))
            .httpGet("/metrics", query -> new HttpAnswer(200, Metrics.CONTENT_TYPE, metrics.text()))
            .build()
            .start());
    // Behind the server, which answers how far this is, and that all else has to wait for it.
    PartitionServer.recover(loops, disk, clock);
    scrubber = made(new Scrubber(loops, config.scrubIntervalSeconds * 1000, config.scrubRateBytes));
    made(new DiskWatchdog(disk, config.diskGiveUpMillis));
    serving = true;
  }

  /** Each data directory by itself: what one disk lacks is no business of the others. */
  private DataVolume volume(DataDirectories.Place place, int number, Clock clock)
      throws IOException {
    DataDirectory directory = place.directory();
    Path root = directory.root();
    DiskRoom room = made(new DiskRoom(root, DiskSpace.under(root), config.diskLimits).start());
    BootMark boot = BootMark.open(root, BootMark.currentBootId());
    // Before any log is opened: it may lack what the journal has.
    Optional<Journal> journal =
        JournalOpener.open(directory, config.journalBytes, boot.memoryLost());
    BinlogWriter writer =
        new BinlogWriter(
            number == 0 ? "binlog-writer" : "binlog-writer-" + number,
            config.maxQueuedBytes * QUEUE_FACTOR,
            clock,
            room,
            config.syncThreads,
            journal);
    return made(new DataVolume(directory, writer, boot, place.modes()));
  }

  private HttpAnswer readiness(BooleanSupplier ready) {
    if (!serving) {
      return HttpAnswer.text(503, "starting or stopping\n");
    }
    return ready.getAsBoolean()
        ? HttpAnswer.text(200, "ready\n")
        : HttpAnswer.text(503, "not registered in ZooKeeper\n");
  }

  private BinlogSettings binlogSettings() {
    return new BinlogSettings(
        config.segmentBytes, Math.min(PREALLOCATE_BYTES, config.segmentBytes), RECYCLED_CUTS);
  }

  private <T extends AutoCloseable> T made(T part) {
    parts.push(part);
    return part;
  }

  private static long drawIncarnation() {
    SecureRandom random = new SecureRandom();
    long drawn = random.nextLong() & Long.MAX_VALUE;
    return drawn == 0 ? 1 : drawn;
  }

  /** The life of this process, as other servers know it; positive. */
  public long incarnation() {
    return incarnation;
  }

  /** Looks for damage on the disk. */
  public Scrubber scrubber() {
    return scrubber;
  }

  /** The partitions. */
  public PartitionLoops partitions() {
    return loops;
  }

  /**
   * Stops accepting, answers what is under way as far as a few seconds allow, finishes what the
   * disks were asked, and lets go of the directories. May be called again.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    serving = false;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} does not close: {}", part.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
