package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.LogRecord;
import java.io.IOException;
import java.util.List;

/** Something to do to a log on the disk's thread. */
public sealed interface LogTask {
  /** Handed back to the listener; means nothing here. */
  long token();

  /** What the task adds to the writer's queue. */
  long queueBytes();

  /**
   * Appends records; tasks of one batch share a sync.
   *
   * @param durableBefore see {@link Binlog#append}
   */
  record Append(long token, List<LogRecord> records, long durableBefore) implements LogTask {
    public Append {
      records = List.copyOf(records);
    }

    @Override
    public long queueBytes() {
      long bytes = 0;
      for (LogRecord record : records) {
        bytes += RecordFormat.totalBytes(record.payload().length);
      }
      return bytes;
    }
  }

  /**
   * Any change that is durable when it returns: a truncation, a trim, a new term in the replica's
   * meta file. It runs after everything submitted before it for this log is on disk.
   */
  record Change(long token, Action action) implements LogTask {
    private static final long BYTES = 256;

    @Override
    public long queueBytes() {
      return BYTES;
    }
  }

  /** The body of a {@link Change}. */
  @FunctionalInterface
  interface Action {
    void run(Binlog binlog) throws IOException;
  }

  static LogTask append(long token, List<LogRecord> records, long durableBefore) {
    return new Append(token, records, durableBefore);
  }

  static LogTask truncateAfter(long token, long offset, String reason) {
    return new Change(token, binlog -> binlog.truncateAfter(offset, reason));
  }

  static LogTask trimBefore(long token, long offset) {
    return new Change(token, binlog -> binlog.trimBefore(offset));
  }

  static LogTask change(long token, Action action) {
    return new Change(token, action);
  }
}
