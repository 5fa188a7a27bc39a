package io.holdfast.tablet.partition;

import io.holdfast.common.error.FaultHandler;
import io.holdfast.common.time.Clock;
import io.holdfast.protocol.model.NodeId;
import io.holdfast.protocol.peer.PeerTransport;
import io.holdfast.tablet.replication.ReplicationSettings;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Puts a tablet's partitions together: recovered from disk, each with its loop. */
public final class PartitionServer {
  private PartitionServer() {}

  /**
   * What the partitions of a tablet need.
   *
   * @param self the tablet
   * @param incarnation this life of its process
   * @param loops how many threads own partitions
   * @param settings of replication
   * @param stallMillis how long the disk may owe an answer before the tablet must not look alive
   * @param gcIntervalMillis pause between two looks for rows that are too old
   */
  public record Setup(
      NodeId self,
      long incarnation,
      int loops,
      ReplicationSettings settings,
      long stallMillis,
      long gcIntervalMillis) {}

  /**
   * Makes the loops, which take nothing until {@link #recover} has opened what is on the disk, but
   * know what that is.
   *
   * @param fills brings rows to other partitions' leaders
   * @param nameservers to whom reports go at the moment
   */
  public static PartitionLoops make(
      Setup setup,
      TabletDisk disk,
      PeerTransport transport,
      FillSender fills,
      Supplier<List<NodeId>> nameservers,
      FaultHandler faults,
      Clock clock) {
    RecoveryProgress progress = new RecoveryProgress(setup.loops(), clock.nanoTime());
    PartitionRecovery.begin(disk.replicas(), progress);
    return new PartitionLoops(
        new PartitionLoop.Shared(
            setup.self(),
            setup.incarnation(),
            setup.loops(),
            setup.settings(),
            setup.stallMillis() * 1_000_000,
            setup.gcIntervalMillis() * 1_000_000,
            disk,
            fills,
            faults,
            clock,
            progress),
        transport,
        nameservers);
  }

  /**
   * Opens every replica on disk and starts the loops.
   *
   * @throws IOException when a replica's reading is broken off, or a data directory fails
   */
  public static void recover(PartitionLoops loops, TabletDisk disk, Clock clock)
      throws IOException {
    new PartitionRecovery(disk, loops, clock).run();
    loops.start();
    loops.recovery().loopsRun();
  }
}
