package io.holdfast.tablet.partition;

import io.holdfast.protocol.model.PartitionId;
import io.holdfast.tablet.binlog.ScanListener;
import io.holdfast.tablet.snapshot.SnapshotReader;
import java.util.concurrent.atomic.LongAdder;

/**
 * How far one replica's files have been read at start. Written by the thread that opens the
 * replica, read by any.
 *
 * <p>Reading counts for half of the loading; the other half is applying the log behind the state,
 * see {@link DiskReplicaStore#loadPercent}.
 */
public class LoadProgress implements ScanListener {
  /** Of a replica that is opened while the tablet runs: nobody looks. */
  static final LoadProgress UNSEEN = new LoadProgress(new PartitionId(0, 0));

  static final int HALF_PERCENT = 50;

  private final PartitionId partition;
  private final LongAdder bytes = new LongAdder();
  private final LongAdder records = new LongAdder();
  private volatile long expectedBytes;
  private volatile String table = "";
  private volatile boolean opened;

  LoadProgress(PartitionId partition) {
    this.partition = partition;
  }

  /** Whose. */
  public PartitionId partition() {
    return partition;
  }

  /** Name of the table; empty while it was not read yet. */
  public String table() {
    return table;
  }

  /** From 0 to 50: what of the files has been read. */
  public int percent() {
    if (opened) {
      return HALF_PERCENT;
    }
    long expected = expectedBytes;
    return expected <= 0 ? 0 : (int) Math.min(HALF_PERCENT, HALF_PERCENT * bytes() / expected);
  }

  /** Bytes of log and snapshots that were read. */
  long bytes() {
    return bytes.sum();
  }

  /** Records of the log that were read. */
  long records() {
    return records.sum();
  }

  void begins(String ofTable, long bytesToRead) {
    table = ofTable;
    expectedBytes = bytesToRead;
  }

  void opened() {
    opened = true;
  }

  @Override
  public void scanned(long moreBytes, long moreRecords) {
    bytes.add(moreBytes);
    records.add(moreRecords);
  }

  /** Counts the reading of one snapshot. */
  SnapshotReader.Pace ofSnapshot() {
    long[] before = {0};
    return position -> {
      bytes.add(position - before[0]);
      before[0] = position;
    };
  }
}
