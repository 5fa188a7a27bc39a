package io.holdfast.tablet.binlog;

import java.io.IOException;

/**
 * Hears what became of a {@link LogTask}. Called on the writer's thread, once per accepted task, in
 * the order in which the tasks of a log were accepted; it should only post an event to its loop.
 */
public interface SyncListener {
  /**
   * The task and all before it for this log are on disk.
   *
   * @param token the task's
   * @param lastOffset end of the log when the task was done
   */
  void onSynced(Binlog binlog, long token, long lastOffset);

  /**
   * The task may or may not have reached the disk. The log is dead: this call follows for each
   * later task, too, and nothing is tried again.
   */
  void onFailed(Binlog binlog, long token, IOException cause);
}
