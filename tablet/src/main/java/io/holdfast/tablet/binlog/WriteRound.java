package io.holdfast.tablet.binlog;

import io.holdfast.protocol.model.DiskLevel;
import io.holdfast.tablet.binlog.BinlogWriter.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of the {@link BinlogWriter}'s thread: writes, then syncs, then tells. */
final class WriteRound {
  private static final Logger LOG = LoggerFactory.getLogger(WriteRound.class);

  private final List<Entry> entries;

  /** Tasks that were written but not synced, by log, in the order in which they were written. */
  private final Map<Binlog, List<Written>> unsynced = new LinkedHashMap<>();

  private record Written(Entry entry, long lastOffset) {}

  private final DiskRoom room;
  private final LogSyncs syncs;

  /** Null when there is none. */
  private final Journal journal;

  /** Whether what is written goes into the journal, too. */
  private boolean journals;

  /** Logs with something in the journal's block that is being filled. */
  private final Set<Binlog> inBlock = new LinkedHashSet<>();

  /** Logs that found no room: what comes after for them has to wait, too. */
  private final Set<Binlog> full = new LinkedHashSet<>();

  private final List<Entry> waiting = new ArrayList<>();

  /**
   * @param journal null for none
   */
  WriteRound(List<Entry> entries, DiskRoom room, LogSyncs syncs, Journal journal) {
    this.entries = entries;
    this.room = room;
    this.syncs = syncs;
    this.journal = journal;
  }

  /** Returns what found no room, in order. */
  List<Entry> execute() {
    makeRoomForChanges();
    journals = journal != null && isForJournal();
    for (Entry entry : entries) {
      if (full.contains(entry.binlog())) {
        waiting.add(entry);
      } else if (entry.task() instanceof LogTask.Change change) {
        change(entry, change);
      } else if (entry.task() instanceof LogTask.Append append) {
        append(entry, append);
      }
    }
    commitBlock();
    settle(List.copyOf(unsynced.keySet()));
    return waiting;
  }

  /** A change, such as a truncation, frees room; it and what stands before it may need some. */
  private void makeRoomForChanges() {
    if (room.level() == DiskLevel.FULL
        && entries.stream().anyMatch(entry -> entry.task() instanceof LogTask.Change)) {
      boolean unused = room.release();
    }
  }

  private boolean isForJournal() {
    Set<Binlog> logs = new LinkedHashSet<>();
    long bytes = 0;
    for (Entry entry : entries) {
      Binlog log = entry.binlog();
      if (entry.task() instanceof LogTask.Append && !log.leavesSyncing() && log.failure() == null) {
        logs.add(log);
        bytes += entry.bytes();
      }
    }
    try {
      return journal.isFor(logs, bytes);
    } catch (RuntimeException | Error e) {
      withoutJournal(e);
      return false;
    }
  }

  private void append(Entry entry, LogTask.Append append) {
    Binlog binlog = entry.binlog();
    boolean into = journals && !binlog.leavesSyncing();
    Journal.Mark mark = into ? journal.mark() : null;
    try {
      binlog.append(
          append.records(), append.durableBefore(), into ? journal.tee(binlog) : Tee.NONE);
      unsynced
          .computeIfAbsent(binlog, b -> new ArrayList<>())
          .add(new Written(entry, binlog.lastOffset()));
      if (into) {
        inBlock.add(binlog);
      }
    } catch (NoSpaceException e) {
      LOG.debug("{}: {}", binlog, e.toString());
      takeBack(mark);
      full.add(binlog);
      waiting.add(entry);
    } catch (IOException | RuntimeException | Error e) {
      takeBack(mark);
      IOException cause = binlog.kill(e);
      if (unsynced.containsKey(binlog)) {
        settle(List.of(binlog));
      }
      failed(entry, cause);
    }
  }

  private void takeBack(Journal.Mark mark) {
    if (mark != null) {
      journal.reset(mark);
    }
  }

  private void change(Entry entry, LogTask.Change change) {
    Binlog binlog = entry.binlog();
    try {
      settleBeforeChange(binlog);
      if (binlog.failure() != null) {
        throw binlog.failure();
      }
      change.action().run(binlog);
    } catch (IOException | RuntimeException | Error e) {
      failed(entry, binlog.kill(e));
      return;
    }
    synced(new Written(entry, binlog.lastOffset()));
  }

  /**
   * What stands before a change is settled first: a truncation may remove it again, and its
   * listener must not be told "durable" afterwards; nor may the journal bring it back.
   */
  private void settleBeforeChange(Binlog binlog) throws IOException {
    boolean isBehind = journal != null && journal.isBehind(binlog) && binlog.failure() == null;
    if (unsynced.containsKey(binlog) || isBehind) {
      settle(List.of(binlog));
    }
    boolean wasInBlock = inBlock.remove(binlog);
    if (journal != null && (wasInBlock || journal.holds(binlog))) {
      journal.release(binlog);
      commitBlock();
      journal.checkReleased(binlog);
    }
  }

  /** Puts what is in the journal's block on disk: that does for the syncs of its logs. */
  private void commitBlock() {
    if (journal == null || !journal.hasEntries()) {
      return;
    }
    if (!journal.hasRoom()) {
      // When all logs are synced, nothing that it has is needed.
      settleAll();
    }
    List<Binlog> behind = new ArrayList<>();
    for (Binlog log : inBlock) {
      if (unsynced.containsKey(log)) {
        behind.add(log);
      }
    }
    try {
      journal.commit(inBlock, behind);
    } catch (IOException | RuntimeException | Error e) {
      withoutJournal(e);
      return;
    } finally {
      inBlock.clear();
    }
    for (Binlog log : behind) {
      log.syncedElsewhere();
      settled(log, null);
    }
  }

  /** No log may rely on the journal any more: each is synced by itself. */
  private void withoutJournal(Throwable cause) {
    journals = false;
    journal.fail(cause);
    settleAll();
    journal.failedAndSynced();
  }

  private void settleAll() {
    Set<Binlog> logs = new LinkedHashSet<>();
    logs.addAll(unsynced.keySet());
    logs.addAll(journal.behind());
    logs.removeIf(log -> log.failure() != null);
    settle(logs);
  }

  private void settle(Collection<Binlog> logs) {
    List<Binlog> toSync = new ArrayList<>(logs.size());
    for (Binlog binlog : logs) {
      if (binlog.leavesSyncing()) {
        settled(binlog, null);
      } else {
        toSync.add(binlog);
      }
    }
    syncs.all(
        toSync,
        (binlog, failure) -> {
          if (failure == null && journal != null) {
            journal.isSynced(binlog);
          }
          settled(binlog, failure);
        });
  }

  private void settled(Binlog binlog, Throwable failure) {
    List<Written> written = unsynced.remove(binlog);
    IOException cause = failure == null ? null : binlog.kill(failure);
    if (written != null) {
      written.forEach(
          w -> {
            if (cause == null) {
              synced(w);
            } else {
              failed(w.entry(), cause);
            }
          });
    }
  }

  private static void synced(Written written) {
    Entry entry = written.entry();
    try {
      entry.listener().onSynced(entry.binlog(), entry.task().token(), written.lastOffset());
    } catch (RuntimeException e) {
      LOG.error("{}: listener failed", entry.binlog(), e);
    }
  }

  private static void failed(Entry entry, IOException cause) {
    try {
      entry.listener().onFailed(entry.binlog(), entry.task().token(), cause);
    } catch (RuntimeException e) {
      LOG.error("{}: listener failed", entry.binlog(), e);
    }
  }
}
