package io.holdfast.tablet.query;

import io.holdfast.protocol.openmldb.nameserver.TableInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where a tablet learns what tables the cluster has, and who leads their partitions. */
public interface TableSource {
  /**
   * Reads all tables as they are now. Never blocks; completes on any thread.
   *
   * @return fails when they cannot be read
   */
  CompletionStage<List<TableInfo>> read();

  /**
   * Sets who is told, on any thread and without being allowed to block, that what was read last may
   * not be true any more. Said once after each {@link #read} at least, if there is anything to say.
   */
  void onChange(Runnable listener);
}
