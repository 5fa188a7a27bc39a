package io.holdfast.tablet.binlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.common.io.DurableFiles;
import io.holdfast.protocol.model.LogRecord;
import io.holdfast.protocol.model.ReplicaFlags;
import io.holdfast.tablet.binlog.DataDirectory.ReplicaKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several logs with a journal, at random: appends, truncations, trims, syncs that fail, orderly
 * ends, kills, and power cuts that take what was not synced. Whatever happens, a log has after its
 * next opening all that it had been said to have, and nothing that had been cut off.
 */
class JournalModelTest {
  private static final int LOGS = 5;
  private static final long CUT = 1;
  private static final int FILE_BYTES = 32 << 10;
  private static final int SEEDS = Integer.getInteger("journal.seeds", 12);

  @TempDir private Path root;

  @Test
  void losesNothingThatWasSaidToBeOnDisk() throws Exception {
    long blocks = 0;
    long voids = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      Path place = root.resolve("seed" + seed);
      try {
        Life life = new Life(place, seed);
        life.run(120);
        blocks += life.blocks;
        voids += life.truncations;
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed, e);
      }
      DurableFiles.deleteTree(place);
    }
    assertThat(blocks).isGreaterThan(SEEDS * 40L);
    assertThat(voids).isGreaterThan(SEEDS * 4L);
  }

  /** The kernel tells of a lost write once: the owner must not take its own sync for a success. */
  @Test
  void aSyncThatFailsInTheBackgroundFailsForTheOwner() throws Exception {
    LossyFiles files = new LossyFiles();
    BinlogSettings settings = new BinlogSettings(6000, 2000, 3, files);
    try (Binlog log = LogFixture.create(root.resolve("log"), settings)) {
      log.append(LogFixture.records(1, 1, 3), 0);
      files.fail(file -> true, true);
      assertThatThrownBy(log.lastSegment()::sync).isInstanceOf(IOException.class);
      assertThatThrownBy(log::sync).hasMessageContaining("could not be synced before");
      assertThat(log.failure()).isNotNull();
    }
  }

  /** Runs tasks when it is told to. */
  private static final class Background extends AbstractExecutorService {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean shut;

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void some(int most) {
      for (int i = 0; i < most && !tasks.isEmpty(); i++) {
        tasks.remove().run();
      }
    }

    @Override
    public void shutdown() {
      shut = true;
      some(Integer.MAX_VALUE);
    }

    @Override
    public List<Runnable> shutdownNow() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      return shut;
    }

    @Override
    public boolean isTerminated() {
      return shut;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  /** A log and what it must have. */
  private static final class Model implements SyncListener {
    final ReplicaKey key;
    final UUID uid;
    final List<LogRecord> records = new ArrayList<>();
    Binlog log;
    long term = 1;

    /** What was said to be on disk. */
    long durable;

    boolean failed;
    List<LogRecord> beforeCut = List.of();

    Model(ReplicaKey key, UUID uid) {
      this.key = key;
      this.uid = uid;
    }

    long last() {
      return records.size();
    }

    @Override
    public void onSynced(Binlog binlog, long token, long lastOffset) {
      durable = Math.max(durable, lastOffset);
    }

    @Override
    public void onFailed(Binlog binlog, long token, IOException cause) {
      failed = true;
      if (token == CUT) {
        // Nothing was written behind it.
        records.clear();
        records.addAll(beforeCut);
      }
    }
  }

  private static final class Life {
    final Random random;
    final LossyFiles files = new LossyFiles();
    final BinlogSettings settings = new BinlogSettings(6000, 2000, 3, files);
    final DataDirectory data;
    final List<Model> models = new ArrayList<>();
    Background background = new Background();
    Journal journal;
    long blocks;
    long truncations;

    Life(Path place, int seed) throws IOException {
      random = new Random(seed);
      files.beforeWrite(() -> background.some(random.nextInt(2) == 0 ? 3 : 0));
      data = DataDirectory.open(place, "test");
      for (int pid = 0; pid < LOGS; pid++) {
        UUID uid = new UUID(seed, pid + 1);
        ReplicaMeta meta =
            new ReplicaMeta("test", uid, 7, pid, 1, ReplicaFlags.NONE, new byte[] {1});
        data.createReplica(meta, settings, 1, 0);
        models.add(new Model(new ReplicaKey(7, pid), uid));
      }
      open(false);
    }

    void run(int steps) throws IOException {
      for (int i = 0; i < steps; i++) {
        int what = random.nextInt(100);
        if (what < 82) {
          round(what < 10);
        } else if (what < 88) {
          background.some(random.nextInt(4));
        } else if (what < 91) {
          failingSyncs(file -> file.toString().contains("binlog") && random.nextInt(3) == 0);
        } else if (what < 92) {
          failingSyncs(file -> file.toString().endsWith(".blocks"));
        } else if (what < 94) {
          end(true);
          open(false);
        } else if (what < 97) {
          end(false);
          open(false);
        } else {
          end(false);
          files.cutPower(random);
          open(true);
        }
      }
      end(true);
      open(true);
      end(false);
      data.close();
    }

    private void open(boolean memoryLost) throws IOException {
      Journal.Size size = new Journal.Size(5, FILE_BYTES, files);
      background = new Background();
      journal = JournalOpener.open(data, size, memoryLost, () -> background).orElseThrow();
      for (Model model : models) {
        open(model);
        ReplicaMeta meta = data.metaFile(model.key).load("test");
        assertThat(meta.flags()).isEqualTo(ReplicaFlags.NONE);
      }
    }

    private void open(Model model) throws IOException {
      ReplicaKey key = model.key;
      OpenResult opened =
          Binlog.open(data.binlogPath(key), model.uid, key.tid(), key.pid(), settings);
      assertThat(opened.status())
          .as("%s %s", key, opened.damage())
          .isNotEqualTo(OpenResult.Status.CORRUPT);
      model.log = opened.binlog().orElseThrow();
      long last = model.log.lastOffset();
      assertThat(last).as("end of %s", key).isBetween(model.durable, model.last());
      for (LogRecord record : LogFixture.readAll(model.log)) {
        LogFixture.assertSame(record, model.records.get((int) record.offset() - 1));
      }
      model.records.subList((int) last, model.records.size()).clear();
      model.durable = last;
      model.failed = false;
    }

    /** A process that ends in order, or is killed. */
    private void end(boolean inOrder) throws IOException {
      blocks += journal.blocks();
      if (inOrder) {
        journal.close();
      }
      for (Model model : models) {
        model.log.close();
      }
    }

    private void failingSyncs(java.util.function.Predicate<Path> which) throws IOException {
      boolean once = random.nextBoolean();
      files.fail(which, once);
      if (random.nextBoolean()) {
        background.some(random.nextInt(6));
      }
      round(random.nextBoolean());
      background.some(random.nextInt(6));
      round(random.nextBoolean());
      files.fail(file -> false, false);
    }

    private void round(boolean withChange) throws IOException {
      List<BinlogWriter.Entry> entries = new ArrayList<>();
      List<Model> some = new ArrayList<>(models);
      Collections.shuffle(some, random);
      int count = 1 + random.nextInt(LOGS);
      for (int i = 0; i < count; i++) {
        Model model = some.get(i);
        if (withChange && random.nextInt(3) == 0) {
          append(entries, model);
          change(entries, model);
        }
        append(entries, model);
      }
      execute(entries);
      for (Model model : models) {
        if (model.failed) {
          reopen(model);
        }
      }
    }

    private void execute(List<BinlogWriter.Entry> entries) {
      try (LogSyncs syncs = new LogSyncs("test", 1)) {
        List<BinlogWriter.Entry> left =
            new WriteRound(entries, DiskRoom.unlimited(), syncs, journal).execute();
        assertThat(left).isEmpty();
      }
    }

    /** As the tablet does it with a replica whose log has failed. */
    private void reopen(Model model) throws IOException {
      if (random.nextBoolean()) {
        files.fail(file -> false, false);
      }
      execute(List.of(entry(model, LogTask.change(0, log -> {}), new Model(model.key, model.uid))));
      model.log.close();
      files.fail(file -> false, false);
      if (!journal.owes(model.uid)) {
        open(model);
      } else {
        end(false);
        if (random.nextBoolean()) {
          files.cutPower(random);
        }
        open(true);
      }
    }

    private static BinlogWriter.Entry entry(Model model, LogTask task, SyncListener listener) {
      return new BinlogWriter.Entry(model.log, task, listener, task.queueBytes(), 0);
    }

    private void append(List<BinlogWriter.Entry> entries, Model model) {
      int count = 1 + random.nextInt(random.nextInt(6) == 0 ? 40 : 4);
      List<LogRecord> more = LogFixture.records(model.term, model.last() + 1, model.last() + count);
      entries.add(
          entry(model, LogTask.append(0, more, Math.min(model.durable, model.last())), model));
      model.records.addAll(more);
    }

    private void change(List<BinlogWriter.Entry> entries, Model model) {
      if (random.nextInt(4) == 0) {
        entries.add(entry(model, LogTask.trimBefore(0, model.durable / 2), model));
        return;
      }
      // Not below what trims may have left.
      long low = Math.max(model.log.firstOffset(), model.durable / 2 + 1);
      if (model.last() <= low) {
        return;
      }
      long keep = low + random.nextLong(model.last() - low);
      truncations++;
      entries.add(
          entry(
              model,
              LogTask.change(
                  CUT,
                  log -> {
                    model.durable = keep;
                    log.truncateAfter(keep, "test");
                  }),
              model));
      model.beforeCut = List.copyOf(model.records);
      model.records.subList((int) keep, model.records.size()).clear();
      model.term++;
    }
  }
}
