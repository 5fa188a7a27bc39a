package io.holdfast.tablet.binlog;

import io.holdfast.common.io.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Puts a replica's log aside and begins a new one that continues a snapshot. Each step is durable
 * before the next, and a crash between any two leaves either log:
 *
 * <ol>
 *   <li>The new log is made as {@code binlog.next}. While {@code binlog} is there, it means nothing
 *       and is removed at start.
 *   <li>{@code binlog} becomes {@code aside/<number>}. From here on {@code binlog.next} is the log,
 *       and gets its name at start.
 *   <li>{@code binlog.next} becomes {@code binlog}.
 * </ol>
 *
 * <p>Logs that were put aside are for people to look at; the newest two are kept. For one thread at
 * a time.
 */
public final class LogExchange {
  private static final int KEPT_ASIDE = 2;

  private final Path log;
  private final Path next;
  private final Path aside;

  /**
   * @param replica the replica's directory
   */
  public LogExchange(Path replica) {
    this.log = replica.resolve("binlog");
    this.next = replica.resolve("binlog.next");
    this.aside = replica.resolve("aside");
  }

  /** Ends or undoes what a crash has left half done. To be called before the log is opened. */
  public void recover() throws IOException {
    if (!Files.exists(next)) {
      return;
    }
    if (Files.exists(log)) {
      DurableFiles.deleteTree(next);
    } else {
      DurableFiles.moveAtomically(next, log);
    }
  }

  /**
   * Makes the new log, and changes nothing yet.
   *
   * @param firstOffset the offset after the snapshot's
   * @param prevTerm term of the snapshot's last record
   */
  public void prepare(
      UUID uid, int tid, int pid, BinlogSettings settings, long firstOffset, long prevTerm)
      throws IOException {
    DurableFiles.deleteTree(next);
    Binlog.create(next, uid, tid, pid, settings, firstOffset, prevTerm).close();
    DurableFiles.createDirectories(aside);
  }

  /**
   * Exchanges the logs. The old one must be closed.
   *
   * @return where the old one is now
   */
  public Path carryOut() throws IOException {
    List<Path> before = asideLogs();
    long number = before.isEmpty() ? 1 : numberOf(before.get(before.size() - 1)) + 1;
    Path place = aside.resolve(String.format(Locale.ROOT, "%08d", number));
    DurableFiles.moveAtomically(log, place);
    DurableFiles.moveAtomically(next, log);
    return place;
  }

  /** Deletes what was put aside long ago; takes its time. */
  public void prune() throws IOException {
    if (Files.exists(aside)) {
      List<Path> all = asideLogs();
      for (int i = 0; i < all.size() - KEPT_ASIDE; i++) {
        DurableFiles.deleteTree(all.get(i));
      }
    }
  }

  private List<Path> asideLogs() throws IOException {
    try (Stream<Path> paths = Files.list(aside)) {
      return paths
          .filter(path -> path.getFileName().toString().matches("\\d{8}"))
          .sorted(Comparator.comparingLong(LogExchange::numberOf))
          .toList();
    }
  }

  private static long numberOf(Path path) {
    return Long.parseLong(path.getFileName().toString());
  }
}
